"""Runs scenarios and judges what they expect."""

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter

from scopecli.analysis.verdicts import Tested, verdicts_of
from scopecli.commands.engine import Engine
from scopecli.commands.run import interpret_program, read_programs
from scopecli.interpret import SessionOptions
from scopecli.scenario.expansion import Program
from scopecli.sources.opened import Unread
from scopecli.sources.paths import scenario_files


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
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    programs = read_programs(scenario_files(paths), engine)
    return progress([partial(_test_scenario, program, engine, seed, session) for program in programs])


def _test_scenario(
    program: Program | Unread, engine: Engine, seed: int | None, session: SessionOptions
) -> Tested:
    start = perf_counter()
    report = interpret_program(program, engine, seed, session)
    seconds = perf_counter() - start
    if isinstance(report, Unread):
        return Tested(report.path, (), report.problems, seconds)
    return Tested(report.source.path, tuple(verdicts_of(report)), (), seconds)
