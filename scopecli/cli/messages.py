"""What goes to standard error."""

import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import click

from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.escapes import guard_line, safe
from scopecli.report.model import Report


def show(diagnostic: Diagnostic) -> None:
    """Print a diagnostic."""
    from scopecli.render.diagnostics import diagnostic_lines  # noqa: PLC0415 - needs rich, and only here

    for line in diagnostic_lines(diagnostic, lines_of, _width()):
        say(line)


def _width() -> int:
    """Return the columns that messages are wrapped to: those asked for, or the terminal's."""
    context = click.get_current_context(silent=True)
    asked = context.find_root().terminal_width if context else None
    if asked:
        return asked
    return shutil.get_terminal_size().columns if sys.stderr.isatty() else sys.maxsize


def show_failure(report: Report, *, verbose: bool) -> None:
    """Print what ended a report before its end, with TensorFlow's Python stack if that is asked for."""
    from scopecli.render.text import safe_lines  # noqa: PLC0415 - with its rendering

    if report.error is None:
        return
    if verbose and report.error.stack:
        say(safe_lines(report.error.stack))
    show(report.error)


def say(text: str) -> None:
    """Print a line; where it can't be written, the exit status alone has to tell."""
    context = click.get_current_context(silent=True)
    choice = context.find_root().color if context else None
    color = wants_color(sys.stderr) if choice is None else choice
    with suppress(OSError):
        # Given the stream, click leaves its encoding alone.
        click.echo(guard_line(text, styled=True), file=sys.stderr, color=color)


def say_written(file: str | None, next_step: str) -> None:
    """Say to a person that a file was written, and what to try next."""
    if file is not None and sys.stderr.isatty():
        say(f"wrote {safe(file)}; next: {next_step}")


def say_waiting(paths: Sequence[str]) -> None:
    """Say to a person that standard input is read, if that is the terminal."""
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty():
        say("reading from the terminal; Ctrl-D ends it")


def wants_color(stream: object, choice: str = "auto") -> bool:
    """Tell whether a stream is to show colours; None is a file, which has some only if that is asked for.

    `NO_COLOR` says no, `FORCE_COLOR`, `CLICOLOR_FORCE` and a terminal say yes, in this order.
    """
    if choice != "auto":
        return choice == "always"
    if stream is None or os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if os.environ.get("TERM") == "dumb":
        return False
    return bool(getattr(stream, "isatty", bool)())


@cache
def lines_of(path: str) -> Sequence[str]:
    """Return the lines of a file, none if it can't be read again."""
    from scopecli.ground import files  # noqa: PLC0415 - only a message about a file needs it

    return files.lines_of(path) or (_lines_of_program(path) if files.quotable.may_be_quoted(path) else [])


def _lines_of_program(path: str) -> list[str]:
    """Return the lines of a Python program that is not UTF-8, and says so."""
    import tokenize  # noqa: PLC0415 - seldom needed

    try:
        if not Path(path).is_file():
            return []
        with tokenize.open(path) as stream:
            return stream.read().splitlines()
    except (OSError, SyntaxError, ValueError):
        return []
