"""Variables from step to step: a column a step for people, a row a variable and step for programs."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich.cells import cell_len
from rich.text import Text

from scopecli.analysis.series import Point, Series, SeriesRow
from scopecli.render.columns import STATISTIC_COLUMNS
from scopecli.render.delimited import delimited_line, fact, markdown_table
from scopecli.render.fitting import WIDE_GAP, Fitted, fit, fold_name, room_for_name
from scopecli.render.json_lines import object_lines, one_or_list, strict_json
from scopecli.render.tables import Canvas, draw, table_of
from scopecli.render.text import count_noun, safe, shape_text
from scopecli.report.model import SCHEMA_VERSION
from scopecli.report.values import strict

_COLUMNS: Final = ("step", "name", "shape", "dtype", *STATISTIC_COLUMNS, "change")
_LEGEND: Final = "at each step the L2 norm, and under it that of the change since the step before"


def series_table(found: Sequence[Series], canvas: Canvas) -> Iterator[str]:
    """Yield for each directory a row a variable and a column a step, and how many variables there are."""
    for number, series in enumerate(found):
        if number:
            yield ""
        rows = [_cells(row, series) for row in series.rows]
        columns = ("name", "shape", *map(str, series.steps), "notes")
        if not any(row["notes"] for row in rows):
            columns = columns[:-1]
        fitted = _fit_steps(columns, rows, series, canvas)
        told = safe(f"  {count_noun(len(series.steps), 'step')}: {_LEGEND}")
        heading = Text.assemble((safe(series.source.path), "bold"), (told, "dim"))
        drawn = [[row[column] for column in fitted.columns] for row in rows]
        widest = [[max(cell.split("\n"), key=cell_len) for cell in row] for row in drawn]
        table = table_of(fitted.columns, widest, canvas, fitted.gap)
        for column, name in zip(table.columns, fitted.columns, strict=True):
            if name.isdecimal():
                column.justify, column.no_wrap = "right", True
        for row in drawn:
            table.add_row(*map(Text, row))
        note = [Text(_left_out(fitted), style="dim")] if fitted.left_out else []
        yield from draw([heading, table, *note, Text(_totals(series), style="bold")], canvas)


def _fit_steps(columns: Sequence[str], rows: list[dict[str, str]], series: Series, canvas: Canvas) -> Fitted:
    """Return what there is room for: the first step and the last ones stay longest; names are folded."""
    if canvas.width is None:
        return Fitted(tuple(columns), WIDE_GAP, (), 0)
    missed_least = ("shape", *map(str, series.steps[1:-1]))
    fitted = fit(columns, rows, canvas.width, missed_least=missed_least)
    room = room_for_name(fitted, rows, "name", canvas.width)
    for row in rows:
        row["name"] = fold_name(row["name"], room)
    return fitted


def _left_out(fitted: Fitted) -> str:
    names = [text.partition(" ")[0] for text in fitted.left_out]
    steps = [name for name in names if name.isdecimal()]
    told = [
        *(name for name in names if name not in steps),
        *([count_noun(len(steps), "step")] if steps else []),
    ]
    return f"left out for want of room: {', '.join(told)}; `-f csv` has all"


def _totals(series: Series) -> str:
    whole = f" of {series.of:,}" if series.of > len(series.rows) else ""
    return f"{len(series.rows):,}{whole} {'variable' if series.of == 1 else 'variables'}"


def _cells(row: SeriesRow, series: Series) -> dict[str, str]:
    cells = {"name": safe(row.variable.name), "shape": shape_text(row.variable.shape)}
    notes = list(row.notes(series.steps))
    for step in series.steps:
        point = row.at(step)
        cells[str(step)] = _step_text(point, with_change="never changed" not in notes) if point else "-"
    return {**cells, "notes": "\n".join(map(safe, notes))}


def _step_text(point: Point, *, with_change: bool) -> str:
    norm = point.summary.l2 if point.summary else None
    told = "-" if norm is None else f"{norm:.4g}"
    if not with_change or point.change is None or point.change.l2 is None:
        return told
    return f"{told}\nby {point.change.l2:.3g}"


def series_markdown(found: Sequence[Series]) -> Iterator[str]:
    """Yield for each directory a table with a row a variable and a column a step, and how many there are."""
    for number, series in enumerate(found):
        if number:
            yield ""
        names = ("name", "shape", *map(str, series.steps), "notes")
        rows = (_on_a_line(_cells(row, series)) for row in series.rows)
        yield from markdown_table(names, rows)
        yield from ["", _totals(series)]


def _on_a_line(cells: dict[str, str]) -> list[str]:
    *facts, notes = cells.values()
    return [*(fact.replace("\n", " ") for fact in facts), notes.replace("\n", ", ")]


def series_plain(found: Sequence[Series]) -> Iterator[str]:
    """Yield a line a variable and step, tab-separated: step, name, norm, change, what is conspicuous."""
    for series, point in _points(found):
        source = [series.source.path] if len(found) > 1 else []
        change = point.change.l2 if point.change else None
        norm = point.summary.l2 if point.summary else None
        numbers = ("-" if number is None else repr(number) for number in (norm, change))
        flags = ", ".join(point.flags) or "-"
        yield "\t".join(map(safe, [*source, str(point.step), point.variable.name, *numbers, flags]))


def series_delimited(found: Sequence[Series], delimiter: str) -> Iterator[str]:
    """Yield a header, and a row a variable and step; with several directories, each begins with its own."""
    source = ["source"] if len(found) > 1 else []
    yield delimited_line([*source, *_COLUMNS], delimiter)
    for series, point in _points(found):
        facts = _facts(point)
        cells = [fact(", ".join(facts[name]) if name == "flags" else facts[name]) for name in _COLUMNS]
        yield delimited_line(map(safe, [*([series.source.path] if source else []), *cells]), delimiter)


def series_json(found: Sequence[Series]) -> Iterator[str]:
    """Yield one series as an object, several as a list: a row a variable and step, and the notes."""
    return one_or_list([object_lines(_series(series)) for series in found])


def series_jsonl(found: Sequence[Series]) -> Iterator[str]:
    """Yield an object a variable and step."""
    return (strict_json(_facts(point)) for _, point in _points(found))


def _series(series: Series) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "source": series.source._asdict(),
        "steps": series.steps,
        "points": (_facts(point) for _, point in _points([series])),
        "notes": (
            {"name": row.variable.name, "notes": list(row.notes(series.steps))}
            for row in series.rows
            if any(row.notes(series.steps))
        ),
    }


def _points(found: Sequence[Series]) -> Iterator[tuple[Series, Point]]:
    for series in found:
        for row in series.rows:
            yield from ((series, point) for point in row.points)


def _facts(point: Point) -> dict[str, Any]:
    """Return what is known of a variable at a step, as JSON has it."""
    row = point.variable
    facts: dict[str, Any] = {"step": point.step, "name": row.name, "shape": row.shape, "dtype": row.dtype}
    facts |= dict.fromkeys(STATISTIC_COLUMNS) | (point.summary.plain() if point.summary else {})
    return facts | {"flags": point.flags, "change": strict(point.change.l2) if point.change else None}
