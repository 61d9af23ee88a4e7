"""Knows the keys under which TensorFlow keeps the slices of a partitioned variable.

They are made to sort as the slices do: `checkpoint::EncodeTensorNameSlice`, which writes with `OrderedCode`.
"""

from typing import Final

from scopecli.sources.checkpoints.entries import Extent

FIRST_BYTE: Final = b"\x00"
"""What every such key begins with, and the name of no variable."""

_ESCAPED: Final = {0x00: b"\x00\xff", 0xFF: b"\xff\x00"}
_END: Final = b"\x00\x01"


def slice_key(name: bytes, extents: tuple[Extent, ...]) -> bytes:
    """Return the key of a slice of the variable of this name."""
    escaped = b"".join(_ESCAPED.get(byte) or bytes([byte]) for byte in name)
    numbers = [number for start, length in extents for number in (start, -1 if length is None else length)]
    return b"".join(
        [FIRST_BYTE, escaped, _END, _encode_unsigned(len(extents)), *map(_encode_signed, numbers)]
    )


def _encode_unsigned(value: int) -> bytes:
    """Return a number as its length, then its bytes."""
    length = (value.bit_length() + 7) // 8
    return bytes([length]) + value.to_bytes(length, "big")


def _encode_signed(value: int) -> bytes:
    """Return a number as its bytes, whose first bits say how many follow."""
    length = (value if value >= 0 else ~value).bit_length() // 7 + 1
    # As many ones as it has bytes, then the number; all of it inverted where that is below zero.
    marks = ((1 << length) - 1) << 7 * length
    bits = value & ((1 << 8 * length) - 1)
    return (bits ^ marks).to_bytes(length, "big")
