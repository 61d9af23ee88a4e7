"""Warns of what is legal in scenarios and probably not meant."""

from collections.abc import Sequence

from scopecli.commands.engine import Engine
from scopecli.commands.run import run_scenarios
from scopecli.diagnostics import Diagnostic
from scopecli.lint import lint as linted
from scopecli.report import Report
from scopecli.sources.paths import scenario_files


def lint_scenarios(
    paths: Sequence[str], engine: Engine, codes: Sequence[str]
) -> tuple[list[Report], list[Diagnostic]]:
    """Build scenarios without a session; return the reports, and what the rules of these codes find.

    Raises:
        InvalidSourceError: before anything is built, with every problem of every file.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    reports = run_scenarios(scenario_files(paths), engine, seed=None, session=None)
    return reports, [finding for report in reports for finding in linted(report, codes)]
