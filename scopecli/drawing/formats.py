"""The forms that a drawing is written in."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal, TypeAlias

from scopecli.drawing.dot import dot_lines
from scopecli.drawing.html import html_lines
from scopecli.drawing.mermaid import mermaid_lines
from scopecli.drawing.model import Picture
from scopecli.drawing.svg import svg_lines
from scopecli.drawing.text import text_lines
from scopecli.render.tables import Canvas

_COLUMNS: Final = 100

DrawingFormat: TypeAlias = Literal["text", "svg", "mermaid", "dot", "html"]

WRITERS: Final[dict[str, Callable[[Sequence[Picture]], Iterator[str]]]] = {
    "svg": svg_lines,
    "mermaid": mermaid_lines,
    "dot": dot_lines,
    "html": html_lines,
}
"""What writes each form but text, which needs to know what it is drawn for."""


def drawing_lines(pictures: Sequence[Picture], format: DrawingFormat) -> Iterator[str]:  # noqa: A002 - as in `draw`
    """Return the lines of drawings in a form; text is drawn for a hundred columns."""
    if format == "text":
        return text_lines(pictures, Canvas(_COLUMNS, color=False, boxed=True))
    return WRITERS[format](pictures)
