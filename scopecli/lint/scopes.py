"""Scopes that are not what they look like."""

from collections.abc import Iterator

from scopecli.diagnostics import Note
from scopecli.lint.finding import Finding
from scopecli.report import Report, Scope


def not_switched_off(report: Report) -> Iterator[Finding]:
    """Yield scopes opened with `reuse: false` that reuse all the same."""
    for scope in report.scopes:
        if scope.reuse_given == "False" and scope.reuse != "False" and scope.reuse_given_at:
            message = f"`reuse: false` does not switch reuse off: it is {scope.reuse} here, as around it"
            other = Note("it was set here", scope.reuse_set_at) if scope.reuse_set_at else None
            hint = "leave it out, or open the scope where nothing reuses"
            yield Finding(scope.reuse_given_at, message, hint, other)


def made_unique(report: Report) -> Iterator[Finding]:
    """Yield scopes whose default name was made unique, where another step had opened the name before."""
    opened: dict[str, Scope] = {}
    for scope in report.scopes:
        last = scope.name.rpartition("/")[2]
        if scope.made_unique and scope.asked is not None and last != scope.asked.rpartition("/")[2]:
            wanted = scope.name[: len(scope.name) - len(last)] + scope.asked
            first = opened.get(wanted)
            if first and first.location != scope.location:
                message = f"this is another scope, `{scope.name}`, since `{wanted}` was opened before"
                hint = f"to share its variables, open it by name with reuse: `variable_scope: {scope.asked}`"
                note = Note(f"`{wanted}` was opened here", first.location)
                yield Finding(scope.location, message, hint, note)
        opened.setdefault(scope.name, scope)


def names_apart(report: Report) -> Iterator[Finding]:
    """Yield scopes that make variables under one name and operations under another."""
    opened: dict[str, Scope] = {}
    making = {id(scope) for scope in _making(report)}
    for scope in report.scopes:
        first = opened.setdefault(scope.name, scope)
        by_name = scope.asked is not None and scope.auxiliary_name_scope and scope.template is None
        apart = by_name and _last(scope.name) != _last(scope.name_scope) and id(scope) in making
        if apart and (first is scope or first.location != scope.location):  # a loop opens it again and again
            message = f"variables made here are in `{scope.name}/`, and operations in `{scope.name_scope}`"
            hint = "capture the scope with `as` and put both under it, or choose another name"
            note = Note(f"`{scope.name}` was first opened here", first.location)
            yield Finding(scope.location, message, hint, None if first is scope else note)


def elsewhere(report: Report) -> Iterator[Finding]:
    """Yield captured scopes that make variables when they are opened again, with operations elsewhere."""
    for scope in _making(report):
        captured = scope.asked is None and scope.reopens is not None and scope.auxiliary_name_scope
        if captured and scope.name_scope != scope.original_name_scope:
            message = (
                f"variables made here are in `{scope.name}/`, and operations in `{scope.name_scope}`, "
                f"not in `{scope.original_name_scope}`"
            )
            hint = "open it with `auxiliary_name_scope: false`, and its `original_name_scope` inside"
            first = report.scopes[scope.reopens or 0]
            yield Finding(scope.location, message, hint, Note("the scope was captured here", first.location))


def _last(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def _making(report: Report) -> Iterator[Scope]:
    """Yield the scopes in which a variable is made."""
    made_in = {call.opened for call in report.calls if call.outcome == "created"}
    return (scope for index, scope in enumerate(report.scopes) if index in made_in)
