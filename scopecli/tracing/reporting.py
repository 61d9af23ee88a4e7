"""Makes reports of what was recorded: one a graph."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, takewhile
from typing import Any, Final, NamedTuple

from scopecli.analysis.builders import with_repeats
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.report.model import Call, Loss, Report, Source, Use, with_roles
from scopecli.report.model import Variable as Row
from scopecli.report.source_kinds import SourceKind
from scopecli.tf1 import Variable
from scopecli.tf1.watching.consumers import consumers, orphans
from scopecli.tf1.watching.dataflow import SetUse, uses_of
from scopecli.tf1.watching.session_values import SessionValues
from scopecli.tf1.watching.watched_graph import WatchedGraph, graph_of, is_assigned, is_describable
from scopecli.tracing.calls import (
    CallDescriber,
    CallResult,
    described_scope,
    described_server,
    described_session,
    outcomes_of_calls,
)
from scopecli.tracing.places import Places
from scopecli.tracing.recording import RecordedCall, Recording

_SEVERAL: Final = 2


class CallFailure(NamedTuple):
    """What a call raised, and the number of the report that it is in."""

    report: int
    failure: Diagnostic


@dataclass(frozen=True, slots=True)
class Reported:
    """What a recording says.

    Attributes:
        reports: one a graph, in the order in which the program first used them.
        eager: the calls that yielded variables in no graph.
        failures: what calls raised, by the identity of the exception.
        graphs: what the program built, in the order of its reports; last, the default one of the end.
    """

    reports: tuple[Report, ...]
    eager: tuple[RecordedCall, ...]
    failures: Mapping[int, CallFailure]
    graphs: Sequence[Any]


def describe_recording(
    recording: Recording, path: str, places: Places, *, stacks: bool, existing: Iterable[Any] = ()
) -> Reported:
    """Describe everything that was recorded.

    Args:
        recording: the record.
        path: the program's.
        places: finds lines of the user's.
        stacks: whether the user's whole stack is kept of each call.
        existing: variables that were there before the recording began.
    """
    # What an interrupt or the end of the program cut off is no refusal of TensorFlow's.
    finished = [
        call
        for call in [*recording.finished]
        if isinstance(call.error, Exception | None) and not is_assigned(call.result)
    ]
    eager = tuple(call for call in finished if call.is_eager)
    in_graphs = [call for call in finished if not call.is_eager]
    made = outcomes_of_calls(in_graphs, existing)
    ended = {id(in_graph) for in_graph in in_graphs}
    failures: dict[int, CallFailure] = {}
    reports = []
    graphs: dict[int, Any] = {}
    for graph, calls in _by_graph(call for call in [*recording.calls] if id(call) in ended):
        graphs[id(graph)] = graph
        reporting = _Reporting(graph, calls, recording, places)
        reports.append(reporting.report(path, made, recording.values, stacks=stacks))
        for error, failure in reporting.failures.items():
            failures.setdefault(error, CallFailure(len(reports) - 1, failure))
    last = recording.default_graph()
    graphs.setdefault(id(last), last)
    return Reported(tuple(reports), eager, failures, [*graphs.values()])


def _by_graph(calls: Iterable[RecordedCall]) -> list[tuple[Any, list[RecordedCall]]]:
    found: dict[int, tuple[Any, list[RecordedCall]]] = {}
    for call in calls:
        graph = _outermost(graph_of(call.result) or call.graph)
        found.setdefault(id(graph), (graph, []))[1].append(call)
    return list(found.values())


def _outermost(graph: Any) -> Any:
    """Return the graph around a function's graph."""
    while getattr(graph, "outer_graph", None) is not None:
        graph = graph.outer_graph
    return graph


class _Reporting:
    """A graph, and what was recorded in it."""

    def __init__(self, graph: Any, calls: list[RecordedCall], recording: Recording, places: Places) -> None:
        self._graph = graph
        self._calls = calls
        scopes = enumerate([*recording.scopes])
        self._scopes = {index: scope for index, scope in scopes if scope.graph is graph}
        self._sessions = [session for session in [*recording.sessions] if session.graph is graph]
        self._cluster = recording.cluster
        self._servers = [*recording.servers]
        self._places = places
        self.failures: dict[int, Diagnostic] = {}

    def report(
        self, path: str, made: Mapping[int, CallResult], values: SessionValues | None, *, stacks: bool
    ) -> Report:
        indices = {index: number for number, index in enumerate(self._scopes)}
        with WatchedGraph(self._graph) as graph:
            rows = graph.rows([_result_of(call, made) for call in self._calls])
            describing = CallDescriber(self._places, rows, made, indices, stacks=stacks)
            calls = _with_values(describing.calls(self._calls), self._calls, values)
            calls = self._with_orphans(tuple(map(self._with_uses, calls)))
            self.failures = describing.failures
            variables = tuple(rows[id(global_variable)] for global_variable in graph.global_variables())
            scopes = tuple(described_scope(scope, self._places, indices) for scope in self._scopes.values())
            are_one_network = partial(_are_one_network, self._graph, variables)
            return with_roles(
                Report(
                    source=Source(SourceKind.PROGRAM, path),
                    tensorflow=graph.tensorflow_version,
                    calls=with_repeats(calls, describing.ways, scopes, are_one_network),
                    scopes=scopes,
                    variables=variables,
                    local_variables=tuple(
                        rows[id(local_variable)] for local_variable in graph.local_variables()
                    ),
                    collections={key: tuple(names) for key, names in graph.collections().items()},
                    losses=tuple(Loss(*loss_name) for loss_name in graph.loss_names()),
                    sessions=tuple(described_session(session, self._places) for session in self._sessions),
                    cluster=dict(self._cluster),
                    servers=tuple(described_server(server, self._places) for server in self._servers),
                )
            )

    def _with_uses(self, call: Call) -> Call:
        """Return a call with the lines that use its variable, if there are several and it alone has it."""
        row = call.variable
        if row is None or call.outcome != "created" or len(row.calls) > 1 or row.kind == "tensor":
            return call
        takers = consumers(self._operations(row.name))
        if len(takers) < _SEVERAL:
            return call
        ways: dict[tuple[Location, ...], str] = {}  # innermost first
        for taker in takers:
            stack = self._places.place(taker.traceback).stack
            ways.setdefault(tuple(note.location for note in stack), taker.name)
        parts = next(
            (depth for depth, places in enumerate(zip(*ways, strict=False)) if len({*places}) > 1), None
        )
        return (
            call
            if parts is None
            else replace(call, uses=tuple(Use(way[parts], op) for way, op in ways.items()))
        )

    def _operations(self, name: str) -> list[Any]:
        """Return the operations of a variable: its own, or those of its parts."""
        parts = [*takewhile(self._has, (f"{name}/part_{number}" for number in count()))]
        whole = [name] if self._has(name) else []  # that of a partitioned variable only joins its parts
        return [self._graph.get_operation_by_name(own) for own in parts or whole]

    def _has(self, name: str) -> bool:
        try:
            self._graph.get_operation_by_name(name)
        except KeyError:
            return False
        return True

    def _with_orphans(self, calls: tuple[Call, ...]) -> tuple[Call, ...]:
        """Return calls with the nodes that were imported beside a variable of the same name."""
        names: dict[str, int] = {}
        again = []
        for call in calls:
            if call.outcome == "created" and call.variable:
                names[call.variable.name] = names.get(call.variable.name, 0) + 1
                if names[call.variable.name] > 1 and call.library.endswith("import_meta_graph"):
                    again.append(call.index)
        if not again:
            return calls
        nodes = set(orphans(self._graph, names))
        return tuple(
            replace(call, orphan=_orphan_of(call, nodes)) if call.index in again else call for call in calls
        )


def _orphan_of(call: Call, nodes: Iterable[str]) -> str:
    name = call.variable.name if call.variable else ""
    return next((node for node in sorted(nodes) if re.fullmatch(rf"{re.escape(name)}_\d+", node)), "")


def _with_values(
    calls: tuple[Call, ...], recorded: Iterable[RecordedCall], values: SessionValues | None
) -> tuple[Call, ...]:
    """Return calls with what their variables hold, where that was read."""
    if values is None:
        return calls
    return tuple(
        replace(call, value=values.of(result), uninitialized=values.of(result) is None)
        if values.has(result)
        else call
        for call, result in zip(calls, (one.result for one in recorded), strict=True)
    )


def _are_one_network(
    graph: Any, variables: Iterable[Row], sets: Sequence[Sequence[Call]]
) -> list[list[bool]]:
    """Tell of sets of calls, for each two of them, whether their variables are parts of one network.

    They are if one set takes what the other computes, if the values of one are copied into the other, or if
    both take the same input and their results meet or both are trained: to share them would make no sense.
    """
    names: dict[int, list[str]] = {}
    for row in variables:  # of a partitioned variable, its parts
        for index in row.calls:
            names.setdefault(index, []).append(row.name)
    uses = uses_of(graph, [[name for call in calls for name in names.get(call.index, ())] for calls in sets])
    return [[_is_one_network(a, b, 1 << i, 1 << j) for j, b in enumerate(uses)] for i, a in enumerate(uses)]


def _is_one_network(a: SetUse, b: SetUse, bit_of_a: int, bit_of_b: int) -> bool:
    if not (a.inputs and b.inputs):
        return True  # nothing takes them, and nothing can be told
    if a.upstream & bit_of_b or b.upstream & bit_of_a:
        return True
    if a.assigned_from & bit_of_b or b.assigned_from & bit_of_a:
        return True
    meet = bool(a.together & bit_of_b)
    return bool(a.inputs & b.inputs) and (meet or (a.is_trained and b.is_trained))


def _result_of(call: RecordedCall, made: Mapping[int, CallResult]) -> Variable | None:
    """Return what a call yielded, or the first of the variables that it was made of."""
    if call.error is not None:
        return None
    if is_describable(call.result):
        return Variable(call.result)
    return next(iter(made[id(call)].derived), None)
