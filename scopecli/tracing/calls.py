"""Makes sense of the calls that were recorded in one graph."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from google.protobuf.json_format import MessageToDict

from scopecli.analysis.builders import Way
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.report.model import Call, Given, OpenedSession, Outcome, Scope, StartedServer, Variable
from scopecli.tf1.watching.watched_graph import is_describable, name_of, parts_of
from scopecli.tracing.arguments import given_values
from scopecli.tracing.failures import Creation, failure_of_call, traced_again
from scopecli.tracing.places import Place, Places, visible
from scopecli.tracing.recording import RecordedCall, RecordedScope, RecordedServer, RecordedSession

_GLOBAL: Final = "get_variable"
_LOCAL: Final = "get_local_variable"


class CallResult(NamedTuple):
    """Who made the result of a call.

    Attributes:
        first: the call that did; None if it is not known.
        derived: the variables that the result was made of, if it is none itself.
    """

    outcome: Outcome
    first: RecordedCall | None
    derived: tuple[Any, ...] = ()


@dataclass(slots=True)
class _Claims:
    """Which call made each variable, by the variable's identity: names would not do."""

    by_identity: dict[int, RecordedCall | None] = field(default_factory=dict)

    def result_of(self, call: RecordedCall) -> CallResult:
        """Tell what a call did; calls have to be asked about in the order of their ends."""
        objects = parts_of(call.result)
        derived = () if objects else tuple({id(variable): variable for variable in call.touched}.values())
        claimed = [self._claim(call, variable) for variable in [*objects, *derived]]
        if any(maker is call for maker in claimed):
            return CallResult("created", call, derived)
        return CallResult("reused" if claimed else "created", claimed[0] if claimed else call, derived)

    def _claim(self, call: RecordedCall, variable: Any) -> RecordedCall | None:
        """Return who made a variable: this call too, if a call within it did; None of what was there."""
        first = self.by_identity.setdefault(id(variable), call)
        for part in parts_of(variable):
            self.by_identity.setdefault(id(part), call)
        around: RecordedCall | None = first
        while around is not None and around is not call:
            around = around.around
        return call if around is call else first


def outcomes_of_calls(
    finished: Iterable[RecordedCall], existing: Iterable[Any] = ()
) -> dict[int, CallResult]:
    """Return what each call did, by its identity.

    Args:
        finished: the calls in the order of their ends.
        existing: variables that were there before them.
    """
    claims = _Claims({id(variable): None for variable in existing})
    return {id(call): claims.result_of(call) for call in finished if call.error is None}


class CallDescriber:
    """Describes the calls of one graph, in their order."""

    def __init__(
        self,
        places: Places,
        rows: Mapping[int, Variable],
        made: Mapping[int, CallResult],
        scopes: Mapping[int, int],
        *,
        stacks: bool,
    ) -> None:
        """Take what is known.

        Args:
            places: finds lines of the user's.
            rows: the facts about variables, by identity.
            made: what each call did, by identity.
            scopes: the index in the report of each scope, by its index in the recording.
            stacks: whether the user's whole stack is kept of each call.
        """
        self._places = places
        self._rows = rows
        self._made = made
        self._scopes = scopes
        self._stacks = stacks
        self._indices: dict[int, int] = {}
        self._created: dict[str, Creation] = {}
        self._tracings: dict[Location, set[int]] = {}
        self.failures: dict[int, Diagnostic] = {}
        self.ways: list[Way] = []

    def calls(self, recorded: Iterable[RecordedCall]) -> tuple[Call, ...]:
        """Return the calls; a failure of theirs is kept by the identity of its exception."""
        return tuple(self._describe_call(call, index) for index, call in enumerate(recorded))

    def _describe_call(self, recorded: RecordedCall, index: int) -> Call:
        self._indices[id(recorded)] = index
        frames = visible(recorded.stack)
        place = self._places.place(frames)
        self.ways.append(self._places.way(recorded.stack))
        self._tracings.setdefault(place.location, set()).add(recorded.tracing)
        call = self._call_facts(recorded, index, place)
        if call.step == _GLOBAL and any(self._is_local(frame) for frame in frames[-2:]):
            call = replace(call, step=_LOCAL)
        return (
            self._with_failure(recorded, call, place)
            if recorded.error
            else self._with_result(recorded, call, place)
        )

    def _is_local(self, frame: Any) -> bool:
        return frame.name == _LOCAL and self._places.is_library(frame.filename)

    def _call_facts(self, recorded: RecordedCall, index: int, place: Place) -> Call:
        return Call(
            index=index,
            step=recorded.step,
            handle=None,
            name="Variable" if recorded.name is None else str(recorded.name),
            scope=str(getattr(recorded.scope, "name", None) or ""),
            reuse=mode_word(recorded.mode),
            outcome="raised",
            location=place.location,
            reuse_set_at=self._set_at(recorded, place),
            scope_index=self._scopes.get(recorded.opened) if recorded.opened is not None else None,
            given={key: Given(value, place.location) for key, value in given_values(recorded.given).items()},
            trail=place.stack if self._stacks else (),
            function=place.function,
            source_line=place.source,
            library=place.library,
        )

    def _with_result(self, recorded: RecordedCall, called: Call, place: Place) -> Call:
        outcome, first, derived = self._made[id(recorded)]
        found = recorded.result if is_describable(recorded.result) else next(iter(derived), None)
        # The call that made it may be one within this one, or one of another thread that began later.
        maker = self._indices.get(id(first))
        call = replace(
            called,
            outcome=outcome,
            variable=self._rows.get(id(found)),
            first_call=called.index if outcome == "created" else maker,
            derived=tuple(map(name_of, derived)),
        )
        if outcome == "created" and call.variable:
            for name in (call.variable.name, recorded.full_name, *call.derived):
                if name:
                    self._created.setdefault(name, Creation(call, place))
        return call

    def _with_failure(self, recorded: RecordedCall, call: Call, place: Place) -> Call:
        assert isinstance(recorded.error, Exception)  # noqa: S101 - others don't get here
        failure = failure_of_call(
            recorded.error, call, place, self._created, is_run_again=self._places.is_run_again(place)
        )
        tracings = self._tracings[place.location]
        if recorded.tracing and tracings - {recorded.tracing}:
            failure = traced_again(failure)
        self.failures.setdefault(id(recorded.error), failure)
        return replace(call, error=failure)

    def _set_at(self, recorded: RecordedCall, place: Place) -> Location | None:
        if not recorded.mode:
            return None
        if recorded.reuse_set_at is None:  # it was given to the call itself
            return place.location
        return self._places.place(recorded.reuse_set_at).location


def mode_word(reuse: Any) -> str:
    """Return a reuse mode as a word."""
    return "AUTO_REUSE" if getattr(reuse, "name", None) == "AUTO_REUSE" else str(bool(reuse))


def described_scope(recorded: RecordedScope, places: Places, indices: Mapping[int, int]) -> Scope:
    """Return a scope that was opened."""
    opening = recorded.opening
    place = places.place(recorded.stack)
    return Scope(
        None,
        str(opening.scope.name),
        mode_word(recorded.reuse),
        str(opening.scope.original_name_scope),
        place.location,
        name_scope=recorded.name_scope,
        requested_name=opening.asked if isinstance(opening.asked, str) else None,
        uniquified=opening.made_unique,
        reuse_given=None if opening.reuse is None else mode_word(opening.reuse),
        reuse_given_at=None if opening.reuse is None else place.location,
        auxiliary_name_scope=opening.auxiliary_name_scope,
        reuse_set_at=places.place(recorded.reuse_set_at).location if recorded.reuse_set_at else None,
        parent_index=None if recorded.around is None else indices.get(recorded.around),
        reopens_index=None if recorded.reopens is None else indices.get(recorded.reopens),
        library=place.library,
        given={key: Given(value, place.location) for key, value in given_values(recorded.given).items()},
    )


def described_server(recorded: RecordedServer, places: Places) -> StartedServer:
    """Return a server that was started."""
    return StartedServer(recorded.task, as_text(recorded.target), places.place(recorded.stack).location)


def as_text(target: Any) -> str:
    """Return what a session is to run on; empty for this process."""
    return target.decode(errors="replace") if isinstance(target, bytes) else target or ""


def described_session(recorded: RecordedSession, places: Places) -> OpenedSession:
    """Return a session that was opened."""
    given = recorded.config
    config = {} if given is None else MessageToDict(given, preserving_proto_field_name=True)
    place = places.place(recorded.stack).location
    return OpenedSession(place, as_text(recorded.target), config)
