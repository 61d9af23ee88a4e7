"""Files that are written beside where they are to be, and put there when all of them are whole."""

import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

_BUFFER: Final = 1 << 17  # bytes that are written together
_SENT_TOGETHER: Final = 1 << 25  # bytes that are sent to the disk together


class StagedFile(io.BufferedWriter):
    """A file whose bytes are on their way to the disk while others are written."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path, "xb"), _BUFFER)
        self._sent = self._unsent = 0

    def write(self, data: Any, /) -> int:
        """Write bytes; of what was written before, start to bring it to the disk."""
        if memoryview(data).nbytes >= _BUFFER:
            self.flush()  # so that what is larger than the buffer is not copied into it in part
        count = super().write(data)
        self._unsent += count
        if self._unsent >= _SENT_TOGETHER:
            self._send()
        return count

    def _send(self) -> None:
        """Have the system write out what it holds, without waiting: a sync finds little left to do."""
        self.flush()
        start, self._sent, self._unsent = self._sent, self.tell(), 0
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self.fileno(), start, self._sent - start, os.POSIX_FADV_DONTNEED)


@contextmanager
def staging_in(folder: Path) -> Iterator["Staging"]:
    """Enter a block that writes files of a folder, of which nothing is left that was not put in its place."""
    staging = Staging(folder)
    try:
        yield staging
    finally:
        staging.discard()


class Staging:
    """Some files of one folder, which are all put in their places or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[Path, Path] = {}  # by their places, in the order in which they are put there
        self._written: list[Path] = []

    def discard(self) -> None:
        """Remove what was not put in its place."""
        _remove(self._waiting.values())

    @contextmanager
    def create(self, name: str) -> Iterator[StagedFile]:
        """Enter a block that writes a file, which is to have this name.

        Raises:
            OSError: if it can't be written.
        """
        path = self._place(name)
        with StagedFile(path) as file:
            yield file
        self._written.append(path)

    def link(self, source: str, name: str) -> None:
        """Have a file that is there be linked by this name too.

        Raises:
            OSError: if the file system has no such link.
        """
        os.link(os.path.realpath(source), self._place(name))

    def _place(self, name: str) -> Path:
        path = self._waiting[self._folder / name] = self._new_path()
        return path

    def _new_path(self) -> Path:
        return self._folder / f".scopecli-{os.urandom(8).hex()}"

    def put_in_place(self, former: Sequence[Path] = ()) -> None:
        """Put each file in its place, in the order in which they were made, when all are on the disk.

        Args:
            former: what is removed then, in the order in which it can be done without: it is put aside before
                the first file is put in its place, and put back if anything fails.

        Raises:
            OSError: if that fails; everything is as it was.
        """
        for path in self._written:  # all at the end: the first has the system bring most of the others there
            _sync(path)
        aside: dict[Path, Path] = {}
        try:
            for path in former:
                aside[path] = self._new_path()
                path.rename(aside[path])
            for place, path in self._waiting.items():
                path.replace(place)
        finally:
            if any(map(os.path.lexists, self._waiting.values())):
                self._take_back(aside)
            else:
                _remove(aside.values())

    def _take_back(self, aside: Mapping[Path, Path]) -> None:
        """Have everything be as it was, the last that was done first."""
        _remove(place for place, path in reversed([*self._waiting.items()]) if not os.path.lexists(path))
        for place, path in reversed([*aside.items()]):
            if os.path.lexists(path):
                path.rename(place)


def _sync(path: Path) -> None:
    """Bring a file to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink()
