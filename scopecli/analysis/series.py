"""What becomes of variables from step to step of a training: their statistics, and how far each went."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

from scopecli.report.model import Source, Variable
from scopecli.report.values import Summary, widen

_BLOCK: Final = (
    1 << 13
)  # elements that are subtracted together: for more, numpy starts threads, which take longer
_SQUARABLE: Final = (1e-280, 1e300)  # a sum of squares between these lost nothing
_TEXT: Final = "OSU"  # the kinds of numpy's dtypes for strings


class Change(NamedTuple):
    """How far a value is from that of the step before.

    Attributes:
        l2: the norm of the difference, over elements that are finite in both; None of text, and of other
            shapes.
        is_none: whether every element is what it was; NaN equals NaN.
    """

    l2: float | None
    is_none: bool


class Point(NamedTuple):
    """A variable at a step.

    Attributes:
        summary: its statistics; None where the value can't be read.
        change: from the step before that has a value of it; None at the first.
    """

    step: int
    variable: Variable
    summary: Summary | None
    change: Change | None

    @property
    def flags(self) -> tuple[str, ...]:
        """What its value is conspicuous for at this step."""
        return self.summary.flags(self.variable.size or 0) if self.summary else ()


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A variable at every step that has it, in order."""

    points: tuple[Point, ...]

    @property
    def variable(self) -> Variable:
        """The variable as the last step has it."""
        return self.points[-1].variable

    def at(self, step: int) -> Point | None:
        """Return it at a step, if that has it."""
        return next((point for point in self.points if point.step == step), None)

    def notes(self, steps: Sequence[int]) -> Iterator[str]:
        """Yield what is to be known of it, beside the numbers."""
        if self.points[0].step != steps[0]:
            yield f"first at step {self.points[0].step}"
        if self.points[-1].step != steps[-1]:
            yield f"last at step {self.points[-1].step}"
        for before, point in pairwise(self.points):
            if point.variable.shape != before.variable.shape:
                yield f"of shape {point.variable.shape} from step {point.step} on"
            if point.variable.dtype != before.variable.dtype:
                yield f"{point.variable.dtype} from step {point.step} on"
        for word in ("NaN", "Inf", "all zero"):
            told = (point.step for point in self.points if word in point.flags)
            first = next(told, None)
            if first is not None and (word != "all zero" or first != self.points[0].step):
                yield f"first {word} at step {first}"
        if self._never_changed:
            yield "never changed"

    @property
    def _never_changed(self) -> bool:
        changes = [point.change for point in self.points[1:]]
        return bool(changes) and all(change is not None and change.is_none for change in changes)


@dataclass(frozen=True, slots=True)
class Series:
    """The checkpoints of a directory, from the first step to the last.

    Attributes:
        rows: the variables that are asked for.
        of: how many there are in all, if not all are asked for.
    """

    source: Source
    steps: tuple[int, ...]
    rows: tuple[SeriesRow, ...]
    of: int


def change_between(before: Any, after: Any) -> Change:
    """Return how far one array is from another, a block at a time."""
    import numpy as np  # noqa: PLC0415 - there are arrays

    if before.shape != after.shape:
        return Change(None, is_none=False)
    if after.dtype.kind in _TEXT or before.dtype.kind in _TEXT:
        return Change(None, is_none=bool(np.array_equal(before, after)))
    flat, other = before.reshape(-1), after.reshape(-1)
    into = "complex128" if after.dtype.kind == "c" else "float64"
    norm, is_none = 0.0, True
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, flat.size, _BLOCK):
            old, new = (widen(array[start : start + _BLOCK]) for array in (flat, other))
            difference = np.subtract(new, old, dtype=into)
            part = _norm(difference)
            if not math.isfinite(part):
                is_none = is_none and bool(np.array_equal(old, new, equal_nan=True))
                part = _norm(difference[np.isfinite(old) & np.isfinite(new)])
            elif part > 0:
                is_none = False
            norm = math.hypot(norm, part)
    return Change(norm, is_none)


def _norm(array: Any) -> float:
    """Return the norm of numbers in double precision, also where their squares are too large or too small."""
    squares = float(abs(array @ array.conj()))
    if _SQUARABLE[0] < squares < _SQUARABLE[1]:
        return math.sqrt(squares)
    largest = float(abs(array).max(initial=0.0))
    if not 0 < largest < math.inf:
        return largest
    array = array / largest
    return largest * math.sqrt(abs(array @ array.conj()))
