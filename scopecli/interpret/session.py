"""Runs the session of a program: initialises variables, changes them, and fetches what the calls yielded."""

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

from scopecli.ground.clusters import CONNECT_TIMEOUT, SCHEME, Cluster, Servers
from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.ground.errors import EngineError, SessionTooLargeError, assert_never
from scopecli.ground.sizes import format_bytes
from scopecli.interpret.builder import Building
from scopecli.interpret.raises import ScenarioWrongError, StepRefusedError
from scopecli.report.model import Call, Loss
from scopecli.report.model import Variable as VariableRow
from scopecli.report.values import Value, value_of
from scopecli.scenario import session as entries
from scopecli.scenario.expansion import Program
from scopecli.scenario.model import Scenario
from scopecli.scenario.nodes import Reference
from scopecli.tf1 import Graph, Session, Variable, stack_of

_STRING_BYTES: Final = 24  # that TensorFlow takes for a string, also for an empty one
_ENDING: Final = re.compile(r"\.(index|meta|data-\d{5}-of-\d{5})\Z")


class Preflight(NamedTuple):
    """What comes of restoring a checkpoint.

    Attributes:
        refused: everything that TensorFlow refuses, of which it tells the first.
        silent: what it does and says nothing of.
    """

    refused: tuple[Note, ...] = ()
    silent: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How a session is run.

    Attributes:
        max_bytes: the most that the variables may take together.
        full_values: whether large values are kept whole.
        preflight: tells what comes of restoring a checkpoint into variables.
        cluster: the servers, in place of the scenario's own.
        target: which of them drives the session; None for the cluster's own, or for this process.
        connect_timeout: the seconds that a server may take to answer.
    """

    max_bytes: int
    full_values: bool = False
    preflight: Callable[[str, Sequence[VariableRow]], Preflight] | None = None
    cluster: Cluster | None = None
    target: str | None = None
    connect_timeout: float = CONNECT_TIMEOUT

    def servers_of(self, scenario: Scenario) -> Servers | None:
        """Return where the session of a scenario runs; None for this process."""
        cluster = self.cluster or scenario.cluster
        target = self.target or (cluster and f"{SCHEME}{cluster.master.address}")
        return Servers(target, cluster, self.connect_timeout) if target else None


@dataclass(slots=True)
class Fetched:
    """What a session showed.

    Attributes:
        values: those of the variables at its end, by their identity, None where a variable has none.
        snapshots: what was shown on the way, by handle.
        losses: what regularizers added.
        failure: what ended it before its end.
        warnings: what TensorFlow did that is seldom meant.
    """

    values: dict[int, Value | None] = field(default_factory=dict)
    snapshots: list[Mapping[str, Value | None]] = field(default_factory=list)
    losses: tuple[Loss, ...] = ()
    failure: Diagnostic | None = None
    warnings: list[Diagnostic] = field(default_factory=list)


def run_session(
    graph: Graph, building: Building, rows: dict[int, VariableRow], program: Program, options: SessionOptions
) -> Fetched:
    """Do what the program's session says; without one, initialise all variables and show every handle.

    Args:
        graph: the finished graph.
        building: what was called while it was built.
        rows: the facts about every variable, by its identity.
        program: says what the session does.
        options: the limit, and what to keep.

    Raises:
        SessionTooLargeError: before the session, if the variables would take more.
        ServersError: before it, if one of the servers that it is to run on does not answer.
    """
    running = _Running(graph, building, rows, options, program.scenario.path)
    running.refuse_too_large()
    try:
        servers = options.servers_of(program.scenario)
        with graph.session(program.scenario.config, servers) as session:
            running.tell_without_effect(session)
            running.run(session, program)
    except EngineError as error:
        running.fail(error)
    except StepRefusedError as refused:
        running.fetched.failure = replace(refused.failure, stack=stack_of(refused.error))
    except ScenarioWrongError as wrong:
        running.fetched.failure = wrong.failure
    return running.fetched


class _Running:
    """A session under way."""

    def __init__(
        self,
        graph: Graph,
        building: Building,
        rows: dict[int, VariableRow],
        options: SessionOptions,
        scenario: str,
    ) -> None:
        self._graph = graph
        self._building = building
        self._rows = rows
        self._options = options
        self._scenario = scenario
        collected = [*graph.global_variables(), *graph.local_variables()]
        # By identity: variables compare by value, and two may have one name.
        self._collected = {id(variable): variable for variable in collected}
        self._called = {id(variable): variable for variable in building.made if variable is not None}
        self.fetched = Fetched()

    def _bytes_needed(self, row: VariableRow) -> int:
        """Return the bytes that a variable takes, with those that its initializer takes beside."""
        initializer = self._initializer(self._building.calls[row.calls[0]]) if row.calls else None
        is_factored = isinstance(initializer, dict) and not initializer.keys().isdisjoint(_FACTORED)
        return _bytes_needed(row) * (_COPIES_TO_FACTOR if is_factored else 1)

    def _initializer(self, call: Call) -> object:
        """Return what stands for the initializer of a call: its own, or that of the innermost scope."""
        given, index = call.given, call.scope_index
        while "initializer" not in given and index is not None:
            scope = self._building.scopes[index]
            given, index = (
                scope.given,
                scope.parent_index if scope.reopens_index is None else scope.reopens_index,
            )
        return given["initializer"].value if "initializer" in given else None

    def refuse_too_large(self) -> None:
        """Raise SessionTooLargeError if the variables would take more than the limit."""
        rows = [self._rows[identity] for identity in self._collected]
        needed = sum(map(self._bytes_needed, rows))
        if needed <= self._options.max_bytes:
            return
        largest = max(rows, key=self._bytes_needed)
        place = self._building.calls[largest.calls[0] if largest.calls else 0].location
        message = (
            f"the session would need {format_bytes(needed)} for its variables, "
            f"and the limit is {format_bytes(self._options.max_bytes)}; "
            f"the largest is `{largest.name}` with {format_bytes(self._bytes_needed(largest))}"
        )
        hint = "`scopecli list` shows the variables without a session; `--max-bytes` sets another limit"
        raise SessionTooLargeError([Diagnostic("SC106", message, place, hint)])

    def tell_without_effect(self, session: Session) -> None:
        """Warn of options of the session that mean nothing on this machine."""
        names = session.without_effect()
        if names:
            listed = ", ".join(f"`{name}`" for name in names)
            message = f"no effect on this machine, which has no GPU: {listed} of `config`"
            place = Location(self._scenario)
            self.fetched.warnings.append(Diagnostic("SC109", message, place, severity="warning"))

    def run(self, session: Session, program: Program) -> None:
        """Do what the program's session says, then fetch every value and loss."""
        if program.session is None:
            session.initialize(list(self._collected.values()))
        for entry in program.session or ():
            with self._building.judging.check_raises(entry), self._building.refusable(entry, in_session=True):
                self._do(session, entry, Path(program.scenario.path))
        # After a session of its own, any variable may be without a value.
        sure = self._collected if program.session is None else {}
        self._fetch(session, self._called, sure, self._judged_variables(program), self.fetched.values)
        if program.session is None and self.fetched.values:
            self.fetched.snapshots.append(self._by_handle(self.fetched.values))
        self.fetched.losses = self._losses(session, sure)

    def _judged_variables(self, program: Program) -> set[int]:
        """Return the identities of the variables whose values are expected to be something."""
        expected = program.expect.values if program.expect else None
        handles = {handle.name for handle in expected or ()}
        named = zip(self._building.calls, self._building.made, strict=True)
        return {id(variable) for call, variable in named if call.handle in handles and variable is not None}

    def fail(self, error: EngineError) -> None:
        """Note what ended the session, with the place of the step that made the operation."""
        place = self._building.place_of(error.operation) if error.operation else None
        failure = self._building.failure(error, place or Location(self._scenario), "SC105")
        self.fetched.failure = replace(failure, stack=stack_of(error))

    def _do(self, session: Session, entry: entries.Entry, scenario: Path) -> None:
        match entry:
            case entries.Initialize():
                chosen = self._variables(entry.variables)
                session.initialize(list((self._collected if chosen is None else chosen).values()))
            case entries.AnyAssignment():
                value: object = entry.value
                if isinstance(entry.value, Reference):
                    value = self._result(entry.value)
                is_variable = value is not entry.value
                session.assign(self._result(entry.variable), entry.word, value, is_variable=is_variable)
            case entries.Show():
                self._show(session, entry)
            case entries.Save():
                session.save(_checkpoint(scenario, entry.path, entry))
            case entries.Restore():
                self._restore(session, entry, _checkpoint(scenario, entry.path, entry))
            case _:
                assert_never(entry)

    def _show(self, session: Session, entry: entries.Show) -> None:
        if entry.variables is None:
            values = self._fetch(session, self._called, {})
            self.fetched.snapshots.append(self._by_handle(values))
            return
        values = self._fetch(session, self._variables(entry.variables) or {}, {})
        shown = {variable.name: values[id(self._result(variable))] for variable in entry.variables}
        self.fetched.snapshots.append(shown)

    def _restore(self, session: Session, entry: entries.Restore, path: str) -> None:
        """Restore a checkpoint; tell all that TensorFlow refuses of it, and what it says nothing of."""
        rows = [self._rows[id(global_variable)] for global_variable in self._graph.global_variables()]
        found = self._options.preflight(path, rows) if self._options.preflight else Preflight()
        _refuse_pipes(path, entry)
        try:
            session.restore(path)
        except EngineError as error:
            failure = self._building.failure(error, entry.location, "SC105", in_session=True)
            notes = (*found.refused, *found.silent, *failure.notes)
            help_line = _other_path(path) or failure.help
            raise StepRefusedError(error, replace(failure, notes=notes, help=help_line)) from None
        if found.silent:
            message = "TensorFlow gave variables another shape than they have in the graph, and said nothing"
            hint = "https://github.com/tensorflow/tensorflow/issues/52220"
            warning = Diagnostic("SC108", message, entry.location, hint, found.silent, "warning")
            self.fetched.warnings.append(warning)

    def _result(self, reference: Reference) -> Variable:
        return Variable(self._building.handles.result(reference))

    def _variables(self, references: tuple[Reference, ...] | None) -> dict[int, Variable] | None:
        if references is None:
            return None
        results = [self._result(reference) for reference in references]
        return {id(result): result for result in results}

    def _by_handle(self, values: dict[int, Value | None]) -> dict[str, Value | None]:
        named = zip(self._building.calls, self._building.made, strict=True)
        return {
            call.handle: values[id(variable)]
            for call, variable in named
            if call.handle and variable is not None
        }

    def _fetch(
        self,
        session: Session,
        variables: Mapping[int, Variable],
        sure: Mapping[int, Variable],
        judged: Container[int] = (),
        values: dict[int, Value | None] | None = None,
    ) -> dict[int, Value | None]:
        """Return the value of each variable, None where it has none.

        Those that are `sure` have one; those that are `judged` are kept whole beside what is reported; what
        comes is put into `values` at once, so that it is kept where what follows fails.
        """
        values = {} if values is None else values
        without = self._without_value(session, variables, sure)
        known = [identity for identity in variables if identity not in without]
        arrays = session.fetch((variables[variable], self._rows[variable].bytes or 0) for variable in known)
        values.update(dict.fromkeys(without))
        for identity, array in zip(known, arrays, strict=True):
            whole = identity in judged
            values[identity] = value_of(array, full=self._options.full_values, judged=whole)
        return values

    def _losses(self, session: Session, sure: Mapping[int, Variable]) -> tuple[Loss, ...]:
        """Return what regularizers added; the value of one whose variable has none is not known."""
        tensors = self._graph.regularization_losses()
        losses = [Loss(*loss_name) for loss_name in self._graph.loss_names()]
        if not tensors:
            return ()
        parts = {id(part): part for variable in self._called.values() for part in self._graph.parts(variable)}
        variables = {**self._collected, **parts}
        without = self._without_value(session, variables, sure)
        having = {self._graph.variable_name(variables[variable]) for variable in variables.keys() - without}
        known = [loss.variable in having if loss.variable else not without for loss in losses]
        arrays = session.fetch((tensor, 0) for tensor, fetched in zip(tensors, known, strict=True) if fetched)
        return tuple(
            replace(loss, value=value_of(next(arrays), judged=True)) if one_loss else loss
            for loss, one_loss in zip(losses, known, strict=True)
        )

    def _without_value(
        self, session: Session, variables: Mapping[int, Variable], sure: Mapping[int, Variable]
    ) -> set[int]:
        """Return which of the variables have no value; those that are `sure` have one."""
        doubtful = [identity for identity in variables if identity not in sure]
        if not doubtful:  # a session refuses to be asked nothing of a graph that is empty
            return set()
        known = session.are_initialized([variables[variable] for variable in doubtful])
        return {identity for identity, has_value in zip(doubtful, known, strict=True) if not has_value}


_FACTORED: Final = frozenset({"orthogonal", "convolutional_orthogonal_2d"})
_COPIES_TO_FACTOR: Final = 4  # a random matrix, its two factors, and what is made of them


def _bytes_needed(row: VariableRow) -> int:
    """Return the bytes that a variable takes in a session, at the least."""
    return (row.size or 0) * _STRING_BYTES if row.dtype == "string" else row.bytes or 0


def _refuse_pipes(path: str, entry: entries.Entry) -> None:
    """Raise ScenarioWrongError where a file of a checkpoint is a pipe or a device: TensorFlow would wait."""
    place = Path(path)
    for file in place.parent.glob("*") if place.parent.is_dir() else ():
        named = file == place or _ENDING.sub("", str(file)) == path
        if named and file.exists() and not (file.is_file() or file.is_dir()):
            message = f"`{file.name}` is no file"
            raise ScenarioWrongError(Diagnostic("SC601", message, entry.location))


def _other_path(path: str) -> str | None:
    """Return what to write in place of a path that is not what checkpoints are called."""
    prefix = _ENDING.sub("", path)
    if prefix != path:
        return (
            f"write `{Path(prefix).name}`: a checkpoint is called by what the names of its files begin with"
        )
    if Path(path).is_dir():
        return (
            f"that is a folder: name a checkpoint in it, such as `scopecli list` finds in `{Path(path).name}`"
        )
    return None


def _checkpoint(scenario: Path, path: str, entry: entries.Entry) -> str:
    """Return where a checkpoint is: below the scenario's folder, also where links are followed."""
    folder = scenario.parent.resolve()
    place = (folder / path).resolve()
    if not place.is_relative_to(folder):
        message = f"`{path}` leads out of the scenario's folder"
        raise ScenarioWrongError(Diagnostic("SC024", message, entry.location))
    return str(place)
