"""`scopecli tree`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click

from scopecli.cli.common import engine_options, finish, shown_of
from scopecli.cli.formats import Formats
from scopecli.cli.output import Output, output_options
from scopecli.cli.placing import Placing, placing_options
from scopecli.cli.selecting import choice_options, selection_options, sources_argument

if TYPE_CHECKING:
    from scopecli.analysis.selection import Selection
    from scopecli.commands.engine import Engine
    from scopecli.commands.tree import Tree
    from scopecli.ground.diagnostics import Diagnostic
    from scopecli.render.tree import Grown
    from scopecli.sources.opened import Unread
    from scopecli.sources.opening import SourceChoice


FORMATS: Final = Formats()
_FOLDED: Final = ("table", "markdown")  # a program reads the others, and wants every variable


@FORMATS.add("table")
def _table(trees: "Sequence[Grown]", output: Output) -> Iterator[str]:
    from scopecli.render import tree_drawing as drawing  # noqa: PLC0415 - measures text as rich does

    style = drawing.style_for(output.encoding)
    return output.styled_lines(drawing.tree_drawn(trees, output.drawn_width, style))


@FORMATS.add("plain")
def _plain(trees: "Sequence[Grown]", _: Output) -> Iterator[str]:
    from scopecli.render.tree import tree_plain  # noqa: PLC0415 - not for `--help`

    return tree_plain(trees)


@FORMATS.add("json")
def _json(trees: "Sequence[Grown | Unread]", _: Output) -> Iterator[str]:
    from scopecli.render.tree import tree_json  # noqa: PLC0415 - not for `--help`

    return tree_json(trees)


@FORMATS.add("markdown")
def _markdown(trees: "Sequence[Grown]", _: Output) -> Iterator[str]:
    from scopecli.render.tree import tree_markdown  # noqa: PLC0415 - not for `--help`

    return tree_markdown(trees)


@click.command(
    short_help="Show the scopes of any source as a tree, with sums.",
    epilog="""\b
    Examples:
      scopecli tree scenarios/gpt2.yaml --depth 2
      scopecli tree model.ckpt-1200 --sort size --reverse
      scopecli tree model.yaml --by device --depth 2
      scopecli tree exported/ --role weight -f json
    """,
)
@sources_argument("sources")
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="Show N levels, and sums of the rest.")
@click.option(
    "--fold/--no-fold",
    "folded",
    default=None,
    help="Show blocks once that are equal but for numbers in their names.  [default: in table and markdown]",
)
@click.option("--calls", is_flag=True, help="Tell which calls each variable is of.")
@selection_options("graph", "name", "size")
@placing_options
@choice_options
@output_options(*FORMATS.names)
@engine_options
def tree(  # noqa: PLR0913 - an option each
    *,
    sources: tuple[str, ...],
    depth: int | None,
    folded: bool | None,
    calls: bool,
    selection: "Selection",
    placing: Placing | None,
    choice: "SourceChoice",
    engine: "Engine",
    output: Output,
) -> None:
    """Show the variables of each SOURCE by scope: how many are in each, their parameters and their bytes.

    A SOURCE is of any kind that `scopecli list` takes. A scope ends in a slash; the bar is its share of all
    parameters that are shown; `×3` is a variable that is used from three places, and --calls says which.
    Blocks that are equal but for numbers in their names, such as the layers `h0` to `h11`, are one block in
    a table. The graph of a scenario is built, and no session runs.
    """
    from scopecli.commands.tree import TreeShape, trees_of  # noqa: PLC0415 - not for `--help`
    from scopecli.sources.opened import Unread, read_ones  # noqa: PLC0415 - likewise

    is_folded = output.chosen_format in _FOLDED if folded is None else folded
    shape = TreeShape(depth, is_folded, calls)
    if placing:
        from scopecli.commands.placing import device_trees  # noqa: PLC0415 - leads to the YAML parser

        found = device_trees(sources, engine, selection, shape, choice, placing.what_if)
    else:
        found = trees_of(sources, engine, selection, shape, choice)
    shown = shown_of(found, output)
    grown = [tree if isinstance(tree, Unread) else (tree.listing, tree.root) for tree in shown]
    output.write(FORMATS.render(output, grown))
    trees = read_ones(found)
    damage = [problem for tree in trees for problem in tree.opened.damage]
    reports = [tree if isinstance(tree, Unread) else tree.opened.report for tree in found]
    finish(reports, output, damage, unmatched=_unmatched_filters(trees, selection))


def _unmatched_filters(trees: "Sequence[Tree]", selection: "Selection") -> "list[Diagnostic]":
    """Return why nothing is shown, where filters let nothing through of any source."""
    from scopecli.analysis.unmatched_filters import (  # noqa: PLC0415 - not for `--help`
        unless_one_matched,
        unmatched_filter,
    )

    return unless_one_matched(
        unmatched_filter(tree.opened.report.variables, selection, tree.opened.shown_path) for tree in trees
    )
