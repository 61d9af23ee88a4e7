"""What came of a conversion."""

from typing import NamedTuple

from scopecli.converting.choosing import Chosen
from scopecli.converting.destinations import Destination
from scopecli.converting.writing import Written
from scopecli.report.model import Source, Variable
from scopecli.report.roles import Role


class Conversion(NamedTuple):
    """What was written, or would be.

    Attributes:
        destination: where, and what it is.
        chosen: what is in it.
        rows: all variables of the source.
        left_out: how many of these are not in it, by role.
        written: what is to be said of the files; None where none were written.
    """

    source: Source
    destination: Destination
    chosen: list[Chosen]
    rows: tuple[Variable, ...]
    left_out: dict[Role, int]
    written: Written | None = None
