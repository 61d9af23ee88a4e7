"""Folds the parts of partitioned variables into wholes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from scopecli.report.model import Part, Slice, Variable


def logical(variables: Iterable[Variable]) -> tuple[Variable, ...]:
    """Return variables with the parts of one whole as one row, at the place of its first part.

    A whole has its parts as `slices`, in order of their offsets, and what else it has is its first part's.
    """
    rows: list[Variable | list[tuple[Part, Variable]]] = []
    wholes: dict[tuple[object, ...], list[tuple[Part, Variable]]] = {}
    seen: Counter[tuple[Part, str]] = Counter()
    for row in variables:
        if row.part is None:
            rows.append(row)
            continue
        seen[row.part, row.dtype] += 1  # two wholes may have the same name, but not the same part twice
        whole = (row.part.whole, row.part.whole_shape, row.dtype, seen[row.part, row.dtype])
        if whole not in wholes:
            rows.append(wholes.setdefault(whole, []))
        wholes[whole].append((row.part, row))
    return tuple(row if isinstance(row, Variable) else _fold(row) for row in rows)


def _fold(parts: list[tuple[Part, Variable]]) -> Variable:
    (part, first), *_ = parts = sorted(parts, key=lambda pair: pair[0].offset)
    return replace(
        first,
        name=part.whole,
        shape=part.whole_shape,
        repr=f"<tf.PartitionedVariable '{part.whole}' shape={part.whole_shape} dtype={first.dtype}>",
        part=None,
        initialized=None if first.initialized is None else all(row.initialized for _, row in parts),
        slices=tuple(Slice(row_part.offset, _known_shape(row), row.name) for row_part, row in parts),
    )


def _known_shape(row: Variable) -> tuple[int, ...]:
    """Return the shape of a part: one that is saved in slices is known."""
    return tuple(size or 0 for size in row.shape or ())
