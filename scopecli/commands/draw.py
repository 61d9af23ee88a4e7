"""Draws sources, or what two of them differ in."""

from collections.abc import Sequence
from typing import NamedTuple

from scopecli.analysis.selection import Selection
from scopecli.analysis.unmatched_filters import unless_one_matched, unmatched_filter
from scopecli.commands.diff import DiffSettings, diff_sources
from scopecli.commands.engine import Engine
from scopecli.commands.sources import check_each, open_sources, unknown_fact
from scopecli.drawing.against import picture_of_changes
from scopecli.drawing.model import DrawingExtent, Picture
from scopecli.drawing.picture import every_variable, names_in_order, picture_of
from scopecli.ground.diagnostics import Diagnostic
from scopecli.report.model import Report
from scopecli.sources.opened import Unread, read_ones
from scopecli.sources.opening import SourceChoice


class Drawn(NamedTuple):
    """What came of drawing sources.

    Attributes:
        pictures: one for each report.
        reports: the sources' reports, with what stands for those that could not be read.
        damage: what is wrong with files that were read all the same.
        unmatched: why nothing is drawn, where filters let nothing through of any source.
    """

    pictures: Sequence[Picture]
    reports: Sequence[Report | Unread]
    damage: Sequence[Diagnostic] = ()
    unmatched: Sequence[Diagnostic] = ()


def draw_sources(
    paths: Sequence[str], engine: Engine, selection: Selection, extent: DrawingExtent, choice: SourceChoice
) -> Drawn:
    """Return the drawing of each source; no session runs.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    found = open_sources(paths, engine, choice=choice)
    found = check_each(found, lambda opened: unknown_fact(opened.report, selection))
    read = read_ones(found)
    unmatched = unless_one_matched(
        unmatched_filter(every_variable(opened.report), selection, opened.shown_path) for opened in read
    )
    return Drawn(
        [picture_of(opened.report, selection, extent) for opened in read],
        [one if isinstance(one, Unread) else one.report for one in found],
        [problem for opened in read for problem in opened.damage],
        unmatched,
    )


def draw_against(a: str, b: str, engine: Engine, selection: Selection, extent: DrawingExtent) -> Drawn:
    """Return the drawing of what two sources differ in; of a scenario that failed there is none.

    Raises:
        InvalidSourceError: with every problem of both sources.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    settings = DiffSettings(selection)
    reports, changes, damage = diff_sources((a, b), engine, settings, session=None, progress=iter)
    if changes is None:
        return Drawn([], reports, damage)
    return Drawn([picture_of_changes(changes, extent, names_in_order(reports[0]))], reports, damage)
