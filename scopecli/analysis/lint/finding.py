"""What a rule finds."""

from typing import NamedTuple

from scopecli.ground.diagnostics import Correction, Location, Note


class Finding(NamedTuple):
    """A place, what is odd about it, what to write instead, and the other place that matters.

    Attributes:
        fix: what makes it right, where that is beyond doubt.
    """

    location: Location
    message: str
    help: str
    other: Note | None = None
    fix: Correction | None = None
