"""Finds what was renamed, also where one source has names in the manner of another library.

There variables of transposed shapes are looked at too. A shape alone would lead astray: of a layer's two
matrices the first may have the shape that the second has when it is transposed.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from scopecli.analysis.diff.axes import usual_axes
from scopecli.analysis.diff.changes import Pair
from scopecli.analysis.diff.dotted import are_dotted, slashed_names
from scopecli.analysis.diff.renames import NamedVariable, partners
from scopecli.report.model import Shape, Variable

_NUMBERS: Final = "float"  # of any number of bits: weights are often kept elsewhere with fewer


def renamed_pairs(a: Sequence[NamedVariable], b: Sequence[NamedVariable]) -> Iterator[Pair]:
    """Yield which variables of A are probably which of B, each at most once, in A's order.

    Where the names of one side alone are parted by dots, they are compared as TensorFlow would have them.
    """
    dotted = [are_dotted([named.row for named in side]) for side in (a, b)]
    if dotted[0] == dotted[1]:
        yield from (Pair(one.row, other.row, is_sure=is_sure) for one, other, is_sure in partners(a, b))
        return
    comparable = [_comparable(side, is_dotted=is_so) for side, is_so in zip((a, b), dotted, strict=True)]
    found = _same_names(*comparable)
    found |= _alike(comparable[0], comparable[1], found)
    for one, (other, is_sure) in sorted(found.items()):
        axes = usual_axes(a[one].row.shape, b[other].row.shape)
        is_same_shape = a[one].row.shape == b[other].row.shape
        if is_same_shape or axes:
            yield Pair(a[one].row, b[other].row, is_sure=is_sure, axes=None if is_same_shape else axes[0])


def _comparable(side: Sequence[NamedVariable], *, is_dotted: bool) -> list[NamedVariable]:
    """Return variables with the names that TensorFlow's programs would have, and no order of axes."""
    names = slashed_names(named.row for named in side) if is_dotted else {}
    return [_without_order(names.get(named.row.name, named.name), named.row) for named in side]


def _without_order(name: str, row: Variable) -> NamedVariable:
    """Return a variable as it is compared: not by how its axes lie, nor by how exact its numbers are."""
    dtype = _NUMBERS if row.dtype.startswith(("float", "bfloat")) else row.dtype
    return NamedVariable(name, replace(row, name=name, shape=_sorted_shape(row.shape), dtype=dtype))


def _sorted_shape(shape: Shape) -> Shape:
    return shape if shape is None or None in shape else tuple(sorted(size or 0 for size in shape))


def _same_names(a: Sequence[NamedVariable], b: Sequence[NamedVariable]) -> dict[int, tuple[int, bool]]:
    """Return by A's places the places in B of what has the same name and as many elements along its axes."""
    times = [Counter(named.name for named in side) for side in (a, b)]
    places = {named.name: place for place, named in enumerate(b) if times[1][named.name] == 1}
    found = ((place, places.get(named.name)) for place, named in enumerate(a) if times[0][named.name] == 1)
    return {
        one: (other, True)
        for one, other in found
        if other is not None and a[one].row.shape == b[other].row.shape
    }


def _alike(
    a: Sequence[NamedVariable], b: Sequence[NamedVariable], found: dict[int, tuple[int, bool]]
) -> dict[int, tuple[int, bool]]:
    """Return the same of what is left, by how it is called and what it is."""
    taken = {other for other, _ in found.values()}
    left_a = {id(named): place for place, named in enumerate(a) if place not in found}
    left_b = {id(named): place for place, named in enumerate(b) if place not in taken}
    more = partners([a[place] for place in left_a.values()], [b[place] for place in left_b.values()])
    return {left_a[id(one)]: (left_b[id(other)], is_sure) for one, other, is_sure in more}
