"""What every kind of source is read into."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scopecli.ground.diagnostics import Diagnostic
from scopecli.report.model import Report, Variable


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that was read.

    Attributes:
        read: returns the value of one of the report's variables as a numpy array, whole also where it is
            kept in parts, and raises InvalidSourceError where the source is damaged; None where the source
            keeps no values.
        damage: what is wrong with the files that the values are in.
        file: the file that a report was saved in; None of the source itself.
    """

    report: Report
    read: Callable[[Variable], Any] | None = None
    damage: tuple[Diagnostic, ...] = ()
    file: str | None = None

    @property
    def shown_path(self) -> str:
        """The source as the user named it."""
        return self.file or self.report.source.path
