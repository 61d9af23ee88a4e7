"""A drawing as the library hands it out: a notebook shows it, and it can be saved."""

import os
from dataclasses import dataclass
from html import escape
from pathlib import Path

from scopecli.drawing.formats import DrawingFormat
from scopecli.ground.whole_files import write_file


@dataclass(frozen=True, slots=True, repr=False)
class Drawing:
    """A drawing that was written in some form.

    Attributes:
        format: `svg`, `html`, `mermaid`, `dot` or `text`.
        text: all of it.
    """

    format: DrawingFormat
    text: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        """Return its form, and how long it is."""
        return f"<drawing as {self.format}, {len(self.text):,} characters>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, whole or not at all.

        Raises:
            OSError: if that can't be written.
        """
        write_file(Path(path), [self.text])

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the drawing, or of a form that browsers don't know, its text."""
        if self.format == "svg":
            return self.text
        if self.format == "html":
            return f'<iframe srcdoc="{escape(self.text)}" width="100%" height="480"></iframe>'
        return f"<pre>{escape(self.text)}</pre>"
