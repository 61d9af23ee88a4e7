"""Diagnostics as results: JSON for programs, annotations for GitHub's pages."""

from collections.abc import Callable, Iterable, Iterator

from scopecli.ground.diagnostics import Diagnostic
from scopecli.render.diagnostics import Lines, diagnostic_lines
from scopecli.render.json_lines import rows_json
from scopecli.report.writing import problem_json


def findings(
    found: Iterable[Diagnostic],
    format: str,  # noqa: A002 - as the option
    styled: Callable[[Iterable[str]], Iterator[str]],
    lines_of: Lines,
    width: int,
) -> Iterator[str]:
    """Yield findings in the format that is asked for; `styled` shows styles as the output can."""
    if format == "json":
        return rows_json(map(problem_json, found))
    if format == "github":
        return _findings_github(found)
    return styled(line for each in found for line in diagnostic_lines(each, lines_of, width))


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
        told = "\n".join([each.full_message, *notes, *([f"help: {each.help}"] if each.help else [])])
        yield f"::{each.severity} {listed}::{_data(told)}"


def _data(text: str) -> str:
    """Escape as GitHub's toolkit does."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
