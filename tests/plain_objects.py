"""The plain side's reading of values: what a scenario writes, as the objects that `tf.compat.v1` takes."""

import re
from typing import Any

import tensorflow.compat.v1 as tf

_REFERENCE = re.compile(r"\$\{?(\w+)(?:\.(\w+))?\}?")


def reference(written: Any) -> tuple[str, str | None] | None:
    """Return the name and the attribute that a value refers to, if it is a reference and nothing else."""
    match = _REFERENCE.fullmatch(written) if isinstance(written, str) else None
    return (match[1], match[2]) if match else None


def names_in(written: Any) -> set[str]:
    """Return every name that a value, a step or a list of steps refers to."""
    if isinstance(written, dict):
        return {name for each in written.values() for name in names_in(each)}
    if isinstance(written, list):
        return {name for each in written for name in names_in(each)}
    return {match[1] for match in _REFERENCE.finditer(written)} if isinstance(written, str) else set()


def names_given(written: Any) -> set[str]:
    """Return every name that a step or a list of steps gives, also for the time of a loop."""
    if isinstance(written, list):
        return {name for each in written for name in names_given(each)}
    given = {written[key] for key in ("as", "for") if key in written}
    return given | names_given(written.get("steps", []))


def put_in(written: Any, values: dict[str, Any]) -> Any:
    """Return steps with the values of loop variables and arguments: `$k`, `${k}` and `${k + 1}`."""
    if isinstance(written, dict):
        return {key: put_in(each, values) for key, each in written.items()}
    if isinstance(written, list):
        return [put_in(each, values) for each in written]
    if not isinstance(written, str):
        return written
    for name, value in values.items():
        if written in (f"${name}", f"${{{name}}}"):
            return value
        if written == f"${{{name} + 1}}":
            return value + 1
        written = written.replace(f"${{{name}}}", str(value))
    return written


def dtype(step: dict[str, Any]) -> Any:
    """Return the dtype that a step gives."""
    return tf.as_dtype(step["dtype"]) if step.get("dtype") else None


def collections(step: dict[str, Any]) -> list[str] | None:
    """Return the keys of the collections that a step gives."""
    written = step.get("collections")
    return None if written is None else [getattr(tf.GraphKeys, each, each) for each in written]


def made_initializer(written: Any, of_dtype: Any) -> Any:
    """Return an initializer object, or the tensor that is written out in its place."""
    name, argument = _named(written)
    if name == "value" or not isinstance(name, str):
        return tf.constant(written if argument is None else argument, dtype=of_dtype)
    name = name.removesuffix("_initializer")
    make = getattr(tf, f"{name}_initializer", None) or getattr(tf.initializers, name)
    return _made(make, argument)


def partitioner(written: Any) -> Any:
    """Return a partitioner."""
    name, argument = _named(written)
    return None if written is None else _made(getattr(tf, f"{name}_partitioner"), argument)


def regularizer(written: Any) -> Any:
    """Return a regularizer: l1·Σ|w| + l2·Σw²."""
    name, scale = _named(written)
    match name:
        case None:
            return None
        case "no_regularizer":
            return tf.no_regularizer
        case "l1":
            return lambda weights: scale * tf.reduce_sum(tf.abs(weights))
        case "l2":
            return lambda weights: scale * tf.reduce_sum(tf.square(weights))
    return lambda weights: tf.add(
        scale["l1"] * tf.reduce_sum(tf.abs(weights)), scale["l2"] * tf.reduce_sum(tf.square(weights))
    )


def constraint(written: Any) -> Any:
    """Return a constraint: only an optimizer would call it."""
    return None if written is None else tf.nn.relu


def _named(written: Any) -> tuple[Any, Any]:
    """Return a name and its arguments, from `NAME` or `{NAME: ARGUMENTS}`."""
    return next(iter(written.items())) if isinstance(written, dict) else (written, None)


def _made(make: Any, argument: Any) -> Any:
    if isinstance(argument, dict):
        return make(**argument)
    return make() if argument is None else make(argument)
