"""Reads a LevelDB table: the form of a checkpoint's index.

A table is a row of blocks and a footer. Each block is followed by a byte that says how it is compressed and
by its checksum. The footer points at the block that points at the others.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

import google_crc32c

from scopecli.sources.checkpoints.snappy import decompress
from scopecli.sources.checkpoints.wire import DamageError, varint


class Bytes(Protocol):
    """What a table is read from: its bytes, all there or read where they are asked for."""

    def __len__(self) -> int: ...
    def __getitem__(self, place: slice, /) -> bytes: ...


MAGIC: Final = bytes.fromhex("57fb808b247547db")

_FOOTER: Final = 48
_TRAILER: Final = 5
_CHECKSUM: Final = 4  # of which, the last bytes
_COMPRESSED: Final = 1
_MOST_SHARED: Final = 16  # keys from one that is written in full to the next
_SHORT: Final = 0x80  # a number below is one byte


class _Handle(NamedTuple):
    offset: int
    size: int

    @property
    def end(self) -> int:
        return self.offset + self.size + _TRAILER


class Table:
    """A table in which single records are looked up.

    Raises:
        DamageError: by each method, where the table is damaged on the way.
    """

    def __init__(self, data: Bytes) -> None:
        self._data = data
        pairs = list(_pairs(_block(data, _index(data))))
        self._ends = [key for key, _ in pairs]  # no key of a block is greater, and every key of the next is
        self._blocks = [_handle(value, 0)[0] for _, value in pairs]

    def find(self, key: bytes) -> bytes | None:
        """Return the record of a key, None if there is none."""
        place = bisect_left(self._ends, key)
        if place == len(self._ends):
            return None
        block = _pairs(_block(self._data, self._blocks[place]))
        return next((record for found, record in block if found == key), None)


def records(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys of a table with their values, in the order of their bytes.

    Raises:
        DamageError: where the table is damaged; what was yielded before is whole.
    """
    previous: bytes | None = None
    start = 0
    for _, value in _pairs(_block(data, _index(data))):
        handle, _ = _handle(value, 0)
        if handle.offset < start:
            raise DamageError(f"the block at byte {handle.offset:,} lies within another")
        start = handle.end
        block = _block(data, handle)
        # A key is written as what it adds to the one before: this bounds what few bytes can claim.
        allowance = _MOST_SHARED * len(block)
        for key, record in _pairs(block):
            if previous is not None and key <= previous:
                raise DamageError(f"the keys in the block at byte {handle.offset:,} are out of order")
            allowance -= len(key)
            if allowance < 0:
                raise DamageError("its keys are longer than a file of its size can hold")
            previous = key
            yield key, record


def masked_crc(checksum: int) -> int:
    """Return a checksum as LevelDB and TensorFlow store it."""
    return ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _index(data: Bytes) -> _Handle:
    footer = data[-_FOOTER:]
    if len(footer) < _FOOTER or not footer.endswith(MAGIC):
        raise DamageError("it does not end as an index does: it was cut short, or is something else")
    _, position = _handle(footer, 0)
    return _handle(footer, position)[0]


def _handle(data: bytes, position: int) -> tuple[_Handle, int]:
    offset, position = varint(data, position)
    size, position = varint(data, position)
    return _Handle(offset, size), position


def _block(data: Bytes, handle: _Handle) -> bytes:
    """Return the records of a block, without its restart points."""
    if handle.end > len(data) - _FOOTER:
        raise DamageError(f"a block is said to end at byte {handle.end:,}, past the last one")
    written = data[handle.offset : handle.end - _CHECKSUM]
    kind = written[-1]
    stored = data[handle.end - _CHECKSUM : handle.end]
    if masked_crc(google_crc32c.value(written)) != int.from_bytes(stored, "little"):
        raise DamageError(f"the block at byte {handle.offset:,} does not match its checksum")
    if kind > _COMPRESSED:
        raise DamageError(f"the block at byte {handle.offset:,} is of the unknown kind {kind}")
    block = decompress(written[:-1]) if kind == _COMPRESSED else written[:-1]
    size = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    if size < 0:
        raise DamageError(f"the block at byte {handle.offset:,} is too short for its restart points")
    return block[:size]


def _pairs(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield a block's keys and values; each key gives how much it shares with the one before."""
    position, end, key = 0, len(block), b""
    while position < end:
        lengths = block[position : position + 3]
        if len(lengths) == 3 and max(lengths) < _SHORT:  # noqa: PLR2004 - three lengths
            shared, own, size = lengths
            position += 3
        else:
            shared, position = varint(block, position)
            own, position = varint(block, position)
            size, position = varint(block, position)
        middle = position + own
        if shared > len(key) or middle + size > end:
            raise DamageError("a record is said to be longer than its block")
        key = key[:shared] + block[position:middle]
        position = middle + size
        yield key, block[middle:position]
