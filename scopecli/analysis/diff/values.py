"""Compares the values of two sources, one tensor of each in memory at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from scopecli.analysis.diff.axes import usual_axes
from scopecli.analysis.diff.changes import Changes, Pair, ValueDifference
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Variable
from scopecli.report.values import plain, widen

_BLOCK: Final = 1 << 20  # elements compared together
_NOT_KEPT: Final = "SC604"  # of a saved report without the value: a rename is told without it then
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

    Of what was probably renamed they are compared too; across libraries, transposed values as well.

    Args:
        changes: what is known without values.
        reads: read A's and B's.
        tolerance: how far numbers may be apart; NaN equals NaN.
        progress: yields the pairs in turn, and may show how far it is.
    """
    is_across, count = changes.across_libraries, len(changes.pairs)
    compared = []
    for place, pair in enumerate(progress((*changes.pairs, *changes.renames))):
        try:
            compared.append(_with_difference(pair, reads, tolerance, is_across=is_across))
        except InvalidSourceError as error:
            if place < count or any(told.code != _NOT_KEPT for told in error.diagnostics):
                raise
            compared.append(replace(pair, without_value="AB"))
    return replace(changes, pairs=tuple(compared[:count]), renames=tuple(compared[count:]), with_values=True)


def _with_difference(
    pair: Pair, reads: tuple[Read, Read], tolerance: ValueTolerance, *, is_across: bool
) -> Pair:
    is_text_alone = pair.other_dtype and "string" in {pair.a.dtype, pair.b.dtype}
    if (pair.other_shape and pair.axes is None) or is_text_alone:
        return pair
    a, b = reads[0](pair.a), reads[1](pair.b)
    without = ("A" if a is None else "") + ("B" if b is None else "")
    if without:
        return replace(pair, without_value=without)
    found = None if pair.other_shape else difference(a, b, tolerance)
    if not is_across or not (found or pair.other_shape):
        return replace(pair, values=found)
    usual = usual_axes(a.shape, b.shape)
    equal = next((axes for axes in usual if difference(a.transpose(axes), b, tolerance) is None), None)
    return replace(
        pair, values=found, axes=equal or pair.axes, equal_transposed=equal is not None if usual else None
    )


def difference(a: Any, b: Any, tolerance: ValueTolerance) -> ValueDifference | None:
    """Return how two arrays differ; None where they do not."""
    if a.shape != b.shape:  # of a shape that was not known before
        return ValueDifference(max(a.size, b.size), max(a.size, b.size))
    count, largest, first = 0, 0.0, None
    for start, block_a, block_b in _blocks(a, b):
        unequal = _unequal(block_a, block_b, tolerance)
        if not len(unequal):
            continue
        place = int(unequal[0])
        first = first or (start + place, _element(block_a, place), _element(block_b, place))
        count += len(unequal)
        if a.dtype.kind not in _TEXT:
            largest = max(largest, _largest(block_a[unequal], block_b[unequal]), key=_order)
    if first is None:
        return None
    place, *elements = first
    finite = largest if a.dtype.kind not in _TEXT and _order(largest) < float("inf") else None
    return ValueDifference(count, a.size, finite, _index(place, a.shape), *elements)


def _blocks(a: Any, b: Any) -> Iterator[tuple[int, Any, Any]]:
    """Yield two arrays of a shape in blocks, each with the number of elements before; no whole is copied."""
    if a.flags.c_contiguous and b.flags.c_contiguous:
        a, b, step, size = a.reshape(-1), b.reshape(-1), _BLOCK, 1
    else:  # such as one that is transposed
        size = a[0].size
        step = max(1, _BLOCK // max(1, size))
    for start in range(0, len(a), step):
        yield start * size, a[start : start + step].reshape(-1), b[start : start + step].reshape(-1)


def _index(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    import numpy as np  # noqa: PLC0415 - there are arrays

    return tuple(int(position) for position in np.unravel_index(place, shape)) if shape else ()


def _order(number: float) -> float:
    return float("inf") if number != number else number  # noqa: PLR0124 - NaN differs from itself


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
