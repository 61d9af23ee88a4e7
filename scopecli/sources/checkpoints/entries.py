"""Reads the messages of an index: `BundleHeaderProto`, and a `BundleEntryProto` for each tensor."""

from functools import lru_cache
from math import prod
from typing import Final, NamedTuple, TypeAlias

from scopecli.ground.dtypes import DTYPES, Dtype
from scopecli.ground.limits import MAX_DIMENSIONS, MAX_ELEMENTS
from scopecli.report.model import Slice
from scopecli.sources.checkpoints.wire import DamageError, fields, signed_number

_VERSION: Final = 1  # of the form of the files: the newest that is known

# The tags of fields that messages are asked for alone.
_MIN_CONSUMER: Final = 0x10
_DIMENSION: Final = 0x08
_EXTENT: Final = 0x0A

Extent: TypeAlias = tuple[int, int | None]
"""Where a slice begins along an axis, and its length; None is all of the axis."""


class Header(NamedTuple):
    """What the index says of the checkpoint as a whole."""

    shards: int
    big_endian: bool


class BundleEntry(NamedTuple):
    """Where a tensor is, and what it is.

    Attributes:
        shape: of the whole, also where it is kept in slices.
        shard: the number of the data file that it is in.
        offset: where it begins there, in bytes.
        size: its bytes there.
        checksum: the masked crc32c of these.
        extents: for each slice that it is kept in, its extent along each axis.
    """

    dtype: Dtype
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    checksum: int
    extents: tuple[tuple[Extent, ...], ...]

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The slices that it is kept in, none where it is kept as a whole."""
        return tuple(slice_of(extents, self.shape) for extents in self.extents)


def read_header(data: bytes) -> Header:
    """Return what the record of the empty key says."""
    shards, endianness, version = 0, 0, b""
    for tag, number, content in fields(data):
        match tag:
            case 0x08:
                shards = number
            case 0x10:
                endianness = number
            case 0x1A:
                version = content
    needed = _number(version, _MIN_CONSUMER)
    if needed > _VERSION:
        raise DamageError(f"it is of version {needed}, and the newest that is known is {_VERSION}")
    return Header(shards, big_endian=endianness != 0)


def read_entry(data: bytes, header: Header) -> BundleEntry:
    """Return what a record says, held against what can be."""
    dtype, shape, shard, offset, size, checksum = 0, b"", 0, 0, 0, 0
    extents = []
    for tag, number, content in fields(data):
        match tag:
            case 0x08:
                dtype = number
            case 0x12:
                shape = content
            case 0x18:
                shard = number
            case 0x20:
                offset = signed_number(number)
            case 0x28:
                size = signed_number(number)
            case 0x35:
                checksum = int.from_bytes(content, "little")
            case 0x3A:
                extents.append(read_extents(content))
    if dtype not in DTYPES:
        raise DamageError(f"its dtype has the number {dtype}, which none of TensorFlow's has")
    entry = BundleEntry(DTYPES[dtype], read_shape(shape), shard, offset, size, checksum, tuple(extents))
    _check(entry, header)
    return entry


def _check(entry: BundleEntry, header: Header) -> None:
    dtype, shape, shard, offset, size, _, extents = entry
    if extents:
        check_slices(entry.shape, extents)
        return
    if shard >= header.shards:
        raise DamageError(f"it is said to be in shard {shard:,} of {header.shards:,}")
    if offset < 0 or size < 0:
        raise DamageError("it is said to lie before its file's first byte")
    elements, itemsize = prod(shape), dtype.itemsize
    if size != elements * itemsize if itemsize else size < elements:
        raise DamageError(f"it is said to be {size:,} bytes, which does not fit its {elements:,} elements")


def check_slices(shape: tuple[int, ...], slices: tuple[tuple[Extent, ...], ...]) -> None:
    """Raise DamageError if slices, given by their extents, are none of a tensor of a shape."""
    if any(len(extents) != len(shape) for extents in slices):
        raise DamageError("it has slices of another rank")
    parts = (slice_of(extents, shape) for extents in slices)
    outside = next((part for part in parts if not _lies_in(part, shape)), None)
    if outside:
        raise DamageError(f"it has a slice that lies outside of it, at {outside.offset}")


def _lies_in(part: Slice, shape: tuple[int, ...]) -> bool:
    return all(
        start >= 0 and length >= 0 and start + length <= whole
        for start, length, whole in zip(part.offset, part.shape, shape, strict=True)
    )


@lru_cache(maxsize=4096)  # most shapes are met again and again
def read_shape(data: bytes) -> tuple[int, ...]:
    """Return the dimensions of a `TensorShapeProto`."""
    sizes = []
    for tag, number, content in fields(data):
        match tag:
            case 0x12:
                sizes.append(signed_number(_number(content, _DIMENSION)))
            case 0x18 if number:
                raise DamageError("its rank is not known")
    if any(size < 0 for size in sizes):
        raise DamageError(f"it has a dimension of {min(sizes)}")
    if len(sizes) > MAX_DIMENSIONS or prod(sizes) > MAX_ELEMENTS:
        raise DamageError("its shape is larger than TensorFlow allows")
    return tuple(sizes)


def _number(data: bytes, wanted: int) -> int:
    """Return the number of one field of a message; 0, as ever, where it has none."""
    return next((number for tag, number, _ in fields(data) if tag == wanted), 0)


def read_extents(data: bytes) -> tuple[Extent, ...]:
    """Return the start and the length along each axis of a `TensorSliceProto`."""
    return tuple(_extent(content) for tag, _, content in fields(data) if tag == _EXTENT)


def _extent(data: bytes) -> Extent:
    start, length = 0, None
    for tag, number, _ in fields(data):
        match tag:
            case 0x08:
                start = signed_number(number)
            case 0x10:
                length = signed_number(number)
    return start, length


def slice_of(extents: tuple[Extent, ...], shape: tuple[int, ...]) -> Slice:
    """Return the slice that has these extents, of a tensor of a shape."""
    return Slice(
        tuple(start for start, _ in extents),
        tuple(whole if length is None else length for (_, length), whole in zip(extents, shape, strict=True)),
    )
