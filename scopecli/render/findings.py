"""Diagnostics as results: JSON for programs, annotations for GitHub's pages."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.render.diagnostics import Lines, diagnostic_lines
from scopecli.render.json_lines import note_fields


def findings(
    found: Iterable[Diagnostic],
    format: str,  # noqa: A002 - as the option
    styled: Callable[[Iterable[str]], Iterator[str]],
    lines_of: Lines,
    width: int,
) -> Iterator[str]:
    """Yield findings in the format that is asked for; `styled` shows styles as the output can."""
    if format == "json":
        return _findings_json(found)
    if format == "github":
        return _findings_github(found)
    return styled(line for each in found for line in diagnostic_lines(each, lines_of, width))


def _findings_json(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield a list with an object a diagnostic."""
    rows = [json.dumps(_fields(each)) for each in diagnostics]
    yield "["
    yield from (f"  {row}{',' if number < len(rows) else ''}" for number, row in enumerate(rows, start=1))
    yield "]"


def _findings_github(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield a workflow command a diagnostic, which GitHub shows beside the line."""
    for each in diagnostics:
        place = each.location
        properties = {"file": place.file}
        if place.line:
            properties |= {"line": str(place.line), "col": str(place.column)}
            properties |= {"endLine": str(place.end_line), "endColumn": str(place.end_column)}
        properties["title"] = each.code
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        notes = [f"{note.location}: {note.message}" for note in each.notes]
        told = "\n".join([each.message, *notes, *([f"help: {each.help}"] if each.help else [])])
        yield f"::{each.severity} {listed}::{_data(told)}"


def _fields(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "location": _place(diagnostic.location),
        "help": diagnostic.help,
        "notes": [note_fields(each) for each in diagnostic.notes],
    }


def _place(location: Location) -> dict[str, Any]:
    return location._asdict()


def _data(text: str) -> str:
    """Escape as GitHub's toolkit does."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
