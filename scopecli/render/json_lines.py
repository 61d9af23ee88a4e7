"""Reports as strict JSON: a row a line inside a readable whole, or one object a line."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scopecli.analysis.selection import Listing, Row
from scopecli.ground.diagnostics import Location, Note
from scopecli.ground.files import lines_of
from scopecli.report.model import (
    SCHEMA_VERSION,
    Call,
    Expectation,
    Failure,
    Given,
    Loss,
    Operation,
    Report,
    Scope,
    Slice,
    Totals,
    Variable,
)
from scopecli.report.source_lines import source_lines
from scopecli.report.values import Value


def run_json(reports: Sequence[Report]) -> Iterator[str]:
    """Yield one report as an object, several as a list."""
    return whole([_report(each) for each in reports])


def run_jsonl(reports: Sequence[Report]) -> Iterator[str]:
    """Yield a report a line."""
    return (dumped({key: _listed(value) for key, value in _report(each).items()}) for each in reports)


def list_json(listings: Sequence[Listing], columns: Sequence[str] | None) -> Iterator[str]:
    """Yield one listing as an object, several as a list."""
    return whole([_listing(each, columns) for each in listings])


def list_jsonl(rows: Iterable[Row], columns: Sequence[str] | None) -> Iterator[str]:
    """Yield a variable a line."""
    return (dumped(_row(row, columns)) for row in rows)


def whole(objects: list[dict[str, Any]], *, always_list: bool = False) -> Iterator[str]:
    """Yield one object as it is, several as a list; a field a line."""
    if len(objects) == 1 and not always_list:
        yield from _object(objects[0])
        return
    yield "["
    for number, each in enumerate(objects):
        *lines, last = _object(each)
        yield from lines
        yield last + ("," if number < len(objects) - 1 else "")
    yield "]"


def _object(fields: dict[str, Any]) -> Iterator[str]:
    """Yield an object with a field a line; a field of rows, given as an iterator, with a row a line."""
    yield "{"
    for number, (name, value) in enumerate(fields.items()):
        comma = "," if number < len(fields) - 1 else ""
        if isinstance(value, Iterator):
            yield from _rows(name, value, comma)
        else:
            yield f"  {dumped(name)}: {dumped(value)}{comma}"
    yield "}"


def _rows(name: str, rows: Iterator[Any], comma: str) -> Iterator[str]:
    previous = next(rows, None)
    if previous is None:
        yield f"  {dumped(name)}: []{comma}"
        return
    yield f"  {dumped(name)}: ["
    for row in rows:
        yield f"    {dumped(previous)},"
        previous = row
    yield f"    {dumped(previous)}"
    yield f"  ]{comma}"


def dumped(value: Any) -> str:
    """Return a value as strict JSON on one line."""
    # ASCII alone: other characters could be escapes to the terminal, and not every pipe is UTF-8.
    return json.dumps(value, allow_nan=False)


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, Iterator) else value


def _report(report: Report) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "source": report.source._asdict(),
        "title": report.title,
        "description": report.description,
        "tensorflow": report.tensorflow,
        "calls": map(_call, report.calls),
        "ops": map(_operation, report.ops),
        "scopes": map(_scope, report.scopes),
        "variables": map(_variable, report.variables),
        "local_variables": map(_variable, report.local_variables),
        "other_variables": map(_variable, report.other_variables),
        "collections": report.collections,
        "snapshots": ({handle: _shown(value) for handle, value in each.items()} for each in report.snapshots),
        "losses": map(_loss, report.losses),
        "totals": _totals(report.totals, len(report.local_variables)),
        "expectations": map(_expectation, report.expectations),
        "expected_failures": map(_failure, report.expected_failures),
        "source_lines": source_lines(report, lines_of),
        "error": _failure(report.error) if report.error else None,
    }


def _listing(listing: Listing, columns: Sequence[str] | None) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "source": listing.source._asdict(),
        **({"tags": listing.tags} if listing.tags and listing.source.kind == "savedmodel" else {}),
        **({"about": dict(listing.about)} if listing.about else {}),
        "variables": (_row(row, columns) for row in listing.rows),
        "totals": listing_totals(listing),
    }


def listing_totals(listing: Listing) -> dict[str, Any]:
    """Return the totals of a listing for JSON: all, those of each role, and of how much they are a part."""
    totals = listing.totals._asdict()
    totals["roles"] = {role: _role_totals(each) for role, each in listing.roles.items()}
    if listing.of:
        totals["of"] = listing.of._asdict()
    return totals


def _role_totals(totals: Totals) -> dict[str, int]:
    return {"variables": totals.variables, "parameters": totals.parameters, "bytes": totals.bytes}


def _row(row: Row, columns: Sequence[str] | None) -> dict[str, Any]:
    """Return a listed variable with what was read of its value; of all that, the columns asked for."""
    fields = _variable(row.variable)
    statistics = (
        {**row.summary.plain(), "flags": row.summary.flags(row.variable.size or 0)} if row.summary else {}
    )
    if columns is not None:
        facts = {"slices": (), **fields, **statistics, "value": row.value.plain() if row.value else None}
        return {column: facts.get(column) for column in columns}
    if statistics:
        fields["stats"] = statistics
    if row.value:
        fields["value"] = row.value.plain()
        if row.value.summary:
            fields["value_summary"] = row.value.summary.plain()
    return fields


def _totals(totals: Totals, local_variables: int) -> dict[str, int | None]:
    fields = totals._asdict()
    return {"variables": fields.pop("variables"), "local_variables": local_variables, **fields}


def _call(call: Call) -> dict[str, Any]:
    row = call.variable
    is_of_none = bool(call.source_line) and call.has_no_variable
    fields: dict[str, Any] = {
        "index": call.index,
        "step": call.step,
        "handle": call.handle,
        "name": call.name,
        "scope": call.scope,
        "reuse": call.reuse,
        "outcome": call.outcome,
        "variable": row.name if row and not is_of_none else None,
        "first_call": call.first_call,
        "shape": row.shape if row else None,
        "dtype": row.dtype if row else None,
        "trainable": row.trainable if row else None,
        "value": call.value.plain() if call.value else None,
        "location": location_fields(call.location),
        "reuse_set_at": location_fields(call.reuse_set_at) if call.reuse_set_at else None,
        "error": _failure(call.error) if call.error else None,
    }
    if call.value and call.value.summary:
        fields["value_summary"] = call.value.summary.plain()
    if call.uninitialized:
        fields["uninitialized"] = True
    if call.opened is not None:
        fields["opened"] = call.opened
    if call.given:
        fields["given"] = {name: _given(each) for name, each in call.given.items()}
    if call.source_line:
        fields |= {
            "function": call.function,
            "source_line": call.source_line,
            "collections": row.collections if row else (),
            "device": row.device if row else "",
        }
    if call.library:
        fields["library"] = call.library
    if call.derived or is_of_none:
        fields["derived"] = call.derived
    if call.repeats:
        fields["repeats"] = {
            "call": call.repeats.call,
            "at": location_fields(call.repeats.at),
            "before": location_fields(call.repeats.before),
            "function": call.repeats.function,
        }
    if call.trail:
        fields["trail"] = [note_fields(each) for each in call.trail]
    return fields


def _given(given: Given) -> dict[str, Any]:
    return {"value": given.value, "location": location_fields(given.location)}


def _operation(operation: Operation) -> dict[str, Any]:
    return {
        "name": operation.name,
        "handle": operation.handle,
        "location": location_fields(operation.location),
    }


def _loss(loss: Loss) -> dict[str, Any]:
    return {"name": loss.name, "variable": loss.variable, "value": _shown(loss.value)}


def _expectation(expectation: Expectation) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": expectation.name,
        "ok": expectation.ok,
        "expected": expectation.expected,
        "found": expectation.found,
        "location": location_fields(expectation.location),
    }
    return {**fields, "difference": expectation.difference} if expectation.difference else fields


def _variable(row: Variable) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": row.name,
        "shape": row.shape,
        "dtype": row.dtype,
        "repr": row.repr,
        "kind": row.kind,
        "trainable": row.trainable,
        "collections": row.collections,
        "device": row.device,
        "size": row.size,
        "bytes": row.bytes,
        "calls": row.calls,
        "role": row.role,
    }
    return {**fields, **_parts(row)}


def _parts(row: Variable) -> dict[str, Any]:
    """Return what only some variables have, and what a report is read back by."""
    fields: dict[str, Any] = {"itemsize": row.itemsize}
    if row.key is not None:
        fields["key"] = row.key
    if row.part:
        fields["part"] = row.part._asdict()
    if row.slices:
        fields["slices"] = [_slice(each) for each in row.slices]
    return fields


def _slice(part: Slice) -> dict[str, Any]:
    return {name: value for name, value in part._asdict().items() if value is not None}


def _scope(scope: Scope) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "handle": scope.handle,
        "name": scope.name,
        "reuse": scope.reuse,
        "original_name_scope": scope.original_name_scope,
        "name_scope": scope.name_scope,
        "location": location_fields(scope.location),
    }
    if not scope.auxiliary_name_scope:
        fields["auxiliary_name_scope"] = False
    if scope.made_unique:
        fields["made_unique"] = True
    facts = {
        "asked": scope.asked,
        "reuse_given": scope.reuse_given,
        "reuse_given_at": scope.reuse_given_at,
        "reuse_set_at": scope.reuse_set_at,
        "around": scope.around,
        "reopens": scope.reopens,
        "template": scope.template,
        "library": scope.library or None,
    }
    if scope.given:
        fields["given"] = {name: _given(each) for name, each in scope.given.items()}
    known = {name: value for name, value in facts.items() if value is not None}
    return fields | {name: _placed(value) for name, value in known.items()}


def _placed(value: str | int | Location) -> Any:
    return location_fields(value) if isinstance(value, Location) else value


def _shown(value: Value | None) -> Any:
    if value is None:
        return None
    return {"value_summary": value.summary.plain()} if value.summary else value.plain()


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "type": failure.type,
        "code": failure.code,
        "message": failure.message,
        "location": location_fields(failure.location),
        "hint": failure.hint,
        "related": [note_fields(each) for each in failure.related],
    }


def note_fields(note: Note) -> dict[str, Any]:
    """Return a note for JSON."""
    return {"message": note.message, "location": location_fields(note.location)}


def location_fields(location: Location) -> dict[str, Any]:
    """Return a place for JSON; its end where it has one."""
    fields = {"file": location.file, "line": location.line, "column": location.column}
    if location.end_line:
        fields |= {"end_line": location.end_line, "end_column": location.end_column}
    return fields
