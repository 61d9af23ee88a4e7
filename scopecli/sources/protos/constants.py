"""Reads the values of a graph's constants."""

from collections.abc import Callable
from math import prod
from typing import Any, Final

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.dtypes import numpy_dtype
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Variable
from scopecli.sources.protos.frozen import frozen
from scopecli.sources.protos.nodes import dtype, shape

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


def value_reader(path: str, graph: Any) -> Callable[[Variable], Any]:
    """Return what reads the value of a weight of a frozen graph, and raises InvalidSourceError for damage."""
    tensors = frozen(graph).tensors

    def read(variable: Variable) -> Any:
        try:
            return array(tensors[variable.name])
        except KeyError:
            message = f"there is no value of `{variable.name}` in it: only constants have some"
        except (ValueError, OverflowError, MemoryError) as error:
            message = f"the value of `{variable.name}` is damaged: {error}"
        raise InvalidSourceError([Diagnostic("SC603", message, Location(path))])

    return read


def array(tensor: Any) -> Any:
    """Return the value of a tensor as a numpy array (`Tensor::FromProto` in TensorFlow).

    Its last value stands for all that follow it; without any, all are zero.

    Raises:
        ValueError: if its bytes or values don't fit its shape.
    """
    import numpy as np  # noqa: PLC0415 - only to read values

    name, dimensions = dtype(tensor.dtype).name, shape(tensor.tensor_shape)
    if dimensions is None or None in dimensions:
        raise ValueError("its shape is not known in full")
    extent = tuple(size or 0 for size in dimensions)
    into = numpy_dtype(name)
    if tensor.tensor_content:
        return np.frombuffer(tensor.tensor_content, into).reshape(extent)
    values = _values(tensor, name, into)
    size = prod(each or 0 for each in extent)
    if values.size > size:
        raise ValueError(f"it has {values.size} values for {size} elements")
    whole = np.full(size, b"", object) if name == "string" else np.zeros(size, into)
    whole[: values.size] = values
    if values.size:
        whole[values.size :] = values[-1]
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
