"""A report from the object that it is in JSON: each fact of its type, each index of what is there."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any, Final, Literal

from scopecli.ground.files import quotable
from scopecli.ground.limits import MAX_DIMENSIONS, MAX_ELEMENTS
from scopecli.report.decoding import MismatchError, inside, mismatch, reader_of, record
from scopecli.report.model import SCHEMA_VERSION, Call, Loss, Report, Scope, Variable, with_roles
from scopecli.report.saved_values import shown_of, value_of
from scopecli.report.values import Value
from scopecli.report.version_1 import upgrade

_NO_ROW: Final = "no variable of this name has the call among its `calls`"

_REPORT: Final = record(Report, without=("calls", "losses", "snapshots"))
_CALL: Final = record(Call, without=("variable", "value"))
_LOSS: Final = record(Loss, without=("value",))
_LINES: Final = reader_of(dict[str, dict[str, str]])
_ROWS: Final = reader_of(tuple[Variable, ...])
_INTEGER: Final = reader_of(int)
_MODE: Final = reader_of(Literal["False", "True", "AUTO_REUSE"])
_NAME: Final = reader_of(str | None)
_LIST: Final = reader_of(tuple[Any, ...])

Rows = dict[tuple[str, int], Variable]
"""Variables by their names and the calls that yielded them: there may be several of one name."""


def report_of(found: Any) -> Report:
    """Return the report that a JSON object says; what a newer version adds is ignored.

    Raises:
        MismatchError: if it does not say one.
    """
    if not isinstance(found, dict):
        raise mismatch("an object", found)
    with inside("schema_version"):
        version = _INTEGER(found.get("schema_version"))
        if version > SCHEMA_VERSION:
            raise MismatchError(f"expected {SCHEMA_VERSION}, found {version}: a newer scopecli wrote this")
    if version < SCHEMA_VERSION:
        found = upgrade(found)
    report: Report = _REPORT(found)
    with inside("other_variables"):
        others = _ROWS(found.get("other_variables", []))
    lists = {
        "variables": report.variables,
        "local_variables": report.local_variables,
        "other_variables": others,
    }
    # A listing has no calls: the indices in its rows are those of calls it was made from.
    count = len(_objects(found, "calls")) if "calls" in found else None
    for name, rows in lists.items():
        for index, row in enumerate(rows):
            with inside(name, index):
                _check_variable(row, count)
    for index, scope in enumerate(report.scopes):
        with inside("scopes", index):
            _check_scope(scope, index)
    rows_of_calls = {(row.name, call): row for rows in lists.values() for row in rows for call in row.calls}
    calls = tuple(_calls(found, rows_of_calls, len(report.scopes)))
    whole = replace(
        report, calls=calls, losses=tuple(_losses(found)), snapshots=tuple(_snapshots(found, calls))
    )
    _carry(found)
    return with_roles(whole)


def _carry(found: Mapping[str, Any]) -> None:
    """Have messages quote the lines that a report carries."""
    with inside("source_lines"):
        for file, lines in _LINES(found.get("source_lines", {})).items():
            known = {int(number): line for number, line in lines.items() if re.fullmatch(r"\d{1,9}", number)}
            quotable.add_lines(file, known)


def _objects(found: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    with inside(name):
        objects: tuple[Any, ...] = _LIST(found.get(name, []))
        for index, found_object in enumerate(objects):
            if not isinstance(found_object, dict):
                with inside(index):
                    raise mismatch("an object", found_object)
        return objects


def _check_variable(row: Variable, calls: int | None) -> None:
    shapes = [row.shape, *(part.shape for part in row.slices)]
    if row.part:
        shapes.append(row.part.whole_shape)
    for shape in shapes:
        _check_shape(shape)
    if row.part and row.shape is not None:
        with inside("part"):
            _check_lies_in(row.part.offset, row.shape, row.part.whole_shape)
    for place, part in enumerate(row.slices if row.shape is not None else ()):
        with inside("slices", place):
            _check_lies_in(part.offset, part.shape, row.shape or ())
    for place, index in enumerate(row.calls if calls is not None else ()):
        with inside("calls", place):
            _check_index(index, calls or 0, "calls")


def _check_lies_in(offset: Sequence[int], shape: Sequence[int | None], whole: Sequence[int | None]) -> None:
    """Raise MismatchError if a part lies outside of its whole, as far as sizes are known."""
    if not len(offset) == len(shape) == len(whole):
        raise MismatchError("it has another rank than the whole")
    for start, size, length in zip(offset, shape, whole, strict=True):
        if start < 0 or (length is not None and start + (size or 0) > length):
            raise MismatchError(f"it lies outside of the whole, at {list(offset)}")


def _check_shape(shape: Iterable[int | None] | None) -> None:
    dimensions = list(shape or ())
    if len(dimensions) > MAX_DIMENSIONS:
        raise MismatchError(f"a shape has more than {MAX_DIMENSIONS} dimensions")
    if prod(dimension for dimension in dimensions if dimension) > MAX_ELEMENTS:
        raise MismatchError("a shape has more than 2^63 - 1 elements")


def _check_scope(scope: Scope, index: int) -> None:
    for name, other in (("parent_index", scope.parent_index), ("reopens_index", scope.reopens_index)):
        if other is not None:
            with inside(name):
                _check_index(other, index, "scopes before this one")


def _check_index(index: int, count: int, noun: str) -> None:
    if index >= count:
        raise MismatchError(f"{index} is no index: there are {count} {noun}")


def _calls(found: Mapping[str, Any], rows: Rows, scopes: int) -> Iterator[Call]:
    for index, found_object in enumerate(_objects(found, "calls")):
        with inside("calls", index):
            call: Call = _CALL(found_object)
            _check_call(call, index, scopes)
            with inside("variable"):
                name = _NAME(found_object.get("variable"))
                if name is not None and (name, index) not in rows:
                    raise MismatchError(_NO_ROW)
            row = rows[name, index] if name is not None else None
            yield replace(call, variable=row, value=_value(found_object, row))


def _check_call(call: Call, index: int, scopes: int) -> None:
    with inside("reuse"):
        _MODE(call.reuse)
    with inside("index"):
        if call.index != index:
            raise mismatch(str(index), call.index)
    if call.first_call is not None:
        with inside("first_call"):
            _check_index(call.first_call, index + 1, "calls up to this one")
    if call.repeats is not None:
        with inside("repeats", "call"):
            _check_index(call.repeats.call, index, "calls before this one")
    if call.scope_index is not None:
        with inside("scope_index"):
            _check_index(call.scope_index, scopes, "scopes")


def _value(call: Mapping[str, Any], row: Variable | None) -> Value | None:
    if row is None:
        return None
    with inside("value"):
        return value_of(call.get("value"), call.get("value_summary"), row.dtype, row.shape)


def _losses(found: Mapping[str, Any]) -> Iterator[Loss]:
    for index, found_object in enumerate(_objects(found, "losses")):
        with inside("losses", index):
            loss: Loss = _LOSS(found_object)
            with inside("value"):
                yield replace(loss, value=shown_of(found_object.get("value"), None, None))


def _snapshots(found: Mapping[str, Any], calls: Iterable[Call]) -> Iterator[dict[str, Value | None]]:
    """Yield what was shown; a handle stands for the last call of its name that yielded something."""
    named = {call.handle: call.variable for call in calls if call.handle and call.variable}
    for index, found_object in enumerate(_objects(found, "snapshots")):
        shown: dict[str, Value | None] = {}
        for handle, value in found_object.items():
            row = named.get(handle)
            with inside("snapshots", index, handle):
                shown[handle] = shown_of(value, row.dtype if row else None, row.shape if row else None)
        yield shown
