"""The table of `scopecli list`: the variables of a source, what was read of them, and the totals."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from scopecli.analysis.selection import Listing
from scopecli.ground.sizes import format_bytes
from scopecli.render.columns import default_columns, grouped_cells, kept_text, listed_cells
from scopecli.render.fitting import NARROW_GAP, WIDE_GAP
from scopecli.render.tables import Canvas, draw, table_of
from scopecli.render.text import ROLE_NOUNS, count_noun, safe, safe_lines, totals_text
from scopecli.report.source_kinds import SourceKind

# What a terminal of 80 columns has room for.
_COMPACT: Final = ("name", "shape", "min", "max", "mean", "std", "l2", "zeros", "flags")
_ELSEWHERE: Final = ("slices", "value", "nan", "inf")  # under the table and the rows, and in `flags`
_FLAG_STYLES: Final = {"NaN": "red", "Inf": "red", "all zero": "yellow", "constant": "yellow"}


def list_table(listings: Sequence[Listing], columns: Sequence[str] | None, canvas: Canvas) -> Iterator[str]:
    """Yield for each source its variables, the totals of each role if there are several, and the totals."""
    for number, listing in enumerate(listings):
        if number:
            yield ""
        is_plain = len(listings) == 1 and listing.source.kind is SourceKind.SCENARIO
        heading = [] if is_plain else _heading(listing)
        totals = Text(totals_text(listing.totals, listing.of), style="bold")
        table = _variable_table(listing, columns, canvas)
        yield from draw([*heading, table, *_values(listing), *_roles(listing), totals], canvas)


def _heading(listing: Listing) -> list[RenderableType]:
    kind, path = listing.source
    told = "".join(f"  {text}" for text in (kind, listing.tags) if text)
    return [Text.assemble((safe(path), "bold"), (safe(told), "dim"))]


def _variable_table(listing: Listing, columns: Sequence[str] | None, canvas: Canvas) -> Table:
    names = tuple(columns or (name for name in default_columns([listing]) if name not in _ELSEWHERE))
    rows = _rows(listing, names)
    if columns is None and "flags" in names and not _fits(names, rows, canvas, WIDE_GAP):
        names = _COMPACT
        rows = _rows(listing, names)
    gap = WIDE_GAP if _fits(names, rows, canvas, WIDE_GAP) or "flags" not in names else NARROW_GAP
    table = table_of(names, rows, canvas, gap)
    for row in rows:
        table.add_row(*(Text(cell, style=_style(name, cell)) for name, cell in zip(names, row, strict=True)))
    return table


def _rows(listing: Listing, columns: Sequence[str]) -> list[list[str]]:
    listed = listed_cells(listing, columns, "{:.4g}".format)
    return [list(map(safe, grouped_cells(columns, cells))) for cells in listed]


def _fits(columns: Sequence[str], rows: Sequence[Sequence[str]], canvas: Canvas, gap: int) -> bool:
    """Tell whether nothing has to be folded."""
    widths = (max(map(cell_len, column)) for column in zip(columns, *rows, strict=True))
    return canvas.width is None or sum(widths) + gap * (len(columns) - 1) <= canvas.width


def _style(column: str, cell: str) -> str:
    return _FLAG_STYLES.get(cell.split(", ", maxsplit=1)[0], "") if column == "flags" else ""


def _values(listing: Listing) -> Iterator[RenderableType]:
    """Yield each value as numpy prints it, under an empty line."""
    for row in listing.rows:
        if row.value:
            yield ""
            yield Text(f"{safe(row.variable.name)} : {safe_lines(kept_text(row.value))}")
    if any(row.value for row in listing.rows):
        yield ""


def _roles(listing: Listing) -> Iterator[RenderableType]:
    roles = listing.roles
    if len(roles) > 1:
        for role, totals in roles.items():
            told = f"{count_noun(totals.variables, 'variable')}, {count_noun(totals.parameters, 'parameter')}"
            yield Text(f"{ROLE_NOUNS[role]}: {told}, {format_bytes(totals.bytes)}", style="dim")
