"""Lists the variables of sources, with what is asked for of their values."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from scopecli.analysis.partitions import logical
from scopecli.analysis.selection import Listing, Row, Selection, about, select, tags_of
from scopecli.analysis.unmatched_filters import unless_one_matched, unmatched_filter
from scopecli.commands.engine import Engine
from scopecli.commands.sources import check_each, open_sources, unknown_fact
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Report, Variable, totals_of
from scopecli.report.source_kinds import SourceKind
from scopecli.report.values import Summary, summarize, value_of
from scopecli.sources.opened import Opened, Unread, read_ones
from scopecli.sources.opening import ONLY_ONE, SourceChoice

if TYPE_CHECKING:
    from scopecli.commands.looking import ClusterView

_MOST_TOLD: Final = 20  # tensors that can't be read

Progress: TypeAlias = Callable[[Sequence[Variable]], Iterator[Variable]]
"""Yields variables in turn, and may show how far it is."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is asked for beside the facts of variables.

    Attributes:
        choice: which of several checkpoints or MetaGraphs.
        stats: whether the statistics of their values are.
        values: how much of the values is.
        slices: whether the parts of a partitioned variable are one row, with (True) or without (False)
            slices under it; None leaves them as the source has them.
    """

    choice: SourceChoice = ONLY_ONE
    stats: bool = False
    values: Literal["full", "summary", "none"] = "none"
    slices: bool | None = None

    @property
    def reads(self) -> bool:
        """Whether values must be read."""
        return self.stats or self.values != "none"


@dataclass(slots=True)
class Listed:
    """Sources that were read, and what is asked for of them: values are read as the rows are taken."""

    found: Sequence[Opened | Unread]
    selection: Selection
    details: Details
    progress: Progress
    _met: dict[int, list[Diagnostic]] = field(default_factory=dict)  # by the source's number, when it is read

    @property
    def sources(self) -> list[Opened]:
        """Those that were read."""
        return read_ones(self.found)

    @property
    def problems(self) -> list[Diagnostic]:
        """What is wrong with the files that values are in; what was not read yet is read for it."""
        numbers = range(len(self.sources))
        return [diagnostic for number in numbers for diagnostic in self._met_in(number)]

    def _met_in(self, number: int) -> list[Diagnostic]:
        if number not in self._met:
            deque(self._rows(number), maxlen=0)
        return self._met[number]

    @property
    def unmatched(self) -> list[Diagnostic]:
        """Why nothing is listed, where filters let nothing through of any source."""
        return unless_one_matched(
            unmatched_filter(self._whole(source), self.selection, source.shown_path)
            for source in self.sources
        )

    @property
    def reports(self) -> list[Report | Unread]:
        """The sources' reports, with what stands for those that could not be read."""
        return [one if isinstance(one, Unread) else one.report for one in self.found]

    def listings(self) -> list[Listing]:
        """Return what is asked for of each source that was read."""
        return list(map(self._listing, range(len(self.sources))))

    def listings_and_unread(self) -> list[Listing | Unread]:
        """Return the same in the order of the sources, with what stands for those that could not be read."""
        listings = iter(self.listings())
        return [one if isinstance(one, Unread) else next(listings) for one in self.found]

    def rows_and_unread(self) -> Iterator[Row | Unread]:
        """Yield the rows of the same, one at a time; none is kept."""
        numbers = count()
        return chain.from_iterable(
            [one] if isinstance(one, Unread) else self._rows(next(numbers)) for one in self.found
        )

    def _listing(self, number: int) -> Listing:
        opened = self.sources[number]
        whole = self._whole(opened)
        rows = tuple(self._rows(number))
        of = totals_of(whole) if len(rows) < len(whole) else None
        return Listing(
            opened.report.source,
            rows,
            of,
            slices=bool(self.details.slices),
            tags=tags_of(opened.report),
            about=about(opened.report),
            calls=opened.report.calls,
        )

    def _whole(self, opened: Opened) -> Sequence[Variable]:
        report = opened.report
        variables = report.variables
        if self.selection.collection is not None:  # it may have others than the global ones
            variables = (*variables, *report.local_variables, *report.other_variables)
        return variables if self.details.slices is None else logical(variables)

    def _rows(self, number: int) -> Iterator[Row]:
        opened = self.sources[number]
        variables = select(self._whole(opened), self.selection)
        failures: list[Diagnostic] = []
        if opened.read is None or not self.details.reads:
            yield from map(Row, variables)
        else:
            yield from self._read(opened, opened.read, variables, failures)
        self._met[number] = [*opened.damage, *told_failures(failures, len(variables))]

    def _read(
        self,
        opened: Opened,
        read: Callable[[Variable], object],
        variables: Sequence[Variable],
        failures: list[Diagnostic],
    ) -> Iterator[Row]:
        """Yield the rows with what is asked for of their values; what can't be read goes to `failures`."""
        known = {(diagnostic.code, diagnostic.location) for diagnostic in opened.damage}
        if opened.expect:
            opened.expect(variables)
        for variable in self.progress(variables):
            kept = _kept_summary(opened.report, variable) if variable.initialized is None else None
            if variable.initialized is False or (kept and self.details.values == "none"):
                yield Row(variable, kept)
                continue
            try:
                array = read(variable)
            except InvalidSourceError as error:
                failures += (
                    diagnostic
                    for diagnostic in error.diagnostics
                    if (diagnostic.code, diagnostic.location) not in known
                )
                yield Row(variable)
            else:
                yield _measured_row(variable, array, self.details)


def list_variables(  # noqa: PLR0913, PLR0917 - what a listing has
    paths: Sequence[str],
    engine: Engine,
    selection: Selection,
    details: Details,
    progress: Progress,
    view: "ClusterView | None" = None,
) -> Listed:
    """Return what is asked for of each source; no session runs, but one that looks into a cluster.

    A source that does not know what is asked of its variables, or keeps no values where they are asked for,
    is told as one that could not be read.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    found = open_sources(paths, view.engine if view else engine, choice=details.choice)
    found = check_each(found, lambda opened: unknown_fact(opened.report, selection))
    if view:
        found = [one if isinstance(one, Unread) else view.of(one, selection) for one in found]
    if details.reads:
        found = check_each(found, lambda opened: None if opened.read else no_values(opened.report))
    return Listed(found, selection, details, progress)


def told_failures(failures: list[Diagnostic], count: int) -> list[Diagnostic]:
    """Return what is told of tensors that can't be read, out of so many; the last has what could be."""
    if not failures:
        return []
    readable = f"the values of {count - len(failures):,} of {count:,} tensors were read"
    more = f"{len(failures) - _MOST_TOLD:,} more can't be read; " if len(failures) > _MOST_TOLD else ""
    *before, last = failures[:_MOST_TOLD]
    return [*before, replace(last, help="; ".join(filter(None, [last.help, more + readable])))]


def _kept_summary(report: Report, variable: Variable) -> Summary | None:
    """Return the statistics that a saved report keeps of a whole variable, in place of its large value."""
    for index in variable.calls:
        call = report.calls[index]
        if call.value and call.variable:
            return call.value.summary if call.variable.name == variable.name else None
    return None


def _measured_row(variable: Variable, array: object, details: Details) -> Row:
    """Return a row with what is asked for of an array, which is not kept."""
    if details.values == "none":
        return Row(variable, summarize(array))
    value = value_of(array, full=details.values == "full")
    return Row(variable, value.summary or summarize(array) if details.stats else None, value)


def no_values(report: Report) -> Diagnostic:
    """Return that a source keeps no values, and which one does."""
    kind, path = report.source
    if kind is SourceKind.SCENARIO:
        message = "a scenario has values in a session only, and none is run here"
        return Diagnostic("SC653", message, Location(path), f"`scopecli run {path}` runs it and shows them")
    message = "there are no values in it, only what is known of the variables"
    if kind is SourceKind.SAVEDMODEL:
        message = "its values are not there: it has no file `variables/variables.index`"
        return Diagnostic(
            "SC601", message, Location(path), "copy the whole directory from where it was exported"
        )
    return Diagnostic("SC653", message, Location(path), "list the checkpoint that was saved with it")
