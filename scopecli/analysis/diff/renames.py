"""Finds what was probably renamed: two variables of one shape, dtype and role, and how their names are alike.

No search is quadratic: names are looked up by how they end and begin, and only small groups are compared
name by name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple, TypeAlias

from scopecli.analysis.diff import layers
from scopecli.analysis.diff.leaves import leaf_of
from scopecli.report.model import Variable

_TOKEN: Final = re.compile(r"/|[A-Za-z]+|\d+|[^A-Za-z\d/]+")
_MOST_CUTS: Final = 24  # of one name
_MOST_RULES: Final = 16  # that are tried for one name
_SMALL: Final = 256  # pairs: a group in which all are compared
_MOST_COMPARED: Final = 10_000  # pairs in all
_LONGEST: Final = 256  # characters of a name that are compared
_ALIKE: Final = 0.6  # of 1
_MATRIX: Final = 2  # dimensions: a shape of so many is seldom the same by chance


class NamedVariable(NamedTuple):
    """A variable, and the name it is compared under."""

    name: str
    row: Variable


class _Cut(NamedTuple):
    """A name in two: what it may share with another, and its own."""

    shared: str
    own: str


_Kind: TypeAlias = tuple[object, ...]
_Cutter: TypeAlias = Callable[[str], Iterator[_Cut]]


class _Side:
    """The variables of one side that have no partner yet, in order."""

    def __init__(self, rows: Sequence[NamedVariable]) -> None:
        self.rows = rows
        self.kinds: list[_Kind] = [
            (row.row.shape, row.row.dtype, row.row.role, leaf_of(row.row.name)) for row in rows
        ]
        self.left = dict.fromkeys(range(len(rows)))

    def forget_leaves(self) -> None:
        """Compare shapes, dtypes and roles alone from now on: the names do not tell what a leaf is."""
        self.kinds = [kind[:3] for kind in self.kinds]

    def free(self, indices: Iterable[int]) -> list[int]:
        return [index for index in indices if index in self.left]


class Partners(NamedTuple):
    """A variable of A, and the one of B that it probably is.

    Attributes:
        is_sure: whether the names and those of their neighbours tell; else it is worth a look, and no more.
    """

    a: NamedVariable
    b: NamedVariable
    is_sure: bool


def partners(a: Sequence[NamedVariable], b: Sequence[NamedVariable]) -> list[Partners]:
    """Return which variables of A are probably which of B, each at most once, in A's order.

    First those whose leaves are of one kind (`biases` is `bias`, and never a norm's `beta`), then those of
    which one leaf does not tell its kind.
    """
    search = _Search(a, b)
    _search_all(search)
    places = (
        {id(named): place for place, named in enumerate(a)},
        {id(named): place for place, named in enumerate(b)},
    )
    found = {one: (other, one in search.sure) for one, other in search.found.items()}
    left_a, left_b = ([side.rows[index] for index in side.left] for side in (search.a, search.b))
    untold_a, untold_b = (
        [named for named in left if leaf_of(named.row.name) is None] for left in (left_a, left_b)
    )
    for ones, others in ((untold_a, left_b), (left_a, untold_b)):
        taken = {index for index, _ in found.values()}
        free_ones = [one for one in ones if places[0][id(one)] not in found]
        free_others = [named for named in others if places[1][id(named)] not in taken]
        more = _Search(free_ones, free_others)
        more.a.forget_leaves()
        more.b.forget_leaves()
        _search_all(more)
        for one, other in more.found.items():
            found[places[0][id(free_ones[one])]] = places[1][id(free_others[other])], False
    return [Partners(a[one], b[other], is_sure) for one, (other, is_sure) in sorted(found.items())]


def _search_all(search: "_Search") -> None:
    passes = []
    for cutter, join in ((_ends, _join_end), (_beginnings, _join_beginning)):
        pass_ = _Pass(search, cutter, join)
        for components in (2, 1):  # what is alike in more comes first, and tells how the others are called
            pass_.take_only_ones(components)
            pass_.take_by_rule()
        passes.append(pass_)
    search.take_layers()
    for pass_ in passes:
        pass_.take_nearest()
    search.take_alike()
    search.take_only_matrices()


class _Search:
    """What was found so far."""

    def __init__(self, a: Sequence[NamedVariable], b: Sequence[NamedVariable]) -> None:
        self.a, self.b = _Side(a), _Side(b)
        self.found: dict[int, int] = {}
        self.sure: set[int] = set()
        self._compared = 0

    def take(self, one: int, other: int, *, is_sure: bool = False) -> None:
        self.found[one] = other
        if is_sure:
            self.sure.add(one)
        del self.a.left[one]
        del self.b.left[other]

    def alike(self, one: int, other: int) -> float:
        """Return how much two names are alike, of 1; 0 where too many have been compared."""
        self._compared += 1
        if self._compared > _MOST_COMPARED:
            return 0
        name, other_name = self.a.rows[one].name[-_LONGEST:], self.b.rows[other].name[-_LONGEST:]
        return SequenceMatcher(None, name.lower(), other_name.lower(), autojunk=False).ratio()

    def take_best(self, ones: list[int], others: list[int], least: float) -> None:
        """Pair a small group by how much the names are alike, the most alike first."""
        if len(ones) * len(others) > min(_SMALL, _MOST_COMPARED - self._compared):
            return
        scores = [(-self.alike(one, other), one, other) for one in ones for other in others]
        for score, one, other in sorted(scores):
            if -score >= least and one in self.a.left and other in self.b.left:
                self.take(one, other)

    def take_layers(self) -> None:
        """Pair numbered layers that hold the same, one after another."""
        places = [{id(side.rows[index].row): index for index in side.left} for side in (self.a, self.b)]
        left = [[side.rows[index].row for index in side.left] for side in (self.a, self.b)]
        for one, other, is_sure in layers.alike(*left):
            self.take(places[0][id(one)], places[1][id(other)], is_sure=is_sure)

    def take_alike(self) -> None:
        for ones, others in self._by_kind():
            self.take_best(ones, others, _ALIKE)

    def take_only_matrices(self) -> None:
        """Pair those that are the only ones of their shape, whatever they are called."""
        for (one, *more), (other, *others) in self._by_kind():
            shape = self.a.rows[one].row.shape or ()
            if not more and not others and len(shape) >= _MATRIX:
                self.take(one, other)

    def _by_kind(self) -> list[tuple[list[int], list[int]]]:
        groups: dict[_Kind, tuple[list[int], list[int]]] = {}
        for index in self.a.left:
            groups.setdefault(self.a.kinds[index], ([], []))[0].append(index)
        for index in self.b.left:
            if self.b.kinds[index] in groups:
                groups[self.b.kinds[index]][1].append(index)
        return [group for group in groups.values() if group[1]]


class _Pass:
    """A search among names that end alike, or begin alike."""

    def __init__(self, search: _Search, cutter: _Cutter, join: Callable[[_Cut], str]) -> None:
        self._search = search
        self._cutter = cutter
        self._join = join
        self._groups = self._groups_by_piece()
        self._votes: Counter[tuple[str, str]] = Counter()

    def _groups_by_piece(self) -> list[tuple[str, list[int], list[int]]]:
        """Return the variables of one kind that share a piece of their names, the longest piece first."""
        search = self._search
        groups: dict[tuple[_Kind, str], tuple[list[int], list[int]]] = {}
        kinds = {search.b.kinds[index] for index in search.b.left}
        for index in search.a.left:
            kind = search.a.kinds[index]
            if kind in kinds:
                for cut in self._cutter(search.a.rows[index].name):
                    groups.setdefault((kind, cut.shared), ([], []))[0].append(index)
        for index in search.b.left:
            kind = search.b.kinds[index]
            for cut in self._cutter(search.b.rows[index].name):
                group = groups.get((kind, cut.shared))
                if group:
                    group[1].append(index)
        found = [(shared, *group) for (_, shared), group in groups.items() if group[1]]
        return sorted(found, key=lambda entry: (-len(entry[0]), entry[0], entry[1]))

    def _free(self, components: int) -> Iterator[tuple[str, list[int], list[int]]]:
        for shared, ones, others in self._groups:
            if shared.count("/") >= components:
                free_ones, free_others = self._search.a.free(ones), self._search.b.free(others)
                if free_ones and free_others:
                    yield shared, free_ones, free_others

    def take_only_ones(self, components: int) -> None:
        """Pair those that are alone on both sides in sharing so many components of a name."""
        for shared, (one, *more), (other, *others) in self._free(components):
            if not more and not others and self._plausible(shared, one, other):
                self._search.take(one, other, is_sure=True)
                self._votes[self._own(one, shared), self._other_own(other, shared)] += 1

    def take_by_rule(self) -> None:
        """Pair what is called as those that were found tell: `old/` is `new/`."""
        search = self._search
        rules: defaultdict[str, list[str]] = defaultdict(list)
        for (own, other_own), _ in self._votes.most_common():
            if len(rules[own]) < _MOST_RULES:
                rules[own].append(other_own)
        names = {(search.b.kinds[index], search.b.rows[index].name): index for index in search.b.left}
        for one in list(search.a.left):
            other = self._partner_by_rule(one, rules, names)
            if other is not None:
                search.take(one, other, is_sure=True)

    def _partner_by_rule(
        self, one: int, rules: dict[str, list[str]], names: dict[tuple[_Kind, str], int]
    ) -> int | None:
        search = self._search
        for cut in self._cutter(search.a.rows[one].name):
            for own in rules.get(cut.own, ()):
                other = names.get((search.a.kinds[one], self._join(_Cut(cut.shared, own))))
                if other is not None and other in search.b.left:
                    return other
        return None

    def take_nearest(self) -> None:
        """Pair what is left by how much the names are alike."""
        for shared, ones, others in self._free(1):
            sure = all(self._plausible(shared, one, others[0]) for one in ones)
            self._search.take_best(ones, others, 0 if sure else _ALIKE)

    def _plausible(self, shared: str, one: int, other: int) -> bool:
        """Tell whether the names are alike enough: they end alike, or differ in how they end alone."""
        if self._cutter is _ends:
            return True
        owns = (self._own(one, shared), self._other_own(other, shared))
        return all(own.count("/") <= 1 for own in owns) or self._search.alike(one, other) >= _ALIKE

    def _own(self, one: int, shared: str) -> str:
        return _own(self._search.a.rows[one].name, shared, self._cutter)

    def _other_own(self, other: int, shared: str) -> str:
        return _own(self._search.b.rows[other].name, shared, self._cutter)


def _own(name: str, shared: str, cutter: _Cutter) -> str:
    if cutter is _ends:
        return f"/{name}"[: -len(shared)]
    return f"{name}/"[len(shared) :]


def _ends(name: str) -> Iterator[_Cut]:
    """Yield how a name ends, the shortest end first; `/` stands before it, so that components are whole."""
    whole = f"/{name}"
    places = [match.start() for match in _TOKEN.finditer(whole)]
    for place in places[: -_MOST_CUTS - 1 : -1]:
        yield _Cut(whole[place:], whole[:place])


def _join_end(cut: _Cut) -> str:
    return (cut.own + cut.shared)[1:]


def _beginnings(name: str) -> Iterator[_Cut]:
    """Yield how a name begins, the longest beginning first; `/` stands behind it."""
    whole = f"{name}/"
    places = [match.end() for match in _TOKEN.finditer(whole)]
    for place in places[: -_MOST_CUTS - 1 : -1]:
        yield _Cut(whole[:place], whole[place:])


def _join_beginning(cut: _Cut) -> str:
    return (cut.shared + cut.own)[:-1]
