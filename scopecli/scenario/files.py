"""Reads the bytes of a scenario: bounded, and UTF-8 or refused."""

import sys
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from scopecli.diagnostics import Diagnostic, Location
from scopecli.errors import InvalidSourceError

MAX_BYTES: Final = 16 * 1024 * 1024


def read_text(path: str) -> str:
    """Return what the file at `path` holds (`-` is standard input), at most `MAX_BYTES` of UTF-8.

    Raises:
        InvalidSourceError: if it can't be read, is longer, or is not UTF-8.
    """
    try:
        if path == "-":
            data = _read_once(sys.stdin.buffer)
        else:
            with Path(path).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise stop("SC001", f"cannot read the file: {reason}", Location(path)) from None
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024**2} MiB, the most a scenario may be"
        raise stop("SC003", message, Location(path))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = point_after(path, before)
        message = f"not UTF-8: byte 0x{data[error.start]:02x} does not belong there"
        raise stop("SC002", message, place, "save the file as UTF-8") from None


@lru_cache(maxsize=1)
def _read_once(stream: BinaryIO) -> bytes:
    """Return what a stream holds, again where it is asked again: for a message that quotes it."""
    return stream.read(MAX_BYTES + 1)


def point(file: str, line: int, column: int) -> Location:
    """Return the place of one character; `line` and `column` count from 0, as parsers count."""
    return Location(file, line + 1, column + 1, line + 1, column + 2)


def point_after(file: str, before: str) -> Location:
    """Return the place that follows the text `before`."""
    return point(file, before.count("\n"), len(before) - (before.rfind("\n") + 1))


def stop(code: str, message: str, location: Location, help: str | None = None) -> InvalidSourceError:  # noqa: A002 - the field's own name
    """Return the error for a problem after which there is nothing left to read."""
    return InvalidSourceError([Diagnostic(code, message, location, help)])
