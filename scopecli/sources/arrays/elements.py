"""What numpy has for the elements of an array in a file, and what TensorFlow has for them."""

from typing import Any, Final

from scopecli.ground.diagnostics import Location
from scopecli.ground.dtypes import DTYPES_BY_NAME, Dtype
from scopecli.ground.errors import InvalidSourceError, source_error
from scopecli.ground.limits import MAX_INFLATED_BYTES
from scopecli.ground.sizes import format_bytes

_BOMB: Final = 100  # times the bytes in the file
_UNTYPED: Final = "numpy keeps bfloat16 and float8 as bytes without a type: safetensors has them"


def dtype_of(elements: Any) -> Dtype:
    """Return TensorFlow's dtype for one of numpy's, or one with numpy's name where TensorFlow has none."""
    if elements.hasobject:
        return Dtype("object", None)
    name = "string" if elements.kind in "SU" else elements.name
    return DTYPES_BY_NAME.get(name) or Dtype(name, elements.itemsize)


def refuse_foreign(path: str, name: str, elements: Any) -> None:
    """Raise InvalidSourceError if the elements of an array are none of TensorFlow's."""
    if elements.hasobject:
        hint = "save it as an array of numbers or of text"
        raise unread_array_error(path, name, "it is of Python objects, which are never loaded", hint)
    if dtype_of(elements).name not in DTYPES_BY_NAME:
        reason = f"it is of numpy's {elements.name}, which TensorFlow does not have"
        is_untyped = elements.kind == "V" and elements.fields is None
        raise unread_array_error(path, name, reason, _UNTYPED if is_untyped else None)


def refuse_bomb(path: str, name: str, size: int, kept: int) -> None:
    """Raise InvalidSourceError if an array of so many bytes is kept in too few to be meant."""
    if size > max(MAX_INFLATED_BYTES, kept * _BOMB):
        reason = f"it is said to be {format_bytes(size)}, packed into {format_bytes(kept)}"
        raise unread_array_error(path, name, reason, "save it without compression")


def as_tensorflow_has_it(array: Any) -> Any:
    """Return an array with text as bytes in UTF-8, and with numbers in the byte order of this machine."""
    import numpy as np  # noqa: PLC0415 - there is an array

    if array.dtype.kind == "U":
        array = np.char.encode(array, "utf-8", "backslashreplace")
    if array.dtype.kind == "S":
        return array.astype(object)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def unread_array_error(path: str, name: str, reason: str, help: str | None = None) -> InvalidSourceError:  # noqa: A002 - the field's own name
    """Return the error for an array whose elements are not read, though nothing is damaged."""
    return source_error("SC601", f"cannot read {name!r}: {reason}", Location(path), help)
