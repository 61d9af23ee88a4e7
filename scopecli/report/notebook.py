"""A table as a notebook shows it: text alone, in the notebook's own colours."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice
from typing import Final, NamedTuple

from scopecli.ground.escapes import safe

MOST_ROWS: Final = 1_000


class HtmlTable(NamedTuple):
    """What is shown.

    Attributes:
        title: stands above it.
        columns: the headers; those of numbers are in `numeric` too.
        rows: the cells of each row.
        notes: lines that stand below it.
    """

    title: str
    columns: Sequence[str]
    numeric: frozenset[str]
    rows: Iterable[Sequence[str]]
    notes: Sequence[str]


def html_table(table: HtmlTable) -> str:
    """Return a table as HTML; of more than `MOST_ROWS` rows, the first and how many more there are."""
    return "\n".join(_lines(table))


def _lines(table: HtmlTable) -> Iterator[str]:
    aligned = ["right" if name in table.numeric else "left" for name in table.columns]
    rows = iter(table.rows)
    yield f"<div>\n<p><strong>{_text(table.title)}</strong></p>"
    yield f"<table>\n<thead>{_row('th', table.columns, aligned)}</thead>\n<tbody>"
    yield from (_row("td", cells, aligned) for cells in islice(rows, MOST_ROWS))
    yield "</tbody>\n</table>"
    rest = sum(1 for _ in rows)
    if rest:
        yield f"<p>and {rest:,} more, which are not shown here</p>"
    yield from (f"<p>{_text(note)}</p>" for note in table.notes)
    yield "</div>"


def _row(tag: str, cells: Iterable[str], aligned: Iterable[str]) -> str:
    written = (
        f'<{tag} style="text-align: {side}">{_text(cell)}</{tag}>'
        for cell, side in zip(cells, aligned, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"


def _text(text: str) -> str:
    return escape(safe(text))
