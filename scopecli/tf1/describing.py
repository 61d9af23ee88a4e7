"""Facts about the variables of a graph, in plain values."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scopecli.report.model import Part, Variable
from scopecli.tf1.startup import TensorFlow


def full_name(variable: Any) -> str:
    """Return the full name of what a call yielded, without `:0`.

    That is a variable, a partitioned variable, or, from a custom getter, any tensor.
    """
    operation = getattr(variable, "op", None)
    return str(variable.name if operation is None else operation.name)


def parts(tf: TensorFlow, variable: Any) -> list[Any]:
    """Return the variables that what a call yielded is made of: of a tensor, none."""
    if isinstance(variable, tf.PartitionedVariable):
        return list(variable)
    return [variable] if hasattr(variable, "initializer") else []


def each_once(objects: Iterable[Any]) -> list[Any]:
    """Return the objects without repetition, by identity: variables compare by value."""
    return list({id(found_object): found_object for found_object in objects}.values())


class VariableDescriber:
    """Describes variables of a finished graph."""

    def __init__(self, tf: TensorFlow, graph: Any) -> None:
        self._tf = tf
        self._collections: dict[int, list[str]] = {}
        for key in sorted(graph.get_all_collection_keys(), key=self._order):
            for variable in each_once(graph.get_collection(key)):
                self._collections.setdefault(id(variable), []).append(str(key))

    def _order(self, key: object) -> tuple[bool, str]:
        """Put first what is initialised; TensorFlow's own order differs from run to run."""
        keys = self._tf.GraphKeys
        return key not in (keys.GLOBAL_VARIABLES, keys.LOCAL_VARIABLES), str(key)

    def describe(self, variable: Any) -> Variable:
        """Return the facts about what a call yielded; a partitioned variable has those of its first part."""
        made_of = parts(self._tf, variable)
        collections = tuple(self._collections.get(id(made_of[0] if made_of else variable), ()))
        trainable = self._tf.GraphKeys.TRAINABLE_VARIABLES in collections
        return replace(own_facts(self._tf, variable), trainable=trainable, collections=collections)


def own_facts(tf: TensorFlow, variable: Any) -> Variable:
    """Return the facts that what a call yielded tells by itself: all but its collections."""
    dtype, shape = variable.dtype.base_dtype, variable.get_shape()
    return Variable(
        name=full_name(variable),
        shape=None if shape.rank is None else tuple(shape.as_list()),
        dtype=dtype.name,
        repr=_shown_text(variable, dtype, shape),
        kind=_kind(tf, parts(tf, variable)),
        trainable=None,
        collections=(),
        device=getattr(variable, "device", "") or "",
        itemsize=None if dtype.name == "string" else dtype.size,
        part=_part(variable),
    )


def _kind(tf: TensorFlow, made_of: list[Any]) -> str:
    if not made_of:
        return "tensor"
    return "ref" if isinstance(made_of[0], tf.RefVariable) else "resource"


def _shown_text(variable: Any, dtype: Any, shape: Any) -> str:
    """Return what TensorFlow shows; of a partitioned variable it would show an address."""
    if hasattr(variable, "op"):
        return repr(variable)
    return f"<tf.PartitionedVariable '{variable.name}' shape={shape} dtype={dtype.name}>"


def _part(variable: Any) -> Part | None:
    """Return of what a variable is a part, as it would be saved."""
    info = getattr(variable, "_get_save_slice_info", lambda: None)()
    if info is None or not hasattr(variable, "op"):
        return None
    return Part(info.full_name, tuple(info.full_shape), tuple(info.var_offset))
