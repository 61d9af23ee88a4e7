"""TensorFlow's dtypes, by the numbers that files have for them, and numpy's for them."""

from typing import Any, Final, NamedTuple


class Dtype(NamedTuple):
    """A dtype: TensorFlow's name of it, and the bytes of an element; None where they are not fixed.

    An element of four bits or less takes a byte in a file, as it does in TensorFlow's memory.
    """

    name: str
    itemsize: int | None


DTYPES: Final = {
    1: Dtype("float32", 4),
    2: Dtype("float64", 8),
    3: Dtype("int32", 4),
    4: Dtype("uint8", 1),
    5: Dtype("int16", 2),
    6: Dtype("int8", 1),
    7: Dtype("string", None),
    8: Dtype("complex64", 8),
    9: Dtype("int64", 8),
    10: Dtype("bool", 1),
    11: Dtype("qint8", 1),
    12: Dtype("quint8", 1),
    13: Dtype("qint32", 4),
    14: Dtype("bfloat16", 2),
    15: Dtype("qint16", 2),
    16: Dtype("quint16", 2),
    17: Dtype("uint16", 2),
    18: Dtype("complex128", 16),
    19: Dtype("float16", 2),
    20: Dtype("resource", None),
    21: Dtype("variant", None),
    22: Dtype("uint32", 4),
    23: Dtype("uint64", 8),
    24: Dtype("float8_e5m2", 1),
    25: Dtype("float8_e4m3fn", 1),
    26: Dtype("float8_e4m3fnuz", 1),
    27: Dtype("float8_e4m3b11fnuz", 1),
    28: Dtype("float8_e5m2fnuz", 1),
    29: Dtype("int4", 1),
    30: Dtype("uint4", 1),
    31: Dtype("int2", 1),
    32: Dtype("uint2", 1),
    33: Dtype("float4_e2m1fn", 1),
}

DTYPES_BY_NAME: Final = {dtype.name: dtype for dtype in DTYPES.values()}
DTYPE_NUMBERS: Final = {dtype.name: number for number, dtype in DTYPES.items()}

_QUANTIZED: Final = frozenset(("qint8", "quint8", "qint16", "quint16", "qint32"))


def numpy_dtype(name: str) -> Any:
    """Return the numpy dtype that has the elements of a dtype of TensorFlow's.

    The small ones are those of `ml_dtypes`, a quantized one is its integers, a string is bytes.

    Raises:
        ValueError: if there is none.
    """
    import numpy as np  # noqa: PLC0415 - only for values

    if name == "string":
        return np.dtype(object)
    plain = name[1:] if name in _QUANTIZED else name
    if name in DTYPES_BY_NAME:
        try:
            return np.dtype(plain)
        except TypeError:
            import ml_dtypes  # noqa: PLC0415 - comes with TensorFlow; few sources need it

            if hasattr(ml_dtypes, plain):
                return np.dtype(getattr(ml_dtypes, plain))
    raise ValueError(f"numpy has no dtype for {name!r}")
