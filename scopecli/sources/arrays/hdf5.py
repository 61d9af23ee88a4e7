"""Opens HDF5 with h5py, which comes with TensorFlow, and looks at nothing that leads out of the file.

Links to other places and to other files are told and not followed; data in other files, datasets that are
made of others, and what only a plug-in could unpack are refused.
"""

import io
import os
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from scopecli.ground.limits import MAX_DEPTH

ERRORS: Final = (OSError, RuntimeError, KeyError, ValueError, TypeError, NotImplementedError, MemoryError)
"""What h5py raises of a file that is damaged."""

_BUILT_IN: Final = frozenset((1, 2, 3, 4, 5, 6, 32000))  # the filters that HDF5 and h5py have: gzip to lzf
_WORDS: Final = re.compile(r"[0-9]{1,18}|[^0-9]+|[0-9]")


class Stretch(io.RawIOBase):
    """A stretch of a file, which is read where it is asked for: h5py takes it for a file of its own."""

    def __init__(self, path: str, start: int, size: int) -> None:
        super().__init__()
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._start, self._size, self._place = start, size, 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it can be read anywhere."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, and return it."""
        self._place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the stretch reaches, and return the number of bytes."""
        room = memoryview(buffer).cast("B")[: max(0, self._size - self._place)]
        done = 0
        while room and (
            count := os.preadv(self._descriptor, [room[done:]], self._start + self._place + done)
        ):
            done += count
        self._place += done
        return done

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            os.close(self._descriptor)
        super().close()


class Dataset(NamedTuple):
    """An array in a file.

    Attributes:
        path: the names of the groups around it, and its own.
        groups: these groups, the file itself first.
        found: as h5py has it.
    """

    path: tuple[str, ...]
    groups: tuple[Any, ...]
    found: Any


class Skipped(NamedTuple):
    """What is in a file and is not looked at, and why."""

    path: tuple[str, ...]
    reason: str


def datasets(file: Any) -> Iterator[Dataset | Skipped]:
    """Yield the arrays in a file, in the order of their names, with numbers in them taken as numbers.

    Every object is yielded once, so that groups which hold themselves come to an end.
    """
    import h5py  # noqa: PLC0415 - for these files alone

    seen = {_address(file)}
    waiting: list[Dataset | Skipped] = [Dataset((), (), file)]
    while waiting:
        place = waiting.pop()
        if isinstance(place, Skipped) or isinstance(place.found, h5py.Dataset):
            yield place
        elif isinstance(place.found, h5py.Group):
            inside = [_child(place, name, seen) for name in sorted(place.found, key=_order)]
            waiting += reversed(inside)  # the last in is the first out


def _child(place: Dataset, name: str, seen: set[Any]) -> Dataset | Skipped:
    import h5py  # noqa: PLC0415 - as above

    path, groups = (*place.path, name), (*place.groups, place.found)
    link = place.found.get(name, getlink=True)
    if not isinstance(link, h5py.HardLink):
        kind = "to another file" if isinstance(link, h5py.ExternalLink) else "to another place"
        return Skipped(path, f"it is a link {kind}, which is not followed")
    if len(path) > MAX_DEPTH:
        return Skipped(path, f"it is nested deeper than {MAX_DEPTH} levels")
    found = place.found[name]
    address = _address(found)
    if address in seen:
        return Skipped(path, "it is there under another name too")
    seen.add(address)
    return Dataset(path, groups, found)


def _address(found: Any) -> tuple[int, int]:
    """Return what tells an object of a file from others."""
    import h5py  # noqa: PLC0415 - as above

    about = h5py.h5o.get_info(found.id)
    return about.fileno, about.addr


def _order(name: str) -> list[tuple[int, str]]:
    """Return by what names are put in order: `10` stands behind `2`."""
    return [(int(word), "") if word.isdecimal() else (-1, word) for word in _WORDS.findall(name)]


def child_group(group: Any, name: str) -> Any:
    """Return a group that is in another; None if there is none, or only a link to one."""
    import h5py  # noqa: PLC0415 - as above

    is_there = name in group and isinstance(group.get(name, getlink=True), h5py.HardLink)
    found = group[name] if is_there else None
    return found if isinstance(found, h5py.Group) else None


def hindrance(dataset: Any) -> str | None:
    """Return why the elements of a dataset are not read; None where they are in the file, and can be."""
    plan = dataset.id.get_create_plist()
    if dataset.shape is None:
        return "it has no elements and no shape"
    if dataset.external:
        return "its elements are in other files, which are not opened"
    if dataset.is_virtual:
        return "it is made of other datasets, which may be in other files"
    filters = {plan.get_filter(number)[0] for number in range(plan.get_nfilters())}
    if not filters <= _BUILT_IN:
        return f"it is packed by the filter {min(filters - _BUILT_IN)}, which is no part of HDF5"
    return None
