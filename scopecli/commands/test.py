"""Runs scenarios and judges what they expect."""

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter

from scopecli.analysis.verdicts import Tested, verdicts_of
from scopecli.commands.engine import Engine
from scopecli.commands.on_servers import ServerChoice, on_servers
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


def test_scenarios(  # noqa: PLR0913 - a setting each
    files: Sequence[str | Unread],
    engine: Engine,
    *,
    seed: int | None,
    session: SessionOptions,
    servers: ServerChoice,
    progress: Callable[[Sequence[Callable[[], Tested]]], list[Tested]],
) -> list[Tested]:
    """Run scenarios and judge what they expect; one that can't be run does not keep the others from it.

    Args:
        files: the scenarios, or what stands for those that there are not.
        engine: how TensorFlow is used.
        seed: the graphs' seed, in place of the scenarios' own.
        session: how sessions are run.
        servers: where they run.
        progress: takes steps in turn, and may show how far it is.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters, or the servers' file can't be read.
        ServersError: if a local server does not come up.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    with on_servers(servers, session) as next_session:
        programs = read_programs(files, engine)
        test = partial(_test_scenario, engine=engine, seed=seed, next_session=next_session)
        return progress([partial(test, program) for program in programs])


def _test_scenario(
    program: Program | Unread, engine: Engine, seed: int | None, next_session: Callable[[], SessionOptions]
) -> Tested:
    start = perf_counter()
    report = (
        program if isinstance(program, Unread) else interpret_program(program, engine, seed, next_session())
    )
    seconds = perf_counter() - start
    if isinstance(report, Unread):
        return Tested(report.path, (), report.problems, seconds)
    return Tested(report.source.path, tuple(verdicts_of(report)), (), seconds)
