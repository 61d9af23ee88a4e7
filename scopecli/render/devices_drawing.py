"""The table of what is on each device."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from scopecli.analysis.devices import Balance, Loads
from scopecli.render.devices import COLUMNS, blocks, device_cells, job_lines
from scopecli.render.fitting import WIDE_GAP
from scopecli.render.tables import Canvas, draw, table_of
from scopecli.render.text import count_noun, safe, totals_text


def devices_table(balances: Sequence[Balance], limit: int | None, canvas: Canvas) -> Iterator[str]:
    """Yield for each source its devices, the balance of each job, and the totals."""
    for number, one in enumerate(balances):
        if number:
            yield ""
        heading = Text.assemble((safe(one.path), "bold"), (f"  {one.source.kind}", "dim"))
        parts: list[RenderableType] = [heading]
        for title, loads in blocks(one):
            parts += ["", Text(title, style="bold")] if title else []
            parts += _block(loads, limit, canvas)
        yield from draw([*parts, Text(totals_text(one.totals), style="bold")], canvas)


def _block(loads: Loads, limit: int | None, canvas: Canvas) -> Iterator[RenderableType]:
    rows = [device_cells(load) for load in loads.devices[:limit]]
    table = table_of(COLUMNS, rows, canvas, WIDE_GAP)
    for row in rows:
        table.add_row(*map(Text, row))
    yield table
    if len(rows) < len(loads.devices):
        yield Text(f"… {count_noun(len(loads.devices) - len(rows), 'device')} more", style="dim")
    yield from (Text(line) for line in job_lines(loads))
