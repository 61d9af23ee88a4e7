"""Runs scenarios and judges what they expect."""

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter

from scopecli.analysis.verdicts import Tested, verdicts_of
from scopecli.commands.engine import Engine
from scopecli.commands.run import interpret_program, load_tensorflow
from scopecli.ground.errors import InvalidSourceError, SessionTooLargeError
from scopecli.interpret import SessionOptions
from scopecli.scenario.expansion import Program
from scopecli.sources.paths import scenario_files
from scopecli.sources.scenarios import read_scenario, refuse_python, unknown_parameters


def test_scenarios(
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
            program = read_scenario(path, engine.parameters)
            refuse_python([program], allow_python=engine.allow_python)
            programs[path] = program
        except InvalidSourceError as error:
            programs[path] = error
    read = [found for found in programs.values() if isinstance(found, Program)]
    # A file that can't be read may have the parameter.
    problems = list(unknown_parameters(read, engine.parameters)) if len(read) == len(programs) else []
    if problems:
        raise InvalidSourceError(problems)
    if read:
        load_tensorflow(engine)
    return progress(
        [partial(_test_scenario, path, found, engine, seed, session) for path, found in programs.items()]
    )


def _test_scenario(
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
        report = interpret_program(program, engine, seed, session)
    except SessionTooLargeError as error:
        return Tested(path, (), error.diagnostics, perf_counter() - start)
    return Tested(path, tuple(verdicts_of(report)), (), perf_counter() - start)
