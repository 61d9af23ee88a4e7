"""Shows the variables of a source as a tree of scopes."""

from scopecli.commands.engine import Engine
from scopecli.commands.sources import open_one
from scopecli.report import Report, totals_of
from scopecli.selection import Listing, Row, Selection, chosen
from scopecli.tree import Node, grow


def tree_of(
    path: str, engine: Engine, selection: Selection, *, depth: int | None, step: int | None
) -> tuple[Report, Listing, Node]:
    """Return a source's report, what is asked for of it, and that as a tree; no session runs.

    Raises:
        InvalidSourceError: with every problem of the source.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    report = open_one(path, engine, step=step).report
    variables = chosen(report.variables, selection)
    of = totals_of(report.variables) if len(variables) < len(report.variables) else None
    root = grow(variables, depth=depth, sort=selection.sort, reverse=selection.reverse)
    return report, Listing(report.source, tuple(map(Row, variables)), of), root
