"""The reports of sources whose calls are asked for."""

from collections.abc import Iterator, Sequence

from scopecli.commands.engine import Engine
from scopecli.commands.sources import open_all
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Report


def reports_with_calls(paths: Sequence[str], engine: Engine) -> list[Report]:
    """Return the reports of sources, in order: a scenario is built without a session, a saved report is read.

    Raises:
        InvalidSourceError: before anything is built, with every problem of every source; also where a source
            tells of variables and of no calls, as a listing or a checkpoint does.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    reports = [opened.report for opened in open_all(paths, engine)]
    problems = list(_without_calls(paths, reports))
    if problems:
        raise InvalidSourceError(problems)
    return reports


def _without_calls(paths: Sequence[str], reports: Sequence[Report]) -> Iterator[Diagnostic]:
    # A file of several reports is told by what they are of.
    places = paths if len(paths) == len(reports) else [report.source.path for report in reports]
    for path, report in zip(places, reports, strict=True):
        if report.variables and not report.calls:
            message = "there are variables in it and no calls, so that nothing can be said of any"
            hint = "explain and lint read scenarios, and what `run -f json` saves"
            yield Diagnostic("SC605", message, Location(path), hint)
