"""A report as the object that it is in JSON, and the JSON Schema of that."""

from collections.abc import Callable
from typing import Any, Final

from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.ground.files import lines_of
from scopecli.report.encoding import Derived, RecordForm, Schema, form_of, object_schema, schema_of
from scopecli.report.model import (
    SCHEMA_VERSION,
    Call,
    Expectation,
    Given,
    Loss,
    OpenedSession,
    Operation,
    Part,
    Repeat,
    Report,
    Scope,
    Shape,
    Slice,
    Source,
    StartedServer,
    Use,
    Variable,
)
from scopecli.report.roles import Role
from scopecli.report.source_lines import SourceLines, source_lines
from scopecli.report.values import Plain, Summary, Value


def _value(value: Value | None) -> Plain:
    return value.plain() if value else None


def _summary(value: Value | None) -> dict[str, Plain] | None:
    return value.summary.plain() if value and value.summary else None


def _value_or_summary(value: Value | None) -> Plain:
    """Return a value as snapshots and losses have it: a summary stands in its place."""
    return {"value_summary": value.summary.plain()} if value and value.summary else _value(value)


def _variable_name(call: Call) -> str | None:
    is_of_none = bool(call.source_line) and call.has_no_variable
    return call.variable.name if call.variable and not is_of_none else None


def _of_a_program(of: Any, fact: Callable[[Variable], Any], nothing: Any) -> Derived:
    """Return a key that calls of programs have, of what they yielded."""

    def value(call: Call) -> Any:
        if not call.source_line:
            return None
        return fact(call.variable) if call.variable else nothing

    return Derived(of, value, is_left_out=True)


VARIABLE: Final = RecordForm(
    Variable,
    derived={
        "size": Derived(int | None, lambda row: row.size),
        "bytes": Derived(int | None, lambda row: row.bytes),
        "role": Derived(Role, lambda row: row.role),
    },
)
CALL: Final = RecordForm(
    Call,
    without=("variable", "value"),
    derived={
        "variable": Derived(str | None, _variable_name),
        "shape": Derived(Shape, lambda call: call.variable and call.variable.shape),
        "dtype": Derived(str | None, lambda call: call.variable and call.variable.dtype),
        "trainable": Derived(bool | None, lambda call: call.variable and call.variable.trainable),
        "collections": _of_a_program(tuple[str, ...], lambda row: row.collections, ()),
        "device": _of_a_program(str, lambda row: row.device, ""),
        "value": Derived(Plain, lambda call: _value(call.value)),
        "value_summary": Derived(Summary, lambda call: _summary(call.value), is_left_out=True),
    },
)
LOSS: Final = RecordForm(
    Loss, without=("value",), derived={"value": Derived(Plain, lambda loss: _value_or_summary(loss.value))}
)

_REPORT_KEYS: Final[dict[str, Any]] = {
    "source": Source,
    "title": str | None,
    "description": str | None,
    "tensorflow": str | None,
    "calls": tuple[Call, ...],
    "ops": tuple[Operation, ...],
    "scopes": tuple[Scope, ...],
    "variables": tuple[Variable, ...],
    "local_variables": tuple[Variable, ...],
    "other_variables": tuple[Variable, ...],
    "collections": dict[str, tuple[str, ...]],
    "snapshots": tuple[dict[str, Plain], ...],
    "losses": tuple[Loss, ...],
    "sessions": tuple[OpenedSession, ...],
    "cluster": dict[str, tuple[str, ...]],
    "servers": tuple[StartedServer, ...],
    "totals": dict[str, int | None],
    "expectations": tuple[Expectation, ...],
    "expected_failures": tuple[Diagnostic, ...],
    "source_lines": SourceLines,
    "error": Diagnostic | None,
}
_WHERE_GIVEN: Final = ("cluster", "servers")  # left out where there are none
_FORMS: Final = {Variable: VARIABLE, Call: CALL, Loss: LOSS}
_PLAIN_RECORDS: Final = (
    Source,
    Operation,
    Scope,
    Expectation,
    OpenedSession,
    StartedServer,
    Diagnostic,
    Location,
    Note,
    Given,
    Part,
    Slice,
    Repeat,
    Use,
    Summary,
)


def report_json(report: Report) -> dict[str, Any]:
    """Return a report as JSON has it; lists of rows are iterators, to be written as they are made."""
    totals = report.totals._asdict()
    found = {
        "schema_version": SCHEMA_VERSION,
        "source": report.source._asdict(),
        "title": report.title,
        "description": report.description,
        "tensorflow": report.tensorflow,
        "calls": map(CALL.encode, report.calls),
        "ops": map(form_of(Operation).encode, report.ops),
        "scopes": map(form_of(Scope).encode, report.scopes),
        "variables": map(VARIABLE.encode, report.variables),
        "local_variables": map(VARIABLE.encode, report.local_variables),
        "other_variables": map(VARIABLE.encode, report.other_variables),
        "collections": report.collections,
        "snapshots": (
            {handle: _value_or_summary(value) for handle, value in shown.items()}
            for shown in report.snapshots
        ),
        "losses": map(LOSS.encode, report.losses),
        "sessions": map(form_of(OpenedSession).encode, report.sessions),
        **({"cluster": {job: [*tasks] for job, tasks in report.cluster.items()}} if report.cluster else {}),
        **({"servers": map(form_of(StartedServer).encode, report.servers)} if report.servers else {}),
        "totals": {
            "variables": totals.pop("variables"),
            "local_variables": len(report.local_variables),
            **totals,
        },
        "expectations": map(form_of(Expectation).encode, report.expectations),
        "expected_failures": map(problem_json, report.expected_failures),
        "source_lines": source_lines(report, lines_of),
        "error": problem_json(report.error) if report.error else None,
    }
    return {key: found[key] for key in ("schema_version", *_REPORT_KEYS) if key in found}


def problem_json(problem: Diagnostic) -> dict[str, Any]:
    """Return a problem as JSON has it, whatever command tells it."""
    return form_of(Diagnostic).encode(problem)


def note_json(note: Note) -> dict[str, Any]:
    """Return a note as JSON has it."""
    return form_of(Note).encode(note)


def location_json(location: Location | None) -> dict[str, Any] | None:
    """Return a place as JSON has it: its end too, if it has one."""
    return form_of(Location).encode(location) if location else None


def report_schema() -> Schema:
    """Return the JSON Schema of what `run -f json` and `trace -f json` write."""
    keys = {"schema_version": {"const": SCHEMA_VERSION}}
    keys |= {name: schema_of(kind) for name, kind in _REPORT_KEYS.items()}
    definitions = {kind.__name__: form.schema() for kind, form in _FORMS.items()}
    definitions |= {kind.__name__: form_of(kind).schema() for kind in _PLAIN_RECORDS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A report of scopecli",
        **object_schema(keys, [name for name in keys if name not in _WHERE_GIVEN]),
        "$defs": definitions,
    }
