"""Lines for pipes, and the lines of the notebook."""

from collections.abc import Iterator, Sequence
from typing import Final

from scopecli.analysis.selection import Listing
from scopecli.analysis.views import View
from scopecli.render.columns import call_cells, has_values, listed_cells, made_of, measured_columns
from scopecli.render.short_values import line_of
from scopecli.render.text import is_traced, safe, value_text
from scopecli.report.model import Report, Variable
from scopecli.report.values import Value


def run_plain(views: Sequence[View], *, full_values: bool) -> Iterator[str]:
    """Yield a line a call, tab-separated, an empty line, and the names; an empty line between reports.

    Of several sources, each line begins with its own. With columns that are asked for there are calls alone.
    """
    is_one = len({view.report.source.path for view in views}) == 1
    for number, view in enumerate(views):
        if number:
            yield ""
        source = () if is_one else (view.report.source.path,)
        columns = view.columns or _columns(view.report)
        for call in view.calls:
            cells = call_cells(
                call, view.report.calls, columns, lambda value: line_of(value, full=full_values)
            )
            if view.columns is None:
                cells |= {"handle": call.handle or "-", "outcome": made_of(call, call.outcome)}
                cells |= {"value": "-"} if call.error else {}
            yield "\t".join(map(safe, (*source, *(cells[column] for column in columns))))
        if view.columns is None:
            yield ""
            for row in view.variables:
                yield "\t".join(map(safe, (*source, row.name)))


def _columns(report: Report) -> tuple[str, ...]:
    if not is_traced(report):
        return _CALLS
    return (*_TRACED, "value") if has_values(report) else _TRACED


_CALLS: Final = ("handle", "variable", "outcome", "shape", "dtype", "value")
_TRACED: Final = ("where", "variable", "outcome", "shape", "dtype", "how")


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


def run_tf(views: Sequence[View]) -> Iterator[str]:
    """Yield what the notebook's cells print: the handles' values, and the list of variables."""
    for number, view in enumerate(views):
        if number:
            yield ""
        shown = [call for call in view.calls if call.handle and call.variable]
        for call in shown:
            yield f"{call.handle} : {value_text(call, Value.text)}"
        if shown:
            yield ""
        yield from tf_list(view.variables)


def list_tf(listings: Sequence[Listing]) -> Iterator[str]:
    """Yield what `tf.global_variables()` shows in a notebook, for each source."""
    for listing in listings:
        yield from tf_list(listing.variables)


def tf_list(variables: Sequence[Variable], most: int | None = None) -> Iterator[str]:
    """Yield a list of variables as a notebook shows it, one a line; of more than `most` the first alone."""
    if most is not None and len(variables) > most:
        first = variables[: most // 2]
        yield from (f"{' ' if number else '['}{safe(row.repr)}," for number, row in enumerate(first))
        yield f" … {len(variables) - len(first):,} more; `-f tf` shows all {len(variables):,}]"
        return
    shown = [safe(row.repr) for row in variables]
    for number, text in enumerate(shown):
        opening = "[" if number == 0 else " "
        closing = "]" if number == len(shown) - 1 else ","
        yield f"{opening}{text}{closing}"
    if not shown:
        yield "[]"
