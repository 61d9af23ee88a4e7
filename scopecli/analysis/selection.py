"""Which variables of a report are listed, and in which order."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from scopecli.report.model import Call, Report, Source, Totals, Variable, totals_of
from scopecli.report.roles import ROLES, Role
from scopecli.report.values import Plain, Summary, Value

_MOST_STEPS: Final = 6


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for.

    Attributes:
        match: globs over full names, one of which must match; none means all.
        exclude: globs over full names, none of which may match.
        scope: a scope's full name; the variables in it and below.
        trainable: only those that are known to be trainable, or only those that are known not to be.
        collection: the name of a graph collection that they must be in.
        roles: only those of one of these roles; none means all.
        sort: a key of `SORT_KEYS`.
        limit: the most variables that are listed.
    """

    match: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    scope: str | None = None
    trainable: bool | None = None
    collection: str | None = None
    roles: tuple[Role, ...] = ()
    sort: str = "graph"
    reverse: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A variable that is listed, with what was read of its value.

    Attributes:
        summary: the statistics of its value, where they are asked for.
        value: its value, where it is asked for.
    """

    variable: Variable
    summary: Summary | None = None
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The variables of one source that are listed.

    Attributes:
        of: the totals of all its variables, if not all are listed.
        slices: whether the slices of a variable are listed under it.
        tags: of a SavedModel, which of its MetaGraphs this is; of a checkpoint, of which kind, or which step.
        about: what else the source says of itself, as JSON has it.
        calls: those of the source.
        tells_calls: whether it is told which of them yield a variable.
    """

    source: Source
    rows: tuple[Row, ...]
    of: Totals | None = None
    slices: bool = False
    tags: str | None = None
    about: Mapping[str, Plain] = field(default_factory=dict)
    calls: Sequence[Call] = ()
    tells_calls: bool = True

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The listed variables."""
        return tuple(row.variable for row in self.rows)

    @property
    def totals(self) -> Totals:
        """The totals of the listed variables."""
        return totals_of(self.variables)

    @property
    def roles(self) -> dict[Role, Totals]:
        """The totals of the listed variables of each role that there is, in the order of `ROLES`."""
        by_role: dict[Role, list[Variable]] = {role: [] for role in ROLES}
        for variable in self.variables:
            by_role[variable.role].append(variable)
        return {role: totals_of(rows) for role, rows in by_role.items() if rows}


def tags_of(report: Report) -> str | None:
    """Return which MetaGraph of a SavedModel a report is of, or what a checkpoint is among others."""
    if report.source.kind.has_tags:
        return report.title
    told = []
    if "objects" in report.about:
        told.append(f"object-based checkpoint, {report.about['objects']:,} objects")
    if "steps" in report.about:
        told.append(f"one of the steps {_shorten_steps(report.about['steps'])}")
    return ", ".join(told) or None


def about(report: Report) -> dict[str, Plain]:
    """Return what a source says of itself, with the names of the local variables that are not listed."""
    local: Plain = [row.name for row in report.local_variables]
    return {**report.about, **({"local_variables": local} if local else {})}


def _shorten_steps(steps: Any) -> str:
    first, last = steps[: -_MOST_STEPS + 1], steps[-_MOST_STEPS + 1 :]
    told = [*steps] if len(steps) <= _MOST_STEPS else [first[0], "…", *last]
    return ", ".join(map(str, told))


SORT_KEYS: Final[dict[str, Callable[[Variable], Any] | None]] = {
    "graph": None,
    "name": lambda row: row.name,
    "size": lambda row: -1 if row.size is None else row.size,
    "shape": lambda row: (-1,) if row.shape is None else tuple(size or -1 for size in row.shape),
}


def select(variables: Sequence[Variable], selection: Selection) -> list[Variable]:
    """Return what is asked for of a source's variables."""
    return ordered_variables(chosen_variables(variables, selection), selection)[: selection.limit]


def chosen_variables(variables: Iterable[Variable], selection: Selection) -> list[Variable]:
    """Return the variables that all filters let through."""
    passes = name_filter(selection)
    return [row for row in variables if _has_facts(row, selection) and passes(row.name)]


def name_filter(selection: Selection) -> Callable[[str], bool]:
    """Return what tells whether the filters of names let a full name through."""
    match = [re.compile(fnmatch.translate(glob)) for glob in selection.match]
    exclude = [re.compile(fnmatch.translate(glob)) for glob in selection.exclude]
    scope = None if selection.scope is None else selection.scope.rstrip("/") + "/"

    def passes(name: str) -> bool:
        return (
            (scope is None or name.startswith(scope))
            and (not match or any(pattern.match(name) for pattern in match))
            and not any(pattern.match(name) for pattern in exclude)
        )

    return passes


def ordered_variables(variables: list[Variable], selection: Selection) -> list[Variable]:
    """Return the variables in the order that is asked for."""
    order = SORT_KEYS[selection.sort]
    in_order = sorted(variables, key=order) if order else list(variables)
    return in_order[::-1] if selection.reverse else in_order


def _has_facts(row: Variable, selection: Selection) -> bool:
    if selection.trainable is not None and row.trainable != selection.trainable:
        return False
    collection = selection.collection  # `TRAINABLE_VARIABLES` is what people write for `trainable_variables`
    if collection is not None and collection.lower() not in map(str.lower, row.collections):
        return False
    return not selection.roles or row.role in selection.roles
