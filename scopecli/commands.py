"""What the commands do: paths and options in, reports out."""

from collections.abc import Sequence
from dataclasses import dataclass

from scopecli import tf1
from scopecli.interpret import SessionOptions, interpret
from scopecli.report import Report
from scopecli.scenario.model import Scenario
from scopecli.selection import Listing, Selection, select
from scopecli.sources import load_scenarios


@dataclass(frozen=True, slots=True)
class Engine:
    """How TensorFlow is used.

    Attributes:
        own_process: whether the process is scopecli's own, so that TensorFlow may be loaded the fast way.
        verbose: whether TensorFlow's log lines are let through.
    """

    own_process: bool = False
    verbose: bool = False


def run(
    paths: Sequence[str], engine: Engine, *, seed: int | None, session: SessionOptions | None
) -> list[Report]:
    """Build each scenario in a graph of its own, and run its session if asked to.

    Raises:
        InvalidSourceError: before anything is built, with every problem of every file.
        SessionTooLargeError: if a session would need more memory than it may.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    scenarios = load_scenarios(paths)
    with tf1.held() as log:
        log.show = engine.verbose
        tf1.load(own_process=engine.own_process)
    return [_interpret(each, engine, seed, session) for each in scenarios]


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


def _interpret(
    scenario: Scenario, engine: Engine, seed: int | None, session: SessionOptions | None
) -> Report:
    with tf1.held() as log:
        report = interpret(scenario, seed=seed, session=session)
        log.show = engine.verbose or report.error is not None
    return report
