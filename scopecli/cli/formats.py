"""The formats of a command: the choices of `--format` are made of what renders them."""

import os
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from scopecli.cli.output import Output

Renderer: TypeAlias = Callable[..., Iterator[str]]
"""Takes what is shown, and `output`; loads what it needs of `render` when it is called, not for `--help`."""


_TEXT: Final = "text"
_GITHUB: Final = "github"


class Formats:
    """What a command can show its results in."""

    def __init__(self) -> None:
        self._renderers: Final[dict[str, Renderer]] = {}

    def add(self, *names: str) -> Callable[[Renderer], Renderer]:
        """Have a function render the formats of these names."""

        def register(renderer: Renderer) -> Renderer:
            self._renderers.update(dict.fromkeys(names, renderer))
            return renderer

        return register

    @property
    def names(self) -> tuple[str, ...]:
        """The formats, in the order in which `--help` lists them."""
        return tuple(self._renderers)

    def render(self, output: Output, *shown: Any, **options: Any) -> Iterator[str]:
        """Yield the lines of what is shown, in the format that is asked for."""
        return self._renderers[self.format_of(output)](*shown, output, **options)

    def format_of(self, output: Output) -> str:
        """Return the format; `auto` is text, which suits pipes too, and annotations where GitHub runs it."""
        if output.format != "auto" or _TEXT not in self._renderers:
            return output.chosen_format
        is_at_github = os.environ.get("GITHUB_ACTIONS") == "true" and output.file is None
        return _GITHUB if is_at_github and _GITHUB in self._renderers else _TEXT
