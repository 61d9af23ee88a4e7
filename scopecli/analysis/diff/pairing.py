"""Pairs the variables of two sources by their names."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scopecli.analysis.diff.across import renamed_pairs
from scopecli.analysis.diff.axes import usual_axes
from scopecli.analysis.diff.changes import Changes, Pair
from scopecli.analysis.diff.layers import Renumbered, renumbered_families
from scopecli.analysis.diff.renames import NamedVariable
from scopecli.analysis.diff.rules import Rule, names_of
from scopecli.analysis.partitions import logical
from scopecli.analysis.selection import Selection, chosen_variables, ordered_variables
from scopecli.report.model import Report, Variable, with_roles

_EVERYTHING = Selection()


def compare(
    a: Report,
    b: Report,
    *,
    rules: Sequence[Rule] = (),
    selection: Selection = _EVERYTHING,
    renames: bool = True,
) -> Changes:
    """Return every difference of two sources but those of values; a partitioned variable is one.

    Args:
        a: the one.
        b: the other.
        rules: say what A's variables are called in B; several may be one there.
        selection: which variables are compared, and in which order they are told: a pair is compared if one
            of the two is asked for and none is excluded.
        renames: whether to look for what was probably renamed.
    """
    a, b = with_roles(a), with_roles(b)
    rows_a, rows_b = (ordered_variables([*logical(side.variables)], selection) for side in (a, b))
    saver = _saver(a)
    saved_as = {variable: name for name, variable in (saver or {}).items()}
    names_a = (
        saved_as.get(row.name, name) for name, row in zip(names_of(rows_a, rules), rows_a, strict=True)
    )
    named_a = list(map(NamedVariable, names_a, rows_a))
    named_b = [NamedVariable(row.name, row) for row in rows_b]
    both, others = _paired_variables(named_a, named_b)
    asked = AskedVariables(rows_a, rows_b, selection)
    only_a = [named for named, other in both if other is None and asked.one(named.row)]
    only_b = [named for named in others if asked.one(named.row)]
    shifted = () if rules else renumbered_families(rows_a, rows_b)
    pairs = (
        Pair(named.row, other.row) for named, other in both if other and asked.pair(named.row, other.row)
    )
    return Changes(
        a.source,
        b.source,
        tuple(pairs)
        if a.source.kind.has_tf_axes and b.source.kind.has_tf_axes
        else tuple(map(with_usual_axes, pairs)),
        tuple(named.row for named in only_a),
        tuple(named.row for named in only_b),
        tuple(_renames(only_a, only_b, shifted)) if renames else (),
        saver=saver,
        renumbered=shifted,
    )


def with_usual_axes(pair: Pair) -> Pair:
    """Return a pair of other shapes with the usual transposition that makes one of the other."""
    axes = usual_axes(pair.a.shape, pair.b.shape) if pair.other_shape else ()
    return replace(pair, axes=axes[0]) if axes else pair


def _renames(
    a: Sequence[NamedVariable], b: Sequence[NamedVariable], shifted: Sequence[Renumbered]
) -> Iterator[Pair]:
    """Yield what was probably renamed; layers that were numbered anew are told apart from these."""
    told = {scope for family in shifted for scope in family.a}
    for pair in renamed_pairs(a, b):
        if pair.a.name.rpartition("/")[0] not in told:
            yield pair


def _saver(report: Report) -> dict[str, str] | None:
    """Return which variables the Saver of a MetaGraph restores, by the names it looks for.

    Of a partitioned variable it restores the parts: the whole stands for them.
    """
    found = report.about.get("saver")
    if not isinstance(found, dict):
        return None
    wholes = {row.name: row.part.whole for row in report.variables if row.part}
    return {str(name): wholes.get(str(variable), str(variable)) for name, variable in found.items()}


def _paired_variables(
    a: Sequence[NamedVariable], b: Sequence[NamedVariable]
) -> tuple[list[tuple[NamedVariable, NamedVariable | None]], list[NamedVariable]]:
    """Return A's variables with B's, by their keys if both have some, else by names; and the rest of B's."""
    by_key = {named.row.key: named for named in b if named.row.key}
    pairs: dict[int, NamedVariable] = {}
    for named in a:
        other = by_key.pop(named.row.key, None) if named.row.key else None
        if other is not None:
            pairs[id(named)] = other
    paired = {id(other) for other in pairs.values()}
    others = [named for named in b if id(named) not in paired]
    by_name = dict(zip(_keys(others), others, strict=True))
    rest = [named for named in a if id(named) not in pairs]
    for key, named in zip(_keys(rest), rest, strict=True):
        found = by_name.get(key)
        if found is not None:  # of two variables too, if rules say so
            pairs[id(named)] = found
    paired |= {id(other) for other in pairs.values()}
    return [(named, pairs.get(id(named))) for named in a], [
        named for named in others if id(named) not in paired
    ]


def _keys(rows: Iterable[NamedVariable]) -> Iterator[tuple[str, int]]:
    """Yield what tells the variables of a source apart: a partitioned one may have the name of another."""
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row.row.name] += 1
        yield row.name, seen[row.row.name]


class AskedVariables:
    """Which variables are asked for, by their identity."""

    def __init__(self, a: Sequence[Variable], b: Sequence[Variable], selection: Selection) -> None:
        without_excluded = Selection(exclude=selection.exclude)
        rows = [*a, *b]
        self._let_through = {id(row) for row in chosen_variables(rows, without_excluded)}
        self._chosen = {id(row) for row in chosen_variables(rows, replace(selection, exclude=()))}

    def one(self, row: Variable) -> bool:
        """Tell whether a variable that has no partner is asked for."""
        return id(row) in self._chosen and id(row) in self._let_through

    def pair(self, a: Variable, b: Variable) -> bool:
        """Tell whether one of the two is asked for, and none excluded: a rule may give them other names."""
        let_through = id(a) in self._let_through and id(b) in self._let_through
        return let_through and (id(a) in self._chosen or id(b) in self._chosen)
