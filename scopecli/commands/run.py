"""Builds scenarios in graphs of their own, and runs their sessions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from scopecli import tf1
from scopecli.commands.engine import Engine
from scopecli.commands.preflight import preflight
from scopecli.ground.announcements import announce
from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.errors import InvalidSourceError
from scopecli.interpret import SessionOptions, interpret
from scopecli.report.model import Report
from scopecli.scenario.expansion import Program
from scopecli.sources.scenarios import load_programs

_SECONDS_A_STEP: Final = 0.004  # that TensorFlow takes for a variable with its initializer


def run_scenarios(
    paths: Sequence[str],
    engine: Engine,
    *,
    seed: int | None,
    session: SessionOptions | None,
    others: Sequence[Diagnostic] = (),
) -> list[Report]:
    """Build each scenario in a graph of its own, and run its session if asked to.

    Args:
        paths: the files; `-` is standard input.
        engine: how TensorFlow is used.
        seed: the graphs' seed, in place of the scenarios' own.
        session: how sessions are run; None for the graphs alone.
        others: problems of other sources, to be raised with those of the scenarios.

    Raises:
        InvalidSourceError: before anything is built, with every problem of every file.
        SessionTooLargeError: if a session would need more memory than it may.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    try:
        programs = load_programs(paths, engine.parameters, allow_python=engine.allow_python)
    except InvalidSourceError as error:
        raise InvalidSourceError([*others, *error.diagnostics]) from None
    if others:
        raise InvalidSourceError(others)
    size = sum(program.size for program in programs)
    announce(f"TensorFlow has {size:,} steps to build", size * _SECONDS_A_STEP)
    if programs:
        load_tensorflow(engine)
    return [interpret_program(program, engine, seed, session) for program in programs]


def load_tensorflow(engine: Engine) -> None:
    """Load TensorFlow; its log lines are shown if that is asked for."""
    with tf1.captured_stderr() as log:
        log.show = engine.verbose
        # The user's own code may import TensorFlow, and must find all of it.
        tf1.load(own_process=engine.own_process and not engine.allow_python)


def interpret_program(
    program: Program, engine: Engine, seed: int | None, session: SessionOptions | None
) -> Report:
    """Build a program, and run its session if asked to; TensorFlow's log lines are shown where it failed."""
    if session:
        session = replace(session, preflight=preflight)
    with tf1.captured_stderr() as log:
        report = interpret(program, seed=seed, session=session, allow_python=engine.allow_python)
        log.show = engine.verbose or report.error is not None
    return report
