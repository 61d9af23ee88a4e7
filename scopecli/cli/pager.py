"""Shows what is longer than the terminal through a pager, as git does."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice

_DEFAULT = "less"
_LESS = "FRX"  # ends where all fits, shows colours, leaves the screen as it is: what git sets


def show_paged(lines: Iterator[str]) -> Iterator[str]:
    """Show lines in the user's pager if they are more than the terminal has room for.

    Yields:
        Lines that no pager has shown: all of them, or those that were left when the reader had enough.
    """
    height = _height()
    begun = list(islice(lines, height))
    command = _command() if height and len(begun) == height else []
    if not command:
        yield from chain(begun, lines)
        return
    environment = {"LESS": _LESS, **os.environ}
    pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603 - the user's own
    try:
        _write(chain(begun, lines), pager)
    finally:
        while pager.poll() is None:
            with suppress(KeyboardInterrupt):  # it is the pager's
                pager.wait()


def _write(lines: Iterable[str], pager: "subprocess.Popen[bytes]") -> None:
    """Give lines to a pager until the reader has enough; what is left is drawn, and seen by nobody."""
    stream = pager.stdin
    if stream is None:
        return
    encoding = sys.stdout.encoding or "utf-8"
    lines = iter(lines)
    with suppress(BrokenPipeError), stream:
        for line in lines:
            stream.write(f"{line}\n".encode(encoding, "backslashreplace"))
    for _ in lines:  # to be drawn is how some find out that a source is damaged
        continue


def _height() -> int:
    """Return the lines of the terminal; 0 where that is not known, or it can't go back and forth."""
    if os.environ.get("TERM") in (None, "", "dumb"):
        return 0
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines
    except (OSError, ValueError):
        return 0


def _command() -> list[str]:
    """Return the pager's command, empty if there is none or the user wants none."""
    asked = os.environ.get("PAGER", _DEFAULT)
    try:
        words = shlex.split(asked)
    except ValueError:
        return []
    return words if words and words != ["cat"] and shutil.which(words[0]) else []
