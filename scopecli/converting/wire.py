"""Writes the wire format of protocol buffers: the few small messages of a checkpoint, without a library."""

from typing import Final

_LOW: Final = 0x7F  # the bits of a number that one byte has
_MORE: Final = 0x80  # the bit that says that the number goes on
_BITS: Final = 64


def varint(value: int) -> bytes:
    """Return a number as it is written; one below zero as that of 64 bits that stands for it."""
    rest = value % (1 << _BITS)
    written = bytearray()
    while rest > _LOW:
        written.append(rest & _LOW | _MORE)
        rest >>= 7
    written.append(rest)
    return bytes(written)


def number_field(tag: int, value: int) -> bytes:
    """Return a field with a number; nothing for 0, which is what a field has that is not there."""
    return varint(tag) + varint(value) if value else b""


def bytes_field(tag: int, content: bytes) -> bytes:
    """Return a field with a message, or with other bytes."""
    return varint(tag) + varint(len(content)) + content


def field_bytes(tag: int, number: int, content: bytes) -> bytes:
    """Return a field as `sources.checkpoints.wire.fields` tells it."""
    match tag & 7:
        case 0:
            return varint(tag) + varint(number)
        case 2:
            return bytes_field(tag, content)
        case _:
            return varint(tag) + content
