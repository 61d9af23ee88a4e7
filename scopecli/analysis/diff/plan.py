"""A plan, which says what each variable of A is in B: its name, transposed or not, and its dtype."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from scopecli.analysis.diff.axes import Axes, transposed_shape
from scopecli.analysis.diff.changes import Changes, Pair
from scopecli.analysis.diff.pairing import AskedVariables, with_usual_axes
from scopecli.analysis.partitions import logical
from scopecli.analysis.selection import Selection, ordered_variables
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.dtypes import DTYPES_BY_NAME, numpy_dtype
from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.words import did_you_mean
from scopecli.report.model import Report, Variable, with_roles


class PlanEntry(NamedTuple):
    """What becomes of a variable.

    Attributes:
        source: its name in A; None for what B has and A need not have.
        target: its name in B; None if it is left out.
        transpose: in which order B has its axes, as `numpy.transpose` takes it; None for A's own.
        cast: the dtype that B has it in; None for A's own.
        location: where the plan says so.
    """

    source: str | None
    target: str | None
    transpose: Axes | None
    cast: str | None
    location: Location


class Plan(NamedTuple):
    """What becomes of A's variables; what it does not name is no part of B."""

    path: str
    entries: tuple[PlanEntry, ...]

    @property
    def made(self) -> tuple[PlanEntry, ...]:
        """The entries that make a variable of one."""
        return tuple(entry for entry in self.entries if entry.source is not None and entry.target is not None)


@dataclass(frozen=True, slots=True)
class PlannedChanges:
    """A held against B by a plan.

    Attributes:
        changes: the differences that the plan does not account for; A's variables are as the plan makes them.
        origins: by the identity of one of these, the variable that it is made of, and how.
    """

    changes: Changes
    origins: Mapping[int, tuple[Variable, PlanEntry]]

    def read_by(self, read: Callable[[Variable], Any]) -> Callable[[Variable], Any]:
        """Return what reads values of A as the plan makes them; one whole is cast at a time."""

        def read_planned(variable: Variable) -> Any:
            origin, entry = self.origins[id(variable)]
            array = read(origin)
            if array is None:
                return None
            if entry.transpose:
                array = array.transpose(entry.transpose)
            return array.astype(numpy_dtype(entry.cast)) if entry.cast else array

        return read_planned


def compare_by_plan(a: Report, b: Report, plan: Plan, selection: Selection) -> PlannedChanges:
    """Return the differences of two sources that a plan does not account for, but those of values.

    Args:
        a: the one that the plan begins with.
        b: the other.
        plan: what A's variables are in B.
        selection: which variables are compared, and in which order they are told.

    Raises:
        InvalidSourceError: if the plan names what A does not have, or axes that a variable does not have.
    """
    rows_a, rows_b = (ordered_variables([*logical(with_roles(side).variables)], selection) for side in (a, b))
    asked = AskedVariables(rows_a, rows_b, selection)
    by_name_a, by_name_b = ({row.name: row for row in reversed(rows)} for rows in (rows_a, rows_b))
    problems = list(plan_problems(plan, by_name_a, "A"))
    if problems:
        raise InvalidSourceError(problems)
    pairs, origins, named = [], {}, set()
    for entry in plan.entries:
        row, other = by_name_a.get(entry.source or ""), by_name_b.get(entry.target or "")
        if row and other and asked.pair(row, other):
            made = made_variable(row, entry)
            origins[id(made)] = row, entry
            pairs.append(with_usual_axes(Pair(made, other)))
        if row and (other or entry.target is None):
            named.add(id(row))
        if other:
            named.add(id(other))
    only_a, only_b = (
        tuple(row for row in rows if id(row) not in named and asked.one(row)) for rows in (rows_a, rows_b)
    )
    left_out = sum(entry.target is None for entry in plan.entries)
    return PlannedChanges(
        Changes(a.source, b.source, tuple(pairs), only_a, only_b, by_plan=True, left_out=left_out), origins
    )


def made_variable(row: Variable, entry: PlanEntry) -> Variable:
    """Return a variable as an entry makes it of one: transposed, and of another dtype."""
    shape, dtype = row.shape, DTYPES_BY_NAME.get(entry.cast or row.dtype)
    if shape is not None and entry.transpose:
        shape = transposed_shape(shape, entry.transpose)
    if entry.cast is None or dtype is None:
        return replace(row, shape=shape)
    return replace(row, shape=shape, dtype=dtype.name, itemsize=dtype.itemsize)


def plan_problems(plan: Plan, rows: Mapping[str, Variable], path: str) -> Iterator[Diagnostic]:
    """Yield what a plan says that does not fit A's variables, which messages call by `path`."""
    for entry in plan.entries:
        if entry.source is None:
            continue
        row = rows.get(entry.source)
        if row is None:
            message = f"{path} has no variable `{entry.source}`"
            yield Diagnostic("SC703", message, entry.location, did_you_mean(entry.source, rows))
        elif entry.transpose and row.shape is not None and len(row.shape) != len(entry.transpose):
            message = f"`{entry.source}` has {len(row.shape)} axes, and `transpose` {len(entry.transpose)}"
            yield Diagnostic("SC703", message, entry.location)
        elif entry.cast and row.itemsize is None:
            message = f"`{entry.source}` is {row.dtype}, which nothing is cast from"
            yield Diagnostic("SC703", message, entry.location)
