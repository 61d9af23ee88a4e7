"""Follows the variables of a directory of checkpoints from step to step."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from scopecli.analysis.selection import Selection, select
from scopecli.analysis.series import Point, Series, SeriesRow, change_between
from scopecli.analysis.unmatched_filters import unmatched_filter
from scopecli.commands.list import told_failures
from scopecli.commands.sources import unknown_fact
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError, source_error
from scopecli.report.model import Source, Variable
from scopecli.report.source_kinds import SourceKind
from scopecli.report.values import summarize
from scopecli.sources.checkpoints import open_checkpoint, steps_in
from scopecli.sources.opened import Opened

Progress: TypeAlias = Callable[[Sequence[Variable]], Iterator[Variable]]
"""Yields variables in turn, and may show how far it is."""


class Followed(NamedTuple):
    """What came of following the checkpoints of a directory.

    Attributes:
        problems: what is wrong with the files that values are in.
        unmatched: why nothing is followed, where filters let nothing through.
    """

    series: Series
    problems: list[Diagnostic]
    unmatched: list[Diagnostic]


def follow_steps(directory: str, selection: Selection, progress: Progress) -> Followed:
    """Read every checkpoint of a directory: a variable at all steps, then the next.

    Of the values two are in memory: a variable's at a step, and at the step before.

    Raises:
        InvalidSourceError: if the directory has no checkpoint with a step that can be read.
    """
    steps = steps_in(directory)
    if not steps:
        message = "it is no directory of checkpoints with steps, such as model.ckpt-100"
        raise source_error("SC652", message, Location(directory), "leave out `--step all`")
    opened, unread = _open_each(directory, steps)
    told = next(filter(None, (unknown_fact(one.report, selection) for one in opened.values())), None)
    if told:
        raise InvalidSourceError([told])
    whole = _last_of_each(opened)
    chosen = select(whole, selection)
    reader = _Reader(opened)
    rows = tuple(reader.row(variable) for variable in progress(chosen))
    damage = [diagnostic for one in opened.values() for diagnostic in one.damage]
    problems = [*unread, *damage, *told_failures(reader.failures, reader.asked)]
    unmatched = unmatched_filter(whole, selection, directory)
    series = Series(Source(SourceKind.CHECKPOINT, directory), tuple(opened), rows, len(whole))
    return Followed(series, problems, [unmatched] if unmatched else [])


def _open_each(directory: str, steps: Sequence[int]) -> tuple[dict[int, Opened], list[Diagnostic]]:
    """Return the checkpoints that can be read, and why others can't be.

    Raises:
        InvalidSourceError: if none can be.
    """
    opened: dict[int, Opened] = {}
    problems: list[Diagnostic] = []
    for step in steps:
        try:
            opened[step] = open_checkpoint(directory, step=step)
        except InvalidSourceError as error:
            problems += error.diagnostics
    if not opened:
        raise InvalidSourceError(problems)
    return opened, problems


def _key(variable: Variable) -> str:
    return variable.key or variable.name


def _last_of_each(opened: dict[int, Opened]) -> list[Variable]:
    """Return every variable that a step has, as the last of them has it, in the order of the index."""
    found: dict[str, Variable] = {}
    for one in opened.values():
        found.update({_key(row): row for row in one.report.variables})
    return [found[key] for key in sorted(found)]


class _Reader:
    """Reads a variable at every step.

    Attributes:
        asked: how many values were asked for.
        failures: why some of them can't be read.
    """

    def __init__(self, opened: dict[int, Opened]) -> None:
        self._opened = opened
        self._rows = {step: {_key(row): row for row in one.report.variables} for step, one in opened.items()}
        self._known = {(told.code, told.location) for one in opened.values() for told in one.damage}
        self.asked = 0
        self.failures: list[Diagnostic] = []

    def row(self, variable: Variable) -> SeriesRow:
        return SeriesRow(tuple(self._points(_key(variable))))

    def _points(self, key: str) -> Iterator[Point]:
        before: Any = None
        for step, rows in self._rows.items():
            if key in rows:
                array = self._value(step, rows[key])
                change = None if before is None or array is None else change_between(before, array)
                yield Point(step, rows[key], None if array is None else summarize(array), change)
                before = before if array is None else array

    def _value(self, step: int, variable: Variable) -> Any:
        read = self._opened[step].read
        self.asked += 1
        try:
            return read(variable) if read else None
        except InvalidSourceError as error:
            self.failures += (
                told for told in error.diagnostics if (told.code, told.location) not in self._known
            )
            return None
