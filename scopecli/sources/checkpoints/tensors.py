"""Reads the values of a checkpoint, one tensor at a time."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from itertools import pairwise
from math import prod
from typing import Any, Final

import google_crc32c

from scopecli.ground.dtypes import numpy_dtype
from scopecli.report.model import Slice, Variable
from scopecli.sources.checkpoints.bundle import Bundle
from scopecli.sources.checkpoints.entries import Entry
from scopecli.sources.checkpoints.files import damaged, open_file, unreadable
from scopecli.sources.checkpoints.slicing import slice_key
from scopecli.sources.checkpoints.strings import UNLIKE, unpacked
from scopecli.sources.checkpoints.table import masked_crc
from scopecli.sources.checkpoints.wire import DamageError

_CHUNK: Final = 4 * 1024 * 1024  # bytes whose checksum is taken while they are in the processor's cache
_LARGE: Final = 16 * 1024 * 1024  # bytes
_NO_ARRAYS: Final = ("resource", "variant")


def read_value(bundle: Bundle, variable: Variable) -> Any:
    """Return the value of a row as a numpy array.

    Raises:
        InvalidSourceError: if a data file is missing or damaged.
    """
    name = variable.key or variable.name
    entry = bundle.entries[name]
    return _joined(bundle, name, entry) if entry.extents else _read(bundle, name, entry)


def _joined(bundle: Bundle, name: str, entry: Entry) -> Any:
    """Return a partitioned variable, put together of its slices.

    Slices that leave some of the whole out are legal: optimizers' slots may be kept so. Of them, what is
    there is returned: the one slice, or the elements of several, one slice after another.
    """
    if _overlap(entry.slices):
        raise damaged(bundle.index, f"slices of {name!r} overlap")
    kept = []
    for part, extents in zip(entry.slices, entry.extents, strict=True):
        found = bundle.parts.get(slice_key(name.encode(), extents))
        if found is None or found.shape != part.shape or found.dtype != entry.dtype:
            raise damaged(bundle.index, f"the slice of {name!r} at {part.offset} is not in the index")
        with _at(bundle, name, found):  # so it is there, and the whole is no larger than the files
            kept.append((part, found))
    if not _make_up(entry.slices, entry.shape):
        return _in_a_row([_read(bundle, name, found) for _, found in kept])
    whole = _empty(bundle.index, name, entry)
    for part, found in kept:
        place = tuple(slice(start, start + size) for start, size in zip(part.offset, part.shape, strict=True))
        whole[place] = _read(bundle, name, found)
    return whole


def _in_a_row(arrays: list[Any]) -> Any:
    import numpy as np  # noqa: PLC0415 - only to read values

    return arrays[0] if len(arrays) == 1 else np.concatenate([array.reshape(-1) for array in arrays])


def _overlap(slices: tuple[Slice, ...]) -> bool:
    """Tell whether slices have elements in common.

    They are taken along the axis that most of them are cut along, each held against those that reach as far.
    """
    boxes = [part for part in slices if all(part.shape)]
    if not boxes or not boxes[0].offset:
        return len(boxes) > 1
    axis = max(range(len(boxes[0].offset)), key=lambda axis: len({part.offset[axis] for part in boxes}))
    reaching: list[Slice] = []
    for part in sorted(boxes, key=lambda part: part.offset[axis]):
        start = part.offset[axis]
        reaching = [other for other in reaching if other.offset[axis] + other.shape[axis] > start]
        if any(_meet(other, part) for other in reaching):
            return True
        reaching.append(part)
    return False


def _meet(one: Slice, other: Slice) -> bool:
    axes = zip(one.offset, one.shape, other.offset, other.shape, strict=True)
    return all(a < b + b_size and b < a + a_size for a, a_size, b, b_size in axes)


def _make_up(slices: tuple[Slice, ...], shape: tuple[int, ...]) -> bool:
    """Tell whether slices make up a whole, as a grid does: partitioners make no others."""
    count = 1
    for axis, size in enumerate(shape):
        stretches = sorted({(each.offset[axis], each.offset[axis] + each.shape[axis]) for each in slices})
        if stretches[0][0] != 0 or stretches[-1][1] != size:
            return False
        if any(end != start for (_, end), (start, _) in pairwise(stretches)):
            return False
        count *= len(stretches)
    return count == len(slices) == len(set(slices))


def _read(bundle: Bundle, name: str, entry: Entry) -> Any:
    """Return a tensor that is kept as a whole."""
    if entry.dtype.name in _NO_ARRAYS:
        raise unreadable(bundle.shard(entry), f"{name!r} is a {entry.dtype.name}, which has no numpy array")
    with _at(bundle, name, entry) as stream:
        array = _empty(bundle.shard(entry), name, entry)
        if entry.dtype.name == "string":
            array.reshape(-1)[:] = _strings(stream, entry)
        else:
            _fill(array.reshape(-1).view("uint8"), stream, entry)
        return array


def read_string(bundle: Bundle, name: str) -> bytes:
    """Return a string alone, without numpy.

    Raises:
        InvalidSourceError: if it can't be read, or is damaged.
    """
    entry = bundle.entries[name]
    with _at(bundle, name, entry) as stream:
        return _strings(stream, entry)[0]


@contextmanager
def _at(bundle: Bundle, name: str, entry: Entry) -> Iterator[BufferedReader]:
    """Open the data file that a tensor is in, where it begins; tell what is wrong with it."""
    path = bundle.shard(entry)
    stream, size = open_file(path, f"{name!r} is in it: a checkpoint is its index and all of its data files")
    with stream:
        if entry.offset + entry.size > size:
            message = (
                f"{name!r} ends at byte {entry.offset + entry.size:,}, and the file after {size:,} bytes"
            )
            raise damaged(path, message, "it was cut short, or is of another checkpoint")
        try:
            stream.seek(entry.offset)
            yield stream
        except DamageError as damage:
            raise damaged(path, f"{name!r} is damaged: {damage}") from None
        except OSError as error:
            raise unreadable(path, error.strerror or str(error)) from None


def _fill(raw: Any, stream: BufferedReader, entry: Entry) -> None:
    """Read the bytes of numbers, which are kept as they are in memory."""
    checksum = 0
    for start in range(0, entry.size, _CHUNK):
        chunk = raw[start : start + _CHUNK]
        if stream.readinto(chunk) < len(chunk):
            raise DamageError("the file ends before it does")
        checksum = google_crc32c.extend(checksum, chunk)
    if masked_crc(checksum) != entry.checksum:
        raise DamageError(UNLIKE)


def _strings(stream: BufferedReader, entry: Entry) -> list[bytes]:
    return unpacked(stream.read(entry.size), prod(entry.shape), entry.checksum)


def _empty(path: str, name: str, entry: Entry) -> Any:
    """Return an array for a tensor's elements."""
    try:
        return _room(entry.shape, numpy_dtype(entry.dtype.name))
    except (MemoryError, ValueError) as error:  # larger than it takes, or of no dtype that it has
        raise unreadable(path, f"{name!r} can't be a numpy array: {error}") from None


def _room(shape: tuple[int, ...], dtype: Any) -> Any:
    """Return an array with nothing in it yet; for a large one in large pages, which are there much sooner."""
    import numpy as np  # noqa: PLC0415 - only to read values

    size = prod(shape) * dtype.itemsize
    if size >= _LARGE and not dtype.hasobject and hasattr(mmap, "MADV_HUGEPAGE"):
        with suppress(OSError, OverflowError):  # the system has none, or not so many: numpy does without
            pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            pages.madvise(mmap.MADV_HUGEPAGE)
            return np.ndarray(shape, dtype, buffer=pages)
    return np.empty(shape, dtype)
