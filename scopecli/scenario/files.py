"""Reads the bytes of a scenario: bounded, and UTF-8 or refused."""

import errno
import os
import re
import select
import stat
import sys
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from scopecli.diagnostics import Diagnostic, Location
from scopecli.errors import InvalidSourceError

MAX_BYTES: Final = 16 * 1024 * 1024
PATIENCE: Final = 5.0  # seconds that a named pipe may stay without a writer

_LINE_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # what the YAML parser counts as one

_piped: dict[str, str] = {}  # what came through a pipe: a message quotes it, and it can't be read again


def read_text(path: str) -> str:
    """Return what the file at `path` holds (`-` is standard input), at most `MAX_BYTES` of UTF-8.

    Raises:
        InvalidSourceError: if it can't be read, is longer, or is not UTF-8.
    """
    try:
        data = _read_once(sys.stdin.buffer) if path == "-" else _read_file(path)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise stop("SC001", f"cannot read the file: {_reason(error)}", Location(path)) from None
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024**2} MiB, the most a scenario may be"
        raise stop("SC003", message, Location(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = point_after(path, before)
        message = f"not UTF-8: byte 0x{data[error.start]:02x} does not belong there"
        raise stop("SC002", message, place, "save the file as UTF-8") from None
    if _is_pipe(path):
        _piped[path] = text
    return text


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, ValueError):
        return str(error)
    return "it is closed" if error.errno == errno.EBADF else error.strerror or str(error)


def lines_of(path: str) -> list[str]:
    """Return the lines of a file that was read before, none if it can't be read again."""
    try:
        return split_lines(_piped[path] if _is_pipe(path) else read_text(path))
    except (InvalidSourceError, KeyError):
        return []


def split_lines(text: str) -> list[str]:
    """Return the lines of a text as the YAML parser counts them."""
    return _LINE_BREAK.split(text)


@lru_cache(maxsize=1)
def _read_once(stream: BinaryIO) -> bytes:
    """Return what a stream holds, again where it is asked again: for a message that quotes it."""
    return stream.read(MAX_BYTES + 1)


def _read_file(path: str) -> bytes:
    if _is_pipe(path):
        return _read_pipe(path)
    with open(path, "rb") as stream:  # noqa: PTH123 - to `Path`, an empty path is the working directory
        return stream.read(MAX_BYTES + 1)


def _read_pipe(path: str) -> bytes:
    """Return what is written to a pipe; opened the ordinary way, a named one waits for a writer for ever."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:  # noqa: PTH123 - a descriptor
        ready, _, _ = select.select([stream], [], [], PATIENCE)
        first = stream.read(1)  # None where a writer is there that has written nothing yet
        if first == b"" and not ready:
            raise TimeoutError(errno.ETIMEDOUT, "nothing writes to this pipe")
        os.set_blocking(stream.fileno(), True)
        return (first or b"") + stream.read(MAX_BYTES)


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False


def point(file: str, line: int, column: int) -> Location:
    """Return the place of one character; `line` and `column` count from 0, as parsers count."""
    return Location(file, line + 1, column + 1, line + 1, column + 2)


def point_after(file: str, before: str) -> Location:
    """Return the place that follows the text `before`."""
    *lines, last = split_lines(before)
    return point(file, len(lines), len(last))


def stop(code: str, message: str, location: Location, help: str | None = None) -> InvalidSourceError:  # noqa: A002 - the field's own name
    """Return the error for a problem after which there is nothing left to read."""
    return InvalidSourceError([Diagnostic(code, message, location, help)])
