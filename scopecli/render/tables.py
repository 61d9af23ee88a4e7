"""Tables for people: drawn by rich, without colour, box or cut text where the output is no terminal."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from scopecli.render.columns import (
    CALL_COLUMNS,
    DEFAULT_VARIABLE_COLUMNS,
    NUMERIC,
    VARIABLE_COLUMNS,
    call_cells,
)
from scopecli.render.plain import tf_list
from scopecli.render.text import safe, safe_lines, totals_text
from scopecli.report import Call, Failure, Outcome, Report, totals_of
from scopecli.selection import Listing

_UNBOUNDED: Final = 1_000_000  # columns of an output that has no width of its own
_VALUE_THRESHOLD: Final = 24  # elements above which a table shows an array's corners only
_VALUE_EDGE_ITEMS: Final = 2
_VALUE_LINES: Final = 7

# The terminal's own colours: they suit its background, dark or light.
_OUTCOME_STYLES: Final[dict[Outcome, str]] = {"created": "green", "reused": "cyan", "raised": "red"}


@dataclass(frozen=True, slots=True)
class Canvas:
    """What a table is drawn for.

    Attributes:
        width: in columns; None for an output that has no width.
        color: whether it shows colours.
        boxed: whether lines are drawn.
        encoding: of the output: lines are drawn in ASCII where it has no others.
    """

    width: int | None
    color: bool
    boxed: bool
    encoding: str = "utf-8"


def run_table(reports: Sequence[Report], canvas: Canvas) -> Iterator[str]:
    """Yield for each report the calls with their values, the list of variables, and the totals."""
    for number, report in enumerate(reports):
        if number:
            yield ""
        yield from _draw(_report(report, canvas), canvas)


def list_table(listings: Sequence[Listing], columns: Sequence[str] | None, canvas: Canvas) -> Iterator[str]:
    """Yield for each source its variables, and the totals."""
    for number, listing in enumerate(listings):
        if number:
            yield ""
        heading = [Text(safe(listing.source.path), style="bold")] if len(listings) > 1 else []
        table = _variable_table(listing, columns or DEFAULT_VARIABLE_COLUMNS, canvas)
        totals = Text(totals_text(listing.totals, listing.of), style="bold")
        yield from _draw([*heading, table, totals], canvas)


def _report(report: Report, canvas: Canvas) -> Iterator[RenderableType]:
    yield Text(safe(report.title or report.source.path), style="bold")
    if report.description:
        yield Text(safe_lines(report.description.rstrip("\n")), style="dim")
    yield _call_table(report.calls, canvas)
    yield from (_expected(failure) for failure in report.expected_failures)
    if report.expected_failures:
        yield ""
    yield Text("\n".join(tf_list(report.variables)))
    yield Text(totals_text(totals_of(report.variables)), style="bold")


def _call_table(calls: tuple[Call, ...], canvas: Canvas) -> Table:
    table = _table(CALL_COLUMNS, canvas)
    for call in calls:
        cells = [Text(safe_lines(cell)) for cell in call_cells(call, calls, _shortened_value)]
        cells[CALL_COLUMNS.index("outcome")].stylize(_OUTCOME_STYLES[call.outcome])
        table.add_row(*cells)
    return table


def _shortened_value(call: Call) -> str:
    text = call.value.text(threshold=_VALUE_THRESHOLD, edge_items=_VALUE_EDGE_ITEMS) if call.value else "-"
    lines = text.split("\n")
    return "\n".join(lines if len(lines) <= _VALUE_LINES else [*lines[: _VALUE_LINES - 1], " …"])


def _expected(failure: Failure) -> Text:
    first_line = failure.message.split("\n", 1)[0]
    return Text(f"raised as expected at {safe(str(failure.location))}: {failure.type}: {safe(first_line)}")


def _variable_table(listing: Listing, columns: Sequence[str], canvas: Canvas) -> Table:
    table = _table(columns, canvas)
    for row in listing.variables:
        table.add_row(*(Text(safe(VARIABLE_COLUMNS[column](row))) for column in columns))
    return table


def _table(columns: Iterable[str], canvas: Canvas) -> Table:
    drawn = box.SIMPLE_HEAD if canvas.boxed else None
    table = Table(box=drawn, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column in NUMERIC else "left")
    return table


def _draw(parts: Iterable[RenderableType], canvas: Canvas) -> Iterator[str]:
    """Yield the lines of some parts; trailing spaces are left out."""
    target = io.TextIOWrapper(io.BytesIO(), encoding=canvas.encoding)  # rich asks it for the encoding
    console = Console(
        file=target,
        width=canvas.width or _UNBOUNDED,
        force_terminal=canvas.color,
        color_system="standard" if canvas.color else None,
        no_color=not canvas.color,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
    )
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    yield from (line.rstrip() for line in capture.get().rstrip("\n").split("\n"))
