"""Reads what people paste: tracebacks, logs, posts in a forum, with what these do to a message."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_STRAIGHT: Final = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201a": "'",
        "\u201e": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u00b4": "'",
        "\u2032": "'",
        "\u2033": '"',
        "\u00a0": " ",
        "\u200b": None,
        "\ufeff": None,
    }
)
_COLOR: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # a notebook keeps them
_QUOTATION: Final = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)  # of a mail, or of Markdown
_ENTITY: Final = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,5}|#x[0-9a-fA-F]{1,4});")
_TAG: Final = re.compile(r"</?(?:b|blockquote|br|code|div|em|i|p|pre|span|strong)\b[^<>]{0,300}>")
_PLACE: Final = re.compile(r'[ \t]*File "[^"]+", line \d+')
_NUMBERED: Final = re.compile(r"[ \t]*(?:-+>[ \t]*\d+|\d+[ \t]{2})")  # code in a traceback of IPython's
_RAISED: Final = re.compile(r"[ \t]*(?:[\w.]+\.)?\w*(?:Error|Exception)\b[^:]{0,40}:[ \t]*")


def message_lines(text: str) -> list[str]:
    """Return the lines of a text that may be a message's: without frames, colours and marks of quotation."""
    if _ENTITY.search(text):  # a page's source
        text = html.unescape(text)
    text = _TAG.sub("", _COLOR.sub("", text.translate(_STRAIGHT)))
    text = _QUOTATION.sub("", text)
    text = text.replace("\\'", "'").replace('\\"', '"')
    if "\n" not in text.strip():
        text = text.replace("\\n", "\n")  # the `repr` of a message
    return list(_without_code(text.splitlines()))


class LastError(NamedTuple):
    """The last exception of a traceback or a log.

    Attributes:
        message: what it was raised with; without an exception, the last line.
        line: the number of its line, from 0; None without an exception.
    """

    message: str
    line: int | None = None


def last_error(lines: Iterable[str]) -> LastError:
    """Return the last exception that a text tells of."""
    last, error = "", LastError("")
    for number, line in enumerate(lines):
        last = line.strip() or last
        raised = _RAISED.match(line)
        message = line[raised.end() :].strip() if raised else ""
        error = LastError(message, number) if message else error
    return error if error.message else LastError(last)


def _without_code(lines: Iterable[str]) -> Iterator[str]:
    """Leave out Python's frames: their lines of code may quote the message that they raise, or another."""
    after_place = False
    for line in lines:
        place = _PLACE.match(line)
        code = after_place and line.strip() and not _RAISED.match(line)
        after_place = bool(place) and "<stdin>" not in line  # whose lines Python does not show
        if not (place or code or _NUMBERED.match(line)):
            yield line
