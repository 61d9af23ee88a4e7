"""The plain side's account: what came of a program, in the words of the JSON report."""

import re
from functools import lru_cache
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

# TensorFlow puts the Python frames of the calling code into some messages.
_FRAMES = re.compile(
    r" Originally defined at:.*|\n\noriginally defined at:.*|^Original stack trace for .*"
    r"|^Detected at node .* defined at [^\n]*\n(?: +[^\n]*\n)*",
    re.DOTALL | re.MULTILINE,
)


def told(error: Exception) -> dict[str, str]:
    """Return an exception's type and message, less the Python frames in it."""
    return {"type": type(error).__name__, "message": _FRAMES.sub("", str(error)).strip()}


def mode(scope: Any) -> str:
    """Return the reuse mode of a scope."""
    return "AUTO_REUSE" if scope.reuse is tf.AUTO_REUSE else str(bool(scope.reuse))


def parts(variable: Any) -> list[Any]:
    """Return the variables that a call yielded: the parts of a partitioned one."""
    return list(variable) if is_in_parts(variable) else [variable]


def is_in_parts(variable: Any) -> bool:
    """Tell whether what a call yielded is a partitioned variable, of one part or several."""
    return hasattr(variable, "as_tensor")


def yields(yielded: Any, variable: Any) -> bool:
    """Tell whether what a call yielded is this variable, or has it as a part."""
    return yielded is not None and (yielded is variable or among(variable, parts(yielded)))


def found(variable: Any) -> dict[str, Any]:
    """Return what a call says of what it yielded."""
    if variable is None:
        return dict.fromkeys(("variable", "shape", "dtype", "trainable"))
    shape = variable.get_shape()
    return {
        "variable": variable.name.removesuffix(":0") or variable.op.name,
        "shape": None if shape.rank is None else shape.as_list(),
        "dtype": variable.dtype.base_dtype.name,
        "trainable": all(among(part, tf.trainable_variables()) for part in parts(variable)),
    }


def row(variable: Any, yielded: list[Any]) -> dict[str, Any]:
    """Return what the list of variables says of one."""
    facts = found(variable)
    return {
        "name": facts.pop("variable"),
        **facts,
        "repr": repr(variable),
        "kind": "ref" if variable.dtype.name.endswith("_ref") else "resource",
        "collections": [key for key in collection_keys() if among(variable, tf.get_collection(key))],
        "device": variable.device,
        "size": variable.shape.num_elements(),
        "calls": [index for index, each in enumerate(yielded) if yields(each, variable)],
    }


def collection_keys() -> list[str]:
    """Return the collections that hold variables: first those that are initialised, then by name."""
    first = (tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.LOCAL_VARIABLES)
    keys = sorted(tf.get_default_graph().get_all_collection_keys(), key=lambda key: (key not in first, key))
    return [key for key in keys if names(tf.get_collection(key))]


def names(collected: list[Any]) -> list[str]:
    """Return the names of the variables in a collection."""
    return [each.op.name for each in each_once(collected) if hasattr(each, "initializer")]


def each_once(objects: list[Any]) -> list[Any]:
    """Return the objects of a list without repetition."""
    once: list[Any] = []
    for each in objects:
        if not among(each, once):
            once.append(each)
    return once


def among(variable: Any, variables: list[Any]) -> bool:
    """Tell whether this very object is in a list: `in` would ask for equal values."""
    return any(each is variable for each in variables)


def values(session: tf.Session, yielded: list[Any]) -> list[Any]:
    """Return the value of what each call yielded, None where there is none."""
    made = {id(each): each for each in yielded if each is not None}
    if not made:
        return yielded
    asked = {key: [tf.is_variable_initialized(part) for part in parts(each)] for key, each in made.items()}
    known = {key: all(answers) for key, answers in session.run(asked).items()}
    arrays = session.run({key: _whole(each) for key, each in made.items() if known[key]})
    return [shown(arrays.get(id(each))) for each in yielded]


def losses(session: tf.Session | None, regularized: dict[str, str]) -> list[dict[str, Any]]:
    """Return what regularizers added, and the values of those whose variables have some."""
    tensors = each_once(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
    return [
        {"name": each.op.name, "variable": regularized[each.op.name], "value": _value(session, each)}
        for each in tensors
    ]


def _value(session: tf.Session | None, tensor: Any) -> Any:
    try:
        return shown(session.run(tensor)) if session else None
    except tf.errors.FailedPreconditionError:
        return None


def _whole(variable: Any) -> Any:
    return _tensor(variable) if hasattr(variable, "as_tensor") else variable


@lru_cache(maxsize=32)
def _tensor(variable: Any) -> Any:
    """Return the whole of a partitioned variable, the same tensor every time."""
    return variable.as_tensor()


def shown(value: Any) -> Any:
    """Return a fetched value as strict JSON has it."""
    if isinstance(value, np.ndarray):
        return [shown(each) for each in value]
    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    if isinstance(value, bytes):
        return value.decode()
    if np.iscomplexobj(value):
        return [shown(value.real), shown(value.imag)]
    if isinstance(value, np.integer):
        return int(value)
    special = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return special.get(str(float(value)), float(value))
