"""Gathers what a page shows of a source, and of what it is compared with."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from scopecli.analysis.diff.changes import Changes
from scopecli.analysis.lint import ON_BY_DEFAULT, lint
from scopecli.analysis.selection import Selection
from scopecli.analysis.suppressions import Suppressions
from scopecli.commands.diff import DiffSettings, diff_opened, open_both
from scopecli.commands.engine import Engine
from scopecli.commands.list import no_values
from scopecli.commands.sources import open_all
from scopecli.drawing.histograms import Measured, measure
from scopecli.drawing.page_data import GraphPage
from scopecli.drawing.picture import every_variable
from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.files import lines_of
from scopecli.report.model import Report, Variable
from scopecli.sources.opened import Opened
from scopecli.sources.opening import SourceChoice

Progress = Callable[[Sequence[Variable]], Iterator[Variable]]
"""Yields variables in turn, and may show how far it is."""


class PageContent(NamedTuple):
    """What a page shows.

    Attributes:
        pages: of each graph of A.
        changes: what A and B differ in; None where there is no B, or nothing was compared.
        reports: those that were read.
        damage: what is wrong with files that were read all the same, and why nothing was compared.
    """

    pages: Sequence[GraphPage]
    changes: Changes | None
    reports: Sequence[Report]
    damage: Sequence[Diagnostic]


def page_of(
    source: str, b: str | None, engine: Engine, *, choice: SourceChoice, measured: Progress | None
) -> PageContent:
    """Gather what a page shows; no session runs.

    Args:
        source: A.
        b: what it is compared with; None for nothing.
        engine: how scenarios are built.
        choice: which of several checkpoints or MetaGraphs.
        measured: goes through the variables whose values are read; None if none are.

    Raises:
        InvalidSourceError: with every problem of the sources, and where values are asked for of a source
            that keeps none.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    changes: Changes | None = None
    damage: Sequence[Diagnostic] = ()
    if b is None:
        found = open_all([source], engine, choice=choice)
    else:
        both = open_both((source, b), engine, None)
        _, changes, damage = diff_opened(*both, DiffSettings(Selection()), iter)
        found = [both[0]]
    met: list[Diagnostic] = [problem for opened in found for problem in opened.damage]
    pages = [_page(opened, changes, measured, met) for opened in found]
    return PageContent(pages, changes, [opened.report for opened in found], [*dict.fromkeys([*met, *damage])])


def _page(
    opened: Opened, changes: Changes | None, measured: Progress | None, met: list[Diagnostic]
) -> GraphPage:
    report = opened.report
    findings = Suppressions(lines_of).filter(lint(report, ON_BY_DEFAULT)) if report.calls else []
    values = list(_measures(opened, measured, met)) if measured else None
    return GraphPage(report, findings, values, changes)


def _measures(opened: Opened, progress: Progress, met: list[Diagnostic]) -> Iterator[Measured | None]:
    """Yield what is read of each variable's values; what can't be read goes to `met`."""
    if opened.read is None:
        raise InvalidSourceError([no_values(opened.report)])
    for variable in progress(every_variable(opened.report)):
        try:
            yield measure(opened.read(variable))
        except InvalidSourceError as error:
            met += error.diagnostics
            yield None
