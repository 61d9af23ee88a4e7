"""Lines for pipes, and the lines of the notebook."""

from collections.abc import Iterator, Sequence

from scopecli.analysis.selection import Listing
from scopecli.render.columns import (
    how_text,
    listed_cells,
    made_of,
    measured_columns,
    one_line_value,
    way_to,
)
from scopecli.render.text import is_traced, safe, shape_text, value_text
from scopecli.report.model import Call, Report, Variable


def run_plain(reports: Sequence[Report]) -> Iterator[str]:
    """Yield a line a call, tab-separated, an empty line, and the names; an empty line between reports.

    Of several sources, each line begins with its own.
    """
    is_one = len({report.source.path for report in reports}) == 1
    for number, report in enumerate(reports):
        if number:
            yield ""
        source = () if is_one else (report.source.path,)
        for call in report.calls:
            fields = _traced_fields(call) if is_traced(report) else _call_fields(call)
            yield "\t".join(map(safe, (*source, *fields)))
        yield ""
        for row in report.variables:
            yield "\t".join(map(safe, (*source, row.name)))


def _traced_fields(call: Call) -> tuple[str, ...]:
    """Return the same of a call of a program: its place, and the function that was called there."""
    _, name, outcome, *facts, _ = _call_fields(call)
    return (" < ".join(way_to(call)), name, made_of(call, outcome), *facts, how_text(call))


def _call_fields(call: Call) -> tuple[str, ...]:
    row = call.variable
    return (
        call.handle or "-",
        row.name if row else "-",
        call.outcome,
        shape_text(row.shape) if row else "-",
        row.dtype if row else "-",
        value_text(call, one_line_value),
    )


def list_plain(listings: Sequence[Listing], columns: Sequence[str] | None) -> Iterator[str]:
    """Yield a name a line, with what is asked for of its value, or the columns asked for, tab-separated.

    Of several sources, each line begins with its own.
    """
    is_one = len({listing.source.path for listing in listings}) == 1
    for listing in listings:
        names = columns or measured_columns([listing])
        source = () if is_one else (listing.source.path,)
        for cells in listed_cells(listing, names):
            yield "\t".join(map(safe, (*source, *cells)))


def run_tf(reports: Sequence[Report]) -> Iterator[str]:
    """Yield what the notebook's cells print: the handles' values, and the list of variables."""
    for number, report in enumerate(reports):
        if number:
            yield ""
        shown = [call for call in report.calls if call.handle and call.variable]
        for call in shown:
            text = value_text(call, lambda shown: shown.value.text() if shown.value else "-")
            yield f"{call.handle} : {text}"
        if shown:
            yield ""
        yield from tf_list(report.variables)


def list_tf(listings: Sequence[Listing]) -> Iterator[str]:
    """Yield what `tf.global_variables()` shows in a notebook, for each source."""
    for listing in listings:
        yield from tf_list(listing.variables)


def tf_list(variables: Sequence[Variable]) -> Iterator[str]:
    """Yield a list of variables as a notebook shows it, one a line."""
    shown = [safe(row.repr) for row in variables]
    for number, text in enumerate(shown):
        opening = "[" if number == 0 else " "
        closing = "]" if number == len(shown) - 1 else ","
        yield f"{opening}{text}{closing}"
    if not shown:
        yield "[]"
