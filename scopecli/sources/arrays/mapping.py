"""Arrays that are a stretch of a file: mapped into memory, so that they are read as they are looked at."""

import mmap
from typing import Any, Literal, NamedTuple

from scopecli.sources.arrays.elements import unread_array_error
from scopecli.sources.checkpoints.files import open_file, unreadable_file_error


class Layout(NamedTuple):
    """How elements lie in their bytes.

    Attributes:
        elements: numpy's dtype of them.
        order: `C` or `F`: whether elements that are neighbours in memory are so along the last axis or the
            first.
    """

    shape: tuple[int, ...]
    elements: Any
    order: Literal["C", "F"] = "C"


def mapped_bytes(path: str, offset: int, size: int) -> memoryview:
    """Return a stretch of a file, which can't be written to.

    Raises:
        InvalidSourceError: if it can't be mapped, or the file ends before it does.
    """
    if not size:
        return memoryview(b"")
    before = offset % mmap.ALLOCATIONGRANULARITY
    stream, _ = open_file(path)
    with stream:
        try:
            pages = mmap.mmap(stream.fileno(), before + size, offset=offset - before, access=mmap.ACCESS_READ)
        except (OSError, ValueError, OverflowError) as error:  # ValueError: it is shorter than it was
            raise unreadable_file_error(path, getattr(error, "strerror", None) or str(error)) from None
    return memoryview(pages)[before:]


def array_in(data: Any, layout: Layout, path: str, name: str) -> Any:
    """Return the array whose elements are some bytes.

    Raises:
        InvalidSourceError: if numpy has no such array.
    """
    import numpy as np  # noqa: PLC0415 - only for values

    try:
        return np.ndarray(layout.shape, layout.elements, data, order=layout.order)
    except ValueError as error:  # such as for more dimensions than it takes
        raise unread_array_error(path, name, f"it can't be a numpy array: {error}") from None
