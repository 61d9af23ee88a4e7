"""Builds scenarios in graphs of their own, and runs their sessions."""

from collections.abc import Sequence

from scopecli import tf1
from scopecli.commands.engine import Engine
from scopecli.interpret import SessionOptions, interpret
from scopecli.report import Report
from scopecli.scenario.program import Program
from scopecli.sources.scenarios import load_programs


def run_scenarios(
    paths: Sequence[str], engine: Engine, *, seed: int | None, session: SessionOptions | None
) -> list[Report]:
    """Build each scenario in a graph of its own, and run its session if asked to.

    Raises:
        InvalidSourceError: before anything is built, with every problem of every file.
        SessionTooLargeError: if a session would need more memory than it may.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    programs = load_programs(paths, engine.parameters, allow_python=engine.allow_python)
    load_tensorflow(engine)
    return [interpreted(each, engine, seed, session) for each in programs]


def load_tensorflow(engine: Engine) -> None:
    """Load TensorFlow; its log lines are shown if that is asked for."""
    with tf1.held() as log:
        log.show = engine.verbose
        # The user's own code may import TensorFlow, and must find all of it.
        tf1.load(own_process=engine.own_process and not engine.allow_python)


def interpreted(program: Program, engine: Engine, seed: int | None, session: SessionOptions | None) -> Report:
    """Build a program, and run its session if asked to; TensorFlow's log lines are shown where it failed."""
    with tf1.held() as log:
        report = interpret(program, seed=seed, session=session)
        log.show = engine.verbose or report.error is not None
    return report
