"""Reads the wire format of protocol buffers: the few small messages in a checkpoint, without a library.

Loading `protobuf` takes as long as reading an index of thousands of variables.
"""

from collections.abc import Iterator

_MAX_VARINT = 10  # bytes that 64 bits fill, seven to a byte


class DamageError(Exception):
    """Bytes that are not what they must be; the message says what is wrong, and where."""


def varint(data: bytes, position: int) -> tuple[int, int]:
    """Return the unsigned number at a position, and the position after it."""
    result = 0
    for index, byte in enumerate(data[position : position + _MAX_VARINT]):
        result |= (byte & 0x7F) << 7 * index
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            return result & 0xFFFF_FFFF_FFFF_FFFF, position + index + 1
    raise DamageError(f"there is no number at byte {position:,}")


def signed(value: int) -> int:
    """Return a varint's value as the signed number of 64 bits that it stands for."""
    return value - (1 << 64) if value >> 63 else value


def fields(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield each field of a message: its tag (number and wire type), its number, or else its bytes."""
    position, end = 0, len(data)
    while position < end:
        tag, position = _short(data, position)
        kind = tag & 7
        if kind == 0:
            value, position = _short(data, position)
            yield tag, value, b""
            continue
        size = 8 if kind == 1 else 4
        if kind == 2:  # noqa: PLR2004 - with its length before it
            size, position = _short(data, position)
        elif kind not in (1, 5):
            raise DamageError(f"the message has a field of the unknown kind {kind}")
        start, position = position, position + size
        if position > end:
            raise DamageError("the message ends within a field")
        yield tag, 0, data[start:position]


def _short(data: bytes, position: int) -> tuple[int, int]:
    """Return what `varint` does, sooner where the number has one byte, as most have."""
    if position < len(data) and data[position] < 0x80:  # noqa: PLR2004 - as above
        return data[position], position + 1
    return varint(data, position)
