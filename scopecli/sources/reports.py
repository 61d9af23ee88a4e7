"""Reads the JSON that `run` and `list` write, back into reports."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from scopecli.ground.diagnostics import Location
from scopecli.ground.errors import InvalidSourceError, source_error
from scopecli.ground.files import point, quotable, read_bytes, read_utf8
from scopecli.ground.limits import MAX_REPORT_BYTES
from scopecli.report.decoding import MismatchError, inside
from scopecli.report.model import Report, Variable
from scopecli.report.reading import report_of
from scopecli.sources.opened import Opened
from scopecli.sources.stretches import stretch_of

_BEGINNING: Final = 4096
_OPENS: Final = re.compile(rb"(\xef\xbb\xbf)?\s*(\[\s*)?\{")
_VERSION: Final = re.compile(rb'"schema_version"\s*:')
_SPACE: Final = re.compile(r"[ \t\n\r]*")

_CUT: Final = "save it anew with `-f json -o FILE`, which writes it whole or not at all"


def is_report(path: str) -> bool:
    """Tell whether what `path` holds is a report: JSON with a schema version (`-` is standard input).

    Raises:
        InvalidSourceError: if it can't be read.
    """
    if not _OPENS.match(read_bytes(path, _BEGINNING)):
        return False
    return bool(_VERSION.search(read_bytes(path, MAX_REPORT_BYTES)))


def open_reports(path: str) -> list[Opened]:
    """Return the reports that `path` holds: one, a list of them, or one a line.

    Raises:
        InvalidSourceError: if it can't be read, is no JSON, or does not say what a report says.
    """
    quotable.add_report(path)
    return [Opened(report, _reader(report), file=path) for report in _reports(path)]


def _reports(path: str) -> list[Report]:
    values = list(_parse_values(read_utf8(path, MAX_REPORT_BYTES, "a report"), path))
    found = [element for value in values for element in (value if isinstance(value, list) else [value])]
    try:
        if len(values) == 1 and not isinstance(values[0], list):
            return [report_of(found[0])]
        reports = []
        for number, element in enumerate(found):
            with inside(number):
                _refuse_unread(element)
                reports.append(report_of(element))
    except MismatchError as error:
        raise source_error("SC604", str(error), Location(path)) from None
    return reports


def _refuse_unread(element: Any) -> None:
    """Raise MismatchError if this stands for a source that could not be read."""
    if isinstance(element, dict) and isinstance(element.get("error"), dict) and "variables" not in element:
        path, message = (element.get("source") or {}).get("path"), element["error"].get("message")
        raise MismatchError(f"{path} could not be read when this was saved: {message}")


def _parse_values(written: str, path: str) -> Iterator[Any]:
    """Yield the JSON values that stand one behind another."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    position = _past_space(written, 0)
    while True:
        try:
            value, position = decoder.raw_decode(written, position)
        except json.JSONDecodeError as error:
            place = point(path, error.lineno - 1, error.colno - 1)
            raise source_error("SC604", f"this is no JSON: {error.msg}", place, _CUT) from None
        except RecursionError:
            raise source_error("SC604", "this JSON is nested too deep for a report", Location(path)) from None
        except ValueError as error:  # NaN, and integers of thousands of digits
            raise source_error("SC604", f"this JSON can't be read: {error}", Location(path)) from None
        yield value
        position = _past_space(written, position)
        if position == len(written):
            return


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON; a report has it as a string")


def _past_space(written: str, position: int) -> int:
    match = _SPACE.match(written, position)
    return match.end() if match else position


def _reader(report: Report) -> Callable[[Variable], Any] | None:
    """Return what finds a variable's value in a report; None where it keeps no values."""
    if all(call.value is None for call in report.calls):
        return None

    def read(variable: Variable) -> Any:
        for index in variable.calls:
            call = report.calls[index]
            if call.value and call.variable:
                if call.value.summary:
                    raise _without_value(report, variable, "of its value the report has a summary only")
                return _part(call.value.sample, variable, call.variable)
        raise _without_value(report, variable, "the report has no value of it")

    return read


def _part(array: Any, variable: Variable, yielded: Variable) -> Any:
    """Return a variable's value out of what the call yielded: of a part, its stretch of the whole."""
    if variable.part is None or variable.name == yielded.name:
        return array
    return stretch_of(array, variable)


def _without_value(report: Report, variable: Variable, why: str) -> InvalidSourceError:
    hint = "save it with `scopecli run --values full -f json`"
    return source_error("SC604", f"`{variable.name}`: {why}", Location(report.source.path), hint)
