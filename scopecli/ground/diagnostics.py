"""What a person is told about a place in a file."""

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Location(NamedTuple):
    """A stretch of a file: lines and columns count from 1, in characters; the end column is exclusive.

    Line 0 stands for the file as a whole.
    """

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Note(NamedTuple):
    """The other place that matters."""

    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: what is wrong, where, and what to write instead.

    `code` is stable: a code is never given another meaning, and a retired one is not given out again.
    """

    code: str
    message: str
    location: Location
    help: str | None = None
    notes: tuple[Note, ...] = ()
    severity: Literal["error", "warning"] = "error"
