"""What a rule finds."""

from typing import NamedTuple

from scopecli.ground.diagnostics import Location, Note


class Finding(NamedTuple):
    """A place, what is odd about it, what to write instead, and the other place that matters."""

    location: Location
    message: str
    help: str
    other: Note | None = None
