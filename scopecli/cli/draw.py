"""`scopecli draw`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import click

from scopecli.cli.common import COULD_NOT_READ, engine_options, finish, refuse_unread
from scopecli.cli.completing import ANY_SOURCE, SourceFile
from scopecli.cli.formats import Formats
from scopecli.cli.output import Output, output_options
from scopecli.cli.selecting import choice_options, selection_options, sources_argument
from scopecli.cli.watch import watch_option

if TYPE_CHECKING:
    from scopecli.analysis.selection import Selection
    from scopecli.commands.draw import Drawn
    from scopecli.commands.engine import Engine
    from scopecli.drawing.model import Picture
    from scopecli.sources.opening import SourceChoice

FORMATS: Final = Formats()
_ENDINGS: Final = {
    ".svg": "svg",
    ".html": "html",
    ".htm": "html",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
    ".txt": "text",
}


@FORMATS.add("text")
def _text(pictures: "Sequence[Picture]", output: Output) -> Iterator[str]:
    from scopecli.drawing.text import text_lines  # noqa: PLC0415 - needs rich

    return text_lines(pictures, output.canvas())


@FORMATS.add("svg", "mermaid", "dot", "html")
def _document(pictures: "Sequence[Picture]", output: Output) -> Iterator[str]:
    from scopecli.drawing.formats import WRITERS  # noqa: PLC0415 - not for `--help`

    return WRITERS[output.format](pictures)


@click.command(
    short_help="Draw who shares what: scopes as boxes, and the calls beside each variable.",
    epilog="""\b
    Examples:
      scopecli draw scenarios/gan.yaml
      scopecli draw scenarios/gan.yaml -o gan.svg
      scopecli draw scenarios/gpt2.yaml -f mermaid --depth 2
      scopecli trace train.py -f json | scopecli draw - -o train.html
      scopecli draw model.yaml --against model.ckpt-1200 -o difference.svg
    """,
)
@sources_argument("sources")
@click.option(
    "--against",
    type=SourceFile(*ANY_SOURCE),
    metavar="SOURCE",
    help="Draw what this source has otherwise: missing, added, renamed, of another shape.",
)
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="Draw N levels of scopes.")
@click.option("--fold/--no-fold", "folded", default=True, help="Draw equal blocks once.  [default: fold]")
@click.option("--calls/--no-calls", default=None, help="Draw the calls, where the source has them.")
@selection_options("graph", "name", "size")
@choice_options
@output_options(*FORMATS.names)
@engine_options
@watch_option("sources")
def draw(  # noqa: PLR0913 - an option each
    *,
    sources: tuple[str, ...],
    against: str | None,
    depth: int | None,
    folded: bool,
    calls: bool | None,
    selection: "Selection",
    choice: "SourceChoice",
    engine: "Engine",
    output: Output,
) -> None:
    """Draw the variables of each SOURCE in their scopes, and beside each variable the calls that yield it.

    A solid line is the call that created a variable, a dotted one a call that reused it, a red one with a
    code a call that TensorFlow refused. What is used from several places stands out. Blocks that are equal
    but for numbers in their names are drawn once, and what there is no room for is told in sums.

    The format is that of -f, or what the name of FILE ends in: .svg, .html, .mmd (Mermaid), .dot.
    """
    from scopecli.commands.draw import draw_against, draw_sources  # noqa: PLC0415 - not for `--help`
    from scopecli.drawing.model import MOST_ROWS, DrawingExtent  # noqa: PLC0415 - likewise

    output = replace(output, format=_format(output))
    extent = DrawingExtent(depth, MOST_ROWS[output.format], folded, calls is not False)
    if against is None:
        drawn = draw_sources(sources, engine, selection, extent, choice)
    elif len(sources) > 1 or calls:
        what = "calls are drawn of one source" if calls else "one source is compared with another"
        raise click.UsageError(f"{what}: leave out {'--calls' if calls else 'all sources but one'}")
    else:
        drawn = draw_against(sources[0], against, engine, selection, extent)
    _show(drawn, output)


def _format(output: Output) -> str:
    """Return the format: the one that is given, or what the file's name ends in.

    Raises:
        click.UsageError: if no format is given, and none has a name that ends so.
    """
    if output.format != "auto":
        return output.format
    ending = PurePath(output.file or "").suffix.lower()
    if ending and ending not in _ENDINGS:
        known = ", ".join(FORMATS.names)
        message = f"no format is known for files that end in {ending}; choose one with -f: {known}"
        raise click.UsageError(message)
    return _ENDINGS.get(ending, "text")


def _show(drawn: "Drawn", output: Output) -> None:
    refuse_unread(drawn.reports, output)
    if drawn.pictures and not drawn.unmatched:
        output.write(FORMATS.render(output, drawn.pictures))
    status = 0 if drawn.pictures else COULD_NOT_READ
    finish(drawn.reports, output, drawn.damage, drawn.unmatched, status=status)
