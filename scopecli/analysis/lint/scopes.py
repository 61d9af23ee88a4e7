"""Scopes that are not what they look like."""

from collections.abc import Iterator

from scopecli.analysis.lint.finding import Finding
from scopecli.analysis.unique_names import scopes_by_name
from scopecli.ground.diagnostics import Correction, Note
from scopecli.report.model import Report, Scope
from scopecli.report.source_kinds import SourceKind


def not_switched_off(report: Report) -> Iterator[Finding]:
    """Yield scopes opened with `reuse: false` that reuse all the same."""
    for scope in report.scopes:
        if scope.reuse_given == "False" and scope.reuse != "False" and scope.reuse_given_at:
            where = "around it" if scope.reopens_index is None else "in the scope that it opens again"
            said = "`reuse=False`" if report.source.kind is SourceKind.PROGRAM else "`reuse: false`"
            message = f"{said} does not switch reuse off: it is {scope.reuse} here, as {where}"
            other = Note("it was set here", scope.reuse_set_at) if scope.reuse_set_at else None
            hint = "leave it out, or open the scope by name where nothing reuses"
            yield Finding(scope.reuse_given_at, message, hint, other, Correction("reuse", "false"))


def names_apart(report: Report) -> Iterator[Finding]:
    """Yield scopes that make variables under one name and operations under another."""
    named = scopes_by_name(report)
    for scope in _making(report):
        by_name = scope.requested_name is not None and scope.auxiliary_name_scope and scope.template is None
        if not by_name or _last(scope.name) == _last(scope.name_scope):
            continue
        first = named[scope.name]
        if first is scope or first.location != scope.location:  # a loop opens it again and again
            hint = "choose another name, or put both under one opening of the scope"
            note = Note(f"`{scope.name}` was first opened here", first.location)
            yield Finding(scope.location, _apart(scope), hint, None if first is scope else note)


def elsewhere(report: Report) -> Iterator[Finding]:
    """Yield captured scopes that are opened again where what is made has its operations elsewhere."""
    making = {id(call) for call in _making(report)}
    for scope in report.scopes:
        if id(scope) not in making and not _has_operations(scope, report):
            continue
        captured = (
            scope.requested_name is None and scope.reopens_index is not None and scope.auxiliary_name_scope
        )
        if scope.library:
            continue
        if captured and scope.name_scope != scope.original_name_scope:
            hint = _into_the_first_name_scope(report)
            first = report.scopes[scope.reopens_index or 0]
            told = f"the scope was captured here, and its operations began {_in(scope.original_name_scope)}"
            yield Finding(scope.location, _apart(scope), hint, Note(told, first.location))


def _into_the_first_name_scope(report: Report) -> str:
    if report.source.kind is SourceKind.PROGRAM:
        with_both = "with tf.variable_scope(scope, auxiliary_name_scope=False)"
        return f"open it so: `{with_both}, tf.name_scope(scope.original_name_scope):`"
    return "open it with `auxiliary_name_scope: false`, and its `original_name_scope` inside"


def _has_operations(scope: Scope, report: Report) -> bool:
    return bool(scope.name_scope) and any(op.name.startswith(scope.name_scope) for op in report.ops)


def _apart(scope: Scope) -> str:
    return f"variables made here are {_in(scope.name)}, and operations {_in(scope.name_scope)}"


def _in(name: str) -> str:
    return f"in `{name.rstrip('/')}/`" if name else "at the top"


def _last(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def _making(report: Report) -> Iterator[Scope]:
    """Yield the scopes under whose names a variable is made, in them or in a scope inside."""
    made_in: set[int] = set()
    for call in report.calls:
        # A Variable goes where operations do, whatever the scope is called.
        around = call.scope_index if call.outcome == "created" and call.step != "Variable" else None
        while around is not None:
            scope = report.scopes[around]
            if f"{call.scope}/".startswith(f"{scope.name}/") or not scope.name:
                made_in.add(around)
            around = scope.parent_index
    return (scope for index, scope in enumerate(report.scopes) if index in made_in)
