"""Shows the variables of sources as trees of scopes."""

from collections.abc import Sequence
from typing import NamedTuple

from scopecli.analysis.scope_tree import Node, grow
from scopecli.analysis.selection import Listing, Row, Selection, chosen_variables, tags_of
from scopecli.commands.engine import Engine
from scopecli.commands.sources import check_each, open_sources, unknown_fact
from scopecli.report.model import Variable, totals_of
from scopecli.sources.opened import Opened, Unread
from scopecli.sources.opening import SourceChoice


class Tree(NamedTuple):
    """The variables of a source by scope.

    Attributes:
        opened: what was read of the source.
        listing: what is asked for of that.
        root: the same as a tree.
    """

    opened: Opened
    listing: Listing
    root: Node


def trees_of(
    paths: Sequence[str], engine: Engine, selection: Selection, *, depth: int | None, choice: SourceChoice
) -> list[Tree | Unread]:
    """Return what is asked for of each source as a tree; no session runs.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    found = open_sources(paths, engine, choice=choice)
    found = check_each(found, lambda opened: unknown_fact(opened.report, selection))
    return [one if isinstance(one, Unread) else _tree(one, selection, depth) for one in found]


def _tree(opened: Opened, selection: Selection, depth: int | None) -> Tree:
    return tree_of(opened, chosen_variables(opened.report.variables, selection), selection, depth)


def tree_of(opened: Opened, variables: Sequence[Variable], selection: Selection, depth: int | None) -> Tree:
    """Return some variables of a source as a tree."""
    report = opened.report
    of = totals_of(report.variables) if len(variables) < len(report.variables) else None
    root = grow(variables, depth=depth, sort=selection.sort, reverse=selection.reverse)
    return Tree(opened, Listing(report.source, tuple(map(Row, variables)), of, tags=tags_of(report)), root)
