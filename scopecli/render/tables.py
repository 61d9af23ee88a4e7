"""Tables for people: drawn by rich, without colour, box or cut text where the output is no terminal."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Final

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

from scopecli.analysis.views import View
from scopecli.ground.diagnostics import Diagnostic
from scopecli.render.columns import NUMERIC, call_cells, call_columns, way_to
from scopecli.render.fitting import NARROW_GAP, WIDE_GAP, Fitted, fit, fold_name, room_for_name
from scopecli.render.plain import tf_list
from scopecli.render.short_values import WIDEST_VALUE, least_text, short_value
from scopecli.render.text import extras, safe, safe_lines, totals_text
from scopecli.report.model import Call, Outcome, Report

_UNBOUNDED: Final = 1_000_000  # columns of an output that has no width of its own
_READABLE: Final = 12  # columns for a folded name or a value
MOST_LISTED: Final = 30  # variables that are listed as TensorFlow shows them
_MANY_TIMES: Final = 4  # from which on the same call is shown once
_NUMBERED: Final = frozenset({"handle", "call"})
_NARROWEST: Final = 3  # columns, where everything is folded
_NO_NEWS: Final = ("Graph execution error:", "Node: ")  # how a session begins to say what failed
_ONE_LINE: Final = frozenset({"shape", "dtype", "kind", "train", "trainable", "role", *NUMERIC})

# What a narrow terminal does without.
_MISSED_LEAST: Final = ("train", "dtype", "name", "how", "shape")

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


def run_table(views: Sequence[View], canvas: Canvas) -> Iterator[str]:
    """Yield for each report the calls with their values, the list of variables, and the totals."""
    for number, view in enumerate(views):
        if number:
            yield ""
        yield from draw(_report(view, canvas), canvas)


def _report(view: View, canvas: Canvas) -> Iterator[RenderableType]:
    report = view.report
    yield Text(safe(report.title or report.source.path), style="bold")
    if report.description:
        yield Text(safe_lines(report.description.rstrip("\n")), style="dim")
    yield ""
    yield from _call_table(view, canvas)
    yield ""
    if view.is_whole:
        yield from _beside_calls(report)
    yield Text("\n".join(tf_list(view.variables, most=None if canvas.width is None else MOST_LISTED)))
    yield Text(totals_text(view.totals, None if view.is_whole else report.totals), style="bold")


def _beside_calls(report: Report) -> Iterator[RenderableType]:
    for heading, lines in extras(report):
        yield Text("\n".join([heading, *(f"  {safe(line)}" for line in lines)]))
        yield ""
    if report.expected_failures:
        yield from (_expected_failure(failure) for failure in report.expected_failures)
        yield ""


def _call_table(view: View, canvas: Canvas) -> Iterator[RenderableType]:
    """Yield the table of the calls, and a line that says what it has no room for."""
    columns = view.columns or call_columns(view.report)
    text = least_text if canvas.width else partial(short_value, whole=True)
    rows = [call_cells(call, view.report.calls, columns, text) for call in view.calls]
    for call, row in zip(view.calls, rows, strict=True):
        if "where" in row:
            row["where"] = "\n".join(way_to(call))
    calls: Sequence[Call] = view.calls
    if canvas.width:
        calls, rows = _group_same(calls, rows)
    rows = [{column: safe_lines(cell) for column, cell in row.items()} for row in rows]
    fitted = _fit_calls(columns, rows, canvas, are_chosen=view.columns is not None)
    if canvas.width and "value" in fitted.columns:
        for call, row in zip(calls, rows, strict=True):
            if call.value and not call.error:
                row["value"] = safe_lines(short_value(call.value, min(fitted.room, WIDEST_VALUE)))
    drawn = [{column: row[column] for column in fitted.columns} for row in rows]
    table = table_of(fitted.columns, [list(row.values()) for row in drawn], canvas, fitted.gap)
    for call, cells in zip(calls, drawn, strict=True):
        texts = {column: Text(cell) for column, cell in cells.items()}
        if "outcome" in texts:
            texts["outcome"].stylize(_OUTCOME_STYLES[call.outcome])
        table.add_row(*texts.values())
    yield table
    if fitted.note:
        yield Text(fitted.note, style="dim")


def _group_same(
    calls: Sequence[Call], rows: Sequence[dict[str, str]]
) -> tuple[list[Call], list[dict[str, str]]]:
    """Return the calls and their rows, those without a handle that are the same many times over as one."""
    same: dict[tuple[str, ...], list[int]] = {}
    for number, (call, row) in enumerate(zip(calls, rows, strict=True)):
        facts = [text for column, text in row.items() if column not in _NUMBERED]
        same.setdefault((call.handle or "", *facts), []).append(number)
    kept: list[int] = []
    for numbers in same.values():
        if len(numbers) < _MANY_TIMES or calls[numbers[0]].handle:
            kept += numbers
            continue
        kept.append(numbers[0])
        for column in _NUMBERED & rows[numbers[0]].keys():
            rows[numbers[0]][column] += f" ×{len(numbers):,}"
    kept.sort()
    return [calls[number] for number in kept], [rows[number] for number in kept]


def _fit_calls(
    columns: Sequence[str], rows: Sequence[dict[str, str]], canvas: Canvas, *, are_chosen: bool
) -> Fitted:
    """Return the columns of calls that the canvas has room for; in rows, shorten what has none."""
    if canvas.width is None:
        return Fitted(tuple(columns), WIDE_GAP, (), WIDEST_VALUE)
    missed_least = () if are_chosen else tuple(column for column in _MISSED_LEAST if column in columns)

    def fitting() -> Fitted:
        return fit(
            columns,
            rows,
            canvas.width or 0,
            missed_least=missed_least,
            repeats=lambda column: column == "name" and _repeats_names(rows),
            elastic="value" if "value" in columns else None,
            widest_gap=NARROW_GAP if "where" in columns and canvas.boxed else WIDE_GAP,
        )

    fitted = fitting()
    if fitted.left_out and "where" in columns:
        for row in rows:
            row["where"] = "\n".join(PurePath(place).name for place in row["where"].split("\n"))
            row["outcome"] = row["outcome"].replace(" from ", " from\n").replace(", ", ",\n")
        fitted = fitting()
    if "variable" in fitted.columns:
        room = room_for_name(fitted, rows, "variable", canvas.width)
        for row in rows:
            row["variable"] = fold_name(row["variable"], room)
    return fitted


def _repeats_names(rows: Sequence[dict[str, str]]) -> bool:
    """Tell whether every name is the end of the full name beside it."""
    return all(f"/{row.get('variable', '')}".endswith(f"/{row['name']}") for row in rows)


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
