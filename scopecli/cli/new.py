"""`scopecli new`."""

from pathlib import Path
from shlex import quote

import click

from scopecli.cli.messages import say_written
from scopecli.cli.output import write_lines
from scopecli.starters import STARTERS, starter


@click.command(
    short_help="Write a commented scenario to begin with.",
    epilog="\b\nTemplates:\n"
    + "\n".join(f"  {name:22} {shows}" for name, shows in STARTERS.items())
    + "\n\n\b\nExamples:\n  scopecli new model.yaml\n  scopecli new gan.yaml --template gan\n",
)
@click.argument("file", type=click.Path(allow_dash=True, readable=False))
@click.option(
    "--template",
    type=click.Choice(list(STARTERS)),
    default="auto_reuse",
    show_default=True,
    help="What to begin with.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new(*, file: str, template: str, force: bool) -> None:
    """Write a commented scenario to FILE; `-` is standard output."""
    if file != "-" and not force and Path(file).exists():
        raise click.UsageError(f"{file} is there already; --force writes over it")
    target = None if file == "-" else file
    write_lines(target, starter(template).splitlines())
    say_written(target, f"`scopecli run {quote(file)}`")
