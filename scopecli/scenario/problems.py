"""The problems found in one file: each is recorded, all are told at once."""

from dataclasses import replace

from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.limits import MAX_PROBLEMS


class Problems:
    """Collects what is wrong with a file, so that its reader can go on and the user sees all of it.

    Attributes:
        unread: names given by steps that could not be read: to refer to one is no problem of its own.
    """

    def __init__(self) -> None:
        self.unread: set[str] = set()
        self._found: list[Diagnostic] = []
        self._settled: set[Location] = set()

    def settle(self) -> None:
        """Let nothing more be recorded where something is wrong already: it would follow from that."""
        self._settled = {problem.location for problem in self._found}

    def add(
        self,
        code: str,
        message: str,
        location: Location,
        help: str | None = None,  # noqa: A002 - the field's own name
        *notes: Note,
    ) -> None:
        """Record one problem."""
        if location not in self._settled:
            self._found.append(Diagnostic(code, message, location, help, notes))

    def __len__(self) -> int:
        return len(self._found)

    def annotate(self, start: int, *notes: Note) -> None:
        """Add notes to the problems recorded since there were `start` of them."""
        self._found[start:] = [
            replace(problem, notes=(*problem.notes, *notes)) for problem in self._found[start:]
        ]

    def raise_if_any(self) -> None:
        """End the reading if anything was wrong.

        Raises:
            InvalidSourceError: with every problem, in the file's order; of very many, the first.
        """
        if self._found:
            # What is wrong in a function or a loop is told once, however often it is met.
            told = {
                (problem.code, problem.message, problem.location): problem
                for problem in reversed(self._found)
            }
            raise InvalidSourceError(_first(sorted(told.values(), key=lambda problem: problem.location)))


def _first(problems: list[Diagnostic]) -> list[Diagnostic]:
    """Return as many problems as anybody reads, and how many more there are."""
    told, rest = problems[:MAX_PROBLEMS], problems[MAX_PROBLEMS:]
    if rest:
        told.append(Diagnostic("SC030", f"{len(rest):,} more problems from here on", rest[0].location))
    return told
