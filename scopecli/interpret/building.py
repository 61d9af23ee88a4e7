"""Walks the steps of a scenario on a graph and records each call."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

from scopecli.advice import Situation, advise
from scopecli.diagnostics import Location, Note
from scopecli.errors import EngineError, assert_never
from scopecli.interpret.handles import Handles, UnsetHandleError
from scopecli.report import Call, Failure, Outcome, Scope
from scopecli.scenario.records import given_arguments
from scopecli.scenario.steps import (
    GetLocalVariable,
    GetVariable,
    NameScope,
    NewVariable,
    Raises,
    ReuseVariables,
    Step,
    VariableScope,
)
from scopecli.tf1 import Graph, Variable, stack_of

_Getter: TypeAlias = Callable[[object, Mapping[str, object]], Variable]


class _StepRefusedError(Exception):
    """TensorFlow refused a step; the `raises` of the step or of a block around it may have said so."""

    def __init__(self, error: EngineError, failure: Failure) -> None:
        super().__init__(failure.message)
        self.error = error
        self.failure = failure


class _ScenarioWrongError(Exception):
    """The scenario said something that is not so; no `raises` meets it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Building:
    """A graph under construction, and the record of what was called.

    Attributes:
        calls: every call so far, failed ones too; what a session adds is still missing.
        made: the variable that each call yielded, None for a failed one.
        scopes: every variable scope that was opened.
        expected_failures: what failed as the scenario said it would.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._handles = Handles(graph)
        self.calls: list[Call] = []
        self.made: list[Variable | None] = []
        self.scopes: list[Scope] = []
        self.expected_failures: list[Failure] = []
        self._first_calls: dict[int, int] = {}  # by the variable's identity: its equality is TensorFlow's
        self._created: dict[str, Call] = {}
        # Where the reuse mode of each scope was set: scope objects are hashed by identity.
        self._reuse_set_at: dict[object, Location | None] = {}
        self._sizes: list[int] = []
        self._places: list[Location] = []

    def build(self, steps: tuple[Step, ...]) -> Failure | None:
        """Take the steps in turn; return what ended them before their end."""
        try:
            self._take(steps)
        except _StepRefusedError as refused:
            return replace(refused.failure, stack=stack_of(refused.error))
        except _ScenarioWrongError as wrong:
            return wrong.failure
        return None

    def place_of(self, operation: str) -> Location | None:
        """Return which step added an operation to the graph."""
        index = bisect_right(self._sizes, self._graph.operation_index(operation))
        return self._places[index] if index < len(self._places) else None

    def creation_of(self, name: str) -> Location:
        """Return where the variable of this full name was created."""
        return self._created[name].location

    def failure(self, error: EngineError, location: Location, code: str = "SC101") -> Failure:
        """Return TensorFlow's refusal, with what helps against it and the other places that matter."""
        scope = self._graph.current_scope()
        _, reuse, _ = self._graph.scope_facts(scope)
        situation = Situation(self._created, reuse, self._reuse_set_at.get(scope))
        advice = advise(error.message, situation)
        return Failure(error.type_names[0], error.message, location, advice.help, advice.notes, code=code)

    def _take(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            with self._judged(step):
                self._take_one(step)

    @contextmanager
    def _judged(self, step: Step) -> Iterator[None]:
        """Hold what a step raises against what it should raise."""
        raises = step.raises
        try:
            yield
        except _StepRefusedError as refused:
            if raises is None:
                raise
            if not _meets(raises, refused.error):
                raise _ScenarioWrongError(_raised_otherwise(step, raises, refused.failure)) from None
            self.expected_failures.append(refused.failure)
        else:
            if raises:
                raise _ScenarioWrongError(_not_raised(step, raises))

    @contextmanager
    def _refusable(self, step: Step) -> Iterator[None]:
        """Give TensorFlow's refusal the place of the step."""
        try:
            yield
        except EngineError as error:
            raise _StepRefusedError(error, self.failure(error, step.location)) from None
        except UnsetHandleError as error:
            failure = Failure("UnsetHandle", str(error), error.reference.location, code="SC104")
            raise _ScenarioWrongError(failure) from None

    def _take_one(self, step: Step) -> None:
        match step:
            case VariableScope():
                self._variable_scope(step)
            case NameScope():
                self._name_scope(step)
            case GetVariable():
                self._call(step, self._graph.get_variable)
            case GetLocalVariable():
                self._call(step, self._graph.get_local_variable)
            case NewVariable():
                self._call(step, self._graph.new_variable)
            case ReuseVariables():
                self._reuse_variables(step)
            case _:
                assert_never(step)

    def _variable_scope(self, step: VariableScope) -> None:
        outer = self._graph.current_scope()
        with self._refusable(step):
            name = self._handles.value(step.name)
            given = self._handles.resolved(dict(given_arguments(step)))
            with self._graph.variable_scope(name, given) as scope:
                # A scope object keeps its own mode; a name takes on the mode around it.
                inherited = name if self._graph.is_scope(name) else outer
                self._reuse_set_at[scope] = (
                    step.key_location("reuse") if step.reuse else self._reuse_set_at.get(inherited)
                )
                self._handles.name_scope(step.handle, scope)
                self.scopes.append(Scope(step.handle, *self._graph.scope_facts(scope), step.location))
                self._take(step.steps or ())

    def _name_scope(self, step: NameScope) -> None:
        with self._refusable(step), self._graph.name_scope(self._handles.value(step.name)) as full_name:
            self._handles.name_text(step.handle, full_name)
            self._take(step.steps or ())

    def _reuse_variables(self, step: ReuseVariables) -> None:
        with self._refusable(step):
            scope = self._handles.scope(step.scope) if step.scope else self._graph.current_scope()
            self._graph.reuse_variables(scope)
            self._reuse_set_at[scope] = step.location

    def _call(self, step: GetVariable | GetLocalVariable | NewVariable, function: _Getter) -> None:
        scope = self._graph.current_scope()
        scope_name, reuse, _ = self._graph.scope_facts(scope)
        with self._refusable(step):
            name = self._handles.value(step.name)
            call = Call(
                index=len(self.calls),
                step=step.word,
                handle=step.handle,
                name=str(name),
                scope=scope_name,
                reuse=reuse,
                outcome="raised",
                location=step.location,
                reuse_set_at=self._reuse_set_at.get(scope),
            )
            try:
                variable = function(name, self._handles.resolved(dict(given_arguments(step))))
            except EngineError as error:
                self._record(replace(call, error=self.failure(error, step.location)), None)
                raise
        self._handles.name_variable(step.handle, variable)
        first_call = self._first_calls.setdefault(id(variable), call.index)
        outcome: Outcome = "created" if first_call == call.index else "reused"
        self._record(replace(call, outcome=outcome, first_call=first_call), variable)

    def _record(self, call: Call, variable: Variable | None) -> None:
        self.calls.append(call)
        self.made.append(variable)
        self._sizes.append(self._graph.size)
        self._places.append(call.location)
        if variable is not None and call.outcome == "created":
            self._created[self._graph.variable_name(variable)] = call


def _meets(raises: Raises, error: EngineError) -> bool:
    found = raises.match is None or re.search(raises.match.text, error.message)
    return raises.type in error.type_names and bool(found)


def _expected(raises: Raises) -> str:
    return f"{raises.type} matching {raises.match.text!r}" if raises.match else raises.type


def _not_raised(step: Step, raises: Raises) -> Failure:
    message = f"this step should have raised {_expected(raises)}, and raised nothing"
    place = step.key_location("raises")
    return Failure(
        "NotRaised", message, place, "take `raises` out, or say what makes the step fail", code="SC102"
    )


def _raised_otherwise(step: Step, raises: Raises, failure: Failure) -> Failure:
    message = (
        f"this step should have raised {_expected(raises)}, and raised {failure.type}: {failure.message}"
    )
    raised = (Note("raised here", failure.location), *failure.related)
    return replace(
        failure,
        type="RaisedOtherwise",
        message=message,
        location=step.key_location("raises"),
        related=raised,
        code="SC103",
    )
