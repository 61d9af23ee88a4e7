"""Takes the steps of a program on a graph and records each call."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, TypeAlias, cast

from scopecli.advice import Situation, advise
from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.ground.errors import EngineError, PythonObjectError, TooManyPartsError, assert_never
from scopecli.interpret.argument_facts import argument_facts
from scopecli.interpret.handles import Handles, UnsetHandleError
from scopecli.interpret.raises import Judging, ScenarioWrongError, StepRefusedError
from scopecli.report.model import Call, Given, Operation, Outcome, Scope
from scopecli.scenario import steps
from scopecli.scenario.expansion import Action
from scopecli.scenario.nodes import Reference
from scopecli.scenario.records import given_arguments
from scopecli.scenario.steps import AnyStep
from scopecli.tf1 import Graph, Variable, stack_of

_Getter: TypeAlias = Callable[[object, Mapping[str, object]], Variable]
_VariableStep: TypeAlias = steps.GetVariable | steps.GetLocalVariable | steps.NewVariable

_SET: Final = "set_"


class Building:
    """A graph under construction, and the record of what was called.

    Attributes:
        calls: every call so far, failed ones too; what a session adds is still missing.
        made: what each call yielded, None for a failed one.
        scopes: every variable scope that was opened or captured.
        ops: every operation that a `constant` step made.
        judging: judges what steps raise.
        handles: what steps yielded.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.handles = Handles(graph)
        self.judging = Judging()
        self.calls: list[Call] = []
        self.made: list[Variable | None] = []
        self.scopes: list[Scope] = []
        self.ops: list[Operation] = []
        self._trail: list[Note] = []
        self._around: list[int] = []
        self._captured: dict[object, int] = {}  # scope objects are hashed by identity
        self._first_calls: dict[int, int] = {}  # by the variable's identity: its equality is TensorFlow's
        # A variable's own name is not the one it is shared under where that had to be made unique.
        self._by_own_name: dict[str, Call] = {}
        self._by_shared_name: dict[str, Call] = {}
        # Where the reuse mode of each scope was set.
        self._reuse_set_at: dict[object, Location | None] = {}
        # Where that in the next call of a template was set, if not around the call.
        self._template_modes: dict[object, Location | None] = {}
        self._sizes: list[int] = []
        self._places: list[Location] = []

    def build(self, actions: tuple[Action, ...]) -> Diagnostic | None:
        """Take the steps in turn; return what ended them before their end."""
        try:
            self._take(actions)
        except StepRefusedError as refused:
            return replace(refused.failure, stack=stack_of(refused.error))
        except ScenarioWrongError as wrong:
            return wrong.failure
        return None

    def place_of(self, operation: str) -> Location | None:
        """Return which step added an operation to the graph; None where none did."""
        added = self._graph.operation_index(operation)
        if added is None:
            return None
        index = bisect_right(self._sizes, added)
        return self._places[index] if index < len(self._places) else None

    def failure(
        self, error: EngineError, location: Location, code: str = "SC101", *, in_session: bool = False
    ) -> Diagnostic:
        """Return TensorFlow's refusal, with what helps against it and the other places that matter."""
        scope = self._graph.current_scope()
        _, reuse, _ = self._graph.scope_facts(scope)
        created = self._by_shared_name if code == "SC101" else self._by_own_name
        situation = Situation(created, reuse, self._reuse_set_at.get(scope), in_session)
        if error.lost:
            message = f"{error.lost} was lost: {error.message}"
            hint = "what was fetched until then is reported"
            return Diagnostic("SC113", message, location, hint, type=error.type_names[0])
        advice = advise(error.message, situation)
        notes = (*advice.notes, *reversed(self._trail))
        return Diagnostic(code, error.message, location, advice.help, notes, type=error.type_names[0])

    @contextmanager
    def refusable(self, step: AnyStep, *, in_session: bool = False) -> Iterator[None]:
        """Give what a step, or an entry of the session, raises its place in the file."""
        code = "SC105" if in_session else "SC101"
        try:
            yield
        except EngineError as error:
            raise StepRefusedError(
                error, self.failure(error, step.location, code, in_session=in_session)
            ) from None
        except UnsetHandleError as unset:
            hint = "a step that `raises` makes nothing: refer to another"
            failure = Diagnostic("SC104", str(unset), unset.reference.location, hint)
            raise ScenarioWrongError(failure) from None
        except TooManyPartsError as many:
            hint = "give the partitioner a smaller number of shards"
            failure = Diagnostic("SC110", str(many), step.location, hint)
            raise ScenarioWrongError(failure) from None
        except PythonObjectError as unloaded:
            failure = Diagnostic("SC107", str(unloaded), unloaded.location)
            raise ScenarioWrongError(failure) from unloaded

    def _take(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            with self.judging.check_raises(action.step):
                self._take_one(action)

    def _take_one(self, action: Action) -> None:  # noqa: C901, PLR0912 - a kind of step a case
        step = action.step
        match step:
            case steps.VariableScope():
                self._variable_scope(step, action.actions)
            case steps.NameScope():
                self._name_scope(step, action.actions)
            case steps.Device():
                with self.refusable(step), self._graph.device(self.handles.value(step.device)):
                    self._take(action.actions)
            case steps.GetVariable():
                self._call(step, self._graph.get_variable)
            case steps.GetLocalVariable():
                self._call(step, self._graph.get_local_variable)
            case steps.NewVariable():
                self._call(step, self._graph.new_variable)
            case steps.ReuseVariables():
                self._reuse_variables(step)
            case steps.GetVariableScope():
                self._capture(step)
            case steps.SetScopeDefault():
                with self.refusable(step):
                    value = self.handles.value(step.value)
                    self._graph.set_default(self._scope(step.scope), step.word.removeprefix(_SET), value)
            case steps.Constant():
                self._constant(step)
            case steps.MakeTemplate():
                with self.refusable(step):
                    given = self.handles.resolve_arguments(dict(given_arguments(step)))
                    template = self._graph.make_template(self.handles.value(step.name), given)
                    self.handles.keep(step, template)
                if step.create_scope_now:  # its scope takes on the mode here
                    self._template_modes[step] = self._reuse_set_at.get(self._graph.current_scope())
            case steps.CallStep():
                self._call_function(step, action)
            case steps.For():
                for inner in action.actions:
                    self._take_inside(inner)
            case _:
                assert_never(step)

    def _defaults(self, step: steps.VariableScope) -> dict[str, Given]:
        """Return what a scope gives to the variables in it and takes part in their making."""
        named = {name: getattr(step, name) for name in ("initializer", "regularizer")}
        given = {name: value for name, value in named.items() if value is not None}
        return argument_facts(step, given, self.handles, self._maker)

    def _take_inside(self, action: Action) -> None:
        """Take the steps of a function or a round; failures say how they came there."""
        if action.note:
            self._trail.append(action.note)
        try:
            self._take(action.actions)
        finally:
            if action.note:
                self._trail.pop()

    def _call_function(self, step: steps.CallStep, action: Action) -> None:
        if not isinstance(step.function, Reference):
            self._take_inside(action)
            return
        made_by = cast("steps.MakeTemplate", step.function.definition)  # CalledSpec takes no other
        outer = self._graph.current_scope()

        def take() -> None:
            with self._inside_template(step, made_by, outer):
                self._take_inside(action)

        with self.refusable(step):
            self._graph.call_template(self.handles.result(step.function), take)

    @contextmanager
    def _inside_template(
        self, step: steps.CallStep, made_by: steps.MakeTemplate, outer: object
    ) -> Iterator[None]:
        """Record the scope that a template's call has opened."""
        scope = self._graph.current_scope()
        self._reuse_set_at[scope] = self._template_modes.get(made_by, self._reuse_set_at.get(outer))
        given = made_by.unique_name or made_by.name
        self._record_scope(
            step,
            scope,
            requested_name=str(self.handles.value(given)),
            uniquified=made_by.unique_name is None,
            template=made_by.location,
        )
        with self._around_it():
            yield
        self._template_modes[made_by] = made_by.location  # each further call reuses

    @contextmanager
    def _around_it(self) -> Iterator[None]:
        """Take the scope recorded last for the one around what follows."""
        self._around.append(len(self.scopes) - 1)
        try:
            yield
        finally:
            self._around.pop()

    def _variable_scope(self, step: steps.VariableScope, actions: tuple[Action, ...]) -> None:
        outer = self._graph.current_scope()
        with self.refusable(step):
            name = self.handles.value(step.name)
            given = self.handles.resolve_arguments(dict(given_arguments(step)))
            with self._graph.variable_scope(name, given) as scope:
                reopened = self._graph.is_scope(name)
                # A scope object keeps its own mode; a name takes on the mode around it.
                inherited = name if reopened else outer
                self._reuse_set_at[scope] = (
                    step.key_location("reuse") if step.reuse else self._reuse_set_at.get(inherited)
                )
                self.handles.keep(step, scope)
                asked = None if reopened else given.get("default_name") if name is None else name
                self._record_scope(
                    step,
                    scope,
                    requested_name=None if asked is None else str(asked),
                    uniquified=name is None,
                    reuse_given=None if step.reuse is None else str(step.reuse),
                    reuse_given_at=None if step.reuse is None else step.key_location("reuse"),
                    given=self._defaults(step),
                    auxiliary_name_scope=step.auxiliary_name_scope is not False,
                    reopens_index=self._captured.get(name) if reopened else None,
                )
                with self._around_it():
                    self._take(actions)

    def _record_scope(self, step: Any, scope: Any, **facts: Any) -> None:
        self._captured.setdefault(scope, len(self.scopes))
        self.scopes.append(
            Scope(
                getattr(step, "handle", None),
                *self._graph.scope_facts(scope),
                step.location,
                name_scope=self._graph.current_name_scope(),
                reuse_set_at=self._reuse_set_at.get(scope),
                parent_index=self._around[-1] if self._around else None,
                **facts,
            )
        )

    def _capture(self, step: steps.GetVariableScope) -> None:
        scope = self._graph.current_scope()
        self.handles.keep(step, scope)
        if step.handle:
            self._record_scope(step, scope, reopens_index=self._around[-1] if self._around else None)

    def _name_scope(self, step: steps.NameScope, actions: tuple[Action, ...]) -> None:
        with self.refusable(step), self._graph.name_scope(self.handles.value(step.name)) as full_name:
            self.handles.keep(step, full_name)
            self._take(actions)

    def _reuse_variables(self, step: steps.ReuseVariables) -> None:
        with self.refusable(step):
            scope = self._scope(step.scope)
            self._graph.reuse_variables(scope)
            self._reuse_set_at[scope] = step.location

    def _scope(self, reference: Reference | None) -> Any:
        return self.handles.result(reference) if reference else self._graph.current_scope()

    def _constant(self, step: steps.Constant) -> None:
        with self.refusable(step):
            name = self._graph.constant(self.handles.value(step.name), step.value)
        self.handles.keep(step, name)
        self.ops.append(Operation(name, step.handle, step.location))

    def _call(self, step: _VariableStep, function: _Getter) -> None:
        scope = self._graph.current_scope()
        scope_name, reuse, _ = self._graph.scope_facts(scope)
        with self.refusable(step):
            name = self.handles.value(step.name)
            arguments = dict(given_arguments(step))
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
                scope_index=self._around[-1] if self._around else None,
                given=argument_facts(step, arguments, self.handles, self._maker),
                trail=tuple(reversed(self._trail)),
            )
            try:
                variable = function(name, self.handles.resolve_arguments(arguments))
            except EngineError as error:
                self._record(replace(call, error=self.failure(error, step.location)), None)
                raise
        self.handles.keep(step, variable)
        first_call = self._first_calls.get(id(variable), call.index)
        outcome: Outcome = "created" if first_call == call.index else "reused"
        self._record(replace(call, outcome=outcome, first_call=first_call), variable)

    def _maker(self, reference: Reference) -> int:
        """Return the index of the call that made what a reference stands for."""
        return self._first_calls[id(self.handles.result(reference))]

    def _record(self, call: Call, variable: Variable | None) -> None:
        self.calls.append(call)
        self.made.append(variable)
        self._sizes.append(self._graph.size)
        self._places.append(call.location)
        if variable is not None and call.outcome == "created":
            for part in (variable, *self._graph.parts(variable)):
                self._first_calls.setdefault(id(part), call.index)
                self._by_own_name.setdefault(self._graph.variable_name(part), call)
                self._by_shared_name.setdefault(self._graph.variable_name(part), call)
            if call.step != steps.NewVariable.word:
                self._by_shared_name[f"{call.scope}/{call.name}" if call.scope else call.name] = call
