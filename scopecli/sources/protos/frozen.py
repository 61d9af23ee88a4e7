"""Tells the constants of a frozen graph that were variables, and reads their values."""

import re
from math import prod
from typing import Any, Final

from scopecli.ground.dtypes import numpy_dtype
from scopecli.report.model import Variable
from scopecli.sources.checkpoints.files import as_text
from scopecli.sources.protos.nodes import dtype, shape, shown, tensor_of

_CONSTANT: Final = b"Const"
_READS: Final = re.compile(rb"(.*/)?(read|ReadVariableOp)(_\d+)?", re.DOTALL)
_LOOKUPS: Final = re.compile(rb"(.*/)?embedding_lookup[^/]*", re.DOTALL)
_GATHERS: Final = (b"Gather", b"GatherV2")

# Which field of a tensor has the values of a dtype, where they are not its bytes.
_FIELDS: Final = {
    "float32": "float_val",
    "float64": "double_val",
    "int64": "int64_val",
    "bool": "bool_val",
    "string": "string_val",
    "complex64": "scomplex_val",
    "complex128": "dcomplex_val",
    "float16": "half_val",
    "bfloat16": "half_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
}


def rows(graph: Any) -> dict[bytes, Variable]:
    """Return a row of each constant that was a variable, by the name of its operation.

    A variable is read by an operation of a name of its own, which stays when the variable is frozen:
    `w/read` of a ref variable, `…/ReadVariableOp` of a resource variable, `…/embedding_lookup`.
    """
    read = {each.input[0].removesuffix(b":0") for each in graph.node if _reads_variable(each)}
    return {each.name: _row(each) for each in graph.node if each.op == _CONSTANT and each.name in read}


def constants(graph: Any) -> dict[str, Any]:
    """Return the tensors of these constants, by name."""
    known = rows(graph)
    return {as_text(each.name): tensor_of(each) for each in graph.node if each.name in known}


def _reads_variable(node: Any) -> bool:
    if not node.input:
        return False
    if node.op == b"Identity":
        return _READS.fullmatch(node.name) is not None
    return node.op in _GATHERS and _LOOKUPS.fullmatch(node.name) is not None


def _row(node: Any) -> Variable:
    tensor = tensor_of(node)
    return shown(as_text(node.name), shape(tensor.tensor_shape), dtype(tensor.dtype), kind="constant")


def array(tensor: Any) -> Any:
    """Return the value of a tensor as a numpy array: its last value stands for all that follow it.

    Raises:
        ValueError: if its bytes or values don't fit its shape.
    """
    import numpy as np  # noqa: PLC0415 - only to read values

    name, extent = dtype(tensor.dtype).name, shape(tensor.tensor_shape) or ()
    into = numpy_dtype(name)
    if tensor.tensor_content:
        return np.frombuffer(tensor.tensor_content, into).reshape(extent)
    values = _values(tensor, name, into)
    size = prod(each or 0 for each in extent)
    if values.size > size or (size and not values.size):
        raise ValueError(f"it has {values.size} values for {size} elements")
    whole = np.empty(size, into)
    whole[: values.size] = values
    whole[values.size :] = values[-1:] if size else values
    return whole.reshape(extent)


def _values(tensor: Any, name: str, into: Any) -> Any:
    import numpy as np  # noqa: PLC0415 - only to read values

    listed = getattr(tensor, _FIELDS.get(name, "int_val"))
    match name:
        case "float16" | "bfloat16":
            return np.array(listed, "uint16").view(into)
        case "complex64" | "complex128":
            return np.array(listed, "float64").view("complex128").astype(into)
        case "string":
            values = np.empty(len(listed), object)
            values[:] = listed
            return values
        case _ if name.startswith("float8"):
            return np.frombuffer(tensor.float8_val, into)
        case _:
            return np.array(listed).astype(into)
