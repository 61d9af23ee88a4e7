"""What two sources differ in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from scopecli.analysis.diff.axes import Axes
from scopecli.analysis.diff.layers import Renumbered
from scopecli.analysis.diff.leaves import leaf_of
from scopecli.report.model import Shape, Source, Variable
from scopecli.report.values import Plain

_GRAPHS: Final = frozenset({"scenario", "program", "metagraph", "graphdef"})


class ValueDifference(NamedTuple):
    """How the values of two variables differ.

    Attributes:
        different: how many elements do.
        size: of how many.
        largest: the largest distance of two elements; None of strings, and where one of them is not finite.
        first: the index of the first that differs.
        a: that element of A.
        b: that element of B.
    """

    different: int
    size: int
    largest: float | None = None
    first: tuple[int, ...] = ()
    a: Plain = None
    b: Plain = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A variable of A, and the one of B that it is compared with.

    Attributes:
        values: how their values differ; None where they do not, or were not compared.
        without_value: the sides on which it has no value: `A`, `B` or `AB`.
        is_sure: of variables under two names, whether the names tell that they are the same.
        axes: the transposition of A's that makes B's shape of it, or B's value.
        equal_transposed: whether A's value is B's when it is transposed; None where that was not looked at.
    """

    a: Variable
    b: Variable
    values: ValueDifference | None = None
    without_value: str = ""
    is_sure: bool = True
    axes: Axes | None = None
    equal_transposed: bool | None = None

    @property
    def other_shape(self) -> bool:
        """Whether the shapes, as far as they are known, can't be the same."""
        return not _compatible(self.a.shape, self.b.shape)

    @property
    def other_dtype(self) -> bool:
        """Whether the dtypes differ."""
        return self.a.dtype != self.b.dtype

    @property
    def other_values(self) -> bool:
        """Whether the values are known to differ."""
        return self.values is not None or len(self.without_value) == 1

    @property
    def other_slices(self) -> bool:
        """Whether the same whole is kept in other parts; that is worth a note, and no difference."""
        parts = [[part[:2] for part in row.slices] for row in (self.a, self.b)]
        return parts[0] != parts[1] and not self.other_shape

    @property
    def restores(self) -> bool:
        """Whether TensorFlow restores A's from B's as it was saved."""
        return not self.other_shape and not self.other_dtype

    @property
    def restores_silently(self) -> bool:
        """Whether TensorFlow gives A's the shape that B's has, and says nothing of it.

        It compares the shapes where a variable is a ref variable, or where it is restored in parts.
        """
        return self.other_shape and not self.other_dtype and self.a.kind == "resource" and not self.a.slices


@dataclass(frozen=True, slots=True)
class Changes:
    """Every difference of two sources.

    Attributes:
        pairs: what both have, by name; in A's order, as everything here that A has.
        only_a: what only A has.
        only_b: what only B has.
        renames: of what only one side has, what is probably the same variable under two names.
        with_values: whether values were compared.
        renumbered: layers that both have, and that hold the same in order under other numbers.
        by_plan: whether a plan says which variable of A is which of B; A's are as it makes them.
        left_out: how many of A's it leaves out.
        saver: of a MetaGraph A, which of its variables the Saver in it restores, by the names it looks for;
            None where there is none.
    """

    a: Source
    b: Source
    pairs: tuple[Pair, ...]
    only_a: tuple[Variable, ...]
    only_b: tuple[Variable, ...]
    renames: tuple[Pair, ...] = ()
    with_values: bool = False
    saver: Mapping[str, str] | None = None
    renumbered: tuple[Renumbered, ...] = ()
    by_plan: bool = False
    left_out: int = 0

    @property
    def count_a(self) -> int:
        """How many variables A has; a plan may make several of one."""
        return len(self.pairs) + len(self.only_a) + self.left_out

    @property
    def count_b(self) -> int:
        """How many variables B has; one may be in several pairs."""
        return len({id(pair.b) for pair in self.pairs}) + len(self.only_b)

    @property
    def unpaired(self) -> tuple[list[Variable], list[Variable]]:
        """What only A has and what only B has, without what was probably renamed."""
        renamed = {id(row) for pair in self.renames for row in (pair.a, pair.b)}
        only_a, only_b = (
            [row for row in rows if id(row) not in renamed] for rows in (self.only_a, self.only_b)
        )
        return only_a, only_b

    @property
    def shared(self) -> tuple[tuple[Variable, tuple[Variable, ...]], ...]:
        """What B has once, and rules pair with several of A's; and these."""
        by_b: dict[int, list[Pair]] = {}
        for pair in self.pairs:
            by_b.setdefault(id(pair.b), []).append(pair)
        return tuple(
            (pairs[0].b, tuple(pair.a for pair in pairs)) for pairs in by_b.values() if len(pairs) > 1
        )

    @property
    def shapes(self) -> tuple[Pair, ...]:
        """The pairs of other shapes."""
        return tuple(pair for pair in self.pairs if pair.other_shape)

    @property
    def dtypes(self) -> tuple[Pair, ...]:
        """The pairs of other dtypes."""
        return tuple(pair for pair in self.pairs if pair.other_dtype)

    @property
    def values(self) -> tuple[Pair, ...]:
        """The pairs whose values differ."""
        return tuple(pair for pair in self.pairs if pair.other_values)

    @property
    def slices(self) -> tuple[Pair, ...]:
        """The pairs that are kept in other parts."""
        return tuple(pair for pair in self.pairs if pair.other_slices)

    @property
    def equal(self) -> tuple[Pair, ...]:
        """The pairs in which no difference was found."""
        return tuple(pair for pair in self.pairs if pair.restores and not pair.other_values)

    @property
    def different(self) -> bool:
        """Whether there is any difference."""
        return bool(self.only_a or self.only_b) or len(self.equal) < len(self.pairs)

    @property
    def answers_no(self) -> bool:
        """Whether the answer is no: something would not restore into A as it is, or there is a difference.

        What a checkpoint has beside is no hindrance to restoring from it.
        """
        if not self.is_preflight:
            return self.different
        return bool(self.only_a) or len(self.equal) < len(self.pairs)

    @property
    def norms_for_biases(self) -> tuple[tuple[Variable, Variable, str], ...]:
        """Where one side has a bias and the other keeps statistics: the two, and whose the bias is."""
        only_a, only_b = self.unpaired
        found = []
        for side, biases, norms in (("A", only_a, only_b), ("B", only_b, only_a)):
            kept = [row for row in norms if leaf_of(row.name) == "mean"]
            scopes = {_scope(scope): row for row in kept for scope in (_scope(row.name), row.name)}
            for row in biases:
                norm = scopes.get(_scope(row.name))
                if leaf_of(row.name) == "bias" and norm:
                    found.append((row, norm, side))
        return tuple(found)

    @property
    def across_libraries(self) -> bool:
        """Whether kernels may be transposed on one side."""
        return across_libraries(self.a, self.b)

    @property
    def is_preflight(self) -> bool:
        """Whether B is a checkpoint that could be restored into A, a graph: into constants nothing can be."""
        rows = [*(pair.a for pair in self.pairs), *self.only_a]
        frozen = any(row.kind == "constant" for row in rows)
        is_restoring = self.a.kind in _GRAPHS and self.b.kind == "checkpoint" and not self.by_plan
        return is_restoring and not frozen


def across_libraries(a: Source, b: Source) -> bool:
    """Tell whether kernels may be transposed in one of two sources."""
    return not (a.kind.has_tf_axes and b.kind.has_tf_axes)


def _scope(name: str) -> str:
    return name.rpartition("/")[0]


def _compatible(a: Shape, b: Shape) -> bool:
    if a is None or b is None:
        return True
    return len(a) == len(b) and all(None in sizes or sizes[0] == sizes[1] for sizes in zip(a, b, strict=True))
