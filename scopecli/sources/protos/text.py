"""Reads messages that are written as text, a line at a time.

What parses is `google.protobuf.text_format`. Its patterns take a hundred bytes for each character of a long
string, so it is given long lines in pieces: a string cut in two is the same string to it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, Final

_LONG: Final = 64 * 1024  # characters of a line that is given in pieces
_MOST_TOLD: Final = 200  # characters of a message
_INSIDE: Final = {
    quote: re.compile(rf"(?:[^{quote}\\]|\\(?:[0-7]{{1,3}}|[xX][0-9a-fA-F]{{1,2}}|.)){{0,16384}}")
    for quote in ("'", '"')
}
_OUTSIDE: Final = re.compile(r"""[^"'#]{0,16384}[\w.+-]*""")


class TextError(ValueError):
    """What is wrong with a text, with its place: line and column count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def parse_text(lines: Iterable[bytes], into: Any) -> Any:
    """Return a message that has what a text says; what it does not declare is passed over.

    Raises:
        TextError: if the text is no such message.
    """
    from google.protobuf import text_format  # noqa: PLC0415 - only for text

    given = _Lines(lines)
    try:
        return text_format.ParseLines(given, into, allow_unknown_field=True)
    except RecursionError:
        raise TextError("it is nested too deep", given.number, 1) from None
    except text_format.ParseError as error:
        raise _text_error(error, given) from None


def _text_error(error: Any, given: "_Lines") -> TextError:
    """Return what a ParseError says; the line that it quotes, which may be long, is left out."""
    number = error.GetLine()
    line, column = (given.number, 1) if number is None else given.place(number - 1, error.GetColumn())
    message = re.sub(r"(?s)^(\d+:\d+ : )?('.*': )?", "", str(error))[:_MOST_TOLD]
    if given.ends_within(str(error)):
        message = f"it is cut short: the text ends here. {message}"
    return TextError(message, line, column)


class _Lines:
    """The lines of a text as they are given to be parsed, and where each stands in the text.

    Attributes:
        number: of the line of the text that was read last.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.number = 0
        self._lines = iter(lines)
        self._last = ""
        self._given = 0
        self._cuts = [0]  # from which of the given lines on
        self._places = [(1, 0)]  # how many lines are to be added, and how many columns

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number += 1
            text = self._last = self._decode_line(line)
            if len(text) < _LONG:
                self._given += 1
                yield text
                continue
            for start, piece in _pieces(text):
                self._note(self.number - self._given, start)
                self._given += 1
                yield piece
            self._note(self.number + 1 - self._given, 0)
        self._last = ""

    def _decode_line(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            message = f"not UTF-8: byte 0x{line[error.start]:02x} does not belong there"
            column = len(line[: error.start].decode("utf-8")) + 1
            raise TextError(message, self.number, column) from None

    def _note(self, lines: int, columns: int) -> None:
        self._cuts.append(self._given)
        self._places.append((lines, columns))

    def ends_within(self, message: str) -> bool:
        """Tell whether a message is of the end of the text: it expects more, or a string has no end."""
        if next(self._lines, None) is not None:
            return False
        token = message.rpartition(": ")[2]
        return not self._last or "missing ending quote" in message or self._last.endswith(token)

    def place(self, given: int, column: int) -> tuple[int, int]:
        """Return the line and the column of the text at which a given line, from 0 on, has a column."""
        lines, columns = self._places[bisect_right(self._cuts, given) - 1]
        return given + lines, column + columns


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    """Yield a line in pieces, and where each begins in it; comments are left out."""
    position, quote = 0, ""
    while position < len(line):
        start = position
        if quote:
            match = _INSIDE[quote].match(line, position)
            position = match.end() if match else position
            closes = line[position : position + 1] == quote
            if not closes and position == start:  # a string that does not end
                yield start, quote + line[start:]
                return
            yield start - 1, quote + line[start:position] + quote
            position += closes
            quote = "" if closes else quote
            continue
        match = _OUTSIDE.match(line, position)
        position = match.end() if match else position
        yield start, line[start:position]
        following = line[position : position + 1]
        if following == "#":
            return
        if following in _INSIDE:
            quote = following
            position += 1
