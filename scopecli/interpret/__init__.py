"""Has TensorFlow do what a scenario says, and reports what came of it."""

from dataclasses import replace

from scopecli.interpret.building import Building
from scopecli.interpret.expectations import judged
from scopecli.interpret.running import Fetched, Preflight, SessionOptions, run_session
from scopecli.report import Call, Loss, Report, Source, Variable
from scopecli.scenario.program import Program
from scopecli.tf1 import Graph

__all__ = ["Preflight", "SessionOptions", "interpret"]


def interpret(program: Program, *, seed: int | None, session: SessionOptions | None) -> Report:
    """Build a program in a graph of its own and, if asked to, run its session.

    A step that TensorFlow refuses ends the program; the report has what was built before it, and no values.

    Args:
        program: what to build.
        seed: the graph's seed, in place of the scenario's own.
        session: how to run the session; None for the graph alone.

    Raises:
        SessionTooLargeError: if the session would need more memory than it may.
    """
    scenario = program.scenario
    seed = scenario.seed if seed is None else seed
    with Graph(seed=seed, use_resource=bool(scenario.use_resource)) as graph:
        building = Building(graph)
        failure = building.build(program.actions)
        rows = _rows(graph, building)
        fetched = Fetched(failure=failure)
        if session and not failure:
            fetched = run_session(graph, building, rows, program, session)
        report = _report(program, graph, building, rows, fetched)
    if session and program.expect and not report.error:
        return replace(report, expectations=judged(program.expect, report))
    return report


def _rows(graph: Graph, building: Building) -> dict[int, Variable]:
    """Return the facts about every variable that is collected or that a call yielded, by its identity.

    Names would not do: a partitioned variable may have the name of another one.
    """
    called = [each for each in building.made if each is not None]
    everything = [*graph.global_variables(), *graph.local_variables(), *called]
    everything += [part for each in called for part in graph.parts(each)]
    unique = {id(each): each for each in everything}
    calls: dict[int, list[int]] = {}
    for index, variable in enumerate(building.made):
        if variable is not None:
            for each in {id(variable), *map(id, graph.parts(variable))}:
                calls.setdefault(each, []).append(index)
    described = graph.describe(unique.values())
    rows = zip(unique, described, strict=True)
    return {identity: replace(row, calls=tuple(calls.get(identity, ()))) for identity, row in rows}


def _report(
    program: Program, graph: Graph, building: Building, rows: dict[int, Variable], fetched: Fetched
) -> Report:
    scenario = program.scenario
    calls = tuple(
        call if each is None else _finished(call, id(each), rows, fetched)
        for call, each in zip(building.calls, building.made, strict=True)
    )
    return Report(
        source=Source("scenario", scenario.path),
        title=scenario.title,
        description=scenario.description,
        tensorflow=graph.tensorflow_version,
        calls=calls,
        ops=tuple(building.ops),
        scopes=tuple(building.scopes),
        variables=tuple(rows[id(each)] for each in graph.global_variables()),
        local_variables=tuple(rows[id(each)] for each in graph.local_variables()),
        snapshots=tuple(fetched.snapshots),
        collections={key: tuple(names) for key, names in graph.collections().items()},
        losses=fetched.losses or tuple(Loss(*each) for each in graph.loss_names()),
        expected_failures=tuple(building.judging.met),
        warnings=tuple(fetched.warnings),
        error=fetched.failure,
    )


def _finished(call: Call, identity: int, rows: dict[int, Variable], fetched: Fetched) -> Call:
    """Return a call with the variable it yielded and what the session fetched of it."""
    value = fetched.values.get(identity)
    uninitialized = value is None and identity in fetched.values
    return replace(call, variable=rows[identity], value=value, uninitialized=uninitialized)
