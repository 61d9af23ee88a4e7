"""Lets programs of TF1's days run: `import tensorflow as tf` gives TF1's API."""

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

from scopecli.tf1.compat.contrib import ContribFinder, needs
from scopecli.tf1.startup import lazy

_LEGACY_KERAS: Final = "TF_USE_LEGACY_KERAS"
_MOVED_NAMES: Final = (
    ("framework.ops", "IndexedSlices", "framework.indexed_slices"),
    ("framework.ops", "Tensor", "framework.tensor"),
    ("ops.array_ops", "stack", "ops.array_ops_stack"),
    ("ops.array_ops", "unstack", "ops.array_ops_stack"),
    ("ops.control_flow_ops", "Assert", "ops.control_flow_assert"),
    ("ops.control_flow_ops", "case", "ops.control_flow_case"),
    ("ops.control_flow_ops", "cond", "ops.cond"),
    ("ops.control_flow_ops", "while_loop", "ops.while_loop"),
    ("ops.variable_scope", "variable", "ops.variable_v1:VariableV1"),
)
"""What tf_slim looks for, by module and name, and the module that has it now."""

_MOVED_FROM: Final = "tf_keras.legacy_tf_layers"
_MOVED_TO: Final = "tf_keras.src.legacy_tf_layers"
_NOT_OF_THE_API: Final = ("compat", "contrib", "keras", "python")
"""What is below `tensorflow` and is the package's own also in an old program."""

_GONE_FROM_NUMPY: Final = {"int": int, "float": float, "object": object, "complex": complex, "str": str}


def prepare() -> None:
    """Do what has to be done before TensorFlow is imported: it looks for tf_keras only then."""
    if _has_legacy_keras():
        os.environ.setdefault(_LEGACY_KERAS, "1")


def put_in_place() -> None:
    """Put TF1's API in the place of the TensorFlow that was imported, and switch TF2's behaviour off."""
    real = sys.modules["tensorflow"]
    old = importlib.import_module("tensorflow.compat.v1")
    with lazy.deprecation.silence():
        old.disable_v2_behavior()
    tensorflow = _OldTensorFlow(real, old)
    sys.meta_path[0:0] = [ContribFinder(), _Elsewhere(_moved_layers), _Elsewhere(tensorflow.part)]
    sys.modules["tensorflow"] = tensorflow
    _restore_moved_names()
    _restore_numpy_names()


class _OldTensorFlow(ModuleType):
    """TF1's API, and for imports of what is below it the package itself.

    The bare `tensorflow.compat.v1` in its place would break `import tensorflow.python`.
    """

    def __init__(self, real: ModuleType, old: ModuleType) -> None:
        super().__init__("tensorflow", real.__doc__)
        for name in ("__path__", "__spec__", "__file__", "__loader__", "__package__", "__version__"):
            setattr(self, name, getattr(real, name))
        self._real = real
        self._old = old

    def part(self, name: str) -> ModuleType | None:
        """Return the part of TF1's API that `import` of a module asks for; None for what is none."""
        above, *path = name.split(".")
        if above != "tensorflow" or not path or path[0] in _NOT_OF_THE_API:
            return None
        if path[0] == "layers":
            _require_layers()
        found = vars(self._old).get(path[0])
        for folder in path[1:]:
            found = getattr(found, folder, None)
        return found if isinstance(found, ModuleType) else None

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return [var for var in vars(self._old) if not var.startswith("_")]
        if name in ("contrib", "python"):
            return importlib.import_module(f"tensorflow.{name}")
        if name == "layers":
            _require_layers()
        try:
            return getattr(self._old, name)
        except AttributeError:
            if name.startswith("__") or not hasattr(self._real, name):
                raise AttributeError(f"module 'tensorflow' has no attribute {name!r}") from None
            return getattr(self._real, name)

    def __dir__(self) -> list[str]:
        return sorted({*dir(self._old), "contrib"})


def _moved_layers(name: str) -> ModuleType | None:
    """Return tf_keras's layers of TF1 where TensorFlow's batch normalization looks for them: they moved."""
    if name != _MOVED_FROM and not name.startswith(f"{_MOVED_FROM}."):
        return None
    return importlib.import_module(name.replace(_MOVED_FROM, _MOVED_TO))


class _Elsewhere:
    """Finds modules that are others, which it is given by name."""

    def __init__(self, find: Callable[[str], ModuleType | None]) -> None:
        self._find = find

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for what is another module; nothing of any other."""
        del path, target
        if self._find(name) is None:
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]  # it has what a loader needs

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave the making of the module to Python."""
        del spec

    def exec_module(self, module: ModuleType) -> None:
        """Put the other into its place."""
        found = self._find(module.__name__)
        assert found is not None  # noqa: S101 - the spec would not be there
        sys.modules[module.__name__] = found


def _has_legacy_keras() -> bool:
    return importlib.util.find_spec("tf_keras") is not None


def _require_layers() -> None:
    if not _has_legacy_keras():
        raise needs("tf.layers", "tf_keras")


def _restore_moved_names() -> None:
    """Put names back where libraries of TF1's days look for them."""
    for module, name, now in _MOVED_NAMES:
        before = importlib.import_module(f"tensorflow.python.{module}")
        if name not in vars(before):
            place, _, named = now.partition(":")
            setattr(
                before, name, getattr(importlib.import_module(f"tensorflow.python.{place}"), named or name)
            )


def _restore_numpy_names() -> None:
    """Put Python's own types back into numpy under the names that old programs use."""
    numpy = importlib.import_module("numpy")
    for name, value in _GONE_FROM_NUMPY.items():
        if name not in vars(numpy):
            setattr(numpy, name, value)
