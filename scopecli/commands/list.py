"""Lists the variables of sources, with what is asked for of their values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scopecli.commands.engine import Engine
from scopecli.commands.sources import open_all
from scopecli.diagnostics import Diagnostic, Location
from scopecli.errors import InvalidSourceError
from scopecli.logical import logical
from scopecli.report import Report, Variable, totals_of
from scopecli.selection import Listing, Row, Selection, select
from scopecli.sources.opened import Opened
from scopecli.values import summarize, value_of

Progress: TypeAlias = Callable[[Sequence[Variable]], Iterator[Variable]]
"""Yields variables in turn, and may show how far it is."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is asked for beside the facts of variables.

    Attributes:
        step: of a directory with several checkpoints, which; None is its newest.
        stats: whether the statistics of their values are.
        values: how much of the values is.
        slices: whether the parts of a partitioned variable are one row, with (True) or without (False)
            slices under it; None leaves them as the source has them.
    """

    step: int | None = None
    stats: bool = False
    values: Literal["full", "summary", "none"] = "none"
    slices: bool | None = None

    @property
    def reads(self) -> bool:
        """Whether values must be read."""
        return self.stats or self.values != "none"


def list_variables(
    paths: Sequence[str], engine: Engine, selection: Selection, details: Details, progress: Progress
) -> tuple[list[Report], list[Listing]]:
    """Return the sources' reports, and what is asked for of each; no session runs.

    Raises:
        InvalidSourceError: with every problem of every source, or where values are asked for of a source that
            keeps none, or that is damaged.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    sources = open_all(paths, engine, step=details.step)
    if details.reads:
        _refuse_without_values(sources)
    listings = [_listing(each, selection, details, progress) for each in sources]
    return [each.report for each in sources], listings


def _listing(opened: Opened, selection: Selection, details: Details, progress: Progress) -> Listing:
    report = opened.report
    variables = report.variables if details.slices is None else logical(report.variables)
    listed = select(variables, selection)
    rows = tuple(_rows(listed, opened, details, progress))
    of = totals_of(variables) if len(listed) < len(variables) else None
    return Listing(report.source, rows, of, slices=bool(details.slices))


def _rows(
    variables: Sequence[Variable], opened: Opened, details: Details, progress: Progress
) -> Iterator[Row]:
    if opened.read is None or not details.reads:
        yield from map(Row, variables)
        return
    for variable in progress(variables):
        yield _measured(variable, opened.read(variable), details)


def _measured(variable: Variable, array: object, details: Details) -> Row:
    """Return a row with what is asked for of an array, which is not kept."""
    if details.values == "none":
        return Row(variable, summarize(array))
    value = value_of(array, full=details.values == "full")
    return Row(variable, value.summary or summarize(array) if details.stats else None, value)


def _refuse_without_values(sources: Sequence[Opened]) -> None:
    problems = [_no_values(each.report) for each in sources if each.read is None]
    if problems:
        raise InvalidSourceError(problems)


def _no_values(report: Report) -> Diagnostic:
    kind, path = report.source
    if kind == "scenario":
        message = "a scenario has values in a session only, and `list` runs none"
        return Diagnostic("SC653", message, Location(path), f"`scopecli run {path}` runs it and shows them")
    message = "there are no values in it, only what is known of the variables"
    return Diagnostic("SC653", message, Location(path), "list the checkpoint that was saved with it")
