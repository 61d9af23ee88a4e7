"""Runs the session of a scenario: initialises the variables and fetches what the calls yielded."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from scopecli.diagnostics import Diagnostic
from scopecli.errors import EngineError, SessionTooLargeError
from scopecli.interpret.building import Building
from scopecli.report import Failure
from scopecli.report import Variable as VariableRow
from scopecli.sizes import format_bytes
from scopecli.tf1 import Graph, Session, Variable, stack_of
from scopecli.values import Value, value_of


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How a session is run.

    Attributes:
        max_bytes: the most that the variables may take together.
        full_values: whether large values are kept whole.
    """

    max_bytes: int
    full_values: bool = False


class Fetched(NamedTuple):
    """The values of variables by full name, None where a variable has none, and what ended the session."""

    values: dict[str, Value | None]
    failure: Failure | None


def run_session(
    graph: Graph, building: Building, rows: dict[str, VariableRow], options: SessionOptions
) -> Fetched:
    """Initialise all global and local variables, then fetch the variable of every call.

    Args:
        graph: the finished graph.
        building: what was called while it was built.
        rows: the facts about every variable, by full name.
        options: the limit, and what to keep.

    Raises:
        SessionTooLargeError: before the session, if they would take more.
    """
    collected = [*graph.global_variables(), *graph.local_variables()]
    initialised = {graph.variable_name(each): each for each in collected}
    _refuse_too_large(building, [rows[name] for name in initialised], options.max_bytes)
    called = {graph.variable_name(each): each for each in building.made if each is not None}
    try:
        with graph.session() as session:
            session.initialize(list(initialised.values()))
            values = _fetch(session, called, initialised, rows, full_values=options.full_values)
    except EngineError as error:
        place = building.place_of(error.operation) if error.operation else None
        location = place or building.calls[0].location
        failure = building.failure(error, location, "SC105")
        return Fetched({}, replace(failure, stack=stack_of(error)))
    return Fetched(values, None)


def _fetch(
    session: Session,
    called: dict[str, Variable],
    initialised: dict[str, Variable],
    rows: dict[str, VariableRow],
    *,
    full_values: bool,
) -> dict[str, Value | None]:
    """Return the value of each variable that has one."""
    doubtful = [name for name in called if name not in initialised]
    known = session.initialized([called[name] for name in doubtful])
    without = {name for name, has_value in zip(doubtful, known, strict=True) if not has_value}
    names = [name for name in called if name not in without]
    arrays = session.fetch((called[name], rows[name].bytes or 0) for name in names)
    values: dict[str, Value | None] = dict.fromkeys(without)
    values.update(
        (name, value_of(array, full=full_values)) for name, array in zip(names, arrays, strict=True)
    )
    return values


def _refuse_too_large(building: Building, rows: list[VariableRow], max_bytes: int) -> None:
    needed = sum(row.bytes or 0 for row in rows)
    if needed <= max_bytes:
        return
    largest = max(rows, key=lambda row: row.bytes or 0)
    place = building.creation_of(largest.name)
    message = (
        f"the session would need {format_bytes(needed)} for its variables, "
        f"and the limit is {format_bytes(max_bytes)}; "
        f"the largest is `{largest.name}` with {format_bytes(largest.bytes or 0)}"
    )
    hint = "`scopecli list` shows the variables without a session; `--max-bytes` sets another limit"
    raise SessionTooLargeError([Diagnostic("SC106", message, place, hint)])
