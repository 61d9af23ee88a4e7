"""What goes to standard error."""

import os
import sys
from functools import cache

import click

from scopecli.diagnostics import Diagnostic
from scopecli.report import Report


def show(diagnostic: Diagnostic) -> None:
    """Print a diagnostic."""
    from scopecli.render.diagnostics import diagnostic_lines  # noqa: PLC0415 - needs rich, and only here

    for line in diagnostic_lines(diagnostic, lines_of):
        click.echo(line, err=True, color=wants_color(sys.stderr))


def show_failure(report: Report, *, verbose: bool) -> None:
    """Print what ended a report before its end, with TensorFlow's Python stack if that is asked for."""
    if report.error is None:
        return
    if verbose and report.error.stack:
        click.echo(report.error.stack, err=True)
    show(report.error.diagnostic)


def wants_color(stream: object, choice: str = "auto") -> bool:
    """Tell whether a stream is to show colours: `NO_COLOR` says no, a terminal says yes."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(getattr(stream, "isatty", bool)())


@cache
def lines_of(path: str) -> list[str]:
    """Return the lines of a file, none if it can't be read."""
    from scopecli.errors import InvalidSourceError  # noqa: PLC0415 - beside the next one
    from scopecli.scenario.files import read_text  # noqa: PLC0415 - only a message about a file needs it

    try:
        return read_text(path).split("\n")
    except InvalidSourceError:
        return []
