"""What a person is told about a place in a file."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from scopecli.ground.record_fields import unsaved_field


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


class Correction(NamedTuple):
    """What makes a step right that a finding is about.

    Attributes:
        key: of the step, whose value is wrong.
        word: of that value.
        meant: the word to write instead; None if the key is to be left out.
    """

    key: str
    word: str
    meant: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: what is wrong, refused or suspected, where, and what to write instead.

    Attributes:
        code: stable: it is never given another meaning, and a retired one is not given out again.
        message: what is wrong, in our words, or TensorFlow's whole but for Python frames.
        help: what to write instead.
        notes: the other places that matter, such as where a variable was first created.
        type: the class of the exception, where TensorFlow or a program raised one.
        stack: the Python stack of that exception, for people; no part of any JSON.
        fix: what makes it right, if there is one right answer; no part of any JSON.
    """

    code: str
    message: str
    location: Location
    help: str | None = None
    notes: tuple[Note, ...] = ()
    severity: Literal["error", "warning"] = "error"
    type: str | None = None
    stack: str = unsaved_field("")
    fix: Correction | None = unsaved_field(None)

    @property
    def full_message(self) -> str:
        """The message, after the class of its exception if it has one."""
        return f"{self.type}: {self.message}".removesuffix(": ") if self.type else self.message
