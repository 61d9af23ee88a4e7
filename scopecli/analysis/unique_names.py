"""How TensorFlow made a name unique, as far as a report shows it."""

from collections.abc import Iterator

from scopecli.ground.diagnostics import Location
from scopecli.report.model import Call, Report, Scope


def requested_name(call: Call) -> str:
    """Return the full name that a call asked for; a `Variable` asks inside the name scope."""
    if call.step != "Variable" or call.variable is None:
        return _join_names(call.scope, call.name)
    around, _, _ = call.variable.name.rpartition("/")
    return _join_names(around, _last(call.name.rstrip("/")))


def is_made_unique(call: Call) -> bool:
    """Tell whether TensorFlow put a number behind the name, since it was taken."""
    return call.variable is not None and is_numbered(requested_name(call), call.variable.name)


def requested_scope(scope: Scope) -> str:
    """Return the full name that a scope was opened for, by its default name or by a template."""
    around, _, _ = scope.name.rpartition("/")
    return _join_names(around, _last(scope.requested_name or ""))


def is_scope_made_unique(scope: Scope) -> bool:
    """Tell whether TensorFlow put a number behind a default name or a template's, since it was taken."""
    return scope.uniquified and is_numbered(requested_scope(scope), scope.name)


def defining_location(scope: Scope) -> Location:
    """Return the step that a scope is there for: the one that opens it, or that makes its template."""
    return scope.template or scope.location


def scopes_by_name(report: Report) -> dict[str, Scope]:
    """Return the scope that was the first of each name."""
    found: dict[str, Scope] = {}
    for scope in report.scopes:
        found.setdefault(scope.name, scope)
    return found


def first_users_of_names(report: Report) -> dict[str, Location]:
    """Return what has each name among the operations, where the case of letters makes no difference."""
    found: dict[str, Location] = {}
    for name, location in _named_locations(report):
        found.setdefault(name.lower(), location)
    return found


def _named_locations(report: Report) -> Iterator[tuple[str, Location]]:
    for call in report.calls:
        if call.outcome == "created" and call.variable:
            yield call.variable.name, call.location
    for operation in report.ops:
        yield operation.name, operation.location
    for scope in report.scopes:
        yield scope.name_scope.rstrip("/"), scope.location


def is_numbered(wanted: str, name: str) -> bool:
    """Tell whether a name is another with a number behind it."""
    return name.startswith(f"{wanted}_") and name[len(wanted) + 1 :].isdecimal()


def _join_names(scope: str, name: str) -> str:
    return f"{scope}/{name}" if scope else name


def _last(name: str) -> str:
    return name.rpartition("/")[2]
