"""`scopecli tree`."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from scopecli.cli.common import engine_options, finish
from scopecli.cli.output import Output, output_options
from scopecli.cli.selecting import choice_options, selection_options, sources_argument

if TYPE_CHECKING:
    from scopecli.analysis.scope_tree import Node
    from scopecli.analysis.selection import Listing, Selection
    from scopecli.commands.engine import Engine
    from scopecli.sources.opening import Choice


@click.command(
    short_help="Show the scopes of any source as a tree, with sums.",
    epilog="""\b
    Examples:
      scopecli tree scenarios/gpt2.yaml --depth 2
      scopecli tree model.ckpt-1200 --sort size --reverse
      scopecli tree exported/ --role weight -f json
    """,
)
@sources_argument("source", count=1)
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="Show N levels, and sums of the rest.")
@selection_options("graph", "name", "size")
@choice_options
@output_options("table", "plain", "json", "markdown")
@engine_options
def tree(  # noqa: PLR0913 - an option each
    *,
    source: str,
    depth: int | None,
    selection: "Selection",
    choice: "Choice",
    engine: "Engine",
    output: Output,
) -> None:
    """Show the variables of a SOURCE by scope: how many are in each, their parameters and their bytes.

    A SOURCE is of any kind that `scopecli list` takes. A scope ends in a slash; the bar is its share of all
    parameters that are shown; `×3` is a variable that three calls share. The graph of a scenario is built,
    and no session runs.
    """  # noqa: RUF002 - the sign itself
    from scopecli.commands.tree import tree_of  # noqa: PLC0415 - not for `--help`

    opened, listing, root = tree_of(source, engine, selection, depth=depth, choice=choice)
    output.write(_rendered(root, listing, output))
    finish([opened.report], output, opened.damage)


def _rendered(root: "Node", listing: "Listing", output: Output) -> Iterator[str]:
    from scopecli.render.tree import tree_json, tree_markdown, tree_plain  # noqa: PLC0415 - not for `--help`

    if output.chosen_format == "table":
        from scopecli.render.tree_drawing import (  # noqa: PLC0415 - measures text as rich does
            style_for,
            tree_drawn,
        )

        return output.styled(tree_drawn(root, listing, output.drawn_width, style_for(output.encoding)))
    others: dict[str, Callable[[Node, Listing], Iterator[str]]] = {
        "plain": tree_plain,
        "json": tree_json,
        "markdown": tree_markdown,
    }
    return others[output.chosen_format](root, listing)
