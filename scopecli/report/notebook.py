"""A report as a notebook shows it: text alone, in the notebook's own colours."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from scopecli.ground.escapes import safe
from scopecli.report.model import totals_in_words

if TYPE_CHECKING:
    from scopecli.ground.diagnostics import Diagnostic
    from scopecli.report.model import Call, Report, Variable

MOST_ROWS: Final = 100
_FIRST_ROWS: Final = 10
_CALLS: Final = ("call", "where", "variable", "outcome", "reuse", "shape", "dtype")


class HtmlTable(NamedTuple):
    """What is shown.

    Attributes:
        columns: the headers; those of numbers are in `numeric` too.
        rows: the cells of each row.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[str] = frozenset()


def report_html(report: "Report") -> str:
    """Return a report as HTML: its calls, who shares what, its variables, and what failed.

    Of more than `MOST_ROWS` rows of a table, the first are shown and how many more there are.
    """
    return "\n".join(_lines(report))


def _lines(report: "Report") -> Iterator[str]:
    import scopecli  # noqa: PLC0415 - what the package offers is made of reports

    yield f"<div>\n<p><strong>{_text(report.title or report.source.path)}</strong></p>"
    if report.variables or report.calls:
        yield scopecli.draw(report).text
    if report.calls:
        yield from _table(HtmlTable(_CALLS, [_call_cells(call, report) for call in report.calls]))
    yield from _list(_sharing(report))
    keyed = any(variable.key not in (None, variable.name) for variable in report.variables)
    columns = ("name", *(("key",) if keyed else ()), "shape", "dtype", "trainable", "role", "size", "bytes")
    rows = [_variable_cells(variable, keyed=keyed) for variable in report.variables]
    yield from _table(HtmlTable(columns, rows, frozenset({"size", "bytes"})))
    yield from (f"<p>{_text(line)}</p>" for line in totals_in_words(report.totals))
    if report.error:
        yield from _problem(report.error)
    yield "</div>"


def _call_cells(call: "Call", report: "Report") -> tuple[str, ...]:
    row = call.variable
    outcome: str = call.outcome
    if call.outcome == "reused" and call.first_call is not None:
        outcome = f"reused {_handle(report.calls[call.first_call])}"
    facts = (_shape(row), row.dtype) if row else ("-", "-")
    return _handle(call), str(call.location), row.name if row else call.name, outcome, call.reuse, *facts


def _handle(call: "Call") -> str:
    return call.handle or f"#{call.index}"


def _sharing(report: "Report") -> list[str]:
    """Return a line for each variable that several calls yield."""
    users: dict[str, list[Call]] = {}
    for call in report.calls:
        if call.variable:
            users.setdefault(call.variable.name, []).append(call)
    return [
        f"{name} is shared by {', '.join(f'{_handle(call)} ({call.location})' for call in calls)}"
        for name, calls in users.items()
        if len(calls) > 1
    ]


def _variable_cells(row: "Variable", *, keyed: bool) -> tuple[str, ...]:
    key = (row.key or "-",) if keyed else ()
    trainable = {None: "-", True: "yes", False: "no"}[row.trainable]
    numbers = ("-" if amount is None else f"{amount:,}" for amount in (row.size, row.bytes))
    return row.name, *key, _shape(row), row.dtype, trainable, row.role, *numbers


def _shape(row: "Variable") -> str:
    return "<unknown>" if row.shape is None else str(row.shape)


def _problem(error: "Diagnostic") -> Iterator[str]:
    """Yield what failed, where, and what to write instead."""
    yield f"<p><strong>{_text(f'{error.location}: {error.full_message} [{error.code}]')}</strong></p>"
    yield from _list([f"{note.location}: {note.message}" for note in error.notes])
    if error.help:
        yield f"<p>{_text(f'help: {error.help}')}</p>"


def _list(texts: Sequence[str]) -> Iterator[str]:
    if texts:
        shown = "".join(f"<li>{_text(text)}</li>" for text in texts[:MOST_ROWS])
        yield f"<ul>{shown}</ul>{_rest(len(texts))}"


def _table(table: HtmlTable) -> Iterator[str]:
    aligned = ["right" if name in table.numeric else "left" for name in table.columns]
    yield f"<table>\n<thead>{_row('th', table.columns, aligned)}</thead>\n<tbody>"
    yield from (_row("td", cells, aligned) for cells in islice(table.rows, MOST_ROWS))
    yield f"</tbody>\n</table>{_rest(len(table.rows))}"


def _rest(count: int) -> str:
    return f"<p>and {count - MOST_ROWS:,} more, which are not shown here</p>" if count > MOST_ROWS else ""


def _row(tag: str, cells: Iterable[str], aligned: Iterable[str]) -> str:
    written = (
        f'<{tag} style="text-align: {side}">{_text(cell)}</{tag}>'
        for cell, side in zip(cells, aligned, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"


def _text(text: str) -> str:
    return escape(safe(text))


def report_text(report: "Report") -> str:
    """Return what a report is of, and its first variables, a line each."""
    rows = report.variables
    lines = [f"  {row.name} {_shape(row)} {row.dtype}" for row in rows[:_FIRST_ROWS]]
    more = [f"  and {len(rows) - _FIRST_ROWS:,} more"] if len(rows) > _FIRST_ROWS else []
    return "\n".join([safe(line) for line in (repr(report), *lines, *more)])
