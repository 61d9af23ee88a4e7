"""Diagnostics as a compiler prints them: the place, the line with the place underlined, notes, help."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import click
from rich.cells import cell_len

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.render.text import safe, safe_lines
from scopecli.render.wrapping import wrap_styled

_LONGEST_LINE: Final = 120
_SHORTEST_LINE: Final = 20
_MARGIN: Final = 8  # columns before a quoted line
_INDENT: Final = "    "  # so that no line of a message passes for one of another kind
_HELP: Final = "help: "
_COLORS: Final = {"error": "red", "warning": "yellow"}

Lines = Callable[[str], Sequence[str]]
"""Returns the lines of a file, none if it can't be read."""


def diagnostic_lines(diagnostic: Diagnostic, lines_of: Lines, width: int) -> Iterator[str]:
    """Yield a diagnostic, styled; `click.echo` takes the styles off where they don't belong.

    Args:
        diagnostic: what to say.
        lines_of: where the lines that it quotes come from.
        width: in columns, `sys.maxsize` for none: prose is wrapped, and of a longer line a part is quoted.
    """
    longest = max(_SHORTEST_LINE, min(_LONGEST_LINE, width - _MARGIN))
    severity = click.style(f"{diagnostic.severity}:", fg=_COLORS[diagnostic.severity], bold=True)
    code = click.style(f"[{safe(diagnostic.code)}]", dim=True)
    place = click.style(_place(diagnostic.location), bold=True)
    first, *others = safe_lines(diagnostic.full_message).split("\n")
    lines = [f"{place}: {severity} {first}", *(f"{_INDENT}{line}" for line in others)]
    lines[-1] += f" {code}"
    for line in lines:
        yield from wrap_styled(line, width, len(_INDENT))
    yield from _excerpt(diagnostic.location, lines_of, longest)
    for note in diagnostic.notes:
        told = f"{_place(note.location)}: {click.style('note:', fg='cyan', bold=True)} {safe(note.message)}"
        yield from wrap_styled(told, width, len(_INDENT))
        yield from _excerpt(note.location, lines_of, longest)
    if diagnostic.help:
        told = f"{click.style('help:', fg='green', bold=True)} {safe(diagnostic.help)}"
        yield from wrap_styled(told, width, len(_HELP))


def _place(location: Location) -> str:
    return safe(str(location)) or '""'  # a path can be empty


def _excerpt(location: Location, lines_of: Lines, longest: int) -> Iterator[str]:
    """Yield the line of a place and a line that underlines it."""
    lines = lines_of(location.file) if location.line else ()
    if location.line > len(lines) or not location.line:
        return
    line = lines[location.line - 1]
    start = min(location.column - 1, len(line))
    end = location.end_column - 1 if location.end_line == location.line else len(line.rstrip())
    cut = max(0, start - longest // 2) if len(line) > longest else 0
    before, marked = line[cut:start], line[start : min(end, cut + longest)]
    after = line[start + len(marked) : cut + longest]
    shown = [safe_lines(text.expandtabs(1)) for text in (before, marked, after)]
    number = f"{location.line:>5}"
    yield f"{click.style(f'{number} |', dim=True)} {''.join(shown)}"
    underline = "^" * max(1, cell_len(shown[1]))
    margin = click.style(" " * len(number) + " |", dim=True)
    yield f"{margin} {' ' * cell_len(shown[0])}{click.style(underline, fg='red', bold=True)}"
