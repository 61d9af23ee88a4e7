"""Explains the calls of a report: the scopes around each, the mode in force, the name, the outcome."""

from collections.abc import Iterator
from dataclasses import dataclass

from scopecli.diagnostics import Location, Note
from scopecli.report import Call, Failure, Report, Scope


@dataclass(frozen=True, slots=True)
class ScopePart:
    """A part of the path of scopes around a call.

    Attributes:
        name: the part's full name; empty for the root.
        how: how the scope came to be open, to be read after its name.
        location: where it was opened.
    """

    name: str
    how: str
    location: Location


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a call yielded what it did.

    Attributes:
        call: the call.
        scopes: what is open around it, outermost first.
        reuse: the mode in force, in words.
        reuse_set_at: where it was set; None where nothing set it.
        naming: how the full name came about.
        outcome: what came of the call, in words.
        made_at: the call that made the variable, if it is another.
        failure: what TensorFlow refused.
        trail: the calls and loops that led there.
    """

    call: Call
    scopes: tuple[ScopePart, ...]
    reuse: str
    reuse_set_at: Location | None
    naming: str
    outcome: str
    made_at: Location | None
    failure: Failure | None
    trail: tuple[Note, ...]


def explain(report: Report) -> list[Explanation]:
    """Return an explanation of each call, in order."""
    return [_explained(call, report) for call in report.calls]


def _explained(call: Call, report: Report) -> Explanation:
    first = report.calls[call.first_call] if call.first_call is not None else None
    return Explanation(
        call=call,
        scopes=tuple(_path(call.opened, report.scopes)),
        reuse=_reuse(call, report),
        reuse_set_at=call.reuse_set_at,
        naming=_naming(call),
        outcome=_outcome(call, first),
        made_at=first.location if first and first is not call else None,
        failure=call.error,
        trail=call.trail,
    )


def _path(index: int | None, scopes: tuple[Scope, ...]) -> Iterator[ScopePart]:
    if index is None:
        return
    scope = scopes[index]
    yield from _path(scope.around, scopes)
    yield ScopePart(scope.name, _how(scope, scopes), scope.location)


def _how(scope: Scope, scopes: tuple[Scope, ...]) -> str:
    if scope.template:
        unique = _made_unique(scope)
        return f"the scope of the template made at {scope.template}{unique}, entered by the call"
    if scope.asked is None:
        first = scopes[scope.reopens] if scope.reopens is not None else None
        since = f", captured at {first.location}" if first else ""
        return f"the same scope again{since}, opened"
    if scope.made_unique:
        return f"opened by its default name{_made_unique(scope)}"
    return "opened"


def _made_unique(scope: Scope) -> str:
    last = scope.name.rpartition("/")[2]
    if not scope.made_unique or scope.asked is None or last == scope.asked.rpartition("/")[2]:
        return ""
    return f", made unique: `{scope.asked}` was taken"


def _reuse(call: Call, report: Report) -> str:
    if call.step == "Variable":
        return f"{call.reuse}, which `Variable` takes no notice of: it always makes a variable"
    meaning = {
        "False": "a name can only be made",
        "True": "a name can only be found",
        "AUTO_REUSE": "a name is found, or made where there is none",
    }[call.reuse]
    if call.reuse_set_at is None:
        return f"{call.reuse}, the default: {meaning}"
    scope = report.scopes[call.opened] if call.opened is not None else None
    brought = scope is not None and scope.reuse_given is None and scope.reuse_set_at == call.reuse_set_at
    inherited = scope is not None and brought and scope.template is None
    return f"{call.reuse}{', inherited' if inherited else ''}: {meaning}"


def _naming(call: Call) -> str:
    if call.variable is None:
        return f"`{call.name}` in {_in_scope(call.scope)} would be `{_joined(call.scope, call.name)}`"
    full = call.variable.name
    if call.step != "Variable":
        return f"`{full}`: `{call.name}` in {_in_scope(call.scope)}"
    prefix, _, last = full.rpartition("/")
    where = f"`{call.name}` in the name scope `{prefix}/`" if prefix else f"`{call.name}` at the top"
    if last == call.name.rpartition("/")[2]:
        return f"`{full}`: {where}"
    return f"`{full}`: {where}, made unique: `{_joined(prefix, call.name)}` was taken"


def _in_scope(scope: str) -> str:
    return f"the scope `{scope}`" if scope else "the root scope"


def _joined(scope: str, name: str) -> str:
    return f"{scope}/{name}" if scope else name


def _outcome(call: Call, first: Call | None) -> str:
    if call.error:
        return f"refused: {call.error.type}: {call.error.message}"
    if first is None or first is call:
        return "created here"
    made_by = first.handle or f"call #{first.index}"
    return f"reused: created by {made_by}"
