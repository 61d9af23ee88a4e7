"""Where results go: standard output, or a file that is written whole or not at all."""

import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from scopecli.cli.messages import wants_color
from scopecli.cli.pager import show_paged
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import OutputError
from scopecli.ground.escapes import guard_line
from scopecli.ground.whole_files import is_standard_output, write_file

WIDEST_PROSE: Final = 100
"""Columns: longer lines of prose are hard to read."""

_COLORS: Final = {"auto": None, "always": True, "never": False}


@dataclass(frozen=True, slots=True)
class Output:
    """How results are to be shown, as the options say.

    Attributes:
        file: the file to write; None for standard output.
        color: `auto`, `always` or `never`.
        width: the columns to draw for; None for the terminal's.
        pager: whether what is longer than the terminal goes through the user's pager.
    """

    format: str
    file: str | None
    color: str
    width: int | None
    verbose: bool
    pager: bool = True

    @property
    def on_terminal(self) -> bool:
        """Whether a person reads it as it comes."""
        return self.file is None and sys.stdout.isatty()

    @property
    def chosen_format(self) -> str:
        """The format; `auto` is a table on a terminal and `plain` elsewhere."""
        if self.format != "auto":
            return self.format
        return "table" if self.on_terminal else "plain"

    @property
    def drawn_width(self) -> int | None:
        """The columns to draw for; None for an output that has no width."""
        return self.width or (shutil.get_terminal_size().columns if self.on_terminal else None)

    @property
    def columns(self) -> int:
        """The same; as good as endless for an output that has no width."""
        return self.drawn_width or sys.maxsize

    @property
    def encoding(self) -> str:
        """How characters are written."""
        return "utf-8" if self.file else sys.stdout.encoding

    def canvas(self) -> Any:
        """Return what a table is drawn for."""
        from scopecli.render.tables import Canvas  # noqa: PLC0415 - needs rich, which only tables do

        color = wants_color(sys.stdout if self.file is None else None, self.color)
        return Canvas(self.drawn_width, color, self.on_terminal, self.encoding)

    def styled_lines(self, lines: Iterable[str]) -> Iterator[str]:
        """Yield styled lines as the output shows them: without their styles where it has no colours."""
        color = wants_color(sys.stdout if self.file is None else None, self.color)
        return (line if color else click.unstyle(line) for line in lines)

    def write(self, lines: Iterable[str]) -> None:
        """Write the lines where they are asked for.

        Raises:
            OutputError: if they can't be written; a file that was there is as it was.
        """
        styled = wants_color(sys.stdout if self.file is None else None, self.color)
        guarded = (guard_line(line, styled=styled) for line in lines)
        write_lines(self.file, show_paged(guarded) if self.pager and self.on_terminal else guarded)


def write_lines(file: str | None, lines: Iterable[str]) -> None:
    """Write lines to a file, whole or not at all; None is standard output.

    Raises:
        OutputError: if they can't be written; a file that was there is as it was.
    """
    try:
        if file is None or is_standard_output(Path(file)):
            _print_lines(iter(lines))
        else:
            write_file(Path(file), lines)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError([unwritable("standard output" if file is None else file, error)]) from None


def _print_lines(lines: Iterator[str]) -> None:
    """Write lines to standard output; a reader that has enough changes nothing of what comes of the rest."""
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    except BrokenPipeError:
        leave_standard_output()
        for _ in lines:  # to be drawn is how some find out that a source is damaged
            continue


def leave_standard_output() -> None:
    """Have what Python still holds for standard output go nowhere: nobody reads it any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def unwritable(where: str, error: OSError) -> Diagnostic:
    """Return why results can't be written."""
    reason = "it is closed" if error.errno == errno.EBADF else error.strerror or error
    return Diagnostic("SC202", f"cannot write: {reason}", Location(where))


def output_options(*formats: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the options that say how results are shown; the command gets them as `output`."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_output(**options: Any) -> Any:
            fields = {name: options.pop(name) for name in _FIELDS}
            if options.pop("json", False):
                if fields["format"] not in ("auto", "json"):
                    raise click.UsageError(f"--json and -f {fields['format']} ask for two formats")
                fields["format"] = "json"
            # Messages read it there: they are printed where the options are no longer at hand.
            root = click.get_current_context().find_root()
            root.color, root.terminal_width = _COLORS[fields["color"]], fields["width"]
            if fields["verbose"]:
                import logging  # noqa: PLC0415 - only then

                logging.basicConfig(level=logging.INFO, format="scopecli: %(message)s")
            return command(output=Output(**fields), **options)

        for option in reversed(_options(formats)):
            option(with_output)
        return with_output

    return decorate


file_option: Callable[..., Any] = click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(readable=False),
    callback=lambda _ctx, _param, value: None if value == "-" else value,
    metavar="FILE",
    help="Write to FILE, whole or not at all; - is standard output.",
)


_FIELDS: Final = ("format", "file", "color", "width", "verbose", "pager")
_AUTO: Final = {"html": "html", "table": "a table on a terminal and plain elsewhere", "text": "text"}


def _options(formats: tuple[str, ...]) -> list[Callable[..., Any]]:
    return [
        click.option(
            "-f",
            "--format",
            type=click.Choice(["auto", *formats]),
            default="auto",
            show_default=True,
            help=f"How to show the results; auto is {_AUTO[formats[0]]}.",
        ),
        *([click.option("--json", is_flag=True, help="Short for -f json.")] if "json" in formats else []),
        file_option,
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="Whether to use colours; auto obeys NO_COLOR and FORCE_COLOR.",
        ),
        click.option(
            "--width",
            type=click.IntRange(min=20),
            metavar="COLUMNS",
            help="Draw tables, and wrap prose, for this width.  [default: the terminal's]",
        ),
        click.option(
            "--pager/--no-pager",
            default=True,
            help="On a terminal, show what is longer than it through PAGER.  [default: pager]",
        ),
        click.option(
            "-v", "--verbose", is_flag=True, help="Show TensorFlow's log lines, and its stack on failure."
        ),
    ]
