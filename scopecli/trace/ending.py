"""Makes the record at the end of a program, and tells what ended it."""

import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace

from scopecli.diagnostics import Note
from scopecli.report import Failure, Report, Source
from scopecli.tf1.refusals import engine_error
from scopecli.trace.calls import hint_for
from scopecli.trace.places import Places, stack_text
from scopecli.trace.recording import Recording
from scopecli.trace.reporting import Reported, reported
from scopecli.trace.requests import How, Record, Request


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
    places = Places(request.folder, _own_files(request))
    found = Reported((), 0, {})
    if recording is not None:
        found = reported(recording, request.target, places, stacks=request.stacks)
    reports = [*found.reports] or [Report(source=Source("program", request.target))]
    if error is not None:
        number, failure = len(reports) - 1, None
        if id(error) in found.failures:
            number, failure = found.failures[id(error)]
        failure = failure or _failure(error, places)
        reports[number] = replace(reports[number], error=failure)
    return Record(how, status, _titled(reports), found.eager, tensorflow=recording is not None)


def _titled(reports: Sequence[Report]) -> tuple[Report, ...]:
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


def _failure(error: BaseException, places: Places) -> Failure:
    """Return what ended a program, at the user's line that led there."""
    frames = traceback.extract_tb(error.__traceback__)
    place = places.place(frames)
    engine = engine_error(error)
    operation = getattr(error, "op", None)
    related: tuple[Note, ...] = ()
    if operation is not None and getattr(operation, "traceback", None):
        made = places.place(operation.traceback)
        related = (Note(f"`{operation.name}` was made here", made.location),)
    stack = stack_text(error)
    return Failure(
        type(error).__name__, engine.message, place.location, hint_for(engine), related, stack, code="SC803"
    )
