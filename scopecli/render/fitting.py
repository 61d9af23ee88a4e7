"""Which columns of calls there is room for: names stay whole, and what tells least is left out and named."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

WIDE_GAP: Final = 2  # columns between two cells, where there is room
NARROW_GAP: Final = 1
_READABLE: Final = 12  # columns for a folded name

Cells = Mapping[str, str]
"""A row: its cells by the names of their columns."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is drawn.

    Attributes:
        columns: those that there is room for.
        gap: between two of them.
        left_out: the others, with what they have where that is the same everywhere.
        room: what the elastic column may take.
    """

    columns: tuple[str, ...]
    gap: int
    left_out: tuple[str, ...]
    room: int

    @property
    def note(self) -> str | None:
        """A line that says what was left out."""
        return f"left out for want of room: {', '.join(self.left_out)}" if self.left_out else None


def fit(  # noqa: PLR0913 - what a table is made of
    columns: Sequence[str],
    rows: Sequence[Cells],
    width: int,
    *,
    missed_least: Sequence[str],
    repeats: Callable[[str], bool] = lambda _: False,
    elastic: str | None = None,
    widest_gap: int = WIDE_GAP,
) -> Fitted:
    """Return what fits into a width.

    Args:
        columns: all of them.
        rows: the cells; of the elastic column, the shortest that each may be.
        width: in columns of the terminal.
        missed_least: what may be left out, in this order; what is the same in every row goes first.
        repeats: tells whether a column repeats what another has, and goes before the rest too.
        elastic: a column that takes what the others leave.
        widest_gap: between two columns.
    """
    widths = {column: _width(column, rows) for column in columns}
    same = {column: _one_value(column, rows) for column in missed_least if column in columns}
    order = sorted(
        same, key=lambda column: (same[column] is None) + (same[column] is None and not repeats(column))
    )
    left_out: list[str] = []
    for dropped in (None, *order):
        if dropped is not None:
            left_out.append(dropped)
        kept = tuple(column for column in columns if column not in left_out)
        for gap in range(widest_gap, NARROW_GAP - 1, -1):
            taken = sum(widths[column] for column in kept if column != elastic) + gap * (len(kept) - 1)
            if taken + widths.get(elastic or "", 0) <= width:
                return Fitted(kept, gap, tuple(_say_left_out(left_out, same)), width - taken)
    return Fitted(kept, NARROW_GAP, tuple(_say_left_out(left_out, same)), widths.get(elastic or "", 0))


def _width(column: str, rows: Sequence[Cells]) -> int:
    return max(cell_len(line) for row in ({column: column}, *rows) for line in row[column].split("\n"))


def _one_value(column: str, rows: Sequence[Cells]) -> str | None:
    """Return what every row that has something in a column has there; None if that differs."""
    found = {row[column] for row in rows} - {"-"}
    return next(iter(found)) if len(found) == 1 and len(rows) > 1 else None


def _say_left_out(left_out: Sequence[str], same: Mapping[str, str | None]) -> Iterator[str]:
    for column in left_out:
        yield f"{column} ({same[column]} in every row)" if same[column] else column


def fold_name(name: str, room: int) -> str:
    """Return a name that is too long for the room on several lines, broken behind slashes."""
    lines = [""]
    for piece in name.replace("/", "/\n").split("\n"):
        if lines[-1] and cell_len(lines[-1]) + cell_len(piece) > room:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def room_for_name(fitted: Fitted, rows: Sequence[Cells], column: str, width: int) -> int:
    """Return how wide a column of names may be, where names are what is too long."""
    others = sum(_width(other, rows) for other in fitted.columns if other != column)
    return max(_READABLE, width - others - fitted.gap * (len(fitted.columns) - 1))
