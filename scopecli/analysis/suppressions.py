"""Comments that keep warnings about their line from being told: `# scopecli: ignore[SC406]`."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from scopecli.ground.diagnostics import Diagnostic, Location

_COMMENT: Final = re.compile(r"(?:^|\s)(#\s*scopecli:\s*ignore(?:\[([^\]]*)\])?)\s*$")

Lines = Callable[[str], Sequence[str]]
"""Returns the lines of a file, none if it can't be read."""


@dataclass(slots=True)
class Suppression:
    """A comment.

    Attributes:
        codes: those that it names; None for all.
        location: where it stands.
        used: the codes of what it kept from being told.
    """

    codes: tuple[str, ...] | None
    location: Location
    used: set[str] = field(default_factory=set)

    def takes(self, code: str) -> bool:
        """Tell whether it is about a code."""
        return self.codes is None or code in self.codes


class Suppressions:
    """The comments in files, and which of them were of use."""

    def __init__(self, lines_of: Lines) -> None:
        self._lines_of = lines_of
        self._by_file: dict[str, dict[int, Suppression]] = {}

    def in_file(self, file: str) -> dict[int, Suppression]:
        """Return the comments of a file by their lines."""
        if file not in self._by_file:
            self._by_file[file] = dict(_suppressions(file, self._lines_of(file)))
        return self._by_file[file]

    def filter(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return what no comment suppresses; what is no warning can't be."""
        return [diagnostic for diagnostic in found if not self._suppresses(diagnostic)]

    def _suppresses(self, diagnostic: Diagnostic) -> bool:
        if diagnostic.severity != "warning" or not diagnostic.location.line:
            return False
        comments = self.in_file(diagnostic.location.file)
        for line in {diagnostic.location.line, diagnostic.location.end_line}:
            if line in comments and comments[line].takes(diagnostic.code):
                comments[line].used.add(diagnostic.code)
                return True
        return False

    def tell_unused(self, file: str) -> Iterator[Diagnostic]:
        """Yield a warning for each comment of a file that suppressed nothing."""
        for comment in self.in_file(file).values():
            idle = [code for code in comment.codes or () if code not in comment.used]
            if comment.codes is None and not comment.used:
                message = "this comment keeps nothing from being told"
            elif idle:
                message = f"this comment keeps no {' or '.join(idle)} from being told"
            else:
                continue
            hint = "take it out, or name the code that is meant: `# scopecli: ignore[SC401]`"
            yield Diagnostic("SC409", message, comment.location, hint, severity="warning")


def _suppressions(file: str, lines: Sequence[str]) -> Iterator[tuple[int, Suppression]]:
    for index in range(len(lines)):  # of what a report carries, some lines
        number, match = index + 1, _COMMENT.search(lines[index])
        if match:
            place = Location(file, number, match.start(1) + 1, number, match.end(1) + 1)
            names = None if match[2] is None else tuple(name.strip() for name in match[2].split(","))
            yield number, Suppression(names, place)
