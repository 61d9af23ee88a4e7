"""Has TensorFlow do what a scenario says, and reports what came of it."""

from dataclasses import replace

from scopecli.interpret.building import Building
from scopecli.interpret.running import Fetched, SessionOptions, run_session
from scopecli.report import Call, Report, Source, Variable
from scopecli.scenario.model import Scenario
from scopecli.tf1 import Graph

__all__ = ["SessionOptions", "interpret"]


def interpret(scenario: Scenario, *, seed: int | None, session: SessionOptions | None) -> Report:
    """Build a scenario in a graph of its own and, if asked to, run its session.

    A step that TensorFlow refuses ends the scenario; the report has what was built before it, and no values.

    Args:
        scenario: what to build.
        seed: the graph's seed, in place of the scenario's own.
        session: how to run the session; None for the graph alone.

    Raises:
        SessionTooLargeError: if the session would need more memory than it may.
    """
    seed = scenario.seed if seed is None else seed
    with Graph(seed=seed, use_resource=bool(scenario.use_resource)) as graph:
        building = Building(graph)
        failure = building.build(scenario.steps or ())
        rows = _rows(graph, building)
        fetched = Fetched({}, failure)
        if session and not failure:
            fetched = run_session(graph, building, rows, session)
        return _report(scenario, graph, building, rows, fetched)


def _rows(graph: Graph, building: Building) -> dict[str, Variable]:
    """Return the facts about every variable that is collected or that a call yielded, by full name."""
    called = [each for each in building.made if each is not None]
    unique = {id(each): each for each in [*graph.global_variables(), *graph.local_variables(), *called]}
    calls: dict[int, list[int]] = {}
    for index, variable in enumerate(building.made):
        calls.setdefault(id(variable), []).append(index)
    described = graph.describe(unique.values())
    rows = zip(unique, described, strict=True)
    return {row.name: replace(row, calls=tuple(calls.get(identity, ()))) for identity, row in rows}


def _report(
    scenario: Scenario, graph: Graph, building: Building, rows: dict[str, Variable], fetched: Fetched
) -> Report:
    names = [None if each is None else graph.variable_name(each) for each in building.made]
    calls = tuple(
        _finished(call, rows[name] if name else None, fetched)
        for call, name in zip(building.calls, names, strict=True)
    )
    shown = {call.handle: call.value for call in calls if call.handle and call.variable}
    return Report(
        source=Source("scenario", scenario.path),
        title=scenario.title,
        description=scenario.description,
        tensorflow=graph.tensorflow_version,
        calls=calls,
        scopes=tuple(building.scopes),
        variables=tuple(rows[graph.variable_name(each)] for each in graph.global_variables()),
        local_variables=tuple(rows[graph.variable_name(each)] for each in graph.local_variables()),
        snapshots=(shown,) if fetched.values else (),
        expected_failures=tuple(building.expected_failures),
        error=fetched.failure,
    )


def _finished(call: Call, variable: Variable | None, fetched: Fetched) -> Call:
    """Return a call with the variable it yielded and what the session fetched of it."""
    if variable is None:
        return call
    value = fetched.values.get(variable.name)
    uninitialized = value is None and variable.name in fetched.values
    return replace(call, variable=variable, value=value, uninitialized=uninitialized)
