"""Makes the record at the end of a program, and tells what ended it."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from shlex import quote
from types import FunctionType
from typing import Final

from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.report.model import Report, Source
from scopecli.report.source_kinds import SourceKind
from scopecli.tf1.compat.old_programs import is_cured_by_tf1
from scopecli.tracing.failures import causes_of, failure_of_program, with_cause
from scopecli.tracing.notebooks import cell_file
from scopecli.tracing.places import Places
from scopecli.tracing.recording import RecordedCall, Recording
from scopecli.tracing.reporting import CallFailure, Reported, describe_recording
from scopecli.tracing.requests import How, Record, Request

_IN_A_GRAPH: Final = "call `tf.disable_v2_behavior()` before anything is built, or run it with `--tf1`"


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
        _with_titles(_with_cure(reports_of(found, error, request.target, places), request)),
        len(found.eager),
        tensorflow=recording is not None,
        eagerly_got=any(call.step != "Variable" for call in found.eager),
        functions=tuple(_functions()) if request.script else (),
        warnings=tuple(_eager_warnings(found.eager, places)),
    )


def _eager_warnings(calls: Iterable[RecordedCall], places: Places) -> Iterator[Diagnostic]:
    """Yield a warning for each line that asks to share in eager execution, which shares nothing."""
    told: set[Location] = set()
    for call in calls:
        first, place = call.made_before, places.place(call.stack).location
        if call.step != "Variable" and call.mode and first and place not in told:
            told.add(place)
            message = f"`{call.full_name}` is made once more: in eager execution `reuse` finds nothing"
            note = Note("it was made here before", places.place(first.stack).location)
            yield Diagnostic("SC810", message, place, _IN_A_GRAPH, (note,), "warning")


def _functions() -> Iterator[str]:
    """Yield the public functions that the program itself defines."""
    for name, value in vars(sys.modules["__main__"]).items():
        is_its_own = getattr(value, "__module__", None) == "__main__"
        if is_its_own and isinstance(value, FunctionType) and not name.startswith("_"):
            yield name


def reports_of(found: Reported, error: BaseException | None, path: str, places: Places) -> list[Report]:
    """Return what a recording says, at least one report, with what ended the program."""
    reports = [*found.reports] or [Report(source=Source(SourceKind.PROGRAM, path))]
    if error is not None:
        number, failure = _failure(error, found, places)
        reports[number] = replace(reports[number], error=failure)
    return reports


def _with_cure(reports: Sequence[Report], request: Request) -> list[Report]:
    """Return reports that say of what ended the program whether `--tf1` would have cured it."""
    return [
        replace(report, error=replace(report.error, help=_cure(report.error, request)))
        if report.error and not request.tf1 and is_cured_by_tf1(report.error.message)
        else report
        for report in reports
    ]


def _cure(error: Diagnostic, request: Request) -> str:
    cure = f"run it with `scopecli trace --tf1 {quote(request.target)}`, which gives it TF1's API"
    return f"{cure}; or change it: {error.help}" if error.help else cure


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
