"""Rows for other programs and documents: CSV, TSV, Markdown."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from scopecli.analysis.selection import Listing
from scopecli.render.columns import (
    CALL_COLUMNS,
    TRACED_COLUMNS,
    call_cells,
    cells,
    default_columns,
    listed_cells,
    one_line_value,
    traced_cells,
)
from scopecli.render.plain import tf_list
from scopecli.render.text import extras, is_traced, safe, totals_text
from scopecli.report.model import Report


def list_delimited(
    listings: Sequence[Listing], columns: Sequence[str] | None, delimiter: str
) -> Iterator[str]:
    """Yield a header and a row a variable; with several sources, each row begins with its source."""
    names = tuple(columns or default_columns(listings))
    yield _delimited_line([*_source_header(listings), *names], delimiter)
    for listing in listings:
        source = [listing.source.path] if len(listings) > 1 else []
        for row in listing.rows:
            yield _delimited_line(map(safe, [*source, *cells(row, names)]), delimiter)


def _source_header(listings: Sequence[Listing]) -> list[str]:
    return ["source"] if len(listings) > 1 else []


def _delimited_line(cells: Iterable[str], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(cells)
    return line.getvalue()


def run_markdown(reports: Sequence[Report]) -> Iterator[str]:
    """Yield for each report a heading, the calls, the list of variables and the totals."""
    for number, report in enumerate(reports):
        if number:
            yield ""
        yield f"## {escape_cell(report.title or report.source.path)}"
        yield ""
        if report.description:
            yield from [escape_cell(report.description), ""]
        yield from _calls(report)
        for heading, lines in extras(report):
            yield from ["", heading, "", *(f"- {code(line)}" for line in lines)]
        yield from ["", "```python", *tf_list(report.variables), "```", ""]
        yield totals_text(report.totals)


def _calls(report: Report) -> Iterator[str]:
    calls = report.calls
    if is_traced(report):
        return markdown_table(TRACED_COLUMNS, (traced_cells(call, calls) for call in calls))
    return markdown_table(CALL_COLUMNS, (call_cells(call, calls, one_line_value) for call in calls))


def list_markdown(listings: Sequence[Listing], columns: Sequence[str] | None) -> Iterator[str]:
    """Yield for each source a table of its variables, and the totals."""
    for number, listing in enumerate(listings):
        if number:
            yield ""
        if len(listings) > 1:
            yield from [f"## {escape_cell(listing.source.path)}", ""]
        names = tuple(columns or default_columns([listing]))
        yield from markdown_table(names, listed_cells(listing, names))
        yield from ["", totals_text(listing.totals, listing.of)]


def markdown_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table with every cell as a code span."""
    yield f"| {' | '.join(names)} |"
    yield f"|{'|'.join(' --- ' for _ in names)}|"
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
