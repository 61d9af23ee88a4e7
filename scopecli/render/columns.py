"""The columns that variables and calls can be shown in."""

from collections.abc import Callable
from typing import Final

from scopecli.render.text import one_line, shape_text, value_text
from scopecli.report import Call, Report, Variable


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
    "size": lambda row: _number(row.size),
    "bytes": lambda row: _number(row.bytes),
    "calls": lambda row: ",".join(map(str, row.calls)),
    "repr": lambda row: row.repr,
    "role": lambda row: row.role,
}
NUMERIC: Final = frozenset({"size", "bytes"})
DEFAULT_VARIABLE_COLUMNS: Final = ("name", "shape", "dtype", "trainable", "size", "bytes")

CALL_COLUMNS: Final = ("handle", "name", "variable", "outcome", "shape", "dtype", "train", "value")


def call_cells(call: Call, calls: tuple[Call, ...], text: Callable[[Call], str]) -> tuple[str, ...]:
    """Return the cells of one call, in the order of `CALL_COLUMNS`; `text` prints a value."""
    row = call.variable
    return (
        handle_text(call),
        call.name,
        row.name if row else "-",
        outcome_text(call, calls),
        shape_text(row.shape) if row else "-",
        row.dtype if row else "-",
        VARIABLE_COLUMNS["trainable"](row) if row else "-",
        call.error.type if call.error else value_text(call, text),
    )


TRACED_COLUMNS: Final = ("call", "where", "how", "variable", "outcome", "shape", "dtype", "train", "reuse")
"""The columns of a program's calls: they have places instead of handles, and no values."""


def traced_cells(call: Call, calls: tuple[Call, ...]) -> tuple[str, ...]:
    """Return the cells of one call of a program, in the order of `TRACED_COLUMNS`."""
    row = call.variable
    outcome = outcome_text(call, calls)
    return (
        handle_text(call),
        place_text(call),
        how_text(call),
        row.name if row else f"{call.scope}/{call.name}".lstrip("/"),
        f"{outcome} from {', '.join(call.derived)}" if call.derived else outcome,
        shape_text(row.shape) if row else "-",
        row.dtype if row else "-",
        VARIABLE_COLUMNS["trainable"](row) if row else "-",
        call.reuse,
    )


def place_text(call: Call) -> str:
    """Return the file and the line of a call."""
    return f"{call.location.file}:{call.location.line}" if call.location.line else call.location.file


def how_text(call: Call) -> str:
    """Return the function that the user called: a library's, or TensorFlow's own for variables."""
    return call.library or call.step


def is_traced(report: Report) -> bool:
    """Tell whether a report is of a program."""
    return report.source.kind == "program"


def handle_text(call: Call) -> str:
    """Return what a call is called: its handle, or its number."""
    return call.handle or f"#{call.index}"


def outcome_text(call: Call, calls: tuple[Call, ...]) -> str:
    """Return what became of a call, and for a reused variable which call made it."""
    if call.outcome == "reused" and call.first_call is not None:
        return f"reused {handle_text(calls[call.first_call])}"
    return call.outcome


def one_line_value(call: Call) -> str:
    """Return a call's value as numpy prints it, on one line."""
    return one_line(call.value.text()) if call.value else "-"
