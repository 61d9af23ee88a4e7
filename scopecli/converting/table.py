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
_UNCOMPRESSED: Final = b"\x00"
_HANDLES: Final = 40  # bytes of the footer before the magic number


class _Block:
    """Records that are written one behind another, each key as what it adds to the one before."""

    def __init__(self, restart: int) -> None:
        self._restart = restart
        self._count = 0
        self._restarts: list[int] = []
        self.records = bytearray()
        self.last_key = b""

    def add(self, key: bytes, record: bytes) -> None:
        """Add a record; keys come in the order of their bytes."""
        shared = 0
        if self._count % self._restart:
            shared = _common_length(self.last_key, key)
        else:
            self._restarts.append(len(self.records))
        self.records += varint(shared) + varint(len(key) - shared) + varint(len(record))
        self.records += key[shared:] + record
        self.last_key = key
        self._count += 1

    def finish(self) -> bytes:
        """Return the block as it is stored, with where its full keys are, its kind and its checksum."""
        restarts = self._restarts or [0]
        ends = b"".join(number.to_bytes(4, "little") for number in (*restarts, len(restarts)))
        stored = bytes(self.records) + ends + _UNCOMPRESSED
        return stored + masked_crc(google_crc32c.value(stored)).to_bytes(4, "little")


def _common_length(one: bytes, other: bytes) -> int:
    """Return how many bytes two keys have in common from the first on."""
    most = min(len(one), len(other))
    if one[:most] == other[:most]:
        return most
    different = int.from_bytes(one[:most], "big") ^ int.from_bytes(other[:most], "big")
    return most - (different.bit_length() + 7) // 8


def table_parts(records: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """Yield a table of these keys and records, which come in the order of their keys, a part at a time."""
    position, index, block = 0, _Block(1), _Block(_RESTART)
    for key, record in records:
        block.add(key, record)
        if len(block.records) >= _BLOCK:
            stored = block.finish()
            index.add(block.last_key, _handle(position, stored))
            position += len(stored)
            yield stored
            block = _Block(_RESTART)
    if block.records:
        stored = block.finish()
        index.add(block.last_key, _handle(position, stored))
        position += len(stored)
        yield stored
    names, contents = _Block(1).finish(), index.finish()
    handles = _handle(position, names) + _handle(position + len(names), contents)
    yield names + contents + handles.ljust(_HANDLES, b"\x00") + MAGIC


def _handle(offset: int, stored: bytes) -> bytes:
    """Return where a block is: its size is told without its kind and its checksum."""
    return varint(offset) + varint(len(stored) - 5)
