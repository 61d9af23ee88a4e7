"""`tf.contrib`, as far as packages of today bring it back."""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

from scopecli.tf1.compat import rnn_cells
from scopecli.tf1.compat.api import tf1_api
from scopecli.tf1.compat.estimator import API, estimator
from scopecli.tf1.compat.hparams import HParams

_ROOT: Final = "tensorflow.contrib"
_CELLS: Final = ("tensorflow.compat.v1.nn.rnn_cell", "tensorflow.compat.v1.nn")
_SUMMARIES: Final = "tensorflow.python.ops.summary_ops_v2"
_PLACES: Final = {
    "slim": ("tf_slim",),
    "slim.python": ("tf_slim",),
    "slim.python.slim": ("tf_slim",),
    "layers": ("tf_slim", "tf_slim.layers"),
    "layers.python": ("tf_slim",),
    "layers.python.layers": ("tf_slim.layers",),
    "framework": ("tf_slim", "tf_slim.ops.variables", "tensorflow.compat.v1.train", "tensorflow"),
    "framework.python": ("tf_slim",),
    "framework.python.ops": ("tf_slim.ops.arg_scope", "tf_slim.ops.variables", "tf_slim.ops"),
    "losses": ("tf_slim.losses",),
    "metrics": ("tf_slim.metrics",),
    "training": ("tf_slim.training",),
    "training.python": ("tf_slim.training",),
    "training.python.training": ("tf_slim.training",),
    "training.python.training.hparam": ("tf_slim.training",),
    "rnn": _CELLS,
    "rnn.python": _CELLS,
    "rnn.python.ops": _CELLS,
    "rnn.python.ops.core_rnn_cell": _CELLS,
    "rnn.python.ops.rnn_cell": _CELLS,
    "cluster_resolver": ("tensorflow.compat.v1.distribute.cluster_resolver",),
    "crf": ("scopecli.tf1.compat.crf",),
    "distributions": ("tensorflow_probability.distributions",),
    "eager": ("tensorflow.compat.v1",),
    "learn": (),
    "summary": (_SUMMARIES,),
    "tpu": ("tensorflow_estimator._api.v1.estimator.tpu", "tensorflow.compat.v1.tpu"),
}
"""Where the names of a part of it are now, in the order in which they are looked for."""

_OURS: Final[dict[str, dict[str, Callable[[], Any]]]] = {
    "eager": {"defun": lambda: _object("tensorflow.python.eager.def_function:function")},
    "framework": {
        "get_name_scope": lambda: lambda: tf1_api().get_default_graph().get_name_scope(),
        "nest": lambda: importlib.import_module("tensorflow.python.util.nest"),
    },
    "learn": {"ModeKeys": lambda: ModeKeys},
    "rnn": {
        "LayerNormBasicLSTMCell": rnn_cells.layer_norm_basic_lstm_cell,
        "stack_bidirectional_dynamic_rnn": lambda: rnn_cells.stack_bidirectional_dynamic_rnn,
    },
    "summary": {"all_summary_ops": lambda: _object(f"{_SUMMARIES}:all_v2_summary_ops")},
    "training": {"HParams": lambda: HParams},
    "training.python.training.hparam": {"HParams": lambda: HParams},
}
"""What stands here in the place of names that no package has; each is made when it is asked for."""

_BY_HAND: Final = "copy what you need from TensorFlow 1.15 beside your program, and import it there"
_GONE: Final = {
    "cudnn_rnn": "`tf.nn.rnn_cell.LSTMCell` in `tf.nn.dynamic_rnn` makes such layers",
    "opt": "of its optimizers `tf.train` and `tf_keras.optimizers.legacy` have the common ones",
    "seq2seq": f"tensorflow_addons does not import with this TensorFlow; {_BY_HAND}",
}
"""What no package brings back, and what to do."""


class ModeKeys:
    """`tf.contrib.learn.ModeKeys`."""

    TRAIN = "train"
    EVAL = "eval"
    INFER = "infer"


def needs(what: str, package: str) -> ModuleNotFoundError:
    """Return the error that says which package brings something."""
    brought = "'scopecli[tf1]'" if package in ("tf_slim", "tf_keras", "tensorflow_estimator") else package
    return ModuleNotFoundError(f"{what} needs {package}: pip install {brought}", name=package)


class ContribFinder:
    """Finds `tensorflow.contrib` and what is below it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for a part of `tf.contrib`; nothing of any other module."""
        del path, target
        if name != _ROOT and not name.startswith(f"{_ROOT}."):
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]  # it has what a loader needs

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a module that looks its names up where they are now."""
        return _Part(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Put a module of today into the place of one that is the same."""
        part = module.__name__.removeprefix(_ROOT).lstrip(".")
        places = _PLACES.get(part, ())
        if part and not places and part not in _OURS:
            sys.modules[module.__name__] = _moved_module(part)
        elif places and part not in _OURS and not any(map(_is_installed, places)):
            _require(places[0], part)


def _moved_module(part: str) -> ModuleType:
    """Return the module that a part of `tf.contrib` is now: `slim.nets.vgg` is `tf_slim.nets.vgg`."""
    above, _, name = part.rpartition(".")
    for place in _PLACES.get(above, ()) if above else ():
        _require(place, part)
        if _is_there(f"{place}.{name}"):
            return importlib.import_module(f"{place}.{name}")
    inside = sys.modules.get(f"{_ROOT}.{above}")
    found = getattr(inside, name, None) if inside is not None and above not in _PLACES else None
    if isinstance(found, ModuleType):
        return found
    what = _GONE.get(part.partition(".")[0], _BY_HAND)
    message = f"tf.contrib.{part} is gone from TensorFlow, and no package brings it: {what}"
    raise ModuleNotFoundError(message, name=f"{_ROOT}.{part}")


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # what it would be in is no package
        return False


def _is_installed(place: str) -> bool:
    try:
        return importlib.util.find_spec(place.partition(".")[0]) is not None
    except ValueError:  # a module that was made by hand
        return True


def _require(place: str, part: str) -> None:
    if not _is_installed(place):
        raise needs(f"tf.contrib.{part}", place.partition(".")[0])


class _Part(ModuleType):
    """A part of `tf.contrib`."""

    def __getattr__(self, name: str) -> Any:
        part = self.__name__.removeprefix(_ROOT).lstrip(".")
        if name == "__all__":
            return dir(self)
        if name.startswith("__"):
            raise AttributeError(name)
        ours = _OURS.get(part, {})
        if name in ours:
            return ours[name]()
        for place in _PLACES.get(part, ()):
            _require(place, part)
            found = _find_name(place, name)
            if found is not None:
                return found
        try:
            return importlib.import_module(f"{self.__name__}.{name}")
        except ModuleNotFoundError:
            if part:
                message = f"tf.contrib.{part} has no {name!r} any more: {_BY_HAND}"
                raise AttributeError(message) from None
            raise

    def __dir__(self) -> list[str]:
        part = self.__name__.removeprefix(_ROOT).lstrip(".")
        places = [place for place in _PLACES.get(part, ()) if _is_installed(place)]
        found = {
            name for place in places for name in dir(_there(place)) if _find_name(place, name) is not None
        }
        return sorted(name for name in {*found, *_OURS.get(part, {})} if not name.startswith("_"))


def _find_name(place: str, name: str) -> Any:
    """Return a name of a module, or of an attribute of one; None if it has none but of what it imports."""
    found = getattr(_there(place), name, None)
    package = place.partition(".")[0]
    is_imported = isinstance(found, ModuleType) and found.__name__.partition(".")[0] != package
    return None if is_imported else found


def _object(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def _there(place: str) -> Any:
    """Return a module, or an attribute of one."""
    if place.startswith(API):
        estimator()
    module, _, attribute = place.rpartition(".")
    try:
        return importlib.import_module(place)
    except ModuleNotFoundError:
        return getattr(importlib.import_module(module), attribute)
