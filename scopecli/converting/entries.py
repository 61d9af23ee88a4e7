"""Writes the messages of a checkpoint's index: `BundleHeaderProto`, and a `BundleEntryProto` for each tensor.

`sources/checkpoints/entries.py` reads them.
"""

from typing import Final

from scopecli.converting.wire import bytes_field, number_field
from scopecli.ground.dtypes import DTYPE_NUMBERS
from scopecli.sources.checkpoints.entries import BundleEntry, Extent

_PRODUCER: Final = 1  # `kTensorBundleVersion`

# The tags of fields: their numbers, and how they are written.
_SHARDS, _VERSION, _OF_PRODUCER = 0x08, 0x1A, 0x08
_DTYPE, _SHAPE, _SHARD, _OFFSET, _SIZE, _CHECKSUM, _SLICE = 0x08, 0x12, 0x18, 0x20, 0x28, 0x35, 0x3A
_DIMENSION, _OF_DIMENSION = 0x12, 0x08
_EXTENT, _START, _LENGTH = 0x0A, 0x08, 0x10


def header_message(shards: int) -> bytes:
    """Return what the record of the empty key says: little-endian, in so many data files."""
    return number_field(_SHARDS, shards) + bytes_field(_VERSION, number_field(_OF_PRODUCER, _PRODUCER))


def entry_message(entry: BundleEntry) -> bytes:
    """Return what the record of a tensor, or of a slice of one, says."""
    return b"".join(
        [
            number_field(_DTYPE, DTYPE_NUMBERS[entry.dtype.name]),
            bytes_field(_SHAPE, b"".join(map(_dimension, entry.shape))),
            number_field(_SHARD, entry.shard),
            number_field(_OFFSET, entry.offset),
            number_field(_SIZE, entry.size),
            bytes([_CHECKSUM]) + entry.checksum.to_bytes(4, "little") if entry.checksum else b"",
            *(bytes_field(_SLICE, b"".join(map(_extent, extents))) for extents in entry.extents),
        ]
    )


def _dimension(size: int) -> bytes:
    return bytes_field(_DIMENSION, number_field(_OF_DIMENSION, size))


def _extent(extent: Extent) -> bytes:
    start, length = extent
    told = number_field(_START, start)
    if length is not None:  # 0 is told too: where nothing is, all of the axis is meant
        told += number_field(_LENGTH, length) or bytes([_LENGTH, 0])
    return bytes_field(_EXTENT, told)
