"""Finds numbered layers: families such as `fc1`, `fc2`, `fc3`, and which family elsewhere holds the same.

A layer is the variables of one scope. What two layers hold alike is told by shape, dtype, role and leaf, so
that `fc2/w` of [64, 32] with `fc2/b` of [32] is `dense_1/kernel` with `dense_1/bias`, if each is the second
of its family.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from scopecli.analysis.diff.leaves import leaf_of
from scopecli.report.model import Variable

_Kind: TypeAlias = tuple[object, ...]
_NUMBERED = re.compile(r"(.*?)_?(\d{0,9})")


class Layer(NamedTuple):
    """The variables of one scope, by what each of them is.

    Attributes:
        numbers: those in the components of its name; 0 where one has none, as in TensorFlow's `dense`.
    """

    scope: str
    numbers: tuple[int, ...]
    variables: Mapping[_Kind, Variable]


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A family that both sources have, with other numbers.

    Attributes:
        a: the scopes of A's layers, in order.
        b: those of B's, which hold the same one by one.
    """

    a: tuple[str, ...]
    b: tuple[str, ...]


def alike(a: Iterable[Variable], b: Iterable[Variable]) -> Iterator[tuple[Variable, Variable, bool]]:
    """Yield the variables of two families that hold the same layer by layer, and that no third holds.

    The third is whether the order is told by what the layers hold: not where all of them are of one form.
    """
    forms: dict[tuple[object, ...], tuple[list[list[Layer]], list[list[Layer]]]] = {}
    for side, rows in enumerate((a, b)):
        for layers in families(rows).values():
            forms.setdefault(tuple(map(_form, layers)), ([], []))[side].append(layers)
    for form, (ones, others) in forms.items():
        if len(ones) == len(others) == 1 and len(form) > 1:
            is_sure = len(set(form)) > 1
            for one, other in zip(ones[0], others[0], strict=True):
                for kind, row in one.variables.items():
                    yield row, other.variables[kind], is_sure


def renumbered_families(a: Iterable[Variable], b: Iterable[Variable]) -> tuple[Renumbered, ...]:
    """Return the families that hold the same in order, and are numbered one or more apart."""
    others = families(b)
    found = []
    for family, layers in families(a).items():
        same = others.get(family, [])
        numbers = [[layer.numbers for layer in side] for side in (layers, same)]
        if len(same) == len(layers) > 1 and numbers[0] != numbers[1] and _is_shift(*numbers):
            scopes = (tuple(layer.scope for layer in side) for side in (layers, same))
            if list(map(_form, layers)) == list(map(_form, same)):
                found.append(Renumbered(*scopes))
    return tuple(found)


def _is_shift(a: Sequence[tuple[int, ...]], b: Sequence[tuple[int, ...]]) -> bool:
    steps = {tuple(x - y for x, y in zip(one, other, strict=True)) for one, other in zip(a, b, strict=True)}
    return len(steps) == 1


def families(rows: Iterable[Variable]) -> dict[tuple[str, ...], list[Layer]]:
    """Return the layers of each family, by the names of its components without their numbers, in order."""
    scopes: defaultdict[str, list[Variable]] = defaultdict(list)
    for row in rows:
        scopes[row.name.rpartition("/")[0]].append(row)
    found: defaultdict[tuple[str, ...], list[Layer]] = defaultdict(list)
    for scope, inside in scopes.items():
        kinds = {_kind(row): row for row in inside}
        if scope and len(kinds) == len(inside):  # of two that are alike it could not be told which is which
            parts = [match.groups() for part in scope.split("/") if (match := _NUMBERED.fullmatch(part))]
            numbers = tuple(int(number or 0) for _, number in parts)
            found[tuple(stem for stem, _ in parts)].append(Layer(scope, numbers, kinds))
    for layers in found.values():
        layers.sort(key=lambda layer: layer.numbers)
    return dict(found)


def _kind(row: Variable) -> _Kind:
    last = row.name.rpartition("/")[2]
    return row.shape, row.dtype, row.role, leaf_of(row.name) or last, last if row.role == "slot" else ""


def _form(layer: Layer) -> frozenset[_Kind]:
    return frozenset(layer.variables)
