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

    for line in diagnostic_lines(diagnostic, _lines_of):
        click.echo(line, err=True, color=wants_color(sys.stderr))


def show_failure(report: Report, *, verbose: bool) -> None:
    """Print what ended a report before its end, with TensorFlow's Python stack if that is asked for."""
    from scopecli.render.diagnostics import of_failure  # noqa: PLC0415 - needs rich, and only here
    from scopecli.render.text import safe_lines  # noqa: PLC0415 - beside it

    if report.error is None:
        return
    if verbose and report.error.stack:
        click.echo(safe_lines(report.error.stack), err=True)
    show(of_failure(report.error))


def wants_color(stream: object, choice: str = "auto") -> bool:
    """Tell whether a stream is to show colours: `NO_COLOR` says no, a terminal says yes."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(getattr(stream, "isatty", bool)())


@cache
def _lines_of(path: str) -> list[str]:
    from scopecli.scenario.files import lines_of  # noqa: PLC0415 - only a message about a file needs it

    return lines_of(path)
