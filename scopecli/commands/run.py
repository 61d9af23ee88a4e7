"""Builds scenarios in graphs of their own, and runs their sessions."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from typing import Final

from scopecli import tf1
from scopecli.commands.engine import Engine
from scopecli.commands.on_servers import ON_NONE, ServerChoice, on_servers
from scopecli.commands.preflight import preflight
from scopecli.ground.announcements import announce, working
from scopecli.ground.errors import InvalidSourceError, ServersError, SessionTooLargeError
from scopecli.interpret import SessionOptions, interpret
from scopecli.report.model import Report
from scopecli.scenario.expansion import Program
from scopecli.sources.opened import Unread, read_ones
from scopecli.sources.scenarios import read_scenarios, unknown_parameters

_MANY_STEPS: Final = 500  # that take a second
_SECONDS_A_STEP: Final = 0.004  # that TensorFlow takes for a variable with its initializer


def run_scenarios(
    files: Iterable[str | Unread],
    engine: Engine,
    *,
    seed: int | None,
    session: SessionOptions | None,
    servers: ServerChoice = ON_NONE,
) -> list[Report | Unread]:
    """Build each scenario in a graph of its own, and run its session if asked to.

    Args:
        files: the files; `-` is standard input.
        engine: how TensorFlow is used.
        seed: the graphs' seed, in place of the scenarios' own.
        session: how sessions are run; None for the graphs alone.
        servers: where they run.

    Returns:
        A report of each, or why there is none: it can't be read, or needs more memory than it may.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters, or the servers' file can't be read.
        ServersError: if a local server does not come up.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    if session is None:
        return [interpret_program(program, engine, seed, None) for program in read_programs(files, engine)]
    with on_servers(servers, session) as next_session:
        programs = read_programs(files, engine)
        return [
            program
            if isinstance(program, Unread)
            else interpret_program(program, engine, seed, next_session())
            for program in programs
        ]


def read_programs(files: Iterable[str | Unread], engine: Engine) -> list[Program | Unread]:
    """Read scenarios, and load TensorFlow to build them on if there is one to be built.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    programs = read_scenarios(files, engine.parameters, allow_python=engine.allow_python)
    problems = list(unknown_parameters(programs, engine.parameters))
    if problems:
        raise InvalidSourceError(problems)
    read = read_ones(programs)
    size = sum(program.size for program in read)
    announce(f"TensorFlow has {size:,} steps to build", size * _SECONDS_A_STEP)
    if read:
        load_tensorflow(engine)
    return programs


def load_tensorflow(engine: Engine) -> None:
    """Load TensorFlow; its log lines are shown if that is asked for."""
    with working("loading TensorFlow"), tf1.captured_stderr() as log:
        log.show = "all" if engine.verbose else "nothing"
        # The user's own code may import TensorFlow, and must find all of it.
        tf1.load(own_process=engine.own_process and not engine.allow_python)


def interpret_program(
    program: Program | Unread, engine: Engine, seed: int | None, session: SessionOptions | None
) -> Report | Unread:
    """Build a program, and run its session if asked to; TensorFlow's log lines are shown where it failed."""
    if isinstance(program, Unread):
        return program
    if session:
        session = replace(session, preflight=preflight)
    told = f"building {program.size:,} steps of {program.scenario.path}"
    with working(told) if program.size >= _MANY_STEPS else nullcontext(), tf1.captured_stderr() as log:
        try:
            report = interpret(
                program,
                seed=seed,
                session=session,
                allow_python=engine.allow_python,
                cluster=engine.cluster,
            )
        except (SessionTooLargeError, ServersError) as error:
            return Unread(program.scenario.path, error)
        if engine.verbose or report.error:
            log.show = "all" if engine.verbose else "all but remarks"
    return report
