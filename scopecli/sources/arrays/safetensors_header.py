"""Reads the header of a safetensors file: JSON that says what each tensor is, and at which bytes.

The form is https://github.com/huggingface/safetensors#format. Like the package of that name this refuses what
is not as the form says, such as tensors that have bytes in common, and says where.
"""

import json
from collections import Counter
from collections.abc import Mapping
from io import BufferedReader
from math import prod
from typing import Any, Final, NamedTuple

from scopecli.ground.dtypes import DTYPES_BY_NAME, Dtype
from scopecli.ground.limits import MAX_ARRAYS_HEADER_BYTES, MAX_DIMENSIONS, MAX_ELEMENTS
from scopecli.ground.numbers import is_integer
from scopecli.ground.words import quote_text
from scopecli.report.values import Plain

_LENGTH: Final = 8  # bytes in which the length of the header stands
METADATA: Final = "__metadata__"
"""The name that no tensor has."""


class ElementKind(NamedTuple):
    """What a file says of a tensor's elements: their dtype, and the bits that one takes."""

    dtype: Dtype
    bits: int

    @property
    def is_read(self) -> bool:
        """Whether the bytes are those of TensorFlow's dtype."""
        known = DTYPES_BY_NAME.get(self.dtype.name)
        return known is not None and self.bits == 8 * (known.itemsize or 0)


def _whole(name: str) -> ElementKind:
    dtype = DTYPES_BY_NAME[name]
    return ElementKind(dtype, 8 * (dtype.itemsize or 0))


# By their names in the file. Of the last four TensorFlow has none, or keeps them in other bytes.
KINDS: Final = {
    "BOOL": _whole("bool"),
    "U8": _whole("uint8"),
    "I8": _whole("int8"),
    "U16": _whole("uint16"),
    "I16": _whole("int16"),
    "F16": _whole("float16"),
    "BF16": _whole("bfloat16"),
    "U32": _whole("uint32"),
    "I32": _whole("int32"),
    "F32": _whole("float32"),
    "U64": _whole("uint64"),
    "I64": _whole("int64"),
    "F64": _whole("float64"),
    "C64": _whole("complex64"),
    "F8_E4M3": _whole("float8_e4m3fn"),
    "F8_E4M3FNUZ": _whole("float8_e4m3fnuz"),
    "F8_E5M2": _whole("float8_e5m2"),
    "F8_E5M2FNUZ": _whole("float8_e5m2fnuz"),
    "F8_E8M0": ElementKind(Dtype("float8_e8m0fnu", 1), 8),
    "F4": ElementKind(Dtype("float4_e2m1fn", 1), 4),
    "F6_E2M3": ElementKind(Dtype("float6_e2m3fn", 1), 6),
    "F6_E3M2": ElementKind(Dtype("float6_e3m2fn", 1), 6),
}


class TensorEntry(NamedTuple):
    """Where a tensor is: at which of the bytes behind the header it begins and ends."""

    kind: ElementKind
    shape: tuple[int, ...]
    begin: int
    end: int


class SafetensorsHeader(NamedTuple):
    """What a header says.

    Attributes:
        start: where the tensors begin in the file.
        size: the bytes of the file.
    """

    path: str
    start: int
    size: int
    tensors: dict[str, TensorEntry]
    metadata: dict[str, Plain]


class HeaderError(Exception):
    """A header that does not say what it must, and why."""


def read_safetensors_header(stream: BufferedReader, path: str, size: int) -> SafetensorsHeader:
    """Return what the header of a file of a size says, held against what can be.

    Raises:
        HeaderError: if it is damaged.
        OSError: if it can't be read.
    """
    length = int.from_bytes(stream.read(_LENGTH), "little")
    if size < _LENGTH:
        raise HeaderError(f"its length should stand in the first {_LENGTH} bytes, and the file has {size}")
    if length > MAX_ARRAYS_HEADER_BYTES:
        raise HeaderError(f"it is said to take {length:,} bytes, and {MAX_ARRAYS_HEADER_BYTES:,} is the most")
    if length > size - _LENGTH:
        raise HeaderError(f"it is said to take {length:,} bytes, and the file has {size:,}")
    found = _parsed_object(stream.read(length))
    metadata = found.pop(METADATA, None)
    if metadata is None:
        metadata = {}
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise HeaderError(f"`{METADATA}` must have texts alone")
    tensors = {name: _tensor(name, entry) for name, entry in found.items()}
    _check_places(tensors)
    return SafetensorsHeader(path, _LENGTH + length, size, tensors, metadata)


def _parsed_object(header: bytes) -> dict[str, Any]:
    try:
        found = json.loads(header.decode("utf-8"), object_pairs_hook=_object_of)
    except UnicodeDecodeError as error:
        raise HeaderError(f"byte {_LENGTH + error.start:,} of the file is no UTF-8") from None
    except json.JSONDecodeError as error:
        raise HeaderError(f"it is no JSON at character {error.pos:,}: {error.msg}") from None
    except (ValueError, RecursionError) as error:  # of a number of thousands of digits; nested too deep
        raise HeaderError(f"it can't be read as JSON: {error}") from None
    if not isinstance(found, dict):
        raise HeaderError("it must be an object of JSON")
    return found


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise HeaderError(f"{quote_text(twice)} stands in it twice")
    return found


def _tensor(name: str, entry: Any) -> TensorEntry:
    """Return what an entry says, held against what can be."""
    match entry:
        case {"dtype": str(word), "shape": list(shape), "data_offsets": [begin, end]}:
            numbers = [*shape, begin, end]
        case _:
            raise HeaderError(f"{_name_in_quotes(name)} must have `dtype`, `shape` and two `data_offsets`")
    if not all(is_integer(number) and number >= 0 for number in numbers):
        raise HeaderError(f"{_name_in_quotes(name)} has a size or an offset that is no number from 0 on")
    kind = KINDS.get(word)
    if kind is None:
        raise HeaderError(
            f"{_name_in_quotes(name)} has the dtype {quote_text(word)}, which the format does not have"
        )
    if len(shape) > MAX_DIMENSIONS or prod(shape) > MAX_ELEMENTS:
        raise HeaderError(f"the shape of {_name_in_quotes(name)} is larger than TensorFlow allows")
    if prod(shape) * kind.bits != (end - begin) * 8:
        told = f"{end - begin:,} bytes, which does not fit its {prod(shape):,} elements of {kind.dtype.name}"
        raise HeaderError(f"{_name_in_quotes(name)} is said to be {told}")
    return TensorEntry(kind, tuple(shape), begin, end)


def _name_in_quotes(name: str) -> str:
    if not name.isascii() and any("\ud800" <= character <= "\udfff" for character in name):
        raise HeaderError(f"the name {name!a} is no Unicode")
    return quote_text(name)


def _check_places(tensors: Mapping[str, TensorEntry]) -> None:
    """Raise HeaderError unless tensors lie one after another, as the format wants it."""
    previous, reached = "", 0
    for name, tensor in sorted(tensors.items(), key=lambda pair: pair[1][2:]):
        if tensor.begin < reached:
            raise HeaderError(f"{quote_text(previous)} and {quote_text(name)} have bytes in common")
        if tensor.begin > reached:
            raise HeaderError(f"{tensor.begin - reached:,} bytes before {quote_text(name)} are no tensor's")
        previous, reached = name, tensor.end
