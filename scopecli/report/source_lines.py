"""The source lines that a report's places are in: it carries them, so that no file need be read for them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final, TypeAlias

from scopecli.ground.diagnostics import Location
from scopecli.report.model import Report
from scopecli.report.values import Value

_LONGEST: Final = 1_000  # characters of a line

SourceLines: TypeAlias = dict[str, dict[str, str]]
"""The text of lines by their numbers, by file."""


def source_lines(report: Report, lines_of: Callable[[str], Sequence[str]]) -> SourceLines:
    """Return the lines that places of a report are in, as far as `lines_of` has them."""
    found: SourceLines = {}
    for file, number in dict.fromkeys((place.file, place.line) for place in _places(report)):
        lines = lines_of(file) if number else ()
        if 0 < number <= len(lines):
            found.setdefault(file, {})[str(number)] = lines[number - 1][:_LONGEST]
    return found


def _places(report: Report) -> Iterator[Location]:
    parts = (
        *(report.calls, report.ops, report.scopes, report.sessions),
        *(report.expectations, report.expected_failures),
    )
    for part in (*parts, report.error):
        yield from _places_in(part)


def _places_in(found: Any) -> Iterator[Location]:
    if isinstance(found, Location):
        yield found
    elif isinstance(found, tuple | list):
        for location in found:
            yield from _places_in(location)
    elif isinstance(found, Mapping):
        yield from _places_in(tuple(found.values()))
    elif is_dataclass(found) and not isinstance(found, Value):
        for field in fields(found):
            if field.name != "variable":
                yield from _places_in(getattr(found, field.name))
