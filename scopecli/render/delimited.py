"""Rows for other programs and documents: CSV, TSV, Markdown."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from scopecli.analysis.selection import Listing, Row
from scopecli.analysis.views import View
from scopecli.render.columns import (
    NUMERIC,
    call_cells,
    call_columns,
    cells,
    default_columns,
    grouped_cells,
    listed_cells,
)
from scopecli.render.json_lines import strict_json
from scopecli.render.plain import tf_list
from scopecli.render.short_values import line_of
from scopecli.render.text import extras, safe, totals_text
from scopecli.report.model import Call


def list_delimited(
    listings: Sequence[Listing], columns: Sequence[str] | None, delimiter: str
) -> Iterator[str]:
    """Yield a header and a row a variable; with several sources, each row begins with its source."""
    names = tuple(columns or default_columns(listings))
    yield delimited_line([*_source_header(listings), *names], delimiter)
    for listing in listings:
        source = [listing.source.path] if len(listings) > 1 else []
        for row in listing.rows:
            yield delimited_line(map(safe, [*source, *_row_facts(row, names)]), delimiter)


def _row_facts(row: Row, columns: Sequence[str]) -> list[str]:
    """Return the cells of a variable as programs read them."""
    variable = row.variable
    facts: dict[str, object] = {
        "shape": variable.shape,
        "trainable": variable.trainable,
        "collections": variable.collections,
        "calls": variable.calls,
    }
    texts = zip(columns, cells(row, columns), strict=True)
    return [fact(facts[column]) if column in facts else "" if text == "-" else text for column, text in texts]


def _source_header(listings: Sequence[Listing]) -> list[str]:
    return ["source"] if len(listings) > 1 else []


def delimited_line(cells: Iterable[str], delimiter: str) -> str:
    """Return a row as CSV has it, or TSV."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(cells)
    return line.getvalue()


def run_delimited(views: Sequence[View], delimiter: str, *, full_values: bool) -> Iterator[str]:
    """Yield a header and a row a call; with several sources, each row begins with its source."""
    columns = _columns(views)
    source = ["source"] if len({view.report.source.path for view in views}) > 1 else []
    yield delimited_line([*source, *columns], delimiter)
    for view in views:
        first = [view.report.source.path] if source else []
        for call in view.calls:
            cells = _call_facts(call, view, columns, full_values=full_values)
            yield delimited_line(map(safe, [*first, *cells]), delimiter)


def _columns(views: Sequence[View]) -> tuple[str, ...]:
    """Return the columns of calls that are asked for, or all that the reports have."""
    if views and views[0].columns:
        return views[0].columns
    return tuple(dict.fromkeys(column for view in views for column in call_columns(view.report)))


def _call_facts(call: Call, view: View, columns: Sequence[str], *, full_values: bool) -> list[str]:
    """Return the cells of a call as programs read them."""
    cells = call_cells(call, view.report.calls, columns, lambda value: line_of(value, full=full_values))
    row = call.variable
    if row:
        facts = {"shape": fact(row.shape), "train": fact(row.trainable)}
        cells |= {column: text for column, text in facts.items() if column in cells}
    return ["" if text == "-" else text for text in cells.values()]


def fact(value: object) -> str:
    """Return a fact as programs read it: as JSON, but for text; nothing where it is not known."""
    return "" if value is None else strict_json(value) if not isinstance(value, str) else value


def run_markdown(views: Sequence[View], *, full_values: bool) -> Iterator[str]:
    """Yield for each report a heading, the calls, the list of variables and the totals."""
    for number, view in enumerate(views):
        report = view.report
        if number:
            yield ""
        yield f"## {escape_cell(report.title or report.source.path)}"
        yield ""
        if report.description:
            yield from [escape_cell(report.description), ""]
        columns = view.columns or call_columns(report)
        yield from markdown_table(columns, _call_rows(view, columns, full_values=full_values))
        if view.is_whole:
            for heading, lines in extras(report):
                yield from ["", heading, "", *(f"- {code(line)}" for line in lines)]
        yield from ["", "```python", *tf_list(view.variables), "```", ""]
        yield totals_text(view.totals, None if view.is_whole else report.totals)


def _call_rows(view: View, columns: Sequence[str], *, full_values: bool) -> Iterator[list[str]]:
    for call in view.calls:
        cells = call_cells(call, view.report.calls, columns, lambda value: line_of(value, full=full_values))
        yield list(cells.values())


def list_markdown(listings: Sequence[Listing], columns: Sequence[str] | None) -> Iterator[str]:
    """Yield for each source a table of its variables, and the totals."""
    for number, listing in enumerate(listings):
        if number:
            yield ""
        if len(listings) > 1:
            yield from [f"## {escape_cell(listing.source.path)}", ""]
        names = tuple(columns or default_columns([listing]))
        yield from markdown_table(names, (grouped_cells(names, row) for row in listed_cells(listing, names)))
        yield from ["", totals_text(listing.totals, listing.of)]


def markdown_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table with every cell as a code span."""
    yield f"| {' | '.join(names)} |"
    yield f"|{'|'.join(' ---: ' if name in NUMERIC else ' --- ' for name in names)}|"
    for row in rows:
        yield f"| {' | '.join(code(cell) for cell in row)} |"


def code(text: str) -> str:
    """Return a code span: nothing in it is Markdown but the bar that would end the cell."""
    if text in ("", "-"):
        return text
    runs = [len(ticks) for ticks in re.findall("`+", text)]
    fence = "`" * (max(runs, default=0) + 1)
    space = " " if runs else ""
    return f"{fence}{space}{safe(text)}{space}{fence}".replace("|", r"\|")


def escape_cell(text: str) -> str:
    """Return text with what Markdown would take for its own escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", safe(text))
