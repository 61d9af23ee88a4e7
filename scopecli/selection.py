"""Which variables of a report are listed, and in which order."""

import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from scopecli.report import Report, Source, Totals, Variable, totals_of


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for.

    Attributes:
        match: globs over full names, one of which must match; none means all.
        exclude: globs over full names, none of which may match.
        scope: a scope's full name; the variables in it and below.
        trainable: only those that are trainable, or only those that are not.
        sort: a key of `SORT_KEYS`.
        limit: the most variables that are listed.
    """

    match: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    scope: str | None = None
    trainable: bool | None = None
    sort: str = "graph"
    reverse: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The variables of one source that are listed.

    Attributes:
        of: the totals of all its variables, if not all are listed.
    """

    source: Source
    variables: tuple[Variable, ...]
    of: Totals | None

    @property
    def totals(self) -> Totals:
        """The totals of the listed variables."""
        return totals_of(self.variables)


SORT_KEYS: Final[dict[str, Callable[[Variable], Any] | None]] = {
    "graph": None,
    "name": lambda row: row.name,
    "size": lambda row: -1 if row.size is None else row.size,
    "shape": lambda row: (-1,) if row.shape is None else tuple(each or -1 for each in row.shape),
}


def select(report: Report, selection: Selection) -> Listing:
    """Return what is asked for of a report's global variables."""
    chosen = [row for row in report.variables if _is_chosen(row, selection)]
    order = SORT_KEYS[selection.sort]
    if order:
        chosen.sort(key=order)
    if selection.reverse:
        chosen.reverse()
    listed = tuple(chosen[: selection.limit])
    partial = len(listed) < len(report.variables)
    return Listing(report.source, listed, totals_of(report.variables) if partial else None)


def _is_chosen(row: Variable, selection: Selection) -> bool:
    if selection.trainable is not None and row.trainable != selection.trainable:
        return False
    if selection.scope is not None and not row.name.startswith(selection.scope.rstrip("/") + "/"):
        return False
    if selection.match and not any(_matches(glob, row.name) for glob in selection.match):
        return False
    return not any(_matches(glob, row.name) for glob in selection.exclude)


def _matches(glob: str, name: str) -> bool:
    return re.match(fnmatch.translate(glob), name) is not None  # `re` keeps the compiled pattern
