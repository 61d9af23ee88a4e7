"""Unpacks what was compressed with Snappy.

TensorFlow's own reader would do it too, but ends the process where what comes out is not what it expects.
"""

from typing import Final

from scopecli.sources.checkpoints.wire import DamageError, varint

_LITERAL: Final = 0


def decompress(data: bytes) -> bytes:
    """Return what was compressed.

    Raises:
        DamageError: if it is not of this form.
    """
    size, position = varint(data, 0)
    result = bytearray()
    while position < len(data):
        kind, length, offset, position = _element(data, position)
        if kind == _LITERAL:
            result += data[position : position + length]
            position += length
        elif 0 < offset <= len(result):
            start = len(result) - offset
            repeated = result[start : start + length]
            # What is copied may reach into the copy: then it goes round.
            result += (repeated * (length // len(repeated) + 1))[:length]
        else:
            raise DamageError("a compressed block refers to what is before its beginning")
    if len(result) != size or position != len(data):
        raise DamageError("a compressed block is not as long as it says")
    return bytes(result)


def _element(data: bytes, position: int) -> tuple[int, int, int, int]:
    """Return kind, length and offset of what begins at a position, and the position after these."""
    tag = data[position]
    kind, upper = tag & 3, tag >> 2
    position += 1
    if kind == _LITERAL:
        extra = max(0, upper - 59)  # 60 to 63: the length is in the next one to four bytes
        length = int.from_bytes(data[position : position + extra], "little") if extra else upper
        return kind, length + 1, 0, position + extra
    if kind == 1:
        low = data[position] if position < len(data) else 0
        return kind, (upper & 7) + 4, tag >> 5 << 8 | low, position + 1
    extra = 1 << (kind - 1)  # two bytes, or four
    return kind, upper + 1, int.from_bytes(data[position : position + extra], "little"), position + extra
