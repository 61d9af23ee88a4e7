"""Explains the calls of a report: the scopes around each, the mode in force, the name, the outcome."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from scopecli.analysis.unique_names import (
    defining_location,
    first_users_of_names,
    is_made_unique,
    is_numbered,
    is_scope_made_unique,
    requested_name,
    requested_scope,
    scopes_by_name,
)
from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.report.model import Call, Report, Scope, Variable
from scopecli.report.source_kinds import SourceKind

_MEANINGS: Final = {
    "False": "a name can only be made",
    "True": "a name can only be found",
    "AUTO_REUSE": "a name is found, or made where there is none",
}


@dataclass(frozen=True, slots=True)
class ScopePart:
    """A part of the path of scopes that a call's name begins with.

    Attributes:
        name: the part's full name; empty for the root.
        how: how the scope came to be open, to be read after its name.
        location: where it was opened.
        notes: where it comes from: its first opening, its template, what had its name before.
    """

    name: str
    how: str
    location: Location
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a call yielded what it did.

    Attributes:
        call: the call.
        scopes: the parts of the scope's path, outermost first.
        reuse: the mode in force, in words.
        reuse_set_at: where it was set; None where nothing set it.
        renamed: why a `Variable` is in another name scope than its scope is called, where it is.
        naming: how the full name came about.
        taken_by: what had the name before, if it was made unique.
        outcome: what came of the call, in words.
        made_at: the call that made the variable, if it is another.
        failure: what TensorFlow refused.
        trail: the calls and loops that led there.
        made_trail: those that led to the call that made the variable, if it is another.
        uses: the lines that share it by its object, or what an import left over.
    """

    call: Call
    scopes: tuple[ScopePart, ...]
    reuse: str
    reuse_set_at: Location | None
    renamed: tuple[Note, ...]
    naming: str
    taken_by: Location | None
    outcome: str
    made_at: Location | None
    failure: Diagnostic | None
    trail: tuple[Note, ...]
    made_trail: tuple[Note, ...]
    uses: tuple[Note, ...]


def explain(report: Report) -> list[Explanation]:
    """Return an explanation of each call, in order."""
    explaining = _Explaining(report)
    return [explaining.explain_call(call) for call in report.calls]


class _Explaining:
    """A report, with what is looked up in it."""

    def __init__(self, report: Report) -> None:
        self._calls = report.calls
        self._scopes = report.scopes
        self._is_program = report.source.kind is SourceKind.PROGRAM
        self._named = scopes_by_name(report)
        self._takers = first_users_of_names(report)
        self._entered: dict[tuple[Location, str], int] = {}  # the first call of each template
        self._rows_of: dict[int, list[Variable]] = {}  # by the index of the call that made them
        for row in (*report.variables, *report.local_variables):
            for made_by in row.calls[:1]:
                self._rows_of.setdefault(made_by, []).append(row)
        for index, scope in enumerate(report.scopes):
            if scope.template:
                self._entered.setdefault((scope.template, scope.name), index)

    def explain_call(self, call: Call) -> Explanation:
        first = self._calls[call.first_call] if call.first_call is not None else None
        scope = self._scopes[call.scope_index] if call.scope_index is not None else None
        reuse, set_at = _reuse(call, scope)
        return Explanation(
            call=call,
            scopes=tuple(reversed([*self._path(call)])),
            renamed=tuple(self._notes_on_renaming(call)),
            reuse=reuse,
            reuse_set_at=set_at,
            naming=_naming(call) + self._cut(call),
            taken_by=self._takers.get(requested_name(call).lower()) if is_made_unique(call) else None,
            outcome=self._outcome(call, first),
            made_at=first.location if first and first is not call else None,
            failure=call.error,
            trail=call.trail,
            made_trail=first.trail if first and first is not call else (),
            uses=tuple(self._uses(call)),
        )

    def _uses(self, call: Call) -> Iterator[Note]:
        """Yield the lines that use a variable that is shared by its object."""
        for number, use in enumerate(call.uses):
            yield Note(f"{'again ' if number else ''}by `{use.op}`", use.location)
        if call.orphan:
            told = f"the imported node `{call.orphan}` is of no variable: nothing initialises or restores it"
            yield Note(told, call.location)

    def _cut(self, call: Call) -> str:
        """Return into how many parts a variable is cut, and whose partitioner says so."""
        parts = sum(
            row.part is not None and call.variable is not None and row.part.whole == call.variable.name
            for row in self._rows_of.get(call.first_call if call.first_call is not None else -1, ())
        )
        whose = "the call's" if "partitioner" in call.given else "the scope's"
        return f", in {parts:,} parts by {whose} partitioner" if parts else ""

    def _outcome(self, call: Call, first: Call | None) -> str:
        if call.error:
            return f"refused: {call.error.full_message}"
        if self._is_program and call.has_no_variable:
            return "no variable: a custom getter yielded something else"
        made_by = first.handle or f"call #{first.index}" if first and first is not call else None
        outcome = "created here" if made_by is None else f"reused: created by {made_by}"
        return (
            f"made of {_list_of_names(call.derived)} by a custom getter; {outcome}"
            if call.derived
            else outcome
        )

    def _notes_on_renaming(self, call: Call) -> Iterator[Note]:
        """Yield why a `Variable` is in another name scope than its scope is called, where it is."""
        scope = self._scopes[call.scope_index] if call.scope_index is not None else None
        if call.step != "Variable" or scope is None or not scope.auxiliary_name_scope:
            return
        if is_numbered(scope.name, scope.name_scope.rstrip("/")):
            taker = self._named[scope.name]
            message = f"its name scope is `{scope.name_scope}`, since `{scope.name}/` was taken"
            yield Note(message, taker.location)

    def _path(self, call: Call) -> Iterator[ScopePart]:
        """Yield the parts of the path, innermost first: a captured scope's are those of its first opening."""
        index = call.scope_index
        while index is not None:
            scope = self._scopes[index]
            origin = self._origin(index)
            if _is_within(call.scope, scope):
                yield self._part(scope, origin)
                index = self._outside(scope, origin)
            else:
                index = scope.parent_index

    def _outside(self, scope: Scope, origin: Scope) -> int | None:
        """Return what is around a scope: as it is now, where that is what was around its first opening."""
        now, first = scope.parent_index, origin.parent_index
        if now is not None and first is not None and self._scopes[now].name == self._scopes[first].name:
            return now
        return first

    def _origin(self, index: int) -> Scope:
        """Return the record of a scope's first opening."""
        scope = self._scopes[index]
        while scope.reopens_index is not None:
            scope = self._scopes[scope.reopens_index]
        return self._scopes[self._entered[scope.template, scope.name]] if scope.template else scope

    def _part(self, scope: Scope, origin: Scope) -> ScopePart:
        notes = tuple(self._notes(scope, origin))
        if scope.template:
            return ScopePart(scope.name, "entered by the call", scope.location, notes)
        if scope.requested_name is None:
            return ScopePart(scope.name, "opened again", scope.location, notes)
        how = f"opened by the default name `{scope.requested_name}`" if scope.uniquified else "opened"
        return ScopePart(scope.name, how, scope.location, notes)

    def _notes(self, scope: Scope, origin: Scope) -> Iterator[Note]:
        if scope.reopens_index is not None:
            yield Note(
                f"{'captured' if origin.requested_name is None else 'first opened'} here",
                defining_location(origin),
            )
        if scope.template:
            yield Note("its template is made here", scope.template)
        if is_scope_made_unique(origin):
            wanted = requested_scope(origin)
            if wanted in self._named:
                yield Note(f"made unique, since `{wanted}` was opened here", self._named[wanted].location)
        outer = self._scopes[scope.parent_index] if scope.parent_index is not None else None
        if outer and not _is_within(scope.name, outer):
            yield Note(f"`{outer.name}` around it is no part of its name: it was opened here", outer.location)


def _is_within(name: str, scope: Scope) -> bool:
    return not scope.name or f"{name}/".startswith(f"{scope.name}/")


def _reuse(call: Call, scope: Scope | None) -> tuple[str, Location | None]:
    """Return the mode in force, in words, and where it was set."""
    set_at = call.reuse_set_at
    if set_at is None and scope and scope.reuse_given == "False":
        set_at = scope.reuse_given_at
    if call.step == "Variable":
        return f"{call.reuse}, which `Variable` takes no notice of: it always makes a variable", set_at
    whence = ", the default" if set_at is None else _whence(call, scope)
    return f"{call.reuse}{whence}: {_MEANINGS[call.reuse]}", set_at


def _whence(call: Call, scope: Scope | None) -> str:
    """Return how the mode came into the innermost scope, where it was not set in it."""
    if scope is None or call.reuse_set_at is None or scope.reuse_set_at != call.reuse_set_at:
        return ""
    if scope.template == call.reuse_set_at:
        return ", as in each further call of a template"
    if scope.reuse_given not in (None, "False"):
        return ""
    past = ", which `reuse: false` does not switch off" if scope.reuse_given else ""
    from_where = ", inherited" if scope.reopens_index is None else ", brought along by the captured scope"
    return f"{from_where}{past}"


_KEPT: Final[dict[str, str]] = {"slot": "what an optimizer keeps for", "average": "the moving average of"}


def _naming(call: Call) -> str:
    if call.variable is None:
        if call.step == "Variable":
            return f"`{call.name}`, in the name scope around it"
        return f"`{call.name}` in {_in_scope(call.scope)} would be `{requested_name(call)}`"
    full, wanted = call.variable.name, requested_name(call)
    if is_made_unique(call):
        return f"`{full}`: {_requested_text(call)}, made unique: `{wanted}` was taken"
    if call.variable.role in _KEPT:
        return f"`{full}`: {_KEPT[call.variable.role]} a variable, named after it"
    if full != wanted:
        return f"`{full}`: chosen by a custom getter for {_requested_text(call)}"
    return f"`{full}`: {_requested_text(call)}"


def _requested_text(call: Call) -> str:
    if call.step != "Variable":
        return f"`{call.name}` in {_in_scope(call.scope)}"
    around = requested_name(call).removesuffix(call.name.rstrip("/"))
    return f"`{call.name}` in the name scope `{around}`" if around else f"`{call.name}` at the top"


def _in_scope(scope: str) -> str:
    return f"the scope `{scope}`" if scope else "the root scope"


def _list_of_names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def names_of(call: Call) -> set[str]:
    """Return what a call goes by: its handle if it has one, its number, and the variable it yields."""
    names = {f"#{call.index}", *([call.variable.name] if call.variable else [])}
    return names | ({call.handle} if call.handle else set())
