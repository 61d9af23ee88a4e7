"""Turns a scenario's values into what the TF1 functions take."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from scopecli.scenario.initializers import Initializer, Literal
from scopecli.scenario.specs import AUTO_REUSE
from scopecli.scenario.vocabulary import INITIALIZER_SUFFIX
from scopecli.tf1.startup import TensorFlow

Arguments: TypeAlias = dict[str, Any]


def converted(tf: TensorFlow, given: Mapping[str, object]) -> Arguments:
    """Return the keyword arguments for TensorFlow; a literal initializer adds its constant to the graph."""
    arguments = {name: _CONVERSIONS.get(name, _unchanged)(tf, value) for name, value in given.items()}
    if isinstance(given.get("initializer"), Literal):
        arguments["initializer"] = tf.constant(arguments["initializer"], dtype=arguments.get("dtype"))
    return arguments


def _dtype(tf: TensorFlow, value: Any) -> Any:
    return tf.as_dtype(value)


def _reuse(tf: TensorFlow, value: Any) -> Any:
    return tf.AUTO_REUSE if value == AUTO_REUSE else value


def _initial(tf: TensorFlow, value: Any) -> Any:
    """Return an initializer object, or the plain value of a literal."""
    if isinstance(value, Initializer):
        public = getattr(tf.init_ops, value.name + INITIALIZER_SUFFIX, None)
        return (public or getattr(tf.init_ops, value.name))(**value.arguments)
    return value.value if isinstance(value, Literal) else value


def _collections(tf: TensorFlow, value: Iterable[str]) -> list[str]:
    """Return the collections' keys: a name of `tf.GraphKeys` stands for its key, any other for itself."""
    return [getattr(tf.GraphKeys, name, name) if name.isupper() else name for name in value]


def _unchanged(_tf: TensorFlow, value: Any) -> Any:
    return value


_CONVERSIONS: Final[dict[str, Callable[[TensorFlow, Any], Any]]] = {
    "dtype": _dtype,
    "reuse": _reuse,
    "initializer": _initial,
    "initial_value": _initial,
    "collections": _collections,
}
