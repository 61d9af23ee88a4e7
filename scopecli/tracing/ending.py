"""Makes the record at the end of a program, and tells what ended it."""

import sys
from collections.abc import Sequence
from dataclasses import replace

from scopecli.report.model import Report, Source
from scopecli.report.source_kinds import SourceKind
from scopecli.tracing.failures import causes_of, failure_of_program, with_cause
from scopecli.tracing.notebooks import cell_file
from scopecli.tracing.places import Places
from scopecli.tracing.recording import Recording
from scopecli.tracing.reporting import CallFailure, Reported, describe_recording
from scopecli.tracing.requests import How, Record, Request


def record_of(
    recording: Recording | None, request: Request, how: How, status: int, error: BaseException | None
) -> Record:
    """Return the record of a program, as far as it came.

    Args:
        recording: what was recorded; None if the program did not import TensorFlow.
        request: what was to be run.
        how: how it ended.
        status: its exit status.
        error: what it raised, if that ended it.
    """
    places = places_of(request)
    found = Reported((), (), {}, ())
    if recording is not None:
        found = describe_recording(recording, request.target, places, stacks=request.stacks)
    return Record(
        how,
        status,
        _with_titles(reports_of(found, error, request.target, places)),
        len(found.eager),
        tensorflow=recording is not None,
        eagerly_got=any(call.step != "Variable" for call in found.eager),
    )


def reports_of(found: Reported, error: BaseException | None, path: str, places: Places) -> list[Report]:
    """Return what a recording says, at least one report, with what ended the program."""
    reports = [*found.reports] or [Report(source=Source(SourceKind.PROGRAM, path))]
    if error is not None:
        number, failure = _failure(error, found, places)
        reports[number] = replace(reports[number], error=failure)
    return reports


def places_of(request: Request) -> Places:
    """Return what tells the lines of a program that runs in this process."""
    run_again = [cell_file(request.target, cell.number) for cell in request.cells if cell.runs]
    return Places(request.folder, _own_files(request), run_again)


def _failure(error: BaseException, found: Reported, places: Places) -> CallFailure:
    """Return what ended a program, and the number of the report that it belongs to."""
    if id(error) in found.failures:
        return found.failures[id(error)]
    failure = failure_of_program(error, places, found.graphs)
    for origin in causes_of(error):
        if id(origin) in found.failures:
            number, cause = found.failures[id(origin)]
            return CallFailure(number, with_cause(failure, cause))
    return CallFailure(max(len(found.reports) - 1, 0), failure)


def _with_titles(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return the reports, told apart where a program built several graphs."""
    if len(reports) == 1:
        return tuple(reports)
    return tuple(
        replace(report, title=f"{report.source.path}, graph {number} of {len(reports)}")
        for number, report in enumerate(reports, start=1)
    )


def _own_files(request: Request) -> list[str]:
    module = sys.modules.get(request.module or "__main__")
    file = getattr(module, "__file__", None)
    return [str(file)] if file else []
