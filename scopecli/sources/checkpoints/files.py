"""Opens the files of a checkpoint: only what is a file, so that nothing waits for a pipe or a device."""

import stat
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError

INDEX = ".index"


def open_file(path: str, help: str | None = None) -> tuple[BufferedReader, int]:  # noqa: A002 - the field's own name
    """Open a file to read its bytes; return it, and how many they are; `help` is for when that fails.

    Raises:
        InvalidSourceError: if it is not there, can't be read, or is no file.
    """
    try:
        found = Path(path).stat()
        if not stat.S_ISREG(found.st_mode):
            raise unreadable_file_error(path, "it is no file", help)
        return Path(path).open("rb"), found.st_size
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise unreadable_file_error(path, getattr(error, "strerror", None) or str(error), help) from None


def read_file(path: str, most: int) -> bytes:
    """Return what a file holds.

    Raises:
        InvalidSourceError: if it can't be read, or holds more bytes than `most`.
    """
    stream, size = open_file(path)
    with stream:
        if size > most:
            raise unreadable_file_error(path, f"it has {size:,} bytes, more than such a file has")
        try:
            return stream.read()
        except OSError as error:
            raise unreadable_file_error(path, error.strerror or str(error)) from None


def is_file(path: str) -> bool:
    """Tell whether there is a file at a path."""
    try:
        return stat.S_ISREG(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False


def unreadable_file_error(path: str, reason: str, help: str | None = None) -> InvalidSourceError:  # noqa: A002 - the field's own name
    """Return the error for a file that can't be read."""
    return InvalidSourceError([Diagnostic("SC601", f"cannot read the file: {reason}", Location(path), help)])


def damaged_file_error(path: str, message: str, help: str | None = None) -> InvalidSourceError:  # noqa: A002 - the field's own name
    """Return the error for a file that does not hold what it must."""
    return InvalidSourceError([Diagnostic("SC602", message, Location(path), help)])


def check_length(path: str, size: int, ends: Sequence[int]) -> None:
    """Raise InvalidSourceError if a file of so many bytes ends before tensors do that are kept in it."""
    lost = sum(end > size for end in ends)
    if lost:
        message = f"the file ends after {size:,} bytes, and tensors are kept in it up to byte {max(ends):,}"
        raise damaged_file_error(path, f"{message}: {lost:,} of them can't be read")


def as_text(name: bytes) -> str:
    """Return a name as text; bytes that are no UTF-8 as escapes."""
    return name.decode("utf-8", "backslashreplace")
