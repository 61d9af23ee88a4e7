"""Values in little room: as numpy prints them, their corners, or their mean and spread."""

import sys
from typing import Final

from scopecli.render.text import one_line
from scopecli.report.values import Value, summarize

WIDEST_VALUE: Final = 60  # columns
_MOST_LINES: Final = 4


def short_value(value: Value, room: int = WIDEST_VALUE, *, whole: bool = False) -> str:
    """Return a value as numpy prints it, its corners, or else `mean ± std`, whichever the room is enough for.

    Args:
        value: the value.
        room: in columns.
        whole: whether numpy's corners of a tensor with many axes are shown all the same.
    """
    lines = value.text().split("\n")
    if len(lines) <= _MOST_LINES and max(map(len, lines)) <= room:
        return "\n".join(lines)
    corners = _corners(value)
    return corners if whole or len(corners) <= room else mean_and_spread(value)


def line_of(value: Value, *, full: bool) -> str:
    """Return a value on one line: every element that was kept, or of many the corners."""
    return one_line(value.text(threshold=sys.maxsize) if full else short_value(value, whole=True))


def least_text(value: Value) -> str:
    """Return the shortest of the texts that a value may be shown as."""
    return min(value.text(), _corners(value), mean_and_spread(value), key=_widest_line)


def _widest_line(text: str) -> int:
    return max(map(len, text.split("\n")))


def _corners(value: Value) -> str:
    return one_line(value.text(threshold=0, edge_items=1, precision=3))


def mean_and_spread(value: Value) -> str:
    """Return mean and standard deviation of the finite elements, and what is not finite."""
    summary = value.summary or summarize(value.sample)
    if summary.mean is None or summary.std is None:
        return f"{value.sample.size:,} values" if value.sample.shape else one_line(value.text())
    flags = [flag for flag, count in (("NaN", summary.nan), ("Inf", summary.inf)) if count]
    return ", ".join([f"{summary.mean:.3g} ± {summary.std:.2g}", *flags])
