"""Puts a partitioned variable together of its slices."""

import mmap
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import pairwise
from math import prod
from typing import Any, Final

from scopecli.ground.dtypes import Dtype, numpy_dtype
from scopecli.report.model import Slice
from scopecli.sources.checkpoints.files import unreadable_file_error

_LARGE: Final = 16 * 1024 * 1024  # bytes


def assemble_slices(
    slices: tuple[Slice, ...], shape: tuple[int, ...], arrays: Iterable[Any], empty: Callable[[], Any]
) -> Any:
    """Return the whole of slices.

    Slices that leave some of the whole out are legal: optimizers' slots may be kept so. Of them, what is
    there is returned: the one slice, or the elements of several, one slice after another.

    Args:
        slices: where each lies in the whole.
        shape: of the whole.
        arrays: what is in each slice, taken one at a time.
        empty: makes the array that takes them.
    """
    if not make_up(slices, shape):
        return _in_a_row(list(arrays))
    whole = empty()
    for part, array in zip(slices, arrays, strict=True):
        place = tuple(slice(start, start + size) for start, size in zip(part.offset, part.shape, strict=True))
        whole[place] = array
    return whole


def overlap(slices: tuple[Slice, ...]) -> bool:
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


def make_up(slices: tuple[Slice, ...], shape: tuple[int, ...]) -> bool:
    """Tell whether slices make up a whole, as a grid does: partitioners make no others."""
    count = 1
    for axis, size in enumerate(shape):
        stretches = sorted({(part.offset[axis], part.offset[axis] + part.shape[axis]) for part in slices})
        if stretches[0][0] != 0 or stretches[-1][1] != size:
            return False
        if any(end != start for (_, end), (start, _) in pairwise(stretches)):
            return False
        count *= len(stretches)
    return count == len(slices) == len(set(slices))


def _in_a_row(arrays: list[Any]) -> Any:
    import numpy as np  # noqa: PLC0415 - only to read values

    return arrays[0] if len(arrays) == 1 else np.concatenate([array.reshape(-1) for array in arrays])


def empty_array(path: str, name: str, shape: tuple[int, ...], dtype: Dtype) -> Any:
    """Return an array for a tensor's elements, with nothing in it yet.

    Raises:
        InvalidSourceError: if numpy has no such array.
    """
    try:
        return _room(shape, numpy_dtype(dtype.name))
    except (MemoryError, ValueError) as error:  # larger than it takes, or of no dtype that it has
        raise unreadable_file_error(path, f"{name!r} can't be a numpy array: {error}") from None


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
