"""What becomes of A's variables in B, as a plan to be edited: YAML, an entry a line."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from scopecli.analysis.diff import Changes, Pair
from scopecli.analysis.diff.axes import Axes, usual_axes
from scopecli.analysis.diff.leaves import leaf_of
from scopecli.ground.escapes import json_for_yaml
from scopecli.render.text import facts_of, safe, shape_text

_HEAD: Final = (
    "# What becomes of the variables of {a}",
    "# in {b}: an entry a line, `from` a name there `to` one here. `to: null` leaves a variable",
    "# out, `from: null` is what has another origin. `transpose` is the order that axes are put in, as",
    "# numpy.transpose takes it; `cast` is another dtype. What is not sure is a comment: look at it.",
    "# To check it: scopecli diff A B --plan FILE --values",
)


def plan_lines(changes: Changes) -> Iterator[str]:
    """Yield the plan; what is not sure stands in it as a comment, to be looked at."""
    for line in _HEAD:
        yield safe(line.format(a=changes.a.path, b=changes.b.path))
    guess = _Guess(changes)
    for pair in changes.pairs:
        yield guess.line_of(pair)
    renamed = {id(pair.a): pair for pair in changes.renames}
    for row in changes.only_a:
        if id(row) in renamed:
            yield guess.line_of(renamed[id(row)])
        elif row.role == "weight":
            yield f"# {_entry(row.name, None)}  # {facts_of(row)}: no variable of B was found for it"
        else:
            yield f"{_entry(row.name, None)}  # {row.role}"
    for row in changes.unpaired[1]:
        yield f"# {_entry(None, row.name)}  # {facts_of(row)}: no variable of A was found for it"


class _Guess:
    """Tells whether a square kernel is transposed, where values were not compared: as its neighbours are."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._votes: Counter[tuple[object, bool]] = Counter()
        for pair in (*changes.pairs, *changes.renames):
            if not _is_untold(pair):
                self._votes[_leaves(pair), pair.axes is not None] += 1

    def line_of(self, pair: Pair) -> str:
        """Return the entry of a pair, and beside it what is to be looked at; of what can't be, a comment."""
        axes, doubt = self._axes(pair)
        entry = _entry(pair.a.name, pair.b.name, axes, pair.b.dtype if pair.other_dtype else None)
        if pair.other_shape and pair.axes is None:
            return f"# {entry}  # {shape_text(pair.a.shape)} is no {shape_text(pair.b.shape)}"
        if self._is_wrong(pair):
            return f"# {entry}  # other values"
        if not pair.is_sure:
            equal = (
                ", though the values are equal" if self._changes.with_values and not pair.other_dtype else ""
            )
            return f"# {entry}  # perhaps: the names do not tell{equal}"
        return f"{entry}  # {doubt}" if doubt else entry

    def _axes(self, pair: Pair) -> tuple[Axes | None, str]:
        """Return how a pair is transposed, and what is doubtful about that."""
        usual = usual_axes(pair.a.shape, pair.b.shape)
        if pair.other_shape or not usual or not self._changes.across_libraries:
            return pair.axes, ""
        if self._changes.with_values and not pair.other_dtype:
            return pair.axes if pair.equal_transposed else None, ""
        votes = [self._votes[_leaves(pair), answer] for answer in (True, False)]
        if votes[0] and not votes[1]:
            return usual[0], "square: transposed as its neighbours are; values tell"
        return None, "square: whether it is transposed, values tell"

    def _is_wrong(self, pair: Pair) -> bool:
        """Tell whether values were compared, and differ; of another dtype they may, once they are cast."""
        if not self._changes.with_values or pair.other_dtype or pair.equal_transposed:
            return False
        return pair.other_values or pair.other_shape


def _is_untold(pair: Pair) -> bool:
    """Tell whether a shape does not say if a variable is transposed."""
    return not pair.other_shape and bool(usual_axes(pair.a.shape, pair.b.shape))


def _leaves(pair: Pair) -> object:
    return len(pair.a.shape or ()), *(leaf_of(row.name.replace(".", "/")) for row in (pair.a, pair.b))


def _entry(source: str | None, target: str | None, axes: Axes | None = None, cast: str | None = None) -> str:
    fields = {"from": source, "to": target, "transpose": axes, "cast": cast}
    told = {key: value for key, value in fields.items() if value is not None or key in ("from", "to")}
    return f"- {{{', '.join(f'{key}: {json_for_yaml(value)}' for key, value in told.items())}}}"
