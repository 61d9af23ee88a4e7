"""Shows the variables of a source as a tree of scopes."""

from scopecli.analysis.scope_tree import Node, grow
from scopecli.analysis.selection import Listing, Row, Selection, chosen_variables, tags_of
from scopecli.commands.engine import Engine
from scopecli.commands.sources import open_one, refuse_unknown
from scopecli.report.model import totals_of
from scopecli.sources.opened import Opened
from scopecli.sources.opening import SourceChoice


def tree_of(
    path: str, engine: Engine, selection: Selection, *, depth: int | None, choice: SourceChoice
) -> tuple[Opened, Listing, Node]:
    """Return what is read of a source, what is asked for of that, and that as a tree; no session runs.

    Raises:
        InvalidSourceError: with every problem of the source.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    opened = open_one(path, engine, choice)
    report = opened.report
    refuse_unknown([report], selection)
    variables = chosen_variables(report.variables, selection)
    of = totals_of(report.variables) if len(variables) < len(report.variables) else None
    root = grow(variables, depth=depth, sort=selection.sort, reverse=selection.reverse)
    return opened, Listing(report.source, tuple(map(Row, variables)), of, tags=tags_of(report)), root
