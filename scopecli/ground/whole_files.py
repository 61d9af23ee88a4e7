"""Writes a file whole or not at all."""

import errno
import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from scopecli.ground.files import PATIENCE

_PAUSE: Final = 0.02  # seconds between looks at a pipe


def write_file(path: Path, lines: Iterable[str]) -> None:
    """Write lines to a file, which stays as it was until all are there; a device or a pipe gets them at once.

    Raises:
        OSError: if they can't be written.
    """
    mode = _mode(path)
    if mode is None or stat.S_ISREG(mode):
        # Resolved, so that a link stays a link.
        _replace(path.resolve(), mode, (f"{line}\n" for line in lines))
    else:
        with _open_text(_open_pipe(path) if stat.S_ISFIFO(mode) else path) as stream:
            stream.writelines(f"{line}\n" for line in lines)


def replace_text(path: Path, text: str) -> None:
    """Put a text in the place of what a file holds, whole or not at all; its line ends are kept.

    Raises:
        OSError: if it can't be written.
    """
    _replace(path.resolve(), _mode(path), [text], newline="")


def is_standard_output(path: Path) -> bool:
    """Tell whether a path, such as /dev/stdout, is the file that standard output goes to."""
    try:
        file, standard_output = path.stat(), os.fstat(sys.stdout.fileno())
    except OSError:
        return False
    return stat.S_ISREG(file.st_mode) and os.path.samestat(file, standard_output)


def _replace(path: Path, mode: int | None, texts: Iterable[str], *, newline: str | None = None) -> None:
    """Write a file beside the one that is to be there, and put it in its place when it is whole."""
    if mode is not None and not os.access(path, os.W_OK):
        raise PermissionError(0, "the file is read-only")
    descriptor, name = tempfile.mkstemp(prefix=".scopecli-", dir=path.parent)
    try:
        with _open_text(descriptor, newline) as stream:
            stream.writelines(texts)
        Path(name).chmod(stat.S_IMODE(mode) if mode is not None else _default_mode())
        os.replace(name, path)  # noqa: PTH105 - the same, in the words of the system call
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _open_pipe(path: Path) -> int:
    """Return a descriptor of a named pipe, once somebody reads from it."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() > end:
                raise OSError(errno.ENXIO, "nothing reads from this pipe") from None
            time.sleep(_PAUSE)
        else:
            os.set_blocking(descriptor, True)
            return descriptor


def _open_text(file: Path | int, newline: str | None = None) -> TextIO:
    # Text that came from no encoding, such as a file's name, can hold what UTF-8 has not.
    return open(file, "w", encoding="utf-8", errors="backslashreplace", newline=newline)  # noqa: PTH123 - also a descriptor


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _default_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
