"""Names that were probably meant to be another."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import combinations
from typing import Final

from scopecli.diagnostics import Note
from scopecli.lint.finding import Finding
from scopecli.report import Call, Report

_LETTERS: Final = 4  # of a word in which a slip is told from another word
_LONGEST: Final = 24  # a longer word has too many spellings
_FAR: Final = 2


def near_names(report: Report) -> Iterator[Finding]:
    """Yield names made under AUTO_REUSE and never shared, beside one that may have been meant.

    That is one in the same scope, of the same shape and dtype, that a slip in one of its words leads to.
    """
    spelled: dict[Hashable, list[tuple[str, Call]]] = defaultdict(list)
    for call in report.calls:
        if call.outcome != "created" or call.variable is None or call.step == "Variable":
            continue
        facts = (call.scope, call.variable.shape, call.variable.dtype)
        alone = call.reuse == "AUTO_REUSE" and len(call.variable.calls) == 1
        other = _meant(call.name, facts, spelled)
        for key in _keys(call.name):
            spelled[key, facts].append((call.name, call))
        if alone and other:
            message = f"`{call.name}` is made here, and differs from `{other.name}` by a letter or two"
            hint = f"write `{other.name}` to share it; AUTO_REUSE makes whatever it does not find"
            yield Finding(call.location, message, hint, Note(f"`{other.name}` is made here", other.location))


def _meant(name: str, facts: Hashable, spelled: dict[Hashable, list[tuple[str, Call]]]) -> Call | None:
    for key in _keys(name):
        for other, call in spelled.get((key, facts), ()):
            if _slip(name, other):
                return call
    return None


def _keys(name: str) -> set[str]:
    """Return what is left of a name without any letter or two: near names have one of these in common."""
    if len(name) > _LONGEST:
        return set()
    positions = range(len(name))
    keys = {name}
    for number in range(1, _FAR + 1):
        for left_out in combinations(positions, number):
            keys.add("".join(name[at] for at in positions if at not in left_out))
    return keys


def _slip(name: str, other: str) -> bool:
    """Tell whether just one word differs, by a letter or two that are no digits, and not in its first."""
    words, others = name.split("_"), other.split("_")
    if len(words) != len(others):
        return False
    differing = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    if len(differing) != 1:
        return False
    word, near = differing[0]
    long_enough = min(len(word), len(near)) >= _LETTERS
    return (
        long_enough and (word + near).isalpha() and word[0] == near[0] and _distance(word, near) <= _far(word)
    )


def _far(word: str) -> int:
    return 1 if len(word) <= _LETTERS + 1 else _FAR


def _distance(word: str, other: str) -> int:
    """Return how many letters are changed, added, left out or swapped (Damerau and Levenshtein's)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(word, start=1):
        before, previous, row = row, before, [number]
        for at, near in enumerate(other, start=1):
            cost = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != near))
            swapped = number > 1 and at > 1 and letter == other[at - 2] and word[number - 2] == near
            row.append(min(cost, previous[at - 2] + 1) if swapped else cost)
    return row[-1]
