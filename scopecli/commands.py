"""What the commands do: paths and options in, reports out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

from scopecli import tf1
from scopecli.diagnostics import Diagnostic
from scopecli.errors import InvalidSourceError, SessionTooLargeError
from scopecli.explain import Explanation
from scopecli.explain import explain as explained
from scopecli.interpret import SessionOptions, interpret
from scopecli.lint import lint as linted
from scopecli.report import Report
from scopecli.scenario.plausible import doubts
from scopecli.scenario.program import Program, load_program
from scopecli.selection import Listing, Selection, select
from scopecli.sources import load_programs, refuse_python, unknown_parameters
from scopecli.sources.paths import scenario_files
from scopecli.verdicts import Tested, verdicts_of


@dataclass(frozen=True, slots=True)
class Engine:
    """How TensorFlow is used.

    Attributes:
        own_process: whether the process is scopecli's own, so that TensorFlow may be loaded the fast way.
        verbose: whether TensorFlow's log lines are let through.
        parameters: values for the scenarios' parameters, as YAML.
        allow_python: whether scenarios may run the user's own code.
    """

    own_process: bool = False
    verbose: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    allow_python: bool = False


def run(
    paths: Sequence[str], engine: Engine, *, seed: int | None, session: SessionOptions | None
) -> list[Report]:
    """Build each scenario in a graph of its own, and run its session if asked to.

    Raises:
        InvalidSourceError: before anything is built, with every problem of every file.
        SessionTooLargeError: if a session would need more memory than it may.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    programs = load_programs(paths, engine.parameters, allow_python=engine.allow_python)
    _load_tensorflow(engine)
    return [_interpret(each, engine, seed, session) for each in programs]


def list_variables(
    paths: Sequence[str], engine: Engine, selection: Selection
) -> tuple[list[Report], list[Listing]]:
    """Build each scenario without a session; return the reports, and what is asked for of each.

    Raises:
        InvalidSourceError: before anything is built, with every problem of every file.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    reports = run(paths, engine, seed=None, session=None)
    return reports, [select(report, selection) for report in reports]


def check(paths: Sequence[str], parameters: Mapping[str, str]) -> tuple[list[str], list[Diagnostic]]:
    """Judge scenarios without TensorFlow.

    Returns:
        The files that were judged, and every problem and warning, by file, in each file's order.

    Raises:
        InvalidSourceError: if there is no file to judge.
    """
    files = scenario_files(paths)
    programs: list[Program] = []
    found: list[Diagnostic] = []
    for path in files:
        try:
            program = load_program(path, parameters)
        except InvalidSourceError as error:
            found += error.diagnostics
        else:
            programs.append(program)
            warnings = {each.location: each for each in [*program.unused, *doubts(program)]}
            found += sorted(warnings.values(), key=lambda each: each.location)
    found += unknown_parameters(programs, parameters)
    return files, found


def explain(path: str, engine: Engine) -> tuple[Report, list[Explanation]]:
    """Build a scenario without a session; return the report, and an explanation of each call.

    Raises:
        InvalidSourceError: before anything is built, with every problem of the file.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    (report,) = run([path], engine, seed=None, session=None)
    return report, explained(report)


def lint(paths: Sequence[str], engine: Engine, codes: Sequence[str]) -> tuple[list[Report], list[Diagnostic]]:
    """Build scenarios without a session; return the reports, and what the rules of these codes find.

    Raises:
        InvalidSourceError: before anything is built, with every problem of every file.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    reports = run(scenario_files(paths), engine, seed=None, session=None)
    return reports, [finding for report in reports for finding in linted(report, codes)]


def test(
    paths: Sequence[str],
    engine: Engine,
    *,
    seed: int | None,
    session: SessionOptions,
    progress: Callable[[Sequence[Callable[[], Tested]]], list[Tested]],
) -> list[Tested]:
    """Run scenarios and judge what they expect; one that can't be run does not keep the others from it.

    Args:
        paths: files, directories or patterns.
        engine: how TensorFlow is used.
        seed: the graphs' seed, in place of the scenarios' own.
        session: how sessions are run.
        progress: takes steps in turn, and may show how far it is.

    Raises:
        InvalidSourceError: if there is no scenario, or none has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    programs: dict[str, Program | InvalidSourceError] = {}
    for path in scenario_files(paths):
        try:
            program = load_program(path, engine.parameters)
            refuse_python([program], allow_python=engine.allow_python)
            programs[path] = program
        except InvalidSourceError as error:
            programs[path] = error
    read = [each for each in programs.values() if isinstance(each, Program)]
    problems = list(unknown_parameters(read, engine.parameters))
    if problems:
        raise InvalidSourceError(problems)
    if read:
        _load_tensorflow(engine)
    return progress([partial(_tested, path, each, engine, seed, session) for path, each in programs.items()])


def _tested(
    path: str,
    program: Program | InvalidSourceError,
    engine: Engine,
    seed: int | None,
    session: SessionOptions,
) -> Tested:
    if isinstance(program, InvalidSourceError):
        return Tested(path, (), program.diagnostics, 0)
    start = perf_counter()
    try:
        report = _interpret(program, engine, seed, session)
    except SessionTooLargeError as error:
        return Tested(path, (), error.diagnostics, perf_counter() - start)
    return Tested(path, tuple(verdicts_of(report)), (), perf_counter() - start)


def _load_tensorflow(engine: Engine) -> None:
    with tf1.held() as log:
        log.show = engine.verbose
        # The user's own code may import TensorFlow, and must find all of it.
        tf1.load(own_process=engine.own_process and not engine.allow_python)


def _interpret(program: Program, engine: Engine, seed: int | None, session: SessionOptions | None) -> Report:
    with tf1.held() as log:
        report = interpret(program, seed=seed, session=session)
        log.show = engine.verbose or report.error is not None
    return report
