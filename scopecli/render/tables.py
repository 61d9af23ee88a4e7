"""Tables for people: drawn by rich, without colour, box or cut text where the output is no terminal."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

from scopecli.ground.diagnostics import Diagnostic
from scopecli.render.columns import (
    CALL_COLUMNS,
    NUMERIC,
    TRACED_COLUMNS,
    call_cells,
    traced_cells,
    way_to,
)
from scopecli.render.plain import tf_list
from scopecli.render.text import extras, is_traced, one_line, safe, safe_lines, totals_text
from scopecli.report.model import Call, Outcome, Report
from scopecli.report.values import Value

_UNBOUNDED: Final = 1_000_000  # columns of an output that has no width of its own
WIDE_GAP: Final = 2  # between columns, where there is room
NARROW_GAP: Final = 1
_READABLE: Final = 12  # columns for a folded name or a value
_WIDEST_VALUE: Final = 60
_MOST_LINES: Final = 4
_NARROWEST: Final = 3  # columns, where everything is folded
_NO_NEWS: Final = ("Graph execution error:", "Node: ")  # how a session begins to say what failed
_ONE_LINE: Final = frozenset({"shape", "dtype", "kind", "train", "trainable", "role", *NUMERIC})

# What a narrow terminal does without, of traced calls.
_MISSED_LEAST: Final = ("train", "dtype", "how", "shape")

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
        yield from draw(_report(report, canvas), canvas)


def _report(report: Report, canvas: Canvas) -> Iterator[RenderableType]:
    yield Text(safe(report.title or report.source.path), style="bold")
    if report.description:
        yield Text(safe_lines(report.description.rstrip("\n")), style="dim")
    yield ""
    if is_traced(report):
        yield _traced_table(report.calls, canvas)
    else:
        yield _call_table(report.calls, canvas)
    yield ""
    for heading, lines in extras(report):
        yield Text("\n".join([heading, *(f"  {safe(line)}" for line in lines)]))
        yield ""
    if report.expected_failures:
        yield from (_expected_failure(failure) for failure in report.expected_failures)
        yield ""
    yield Text("\n".join(tf_list(report.variables)))
    yield Text(totals_text(report.totals), style="bold")


def _call_table(calls: tuple[Call, ...], canvas: Canvas) -> Table:
    rows = [call_cells(call, calls, str) for call in calls]
    gap, room = _layout(rows, canvas)
    table = table_of(CALL_COLUMNS, rows, canvas, gap)
    for call, (*facts, reason) in zip(calls, rows, strict=True):
        cells = [Text(safe(cell)) for cell in facts]
        cells[CALL_COLUMNS.index("outcome")].stylize(_OUTCOME_STYLES[call.outcome])
        table.add_row(
            *cells,
            Text(_shorten_value(call.value, room, whole=canvas.width is None) if call.value else reason),
        )
    return table


def _traced_table(calls: tuple[Call, ...], canvas: Canvas) -> Table:
    rows = [dict(zip(TRACED_COLUMNS, map(safe, traced_cells(call, calls)), strict=True)) for call in calls]
    for call, row in zip(calls, rows, strict=True):
        row["where"] = "\n".join(map(safe, way_to(call)))
    gap = NARROW_GAP if canvas.boxed else WIDE_GAP
    columns = _with_room(rows, canvas, gap)
    drawn = table_of(columns, [[row[column] for column in columns] for row in rows], canvas, gap)
    for call, row in zip(calls, rows, strict=True):
        cells = {column: Text(row[column]) for column in columns}
        cells["outcome"].stylize(_OUTCOME_STYLES[call.outcome])
        drawn.add_row(*cells.values())
    return drawn


def _with_room(rows: Sequence[dict[str, str]], canvas: Canvas, gap: int) -> tuple[str, ...]:
    """Return the columns of traced calls that the canvas has room for; in rows, shorten files for it."""
    columns: tuple[str, ...] = TRACED_COLUMNS
    if _is_wide_enough(canvas, columns, rows, gap):
        return columns
    for row in rows:
        row["where"] = "\n".join(PurePath(place).name for place in row["where"].split("\n"))
    for name in _MISSED_LEAST:
        if _is_wide_enough(canvas, columns, rows, gap):
            break
        columns = tuple(column for column in columns if column != name)
    return columns


def _is_wide_enough(canvas: Canvas, columns: Sequence[str], rows: Sequence[dict[str, str]], gap: int) -> bool:
    widths = (
        max(map(cell_len, [column, *(line for row in rows for line in row[column].split("\n"))]))
        for column in columns
    )
    return canvas.width is None or sum(widths) + gap * (len(columns) - 1) <= canvas.width


def _layout(rows: Sequence[Sequence[str]], canvas: Canvas) -> tuple[int, int]:
    """Return the gap between columns, and how wide a value may be: what the other columns leave."""
    if canvas.width is None:
        return WIDE_GAP, _WIDEST_VALUE
    columns = zip(CALL_COLUMNS, *rows, strict=True)
    *taken, _ = (max(map(cell_len, column)) for column in columns)
    for gap in (WIDE_GAP, NARROW_GAP):
        room = canvas.width - sum(taken) - gap * len(taken)
        if room >= _READABLE:
            return gap, min(room, _WIDEST_VALUE)
    return NARROW_GAP, _READABLE


def _shorten_value(value: Value, room: int, *, whole: bool) -> str:
    """Return a value as numpy prints it, or its corners if that would take too much room.

    Numpy's corners of a tensor with many axes are cut too, unless they are to be shown `whole`.
    """
    lines = value.text().split("\n")
    if len(lines) <= _MOST_LINES and max(map(len, lines)) <= room:
        return "\n".join(lines)
    corners = one_line(value.text(threshold=0, edge_items=1, precision=3))
    return corners if whole or len(corners) <= room else f"{corners[: room - 1]}…"


def _expected_failure(failure: Diagnostic) -> Text:
    lines = [line for line in failure.full_message.split("\n") if line and not line.startswith(_NO_NEWS)]
    told = safe("\n".join(lines))
    return Text(f"raised as expected at {safe(str(failure.location))}: {told}")


def table_of(columns: Sequence[str], rows: Iterable[Sequence[str]], canvas: Canvas, gap: int) -> Table:
    """Return a table without rows, its columns as wide as rows of these cells need them."""
    drawn = box.SIMPLE_HEAD if canvas.boxed else None
    divider = 1 if canvas.boxed else 0  # the box has a space of its own between columns
    padding = (0, gap - divider, 0, 0)
    table = Table(box=drawn, show_edge=False, pad_edge=False, padding=padding, header_style="bold")
    least = _least_widths(columns, rows)
    # Where the width is short, names are folded, and what is read at a glance is not, as long as it fits.
    fits = canvas.width is None or sum(least) + gap * (len(least) - 1) <= canvas.width
    for column, width in zip(columns, least, strict=True):
        justify: JustifyMethod = "right" if column in NUMERIC else "left"
        no_wrap = fits and column in _ONE_LINE
        min_width = width if fits else _NARROWEST
        table.add_column(column, overflow="fold", justify=justify, no_wrap=no_wrap, min_width=min_width)
    return table


def _least_widths(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[int]:
    """Return what each column takes where only names and values are folded."""
    widths = (max(map(cell_len, cells)) for cells in zip(columns, *rows, strict=True))
    return [
        width if column in _ONE_LINE else min(width, _READABLE)
        for column, width in zip(columns, widths, strict=True)
    ]


def draw(parts: Iterable[RenderableType], canvas: Canvas) -> Iterator[str]:
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
            console.print(part, crop=False)  # of a table too wide to be folded, nothing is lost
    yield from (line.rstrip() for line in capture.get().rstrip("\n").split("\n"))
