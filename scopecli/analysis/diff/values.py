"""Compares the values of two sources, one tensor of each in memory at a time."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from scopecli.analysis.diff.changes import Changes, Pair, ValueDifference
from scopecli.report.model import Variable
from scopecli.report.values import plain, widen

_BLOCK: Final = 1 << 20  # elements compared together
_TEXT: Final = "OSU"  # the kinds of numpy's dtypes for strings

Read = Callable[[Variable], Any]
"""Returns the value of a variable as an array, None where it has none."""


class ValueTolerance(NamedTuple):
    """How far elements may be apart: `absolute + relative * |element of B|`."""

    relative: float = 0.0
    absolute: float = 0.0


def with_values(
    changes: Changes,
    reads: tuple[Read, Read],
    tolerance: ValueTolerance,
    progress: Callable[[tuple[Pair, ...]], Iterable[Pair]],
) -> Changes:
    """Return the changes with those of values, where shapes are the same and both sides have numbers or text.

    Args:
        changes: what is known without values.
        reads: read A's and B's.
        tolerance: how far numbers may be apart; NaN equals NaN.
        progress: yields the pairs in turn, and may show how far it is.
    """
    pairs = tuple(_with_difference(pair, reads, tolerance) for pair in progress(changes.pairs))
    return replace(changes, pairs=pairs, with_values=True)


def _with_difference(pair: Pair, reads: tuple[Read, Read], tolerance: ValueTolerance) -> Pair:
    if pair.other_shape or (pair.other_dtype and "string" in {pair.a.dtype, pair.b.dtype}):
        return pair
    a, b = reads[0](pair.a), reads[1](pair.b)
    without = ("A" if a is None else "") + ("B" if b is None else "")
    if without:
        return replace(pair, without_value=without)
    return replace(pair, values=difference(a, b, tolerance))


def difference(a: Any, b: Any, tolerance: ValueTolerance) -> ValueDifference | None:
    """Return how two arrays differ; None where they do not."""
    if a.shape != b.shape:  # of a shape that was not known before
        return ValueDifference(max(a.size, b.size), max(a.size, b.size))
    flat_a, flat_b = a.reshape(-1), b.reshape(-1)
    count, largest, first = 0, 0.0, -1
    for start in range(0, a.size, _BLOCK):
        block_a, block_b = flat_a[start : start + _BLOCK], flat_b[start : start + _BLOCK]
        unequal = _unequal(block_a, block_b, tolerance)
        if not len(unequal):
            continue
        first = start + int(unequal[0]) if first < 0 else first
        count += len(unequal)
        if a.dtype.kind not in _TEXT:
            largest = max(largest, _largest(block_a[unequal], block_b[unequal]), key=_order)
    if first < 0:
        return None
    return _difference((flat_a, flat_b), count, None if a.dtype.kind in _TEXT else largest, first, a.shape)


def _order(number: float) -> float:
    return float("inf") if number != number else number  # noqa: PLR0124 - NaN differs from itself


def _difference(
    flat: tuple[Any, Any], count: int, largest: float | None, first: int, shape: tuple[int, ...]
) -> ValueDifference:
    import numpy as np  # noqa: PLC0415 - there are arrays

    index = tuple(int(position) for position in np.unravel_index(first, shape)) if shape else ()
    a, b = (_element(element, first) for element in flat)
    finite = largest if largest is not None and _order(largest) < float("inf") else None
    return ValueDifference(count, flat[0].size, finite, index, a, b)


def _element(flat: Any, index: int) -> Any:
    return (plain(flat[index : index + 1]) or [None])[0]  # type: ignore[index]  # it is a list of one


def _unequal(a: Any, b: Any, tolerance: ValueTolerance) -> Any:
    """Return the places of the elements that differ."""
    import numpy as np  # noqa: PLC0415 - there are arrays

    if a.dtype != b.dtype and a.dtype.kind not in _TEXT:
        a, b = _wide(a), _wide(b)
    unequal = np.asarray(a != b, dtype=bool)
    if a.dtype.kind not in _TEXT:
        unequal &= ~(np.asarray(a != a, dtype=bool) & np.asarray(b != b, dtype=bool))  # noqa: PLR0124 - NaN
    places = np.flatnonzero(unequal)
    if a.dtype.kind in _TEXT or not len(places) or tolerance == ValueTolerance():
        return places
    a, b = _wide(a[places]), _wide(b[places])
    with np.errstate(over="ignore", invalid="ignore"):
        near = abs(a - b) <= tolerance.absolute + tolerance.relative * abs(b)
    return places[~(near & np.isfinite(a) & np.isfinite(b))]


def _largest(a: Any, b: Any) -> float:
    import numpy as np  # noqa: PLC0415 - there are arrays

    if a.dtype == b.dtype and a.dtype.kind in "iu":  # exact, which float64 is not beyond 2**53
        return float((np.maximum(a, b).astype("uint64") - np.minimum(a, b).astype("uint64")).max())
    with np.errstate(over="ignore", invalid="ignore"):
        return float(abs(_wide(a) - _wide(b)).max())


def _wide(array: Any) -> Any:
    """Return numbers in a type of numpy's own in which they can be subtracted."""
    array = widen(array)
    return array if array.dtype.kind == "c" else array.astype("float64")
