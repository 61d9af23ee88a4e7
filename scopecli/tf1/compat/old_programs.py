"""Lets programs of TF1's days run: `import tensorflow as tf` gives TF1's API."""

import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

from scopecli.tf1.compat.api import tf1_api
from scopecli.tf1.compat.contrib import ContribFinder, needs
from scopecli.tf1.compat.estimator import PACKAGE, estimator
from scopecli.tf1.startup import lazy
from scopecli.tf1.watching.own_frames import hide_frames

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
    ("util.nest", "is_sequence", "util.nest:is_nested"),
)
"""What tf_slim looks for, by module and name, and the module that has it now."""

_MOVED_FROM: Final = "tf_keras.legacy_tf_layers"
_MOVED_TO: Final = "tf_keras.src.legacy_tf_layers"
_NOT_OF_THE_API: Final = ("compat", "contrib", "examples", "keras", "python")
"""What is below `tensorflow` and is the package's own also in an old program."""

_GONE_FROM_NUMPY: Final = {
    "int": int,
    "float": float,
    "object": object,
    "complex": complex,
    "str": str,
    "bool": bool,
}
_GONE_FROM_SCIPY: Final = {
    "imread": "`imageio.imread` reads it",
    "imsave": "`imageio.imwrite` writes it",
    "imresize": "`PIL.Image.fromarray(image).resize(size)` does it",
    "toimage": "`PIL.Image.fromarray` does it",
}


_OLD_ATTRIBUTE: Final = re.compile(r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'")
_OLD_MODULE: Final = re.compile(
    r"No module named 'tensorflow\.(contrib|examples|estimator|layers)\b|is not available with Keras 3"
)


def is_cured_by_tf1(message: str) -> bool:
    """Tell of an error whether the program that raised it has what it misses under `--tf1`."""
    missed = _OLD_ATTRIBUTE.search(message)
    if not missed:
        return bool(_OLD_MODULE.search(message))
    module, name = missed.groups()
    if "tensorflow" not in sys.modules:  # what is put back is put back when it is imported
        return False
    if module == "numpy":
        return name in _GONE_FROM_NUMPY
    if module.partition(".")[0] != "tensorflow":
        return False
    return name in ("contrib", "estimator", "examples") or hasattr(tf1_api(), name)


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
    others = (_moved_layers, _legacy_keras, _examples, _scipy_misc, tensorflow.part)
    sys.meta_path[0:0] = [ContribFinder(), *map(_Elsewhere, others)]
    sys.modules["tensorflow"] = tensorflow
    for api in (old, real.compat.v1):  # usually the same
        vars(api)["estimator"] = _Estimator("tensorflow.compat.v1.estimator")
    old.nn.conv2d_transpose = _with_asked_shape(old.nn.conv2d_transpose)
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
        if name in ("contrib", "examples", "python"):
            return importlib.import_module(f"tensorflow.{name}")
        if name == "compat":  # TF1's API has one too, with other modules
            return self._real.compat
        if name == "Tensor":  # what the type of a graph's tensors is
            return _graph_tensor()
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


def _graph_tensor() -> Any:
    """Return the class of a graph's tensors: to TF1's programs that is `tf.Tensor` itself."""
    ops = importlib.import_module("tensorflow.python.framework.ops")
    return getattr(ops, "SymbolicTensor", None) or tf1_api().Tensor


class _Estimator(ModuleType):
    """`tf.estimator`, which is loaded when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if importlib.util.find_spec(PACKAGE) is None:
            raise needs("tf.estimator", PACKAGE)
        return getattr(estimator(), name)


def _legacy_keras(name: str) -> ModuleType | None:
    """Return Keras 2 where a program imports `keras`: Keras 3 makes no variables in a graph of TF1's."""
    package, _, rest = name.partition(".")
    if package != "keras" or not _has_legacy_keras():
        return None
    try:
        return importlib.import_module(f"tf_keras.{rest}" if rest else "tf_keras")
    except ModuleNotFoundError:
        return None


def _examples(name: str) -> ModuleType | None:
    """Return what stands in for the tutorials that came with TF1, as far as there is one."""
    above = "tensorflow.examples.tutorials.mnist"
    if f"{above}.".startswith(f"{name}.") and name.startswith("tensorflow.examples"):
        folder = ModuleType(name)
        folder.__path__ = []
        return folder
    return importlib.import_module("scopecli.tf1.compat.mnist") if name == f"{above}.input_data" else None


def _scipy_misc(name: str) -> ModuleType | None:
    """Return `scipy.misc` where SciPy has none any more: its names say what does the same now."""
    return _ScipyMisc(name) if name == "scipy.misc" else None


class _ScipyMisc(ModuleType):
    """`scipy.misc`, whose functions are gone since SciPy 1.3, and which is since 1.12."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        instead = _GONE_FROM_SCIPY.get(name, "see SciPy's release notes for what does it now")
        raise ImportError(f"scipy.misc.{name} is gone from SciPy: {instead}")


def _with_asked_shape(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return `tf.nn.conv2d_transpose` with the static shape that it is asked for, as TF1 had it."""

    @wraps(original)
    def conv2d_transpose(*arguments: Any, **given: Any) -> Any:
        result = original(*arguments, **given)
        asked = given.get("output_shape", arguments[2] if len(arguments) > 2 else None)  # noqa: PLR2004 - its place
        shape = importlib.import_module("tensorflow.python.framework.tensor_util").constant_value_as_shape(
            tf1_api().convert_to_tensor(asked)
        )
        result.set_shape(shape)
        return result

    return hide_frames(conv2d_transpose)


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
