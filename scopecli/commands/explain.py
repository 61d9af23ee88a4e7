"""Explains the calls of a scenario."""

from scopecli.commands.engine import Engine
from scopecli.commands.run import run_scenarios
from scopecli.explain import Explanation
from scopecli.explain import explain as explained
from scopecli.report import Report


def explain_calls(path: str, engine: Engine) -> tuple[Report, list[Explanation]]:
    """Build a scenario without a session; return the report, and an explanation of each call.

    Raises:
        InvalidSourceError: before anything is built, with every problem of the file.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    (report,) = run_scenarios([path], engine, seed=None, session=None)
    return report, explained(report)
