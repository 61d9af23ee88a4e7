"""Explanations of calls: some lines each for people, an object each for programs."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

import click

from scopecli.analysis.explain import Explanation
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.render.columns import handle_text
from scopecli.render.json_lines import whole
from scopecli.render.text import safe
from scopecli.render.wrapping import wrap_styled
from scopecli.report.writing import location_json, note_json, problem_json


def explain_text(explanations: Iterable[Explanation], width: int) -> Iterator[str]:
    """Yield some lines a call, styled, in two columns; an empty line between calls."""
    for number, explanation in enumerate(explanations):
        if number:
            yield ""
        for line in _lines(explanation):
            yield from wrap_styled(line, width, _SECOND_COLUMN)


def explain_plain(explanation: Explanation) -> list[str]:
    """Return the lines of an explanation but for its title, without styles, each after what it tells."""
    return [_plain_line(click.unstyle(line)) for line in islice(_lines(explanation), 1, None)]


def _plain_line(line: str) -> str:
    label, told = line[:_SECOND_COLUMN].strip(), line[_SECOND_COLUMN:].strip()
    return f"{label}: {told}" if label else told


def _lines(explanation: Explanation) -> Iterator[str]:
    call = explanation.call
    title = click.style(f"{safe(handle_text(call))}: {safe(call.step)} {safe(call.name)}", bold=True)
    yield f"{title}  {_at(call.location)}"
    for note in explanation.trail:
        yield f"  {'':9}{safe(note.message)}, {_at(note.location)}"
    for part in explanation.scopes:
        name = f"`{safe(part.name)}`" if part.name else "the root"
        yield _line("scope", f"{name}: {safe(part.how)} {_at(part.location)}")
        for note in part.notes:
            yield _line("", f"{safe(note.message)}, {_at(note.location)}")
    if not explanation.scopes:
        yield _line("scope", "the root")
    set_at = f"; set {_at(explanation.reuse_set_at)}" if explanation.reuse_set_at else ""
    yield _line("reuse", explanation.reuse + set_at)
    taken_by = f" {_at(explanation.taken_by)}" if explanation.taken_by else ""
    yield _line("name", safe(explanation.naming) + taken_by)
    for note in explanation.renamed:
        yield _line("", f"{safe(note.message)}, {_at(note.location)}")
    made_at = f" {_at(explanation.made_at)}" if explanation.made_at else ""
    yield _line("outcome", safe(explanation.outcome) + made_at)
    for note in explanation.made_trail:
        yield _line("", f"that time, {safe(note.message)}, {_at(note.location)}")
    for number, note in enumerate(explanation.uses):
        yield _line("" if number else "used", f"{safe(note.message)}, {_at(note.location)}")
    if explanation.failure:
        yield from _failure_lines(explanation.failure, explanation)


def _failure_lines(failure: Diagnostic, explanation: Explanation) -> Iterator[str]:
    for note in failure.notes:
        if note not in explanation.trail:  # which is told above
            yield _line("", f"{safe(note.message)}: {safe(str(note.location))}")
    if failure.help:
        yield _line("fix", safe(failure.help))


_SECOND_COLUMN: Final = 11


def _line(label: str, text: str) -> str:
    return f"  {click.style(f'{label:8}', dim=True)} {text}"


def _at(location: Location) -> str:
    return click.style(f"at {safe(str(location))}", fg="cyan")


def explain_json(explanations: Iterable[Explanation]) -> Iterator[str]:
    """Yield a list with an object a call."""
    yield from whole([_fields(explanation) for explanation in explanations], always_list=True)


def _fields(explanation: Explanation) -> dict[str, Any]:
    call = explanation.call
    return {
        "index": call.index,
        "handle": call.handle,
        "step": call.step,
        "name": call.name,
        "location": location_json(call.location),
        "trail": [note_json(caller) for caller in explanation.trail],
        "scopes": [
            {
                "name": scope.name,
                "how": scope.how,
                "location": location_json(scope.location),
                "notes": [note_json(note) for note in scope.notes],
            }
            for scope in explanation.scopes
        ],
        "reuse": call.reuse,
        "reuse_set_at": location_json(explanation.reuse_set_at),
        "variable": call.variable.name if call.variable else None,
        "naming": explanation.naming,
        "renamed": [note_json(note) for note in explanation.renamed],
        "taken_by": location_json(explanation.taken_by),
        "outcome": call.outcome,
        "first_call": call.first_call,
        "made_at": location_json(explanation.made_at),
        "made_trail": [note_json(caller) for caller in explanation.made_trail],
        "uses": [note_json(use) for use in explanation.uses],
        "error": problem_json(explanation.failure) if explanation.failure else None,
    }
