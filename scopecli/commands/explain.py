"""Explains the calls of a scenario or a saved report."""

from scopecli.analysis.explain import Explanation
from scopecli.analysis.explain import explain as explained
from scopecli.commands.engine import Engine
from scopecli.commands.reports import open_with_calls
from scopecli.report.model import Report
from scopecli.sources.opened import raise_unread, read_ones


def explain_calls(path: str, engine: Engine) -> tuple[list[Report], list[Explanation]]:
    """Return the reports of a source, a scenario's without a session, and an explanation of each call.

    Raises:
        InvalidSourceError: before anything is built, with every problem of the file.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    found = open_with_calls([path], engine)
    raise_unread(found)
    reports = [opened.report for opened in read_ones(found)]
    return reports, [explanation for report in reports for explanation in explained(report)]
