"""Reads the wire format of protocol buffers: the few small messages in a checkpoint, without a library.

Loading `protobuf` takes as long as reading an index of thousands of variables.
"""

from collections.abc import Iterator
from typing import Final

_MORE: Final = 0x80  # the bit of a byte that says that the number goes on
_MOST_BITS: Final = 70  # of ten bytes, seven each: the longest number that is written


class DamageError(Exception):
    """Bytes that are not what they must be; the message says what is wrong, and where."""


def varint(data: bytes, position: int) -> tuple[int, int]:
    """Return the unsigned number at a position, and the position after it."""
    result, shift = 0, 0
    for byte in data[position : position + _MOST_BITS // 7]:
        result |= (byte & 0x7F) << shift
        shift += 7
        if byte < _MORE:
            return result & 0xFFFF_FFFF_FFFF_FFFF, position + shift // 7
    raise DamageError(f"there is no number at byte {position:,}")


def signed_number(value: int) -> int:
    """Return a varint's value as the signed number of 64 bits that it stands for."""
    return value - (1 << 64) if value >> 63 else value


def fields(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield each field of a message: its tag (number and wire type), its number, or else its bytes.

    Most tags and numbers have one byte, and are read without a call.
    """
    position, end = 0, len(data)
    while position < end:
        tag = data[position]
        position += 1
        if tag >= _MORE:
            tag, position = varint(data, position - 1)
        kind = tag & 7
        number, size = 0, 8 if kind == 1 else 4
        if kind in (0, 2):
            if position < end and data[position] < _MORE:
                number = data[position]
                position += 1
            else:
                number, position = varint(data, position)
            if kind == 0:
                yield tag, number, b""
                continue
            size = number
        elif kind not in (1, 5):
            raise DamageError(f"a message has a field of the unknown kind {kind}")
        start, position = position, position + size
        if position > end:
            raise DamageError("a message ends within a field")
        yield tag, 0, data[start:position]
