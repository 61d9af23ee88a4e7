"""Prose broken between words, with what follows set under its beginning."""

import sys
from collections.abc import Iterator

import click
from rich.cells import cell_len

_NARROWEST = 20  # columns: below that a line is broken nowhere


def wrap_styled(text: str, width: int, indent: int) -> Iterator[str]:
    """Yield the lines of a styled text, all but the first indented; a word that is too long stays whole.

    Args:
        text: one line; its styles take no room.
        width: in columns; `sys.maxsize` for an output that has none.
        indent: in columns.
    """
    if width == sys.maxsize or width < indent + _NARROWEST:
        yield text
        return
    line, used = "", 0
    for word in text.split(" "):
        length = cell_len(click.unstyle(word))
        if used and used + 1 + length > width and line.strip():
            yield line.rstrip()
            line, used = " " * indent + word, indent + length
        else:
            line, used = (f"{line} {word}", used + 1 + length) if used or line else (word, length)
    yield line.rstrip()
