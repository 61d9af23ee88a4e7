"""What an error means, as a person reads it and as a program does."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

import click

from scopecli.advice import ErrorExplanation, ErrorReading, Fix
from scopecli.render.json_lines import whole
from scopecli.render.text import safe, safe_lines
from scopecli.report.model import SCHEMA_VERSION


def error_json(reading: ErrorReading) -> Iterator[str]:
    """Yield what an error means as an object; its `explanation` is null where the error is not known."""
    yield from whole([{"schema_version": SCHEMA_VERSION, **asdict(reading)}])


def unknown_error(reading: ErrorReading) -> str:
    """Return the line that says that an error is not known, and which known ones are like it."""
    said = f"not an error that scopecli knows: {safe(reading.message)}"
    if reading.others:
        said += f"; before it: {' | '.join(safe(other.message) for other in reading.others)}"
    near = " | ".join(safe(mention.message) for mention in reading.nearest)
    return f"{said}; the nearest that it knows: {near}" if near else said


@dataclass(frozen=True, slots=True)
class _Page:
    """Sets paragraphs in lines.

    Attributes:
        width: the columns of a line.
    """

    width: int

    def paragraph(self, text: str, mark: str = "") -> list[str]:
        """Return the lines of a paragraph, with a mark before the first."""
        return textwrap.wrap(
            safe(text),
            self.width,
            initial_indent=mark,
            subsequent_indent=" " * len(mark),
            break_long_words=False,
            break_on_hyphens=False,
        )


def error_text(reading: ErrorReading, width: int) -> Iterator[str]:
    """Yield, styled, what an error means, its causes, and what to do about it; code keeps its lines."""
    page = _Page(width)
    if reading.explanation:
        yield from _explanation(reading.explanation, page)
    if reading.others:
        yield from ["", _heading("Also in the text:")]
        for mention in reading.others:
            yield from page.paragraph(mention.message, "  - ")


def _explanation(explanation: ErrorExplanation, page: _Page) -> Iterator[str]:
    for line in page.paragraph(explanation.message):
        yield click.style(line, bold=True)
    yield ""
    yield from page.paragraph(explanation.meaning)
    if explanation.asked_by:
        yield from page.paragraph(f"Asked for by {explanation.asked_by}.")
    yield from ["", _heading("Usual causes:")]
    for cause in explanation.causes:
        yield from page.paragraph(cause, "  - ")
    yield from ["", _heading("What to do:")]
    yield from _fixes(explanation.fixes, page)


def _fixes(fixes: Iterable[Fix], page: _Page) -> Iterator[str]:
    after_code = False
    for number, fix in enumerate(fixes, 1):
        if after_code:
            yield ""
        yield from page.paragraph(fix.text, f"  {number}. ")
        if fix.code:
            yield from ["", *_code(fix.code)]
        if fix.scenario:
            yield from ["", "     In a scenario:", "", *_code(fix.scenario)]
        after_code = bool(fix.code or fix.scenario)


def _code(text: str) -> Iterator[str]:
    for line in safe_lines(text).split("\n"):
        yield f"       {click.style(line, fg='cyan')}" if line else ""


def _heading(text: str) -> str:
    return click.style(text, bold=True)
