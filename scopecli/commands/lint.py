"""Warns of what is legal in scenarios and saved reports, and probably not meant."""

from collections.abc import Sequence

from scopecli.analysis.lint import lint as linted
from scopecli.commands.engine import Engine
from scopecli.commands.reports import reports_with_calls
from scopecli.ground.diagnostics import Diagnostic
from scopecli.report.model import Report
from scopecli.sources.paths import scenario_files


def lint_sources(
    paths: Sequence[str], engine: Engine, codes: Sequence[str]
) -> tuple[list[Report], list[Diagnostic]]:
    """Return the reports of sources, scenarios' without a session, and what the rules of these codes find.

    Raises:
        InvalidSourceError: before anything is built, with every problem of every file.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    reports = reports_with_calls(scenario_files(paths), engine)
    return reports, [finding for report in reports for finding in linted(report, codes)]
