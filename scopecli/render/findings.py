"""Diagnostics as results: JSON for programs, annotations for GitHub's pages."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from scopecli import __version__
from scopecli.ground.codes import CODES
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.render.json_lines import rows_json, strict_json
from scopecli.report.writing import problem_json


def findings_json(found: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield a list with an object a finding."""
    return rows_json(map(problem_json, found))


def counts_text(found: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield a line a code: how often it was found, and what it says; the commonest first."""
    counts = Counter(diagnostic.code for diagnostic in found).most_common()
    width = max((len(f"{count:,}") for _, count in counts), default=0)
    for code, count in counts:
        yield f"{count:>{width},}  {code}  {CODES[code]}"


def counts_json(found: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield the same as a list of objects."""
    counts = Counter(diagnostic.code for diagnostic in found).most_common()
    return rows_json({"code": code, "count": count, "says": CODES[code]} for code, count in counts)


def findings_github(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield a workflow command a diagnostic, which GitHub shows beside the line."""
    for diagnostic in diagnostics:
        place = diagnostic.location
        properties = {"file": place.file}
        if place.line:
            properties |= {"line": str(place.line), "col": str(place.column)}
            properties |= {"endLine": str(place.end_line), "endColumn": str(place.end_column)}
        properties["title"] = diagnostic.code
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        notes = [f"{note.location}: {note.message}" for note in diagnostic.notes]
        told = "\n".join(
            [diagnostic.full_message, *notes, *([f"help: {diagnostic.help}"] if diagnostic.help else [])]
        )
        yield f"::{diagnostic.severity} {listed}::{_data(told)}"


_SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def findings_sarif(found: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield SARIF 2.1.0, the OASIS format that code scanners write and many editors and servers read."""
    diagnostics = list(found)
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    driver = {
        "name": "scopecli",
        "version": __version__,
        "rules": [{"id": code, "shortDescription": {"text": CODES[code]}} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(diagnostic) for diagnostic in diagnostics],
    }
    yield strict_json({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _sarif_result(diagnostic: Diagnostic) -> dict[str, object]:
    hint = f"\nhelp: {diagnostic.help}" if diagnostic.help else ""
    notes = [{"message": {"text": note.message}, **_sarif_place(note.location)} for note in diagnostic.notes]
    return {
        "ruleId": diagnostic.code,
        "level": diagnostic.severity,
        "message": {"text": diagnostic.full_message + hint},
        "locations": [_sarif_place(diagnostic.location)],
        **({"relatedLocations": notes} if notes else {}),
    }


def _sarif_place(location: Location) -> dict[str, object]:
    path = PurePath(location.file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    region = {
        "startLine": location.line,
        "startColumn": location.column,
        "endLine": location.end_line,
        "endColumn": location.end_column,
    }
    known = {name: number for name, number in region.items() if number}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, **({"region": known} if known else {})}}


def _data(text: str) -> str:
    """Escape as GitHub's toolkit does."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
