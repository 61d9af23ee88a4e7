"""The reports of scenarios, which are built, and of saved reports, which are read."""

from collections.abc import Sequence

from scopecli.commands.engine import Engine
from scopecli.diagnostics import Diagnostic, Location
from scopecli.errors import InvalidSourceError
from scopecli.report import Report
from scopecli.sources.saved_reports import is_report, open_reports


def reports_with_calls(paths: Sequence[str], engine: Engine) -> list[Report]:
    """Return the reports of sources, in order: a scenario is built without a session, a saved file is read.

    Raises:
        InvalidSourceError: before anything is built, with every problem of the scenarios, or of the first
            saved report that has any; one that has variables and no calls is that of a listing.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    saved = {path: _saved(path) for path in paths}
    scenarios = [path for path, reports in saved.items() if reports is None]
    if scenarios or engine.parameters:
        from scopecli.commands.run import run_scenarios  # noqa: PLC0415 - only scenarios need the interpreter

        built = run_scenarios(scenarios, engine, seed=None, session=None)
        saved |= {path: [report] for path, report in zip(scenarios, built, strict=True)}
    return [report for path in paths for report in saved[path] or ()]


def _saved(path: str) -> list[Report] | None:
    """Return the reports that a file holds, None of a scenario."""
    if not is_report(path):
        return None
    reports = [each.report for each in open_reports(path)]
    if any(report.variables and not report.calls for report in reports):
        message = "this report has variables and no calls, so that nothing can be said of any"
        raise InvalidSourceError(
            [Diagnostic("SC604", message, Location(path), "`scopecli run -f json` saves the calls too")]
        )
    return reports
