"""`scopecli page`."""

from shlex import quote
from typing import TYPE_CHECKING, Final

import click

from scopecli.cli.common import engine_options, finish
from scopecli.cli.completing import ANY_SOURCE, SourceFile
from scopecli.cli.messages import say_waiting, say_written
from scopecli.cli.output import Output, output_options, write_lines
from scopecli.cli.progress import in_turn
from scopecli.cli.selecting import choice_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scopecli.commands.engine import Engine
    from scopecli.report.model import Variable
    from scopecli.sources.opening import SourceChoice

_MUCH: Final = 1 << 27  # bytes that take a while to read


@click.command(
    short_help="Write a page to look at in a browser, and to send: one file.",
    epilog="""\b
    Examples:
      scopecli page scenarios/gan.yaml -o gan.html
      scopecli page model.ckpt-1200 --stats -o model.html
      scopecli page model.yaml model.ckpt-1200 -o restore.html
      scopecli trace train.py -f json | scopecli page - -o train.html
    """,
)
@click.argument("source", type=SourceFile(*ANY_SOURCE), metavar="SOURCE")
@click.argument("b", type=SourceFile(*ANY_SOURCE), metavar="[B]", required=False)
@click.option("--stats", is_flag=True, help="Read the values, and show their statistics and histograms.")
@choice_options
@output_options("html")
@engine_options
def page(  # noqa: PLR0913 - an option each
    *,
    source: str,
    b: str | None,
    stats: bool,
    choice: "SourceChoice",
    engine: "Engine",
    output: Output,
) -> None:
    """Write one HTML file that shows all that is known of SOURCE, and what B has otherwise.

    It has the scopes with their sums, a map of where the bytes are, a table to search, sort and filter, the
    drawing of who shares what, each call with its place and why it yielded what it did, and what failed or
    is doubtful. It needs no network, and what files say does nothing in it. Each variable, scope and call
    has a link of its own: `gan.html#discriminator/kernel`. The graph of a scenario is built, and no session
    runs.
    """
    from scopecli.commands.page import page_of  # noqa: PLC0415 - not for `--help`
    from scopecli.drawing.page import page_lines  # noqa: PLC0415 - likewise

    if output.on_terminal:
        raise click.UsageError("a page is for a browser: name a file with `-o page.html`")
    say_waiting([path for path in (source, b) if path])
    content = page_of(source, b, engine, choice=choice, measured=_progress if stats else None)
    write_lines(output.file, page_lines(source, content.pages, content.changes))
    say_written(output.file, f"open {quote(output.file or '')} in a browser")
    finish(content.reports, output, content.damage)


def _progress(variables: "Sequence[Variable]") -> "Iterator[Variable]":
    return in_turn(variables, "reading", amount=lambda variable: variable.bytes or 0, much=_MUCH)
