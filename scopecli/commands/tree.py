"""Shows the variables of sources as trees of scopes."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from scopecli.analysis.equal_blocks import facts_of_variable, fold_equal_blocks
from scopecli.analysis.scope_tree import Node, close_below, grow
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


class TreeShape(NamedTuple):
    """How much of a tree is told.

    Attributes:
        depth: how many levels are; None for all.
        folded: whether blocks that are equal are told once.
        calls: whether the calls of each variable are told.
    """

    depth: int | None = None
    folded: bool = False
    calls: bool = False


def trees_of(
    paths: Sequence[str], engine: Engine, selection: Selection, shape: TreeShape, choice: SourceChoice
) -> list[Tree | Unread]:
    """Return what is asked for of each source as a tree; no session runs.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    found = open_sources(paths, engine, choice=choice)
    found = check_each(found, lambda opened: unknown_fact(opened.report, selection))
    return [one if isinstance(one, Unread) else _tree(one, selection, shape) for one in found]


def _tree(opened: Opened, selection: Selection, shape: TreeShape) -> Tree:
    return tree_of(opened, chosen_variables(opened.report.variables, selection), selection, shape)


def tree_of(opened: Opened, variables: Sequence[Variable], selection: Selection, shape: TreeShape) -> Tree:
    """Return some variables of a source as a tree."""
    report = opened.report
    of = totals_of(report.variables) if len(variables) < len(report.variables) else None
    root = grow(variables, sort=selection.sort, reverse=selection.reverse)
    if shape.folded:
        root = fold_equal_blocks(root, partial(facts_of_variable, calls=report.calls))
    if shape.depth is not None:
        root = close_below(root, shape.depth)
    listing = Listing(
        report.source,
        tuple(map(Row, variables)),
        of,
        tags=tags_of(report),
        calls=report.calls,
        tells_calls=shape.calls,
    )
    return Tree(opened, listing, root)
