"""The problems found in one file: each is recorded, all are told at once."""

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.ground.errors import InvalidSourceError

MAX_TOLD: Final = 1_000


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
        self._settled = {each.location for each in self._found}

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
        self._found[start:] = [replace(each, notes=(*each.notes, *notes)) for each in self._found[start:]]

    def raise_if_any(self) -> None:
        """End the reading if anything was wrong.

        Raises:
            InvalidSourceError: with every problem, in the file's order; of very many, the first.
        """
        if self._found:
            # What is wrong in a function or a loop is told once, however often it is met.
            told = {(each.code, each.message, each.location): each for each in reversed(self._found)}
            raise InvalidSourceError(_first(sorted(told.values(), key=lambda each: each.location)))


def _first(problems: list[Diagnostic]) -> list[Diagnostic]:
    """Return as many problems as anybody reads, and how many more there are."""
    told, rest = problems[:MAX_TOLD], problems[MAX_TOLD:]
    if rest:
        told.append(Diagnostic("SC030", f"{len(rest):,} more problems from here on", rest[0].location))
    return told


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return a help line with the known word that `word` was probably meant to be, if one is near."""
    near = closest(word, known)
    return f"did you mean `{near}`?" if near else None


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to `word`, whatever its case, if one is near."""
    if len(word) > 80:  # noqa: PLR2004 - no word of the language is nearly as long
        return None
    return _closest(word, tuple(known))


@lru_cache
def _closest(word: str, known: tuple[str, ...]) -> str | None:
    by_lower_case = {each.lower(): each for each in known}
    matches = get_close_matches(word.lower(), by_lower_case, n=1, cutoff=0.7)
    return by_lower_case[matches[0]] if matches else None
