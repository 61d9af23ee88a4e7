"""`scopecli tree`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from scopecli.cli.common import engine_options, finish
from scopecli.cli.formats import Formats
from scopecli.cli.output import Output, output_options
from scopecli.cli.selecting import choice_options, selection_options, sources_argument

if TYPE_CHECKING:
    from scopecli.analysis.scope_tree import Node
    from scopecli.analysis.selection import Listing, Selection
    from scopecli.commands.engine import Engine
    from scopecli.sources.opening import SourceChoice


FORMATS: Final = Formats()


@FORMATS.add("table")
def _table(root: "Node", listing: "Listing", output: Output) -> Iterator[str]:
    from scopecli.render import tree_drawing as drawing  # noqa: PLC0415 - measures text as rich does

    style = drawing.style_for(output.encoding)
    return output.styled_lines(drawing.tree_drawn(root, listing, output.drawn_width, style))


@FORMATS.add("plain")
def _plain(root: "Node", listing: "Listing", _: Output) -> Iterator[str]:
    from scopecli.render.tree import tree_plain  # noqa: PLC0415 - not for `--help`

    return tree_plain(root, listing)


@FORMATS.add("json")
def _json(root: "Node", listing: "Listing", _: Output) -> Iterator[str]:
    from scopecli.render.tree import tree_json  # noqa: PLC0415 - not for `--help`

    return tree_json(root, listing)


@FORMATS.add("markdown")
def _markdown(root: "Node", listing: "Listing", _: Output) -> Iterator[str]:
    from scopecli.render.tree import tree_markdown  # noqa: PLC0415 - not for `--help`

    return tree_markdown(root, listing)


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
@output_options(*FORMATS.names)
@engine_options
def tree(  # noqa: PLR0913 - an option each
    *,
    source: str,
    depth: int | None,
    selection: "Selection",
    choice: "SourceChoice",
    engine: "Engine",
    output: Output,
) -> None:
    """Show the variables of a SOURCE by scope: how many are in each, their parameters and their bytes.

    A SOURCE is of any kind that `scopecli list` takes. A scope ends in a slash; the bar is its share of all
    parameters that are shown; `×3` is a variable that three calls share. The graph of a scenario is built,
    and no session runs.
    """  # noqa: RUF002 - the sign itself
    from scopecli.analysis.unmatched_filters import unmatched_filter  # noqa: PLC0415 - not for `--help`
    from scopecli.commands.tree import tree_of  # noqa: PLC0415 - likewise

    opened, listing, root = tree_of(source, engine, selection, depth=depth, choice=choice)
    output.write(FORMATS.render(output, root, listing))
    nothing = unmatched_filter(opened.report.variables, selection, opened.shown_path)
    finish([opened.report], output, opened.damage, unmatched=[nothing] if nothing else [])
