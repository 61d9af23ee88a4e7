"""Names that were probably meant to be another."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final

from scopecli.analysis.lint.finding import Finding
from scopecli.analysis.unique_names import requested_name
from scopecli.ground.diagnostics import Correction, Note
from scopecli.report.model import Call, Report

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")  # of a name such as moving_mean, gateUp or conv2
_SHORTEST: Final = 4  # letters of a word in which a slip is told from another word
_LONGEST: Final = 24  # a longer word has too many spellings
_LONG: Final = 6  # letters of a word in which two may differ
_FAR: Final = 2


def near_names(report: Report) -> Iterator[Finding]:
    """Yield names made under AUTO_REUSE and never shared, beside one that may have been meant.

    That is one of the same shape and dtype that a slip in one word of its full name leads to: one that was
    made before, or that is shared. Of all names in a scope whose own name has the slip, the first is told.
    """
    alike: dict[Hashable, list[Call]] = defaultdict(list)
    for call in report.calls:
        if call.outcome == "created" and call.variable and call.step != "Variable":
            alike[call.variable.shape, call.variable.dtype].append(call)
    told: set[tuple[str, str]] = set()
    for calls in alike.values():
        if len(calls) > 1 and any(map(_is_alone, calls)):
            yield from _slips(calls, told)


def _slips(calls: Iterable[Call], told: set[tuple[str, str]]) -> Iterator[Finding]:
    """Yield the slips among calls that make the like; `told` has the words of scopes that were told."""
    slots: dict[tuple[str, str], dict[str, Call]] = defaultdict(dict)
    for call in calls:
        name = requested_name(call)
        for match in _WORD.finditer(name):
            if _SHORTEST <= len(match[0]) <= _LONGEST:
                rest = name[: match.start()], name[match.end() :]
                slots[rest].setdefault(match[0], call)
    for (before, after), words in slots.items():
        if len(words) > 1:
            for word, finding in _slips_of_a_word(words):
                if "/" not in after or (before, word) not in told:
                    told.add((before, word))
                    yield finding


def _slips_of_a_word(words: Mapping[str, Call]) -> Iterator[tuple[str, Finding]]:
    """Yield the slips among calls whose names only differ in one word, with that word."""
    spelled: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for spelling in _spellings(word):
            spelled[spelling].append(word)
    for word, call in words.items():
        if not _is_alone(call):
            continue
        near = {written for spelling in _spellings(word) for written in spelled[spelling]}
        meant = [
            candidate
            for candidate in near
            if _is_slip(word, candidate) and _may_be_meant(words[candidate], call)
        ]
        if meant:
            right = min(meant, key=lambda candidate: words[candidate].index)
            other = words[right]
            name, near_name = call.name, other.name
            if call.scope != other.scope:
                name, near_name = requested_name(call), requested_name(other)
            message = f"`{name}` is made here, and differs from `{near_name}` by a letter or two"
            hint = f"write `{near_name}` to share it; AUTO_REUSE makes whatever it does not find"
            note = Note(f"`{near_name}` is made here", other.location)
            yield word, Finding(call.location, message, hint, note, Correction(call.step, word, right))


def _is_alone(call: Call) -> bool:
    """Tell whether a call made under AUTO_REUSE what no other call yields."""
    return call.reuse == "AUTO_REUSE" and call.variable is not None and len(call.variable.calls) == 1


def _may_be_meant(other: Call, call: Call) -> bool:
    """Tell whether the other one was there first, or is shared."""
    return other.index < call.index or not _is_alone(other)


def _spellings(word: str) -> Iterator[str]:
    """Yield a word, and what is left of it without a letter or two: near words have one of these in common.

    The first letter is kept: it is seldom mistyped, and tells `beta` from `theta`.
    """
    for number in range(_FAR + 1):
        for left_out in combinations(range(1, len(word)), number):
            yield "".join(letter for place, letter in enumerate(word) if place not in left_out)


def _is_slip(word: str, near: str) -> bool:
    """Tell whether two words differ by a letter or two; short ones by one."""
    far = 1 if min(len(word), len(near)) < _LONG else _FAR
    return word != near and _distance(word, near) <= far


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
