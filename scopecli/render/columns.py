"""The columns that variables and calls can be shown in."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from scopecli.analysis.selection import Listing, Row
from scopecli.analysis.unique_names import requested_name
from scopecli.ground.diagnostics import Location
from scopecli.render.text import is_traced, one_line, shape_text, value_text
from scopecli.report.model import Call, Report, Slice, Variable
from scopecli.report.values import Summary, Value


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)


def _answer(value: bool | None) -> str:  # noqa: FBT001 - the answer itself
    return "-" if value is None else "yes" if value else "no"


VARIABLE_COLUMNS: Final[dict[str, Callable[[Variable], str]]] = {
    "name": lambda row: row.name,
    "shape": lambda row: shape_text(row.shape),
    "dtype": lambda row: row.dtype,
    "kind": lambda row: row.kind,
    "trainable": lambda row: _answer(row.trainable),
    "collections": lambda row: ",".join(row.collections),
    "device": lambda row: row.device or "-",
    "initialized": lambda row: _answer(row.initialized),
    "size": lambda row: _number(row.size),
    "bytes": lambda row: _number(row.bytes),
    "calls": lambda row: ",".join(map(str, row.calls)),
    "repr": lambda row: row.repr,
    "role": lambda row: row.role,
    "key": lambda row: row.key or "-",
    "slices": lambda row: " ".join(slice_text(part, row) for part in row.slices) or "-",
}
STATISTIC_COLUMNS: Final = ("min", "max", "mean", "std", "l2", "zeros", "nan", "inf", "flags")
COLUMNS: Final = (*VARIABLE_COLUMNS, *STATISTIC_COLUMNS, "value")
"""Every column that `list` knows."""

_COUNTS: Final = frozenset({"size", "bytes", "zeros", "nan", "inf"})
NUMERIC: Final = frozenset({"size", "variables", "parameters", "bytes", *STATISTIC_COLUMNS} - {"flags"})

CALL_COLUMNS: Final = ("handle", "name", "variable", "outcome", "shape", "dtype", "train", "value")


def default_columns(listings: Sequence[Listing]) -> tuple[str, ...]:
    """Return the columns that variables are shown in where none are named: those that tell something."""
    rows = [row for listing in listings for row in listing.rows]
    variables = [row.variable for row in rows]
    told = {
        "key": any(variable.key not in (None, variable.name) for variable in variables),
        "kind": any(variable.kind == "constant" for variable in variables),
        **dict.fromkeys(_IN_A_CLUSTER, any(variable.initialized is not None for variable in variables)),
        "trainable": any(variable.trainable is not None for variable in variables) or not rows,
        # Of what builds a graph nearly all are weights.
        "role": not all(listing.source.kind.has_calls for listing in listings),
        "slices": any(listing.slices for listing in listings),
        **dict.fromkeys(STATISTIC_COLUMNS, any(row.summary for row in rows)),
        "value": any(row.value for row in rows),
    }
    return tuple(name for name in _DEFAULT if told.get(name, True))


def measured_columns(listings: Sequence[Listing]) -> tuple[str, ...]:
    """Return the name alone, and the columns of what was read of the values."""
    facts = VARIABLE_COLUMNS.keys() - {"name", *_IN_A_CLUSTER}
    return tuple(name for name in default_columns(listings) if name not in facts)


_IN_A_CLUSTER: Final = ("device", "initialized")
_DEFAULT: Final = (
    *("name", "key", "shape", "dtype", "kind", *_IN_A_CLUSTER, "trainable", "role", "size", "bytes"),
    "slices",
    *STATISTIC_COLUMNS,
    "value",
)


def cells(
    row: Row, columns: Sequence[str], number: Callable[[float], str] = repr, calls: Sequence[Call] = ()
) -> list[str]:
    """Return the cells of a row; `number` writes a statistic that is no count, `calls` are the source's."""
    return [_cell(row, column, number, calls) for column in columns]


def _cell(row: Row, column: str, number: Callable[[float], str], calls: Sequence[Call]) -> str:
    if column == "calls":
        users = users_of(row.variable, calls)
        return f"{len(row.variable.calls)}: {', '.join(users)}" if users else "-"
    if column in VARIABLE_COLUMNS:
        return VARIABLE_COLUMNS[column](row.variable)
    if column == "value":
        return one_line(kept_text(row.value)) if row.value else "-"
    if row.summary is None:
        return "-"
    if column == "flags":
        return ", ".join(row.summary.flags(row.variable.size or 0)) or "-"
    return _statistic(row.summary, column, number)


def kept_text(value: Value) -> str:
    """Return a value as numpy prints it, with every element that was kept."""
    return value.text() if value.summary else value.text(threshold=sys.maxsize)


def _statistic(summary: Summary, column: str, number: Callable[[float], str]) -> str:
    found = getattr(summary, column)
    return "-" if found is None else str(found) if isinstance(found, int) else number(found)


def listed_cells(
    listing: Listing, columns: Sequence[str], number: Callable[[float], str] = repr
) -> Iterator[list[str]]:
    """Yield the cells of each row of a listing, and under it those of its slices where they are asked for."""
    for row in listing.rows:
        yield cells(row, columns, number, listing.calls)
        if listing.slices:
            for part in row.variable.slices:
                yield _slice_cells(part, row.variable, columns)


def grouped_cells(columns: Sequence[str], row: Sequence[str]) -> list[str]:
    """Return a row with counts as a person reads them: with a comma between thousands."""
    return [
        f"{int(cell):,}" if column in _COUNTS and cell.isdecimal() else cell
        for column, cell in zip(columns, row, strict=True)
    ]


def _slice_cells(part: Slice, whole: Variable, columns: Sequence[str]) -> list[str]:
    named = f"{part.name} " if part.name else ""
    row = replace(whole, name=f"  {named}{slice_text(part, whole)}", shape=part.shape)
    return [VARIABLE_COLUMNS[column](row) if column in _OF_SLICES else "" for column in columns]


_OF_SLICES: Final = ("name", "shape", "size", "bytes")


def slice_text(part: Slice, whole: Variable) -> str:
    """Return a slice as numpy would take it of the whole: `[0:5, :]`."""
    lengths = whole.shape or ()
    taken = zip(part.offset, part.shape, lengths or part.shape, strict=False)  # of a damaged file
    return f"[{', '.join(':' if length == all_ else f'{at}:{at + length}' for at, length, all_ in taken)}]"


def call_columns(report: Report) -> tuple[str, ...]:
    """Return the columns of a report's calls: those of a program have places, and no values."""
    if not is_traced(report):
        return CALL_COLUMNS
    return (*TRACED_COLUMNS, "value") if has_values(report) else TRACED_COLUMNS


def has_values(report: Report) -> bool:
    """Tell whether values of a session were read."""
    return any(call.value or call.uninitialized for call in report.calls)


TRACED_COLUMNS: Final = ("call", "where", "how", "variable", "outcome", "shape", "dtype", "train", "reuse")


def call_cells(
    call: Call, calls: tuple[Call, ...], columns: Sequence[str], text: Callable[[Value], str]
) -> dict[str, str]:
    """Return the cells of one call by the names of their columns; `text` prints a value."""
    return {column: _CALL_CELLS[column](call, calls, text) for column in columns}


def _call_value(call: Call, text: Callable[[Value], str]) -> str:
    if call.error:
        return call.error.type or call.error.code
    return value_text(call, text)


_CallCell: TypeAlias = Callable[[Call, tuple[Call, ...], Callable[[Value], str]], str]


def _of_row(text: Callable[[Variable], str]) -> _CallCell:
    """Return what writes a fact of a call's variable."""
    return lambda call, _calls, _text: text(call.variable) if call.variable else "-"


_CALL_CELLS: Final[dict[str, _CallCell]] = {
    "handle": lambda call, _calls, _text: handle_text(call),
    "call": lambda call, _calls, _text: handle_text(call),
    "where": lambda call, _calls, _text: " < ".join(way_to(call)),
    "how": lambda call, _calls, _text: how_text(call),
    "name": lambda call, _calls, _text: call.name,
    "variable": lambda call, _calls, _text: full_name(call),
    "outcome": lambda call, calls, _text: made_of(call, outcome_text(call, calls)),
    "shape": _of_row(VARIABLE_COLUMNS["shape"]),
    "dtype": _of_row(VARIABLE_COLUMNS["dtype"]),
    "train": _of_row(VARIABLE_COLUMNS["trainable"]),
    "reuse": lambda call, _calls, _text: call.reuse,
    "value": lambda call, _calls, text: _call_value(call, text),
}
ALL_CALL_COLUMNS: Final = tuple(_CALL_CELLS)
"""Every column that `run` and `trace` know."""


def full_name(call: Call) -> str:
    """Return the full name of a call's variable, or the one that it asked for where it got none."""
    return call.variable.name if call.variable else requested_name(call)


def place_text(call: Call) -> str:
    """Return the file and the line of a call."""
    return _line_text(call.location)


def way_to(call: Call) -> list[str]:
    """Return the lines that led to a call of a program, innermost first; at least its own."""
    return [_line_text(caller.location) for caller in call.trail] or [place_text(call)]


def _line_text(location: Location) -> str:
    return f"{location.file}:{location.line}" if location.line else location.file


def how_text(call: Call) -> str:
    """Return the function that the user called: a library's, or TensorFlow's own for variables."""
    return call.library or call.step


def handle_text(call: Call) -> str:
    """Return what a call is called: its handle, or its number."""
    return call.handle or f"#{call.index}"


def user_text(call: Call) -> str:
    """Return what a call is known by where its number says nothing: its handle, or its file and line."""
    return call.handle or place_text(call)


def users_of(variable: Variable, calls: Sequence[Call]) -> list[str]:
    """Return what the calls are known by that yield a variable: several of one line, once."""
    counts = Counter(user_text(calls[index]) for index in variable.calls if index < len(calls))
    return [user if count == 1 else f"{user} ×{count}" for user, count in counts.items()]


def outcome_text(call: Call, calls: tuple[Call, ...]) -> str:
    """Return what became of a call, and for a reused variable which call made it."""
    if call.outcome == "reused" and call.first_call is not None:
        return f"reused {handle_text(calls[call.first_call])}"
    return call.outcome


def made_of(call: Call, outcome: str) -> str:
    """Return the outcome of a program's call, with what a custom getter made its tensor of."""
    if call.derived:
        return f"{outcome} from {', '.join(call.derived)}"
    return "no variable" if call.has_no_variable else outcome
