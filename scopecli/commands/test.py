"""Runs scenarios and judges what they expect."""

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter

from scopecli.analysis.verdicts import Tested, verdicts_of
from scopecli.commands.engine import Engine
from scopecli.commands.run import interpret_program, read_programs
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.words import quote_text
from scopecli.interpret import SessionOptions
from scopecli.scenario.expansion import Program
from scopecli.sources.opened import Unread
from scopecli.sources.paths import scenario_files


def chosen_scenarios(paths: Sequence[str], part: str | None) -> list[str | Unread]:
    """Return the scenarios that paths stand for, those whose own path has `part` in it, whatever its case.

    Raises:
        InvalidSourceError: if none has.
    """
    files = scenario_files(paths)
    if part is None:
        return files
    chosen = [
        file for file in files if part.lower() in (file if isinstance(file, str) else file.path).lower()
    ]
    if not chosen:
        problem = Diagnostic("SC656", f"no scenario's path has {quote_text(part)} in it", Location("-k"))
        raise InvalidSourceError([problem])
    return chosen


def test_scenarios(
    files: Sequence[str | Unread],
    engine: Engine,
    *,
    seed: int | None,
    session: SessionOptions,
    progress: Callable[[Sequence[Callable[[], Tested]]], list[Tested]],
) -> list[Tested]:
    """Run scenarios and judge what they expect; one that can't be run does not keep the others from it.

    Args:
        files: the scenarios, or what stands for those that there are not.
        engine: how TensorFlow is used.
        seed: the graphs' seed, in place of the scenarios' own.
        session: how sessions are run.
        progress: takes steps in turn, and may show how far it is.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    programs = read_programs(files, engine)
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
