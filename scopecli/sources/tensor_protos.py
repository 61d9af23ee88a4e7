"""Reads a `TensorProto`: dtype, shape and values."""

from math import prod
from typing import Any, Final

from scopecli.ground.dtypes import DTYPES, Dtype, numpy_dtype
from scopecli.ground.limits import MAX_FILLED_ELEMENTS
from scopecli.report.model import Shape

_UNKNOWN: Final = Dtype("unknown", None)
_REFERENCE: Final = 100  # what a reference dtype's number is above that of its dtype

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


def shape(proto: Any) -> Shape:
    """Return a shape in plain values."""
    if proto.unknown_rank:
        return None
    return tuple(None if dimension.size < 0 else dimension.size for dimension in proto.dim)


def dtype(number: int) -> Dtype:
    """Return the dtype that has a number, also as a reference."""
    return DTYPES.get(number % _REFERENCE, _UNKNOWN)


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
    if tensor.tensor_content:
        return np.frombuffer(tensor.tensor_content, numpy_dtype(name)).reshape(extent)
    values = listed_values(tensor, name)
    size = prod(extent)
    if values.size > size:
        raise ValueError(f"it has {values.size} values for {size} elements")
    if values.size < size > MAX_FILLED_ELEMENTS:
        filled = f"{values.size:,} of its values are to fill {size:,} elements"
        raise ValueError(f"{filled}, and {MAX_FILLED_ELEMENTS:,} is the most")
    whole = np.full(size, b"", object) if name == "string" else np.zeros(size, values.dtype)
    whole[: values.size] = values
    if values.size:
        whole[values.size :] = values[-1]
    return whole.reshape(extent)


def listed_values(tensor: Any, name: str) -> Any:
    """Return the values that a tensor of a dtype lists, in a row.

    Raises:
        ValueError: if numpy has no such dtype.
    """
    import numpy as np  # noqa: PLC0415 - only to read values

    into = numpy_dtype(name)
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
