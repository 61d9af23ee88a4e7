"""Reads the bytes of a file: bounded, and UTF-8 or refused."""

import errno
import os
import re
import select
import stat
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from scopecli.ground.diagnostics import Location
from scopecli.ground.errors import InvalidSourceError, source_error
from scopecli.ground.limits import MAX_SCENARIO_BYTES
from scopecli.ground.words import closest

_MOST_FILES: Final = 10_000  # of a folder, whose names are looked at

PATIENCE: Final = 5.0  # seconds that a named pipe may stay without a writer

_LINE_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # what the YAML parser counts as one


class _Once:
    """A stream that gives its bytes but once: they are kept, to find out what they are and to quote them.

    Attributes:
        text: what a message may quote of it: the scenario that it holds.
    """

    def __init__(self, stream: BinaryIO, data: bytes = b"", *, shared: bool = False) -> None:
        self.text = ""
        self._shared = shared
        self._stream = stream
        self._data = data
        self._ended = False

    def read(self, size: int) -> bytes:
        """Return the first bytes, at most so many."""
        missing = size - len(self._data)
        if missing > 0 and not self._ended:
            more = self._stream.read(missing)
            self._data += more
            self._ended = len(more) < missing  # a terminal would be asked again
            if self._ended and not self._shared:
                self._stream.close()
        return self._data[:size]


class CarriedLines(Sequence[str]):
    """Some lines of a file; of the others nothing is known."""

    def __init__(self) -> None:
        self._lines: dict[int, str] = {}

    def add(self, lines: Mapping[int, str]) -> None:
        """Add lines by their numbers, which count from 1."""
        self._lines.update(lines)

    def __len__(self) -> int:
        return max(self._lines, default=0)

    def __getitem__(self, index: Any) -> Any:
        return self._lines.get(index + 1, "")


class Quotable:
    """Which files a message may quote a line of.

    All may be, until a report is read: a report is data, and may name any file. Then those may be that the
    user named, and plain files below the folder that a report is in.
    """

    def __init__(self) -> None:
        self._named: set[str] = set()
        self._folders: set[str] = set()
        self._carried: dict[str, CarriedLines] = {}

    def forget(self) -> None:
        """Begin anew, for another command."""
        self._named.clear()
        self._folders.clear()
        self._carried.clear()

    def add_named(self, path: str) -> None:
        """Note a file that the user named."""
        self._named.add(path)

    def add_lines(self, file: str, lines: Mapping[int, str]) -> None:
        """Note the lines of a file that a report carries."""
        self._carried.setdefault(file, CarriedLines()).add(lines)

    def carried_lines(self, file: str) -> Sequence[str]:
        """Return the lines of a file that reports carry, none of another."""
        return self._carried.get(file, ())

    def add_report(self, path: str) -> None:
        """Note that a report was read, whose folder is the only one that it may tell of; `-` has this one."""
        self._folders.add(os.path.dirname(os.path.realpath(path)) if path != "-" else os.path.realpath("."))  # noqa: PTH120 - a path of any kind

    def may_be_quoted(self, path: str) -> bool:
        """Tell whether lines of a file may be shown."""
        if not self._folders or path in self._named:
            return True
        found, whole = _stat(path), os.path.realpath(path)
        is_below = any(whole.startswith(os.path.join(folder, "")) for folder in self._folders)  # noqa: PTH118 - as above
        return (
            is_below
            and found is not None
            and stat.S_ISREG(found.st_mode)
            and found.st_size <= MAX_SCENARIO_BYTES
        )


quotable: Final = Quotable()

_pipes: dict[tuple[str, int], _Once] = {}  # by path and inode: what has a path of a descriptor changes


def read_text(path: str) -> str:
    """Return the scenario at `path` (`-` is standard input), which a message may quote.

    Raises:
        InvalidSourceError: if it can't be read, is too long, or is not UTF-8.
    """
    text = read_utf8(path, MAX_SCENARIO_BYTES, "a scenario")
    stream = _stream(path)
    if stream:
        stream.text = text
    return text


def read_utf8(path: str, max_bytes: int, noun: str) -> str:
    """Return what the file at `path` holds (`-` is standard input), at most `max_bytes` of UTF-8.

    Raises:
        InvalidSourceError: if it can't be read, is longer, or is not UTF-8.
    """
    data = read_bytes(path, max_bytes + 1)
    if len(data) > max_bytes:
        message = f"the file is larger than {max_bytes // 1024**2} MiB, the most {noun} may be"
        raise source_error("SC003", message, Location(path))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = point_after(path, before)
        message = f"not UTF-8: byte 0x{data[error.start]:02x} does not belong there"
        raise source_error("SC002", message, place, "save the file as UTF-8") from None


def read_bytes(path: str, size: int) -> bytes:
    """Return the first bytes of the file at `path` (`-` is standard input), the same each time.

    Raises:
        InvalidSourceError: if it can't be read.
    """
    quotable.add_named(path)
    try:
        stream = _stream(path) or _open_pipe(path)
        if stream:
            return stream.read(size)
        with open(path, "rb") as file:  # noqa: PTH123 - to `Path`, an empty path is the working directory
            return file.read(size)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        message = f"cannot read the file: {_reason(error)}"
        raise source_error("SC001", message, Location(path), near_file(path)) from None


def near_file(path: str) -> str | None:
    """Return a help line with the file beside a path that is not there, whose name is the nearest to it."""
    folder, name = os.path.split(path)
    if os.path.lexists(path):
        return None
    try:
        names = os.listdir(folder or ".")[:_MOST_FILES]  # noqa: PTH208 - names alone
    except (OSError, ValueError):
        return None
    near = closest(name, [*names, *(file.removesuffix(".index") for file in names)])
    return f'did you mean "{os.path.join(folder, near)}"?' if near else None  # noqa: PTH118 - as it was given


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, ValueError):
        return str(error)
    return "it is closed" if error.errno == errno.EBADF else error.strerror or str(error)


def lines_of(path: str) -> Sequence[str]:
    """Return the lines of a file, none if it can't or may not be read; of a stream, those of its text."""
    carried = quotable.carried_lines(path)
    if carried or not quotable.may_be_quoted(path):
        return carried
    stream, found = _stream(path), _stat(path)
    if stream:
        return split_lines(stream.text)
    try:
        return split_lines(read_text(path)) if found and stat.S_ISREG(found.st_mode) else []
    except InvalidSourceError:
        return []


def split_lines(text: str) -> list[str]:
    """Return the lines of a text as the YAML parser counts them."""
    return _LINE_BREAK.split(text)


def offset_in(text: str, line: int, column: int) -> int:
    """Return where a place is in a text; `line` and `column` count from 1."""
    breaks = (found.end() for found in _LINE_BREAK.finditer(text))
    return next(islice(chain([0], breaks), line - 1, None), len(text)) + column - 1


def _stream(path: str) -> _Once | None:
    """Return the stream that a path stands for, if it is standard input or a pipe that was opened."""
    if path == "-":
        return _standard_input(sys.stdin.buffer)
    found = _stat(path)
    return _pipes.get((path, found.st_ino)) if found else None


@lru_cache(maxsize=1)
def _standard_input(stream: BinaryIO) -> _Once:
    return _Once(stream, shared=True)


def _open_pipe(path: str) -> _Once | None:
    """Open a pipe, which is kept; opened the ordinary way, a named one waits for a writer for ever."""
    found = _stat(path)
    if found is None or not stat.S_ISFIFO(found.st_mode):
        return None
    stream = open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")  # noqa: PTH123, SIM115 - a descriptor, kept open
    ready, _, _ = select.select([stream], [], [], PATIENCE)
    first = stream.read(1)  # None where a writer is there that has written nothing yet
    if first == b"" and not ready:
        stream.close()
        raise TimeoutError(errno.ETIMEDOUT, "nothing writes to this pipe")
    os.set_blocking(stream.fileno(), True)
    return _pipes.setdefault((path, found.st_ino), _Once(stream, first or b""))


def _stat(path: str) -> os.stat_result | None:
    try:
        return Path(path).stat()
    except (OSError, ValueError):
        return None


def point(file: str, line: int, column: int) -> Location:
    """Return the place of one character; `line` and `column` count from 0, as parsers count."""
    return Location(file, line + 1, column + 1, line + 1, column + 2)


def point_after(file: str, before: str) -> Location:
    """Return the place that follows the text `before`."""
    *lines, last = split_lines(before)
    return point(file, len(lines), len(last))
