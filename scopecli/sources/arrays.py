"""Numpy's dtypes, by TensorFlow's names."""

from typing import Any, Final

_QUANTIZED: Final = ("qint8", "quint8", "qint16", "quint16", "qint32")


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
    try:
        return np.dtype(plain)
    except TypeError:
        import ml_dtypes  # noqa: PLC0415 - comes with TensorFlow; few sources need it

        if not hasattr(ml_dtypes, plain):
            raise ValueError(f"numpy has no dtype for {name}") from None
        return np.dtype(getattr(ml_dtypes, plain))
