"""Has TensorFlow do what a scenario says, and reports what came of it."""

from collections.abc import Sequence
from dataclasses import replace

from scopecli.analysis.builders import WayStep, with_repeats
from scopecli.ground.clusters import Cluster
from scopecli.interpret.builder import Building
from scopecli.interpret.expectations import judge_expectations
from scopecli.interpret.session import Fetched, Preflight, SessionOptions, run_session
from scopecli.report.model import Call, Loss, Report, Source, Variable, with_roles
from scopecli.report.source_kinds import SourceKind
from scopecli.scenario.expansion import Program
from scopecli.tf1 import Graph

__all__ = ["Preflight", "SessionOptions", "interpret"]


def interpret(
    program: Program,
    *,
    seed: int | None,
    session: SessionOptions | None,
    allow_python: bool = False,
    cluster: Cluster | None = None,
) -> Report:
    """Build a program in a graph of its own and, if asked to, run its session.

    A step that TensorFlow refuses ends the program; the report has what was built before it, and no values.

    Args:
        program: what to build.
        seed: the graph's seed, in place of the scenario's own.
        session: how to run the session; None for the graph alone.
        allow_python: whether objects of the user's own code are loaded.
        cluster: where device setters place variables without a session, in place of the scenario's own.

    Raises:
        InvalidSourceError: if there are such objects, and they may not be loaded.
        SessionTooLargeError: if the session would need more memory than it may.
        ServersError: if a server that the session is to run on does not answer.
    """
    scenario = program.scenario
    seed = scenario.seed if seed is None else seed
    cluster = (session and session.cluster) or cluster or scenario.cluster
    with Graph(
        seed=seed,
        use_resource=bool(scenario.use_resource),
        allow_python=allow_python,
        cluster=cluster,
    ) as graph:
        building = Building(graph)
        failure = building.build(program.actions)
        rows = graph.rows(building.made)
        fetched = Fetched(failure=failure)
        if session and not failure:
            fetched = run_session(graph, building, rows, program, session)
        report = replace(
            _report(program, graph, building, rows, fetched), cluster={} if cluster is None else cluster.jobs
        )
    if session and program.expect and not report.error:
        return replace(report, expectations=judge_expectations(program.expect, report))
    return report


def _report(
    program: Program, graph: Graph, building: Building, rows: dict[int, Variable], fetched: Fetched
) -> Report:
    scenario = program.scenario
    finished = [
        call if described is None else _finish_call(call, id(described), rows, fetched)
        for call, described in zip(building.calls, building.made, strict=True)
    ]
    ways = [
        (*(WayStep(note.location) for note in reversed(call.trail)), WayStep(call.location))
        for call in finished
    ]
    calls = with_repeats(finished, ways, building.scopes, _nothing_is_known)
    return with_roles(
        Report(
            source=Source(SourceKind.SCENARIO, scenario.path),
            title=scenario.title and scenario.title.strip(),  # a block of YAML ends in a line break
            description=scenario.description and scenario.description.strip(),
            tensorflow=graph.tensorflow_version,
            calls=calls,
            ops=tuple(building.ops),
            scopes=tuple(building.scopes),
            variables=tuple(rows[id(global_variable)] for global_variable in graph.global_variables()),
            local_variables=tuple(rows[id(local_variable)] for local_variable in graph.local_variables()),
            snapshots=tuple(fetched.snapshots),
            collections={key: tuple(names) for key, names in graph.collections().items()},
            losses=fetched.losses or tuple(Loss(*loss_name) for loss_name in graph.loss_names()),
            expected_failures=tuple(building.judging.met),
            warnings=tuple(fetched.warnings),
            error=fetched.failure,
        )
    )


def _nothing_is_known(sets: Sequence[object]) -> list[list[bool]]:
    """Tell of no two sets of variables that they are parts of one network: a scenario has no layers."""
    return [[False] * len(sets) for _ in sets]


def _finish_call(call: Call, identity: int, rows: dict[int, Variable], fetched: Fetched) -> Call:
    """Return a call with the variable it yielded and what the session fetched of it."""
    value = fetched.values.get(identity)
    uninitialized = value is None and identity in fetched.values
    return replace(call, variable=rows[identity], value=value, uninitialized=uninitialized)
