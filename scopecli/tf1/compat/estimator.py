"""`tf.estimator`, as the package tensorflow_estimator has it, whose last release is for an older TensorFlow.

What that looks for and TensorFlow has no more is given it here: it was in `tensorflow.python.distribute` and
`tensorflow.python.tpu`. Of it, nothing but the names is needed on one machine without TPUs.
"""

import importlib
import sys
from types import ModuleType
from typing import Any, Final

PACKAGE: Final = "tensorflow_estimator"
API: Final = "tensorflow_estimator._api.v1.estimator"
_GONE: Final = (
    "tensorflow.python.distribute.estimator_training",
    "tensorflow.python.tpu.session_support",
    "tensorflow.python.tpu.tpu_embedding",
    "tensorflow.python.tpu.tpu_embedding_gradient",
)


def estimator() -> ModuleType:
    """Return what TF1 had as `tf.estimator`.

    Raises:
        ModuleNotFoundError: if the package is not installed.
    """
    if API not in sys.modules:
        export = importlib.import_module("tensorflow.python.util.tf_export")
        vars(export).setdefault("ESTIMATOR_API_NAME", vars(export).get("TENSORFLOW_API_NAME", "tensorflow"))
        for name in _GONE:
            _stand_in(name)
    return importlib.import_module(API)


def _stand_in(name: str) -> None:
    above, _, last = name.rpartition(".")
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module = _Gone(name)
        sys.modules[name] = module
        setattr(importlib.import_module(above), last, module)


class _Gone(ModuleType):
    """A module that TensorFlow has no more: its functions say no, and its classes are empty."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {}) if name[0].isupper() else _no


def _no(*_arguments: object, **_given: object) -> bool:
    return False
