"""Reads what people paste: tracebacks, logs, posts in a forum, with what these do to a message."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_STRAIGHT: Final = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u00a0": " ",
        "\u200b": None,
        "\ufeff": None,
    }
)
_COLOR: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # a notebook keeps them
_QUOTATION: Final = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)  # of a mail, or of Markdown
_PLACE: Final = re.compile(r'[ \t]*File "[^"]+", line \d+')
_NUMBERED: Final = re.compile(r"[ \t]*(?:-+>[ \t]*\d+|\d+[ \t]{2})")  # code in a traceback of IPython's
_RAISED: Final = re.compile(r"[ \t]*(?:[\w.]+\.)?\w*(?:Error|Exception)\b[^:]{0,40}:[ \t]*")


def message_lines(text: str) -> list[str]:
    """Return the lines of a text that may be a message's: without frames, colours and marks of quotation."""
    text = _QUOTATION.sub("", _COLOR.sub("", text.translate(_STRAIGHT)))
    text = text.replace("\\'", "'").replace('\\"', '"')
    if "\n" not in text.strip():
        text = text.replace("\\n", "\n")  # the `repr` of a message
    return list(_without_code(text.splitlines()))


def last_error(lines: Iterable[str]) -> str:
    """Return the message that the last exception of a traceback was raised with, or else the last line."""
    last = error = ""
    for line in lines:
        last = line.strip() or last
        raised = _RAISED.match(line)
        error = line[raised.end() :].strip() if raised else error
    return error or last


def _without_code(lines: Iterable[str]) -> Iterator[str]:
    """Leave out Python's frames: their lines of code may quote the message that they raise, or another."""
    after_place = False
    for line in lines:
        place = _PLACE.match(line)
        code = after_place and line.strip() and not _RAISED.match(line)
        after_place = bool(place)
        if not (place or code or _NUMBERED.match(line)):
            yield line
