"""Writes a LevelDB table, the form of a checkpoint's index, as `table::TableBuilder` of TensorFlow does.

`sources/checkpoints/table.py` reads it, and says what it is made of.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import google_crc32c

from scopecli.converting.wire import varint
from scopecli.sources.checkpoints.table import MAGIC, masked_crc

_BLOCK: Final = 1 << 18  # bytes of records after which a block ends: `table::Options::block_size`
_RESTART: Final = 16  # records from one key that is written in full to the next
_HIGHEST: Final = 0xFF  # of bytes
_TRAILER: Final = 5  # bytes behind a block: its kind and its checksum
_UNCOMPRESSED: Final = b"\x00"
_HANDLES: Final = 40  # bytes of the footer before the magic number


class _Block:
    """Records that are written one behind another, each key as what it adds to the one before."""

    def __init__(self, restart: int) -> None:
        self._restart = restart
        self._count = 0
        self._restarts = [0]
        self._records = bytearray()
        self.last_key = b""

    def add(self, key: bytes, record: bytes) -> None:
        """Add a record; keys come in the order of their bytes."""
        shared = 0
        if self._count % self._restart:
            shared = common_length(self.last_key, key)
        elif self._count:
            self._restarts.append(len(self._records))
        self._records += varint(shared) + varint(len(key) - shared) + varint(len(record))
        self._records += key[shared:] + record
        self.last_key = key
        self._count += 1

    @property
    def size(self) -> int:
        """Its bytes, without its kind and its checksum; 0 of one that has no records."""
        return len(self._records) + 4 * (len(self._restarts) + 1) if self._records else 0

    def finish(self) -> bytes:
        """Return the block as it is stored, with where its full keys are, its kind and its checksum."""
        ends = b"".join(number.to_bytes(4, "little") for number in (*self._restarts, len(self._restarts)))
        stored = bytes(self._records) + ends + _UNCOMPRESSED
        return stored + masked_crc(google_crc32c.value(stored)).to_bytes(4, "little")


def table_parts(records: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """Yield a table of these keys and records, which come in the order of their keys, a part at a time."""
    position, index, block = 0, _Block(1), _Block(_RESTART)
    last: tuple[bytes, bytes] | None = None  # the last key of the block before, and where that is
    for key, record in records:
        if last:
            index.add(_between(last[0], key), last[1])
            last = None
        block.add(key, record)
        if block.size >= _BLOCK:
            stored = block.finish()
            last = block.last_key, _handle(position, stored)
            position += len(stored)
            yield stored
            block = _Block(_RESTART)
    if block.size:
        stored = block.finish()
        last = block.last_key, _handle(position, stored)
        position += len(stored)
        yield stored
    if last:
        index.add(_after(last[0]), last[1])
    names, contents = _Block(1).finish(), index.finish()
    handles = _handle(position, names) + _handle(position + len(names), contents)
    yield names + contents + handles.ljust(_HANDLES, b"\x00") + MAGIC


def common_length(one: bytes, other: bytes) -> int:
    """Return how many bytes two keys have in common from the first on."""
    most = min(len(one), len(other))
    different = int.from_bytes(one[:most], "big") ^ int.from_bytes(other[:most], "big")
    return most - (different.bit_length() + 7) // 8


def _between(key: bytes, following: bytes) -> bytes:
    """Return a short key from one on, and before the one that follows (`FindShortestSeparator`)."""
    place = common_length(key, following)
    if place < min(len(key), len(following)) and key[place] + 1 < following[place]:
        return key[:place] + bytes([key[place] + 1])
    return key


def _after(key: bytes) -> bytes:
    """Return a short key from one on (`FindShortSuccessor`)."""
    place = next((place for place, byte in enumerate(key) if byte < _HIGHEST), None)
    return key if place is None else key[:place] + bytes([key[place] + 1])


def _handle(offset: int, stored: bytes) -> bytes:
    """Return where a block is: its size is told without its kind and its checksum."""
    return varint(offset) + varint(len(stored) - _TRAILER)
