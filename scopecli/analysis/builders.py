"""Finds functions that were called twice and made their variables twice, where that may not be meant."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeAlias

from scopecli.analysis.unique_names import is_scope_made_unique
from scopecli.ground.diagnostics import Location
from scopecli.report.model import Call, Repeat, Scope


class WayStep(NamedTuple):
    """A line that led to a call, or its own, and the function that the line is in; empty outside of any."""

    location: Location
    function: str = ""


Way: TypeAlias = tuple[WayStep, ...]
"""How a call came about: the lines that led to it, outermost first, and its own line last."""

AreOneNetwork: TypeAlias = Callable[[Sequence[Sequence[Call]]], list[list[bool]]]
"""Tells of sets of calls, for each two of them, whether their variables are parts of one network."""

_NUMBER: Final = re.compile(r"_\d+\Z")


@dataclass(eq=False, slots=True)
class Build:
    """What one call of a function made.

    Attributes:
        way: the lines that led to it, the call of the function last.
        by_line: the calls that made variables, by the lines within the function that led to them.
    """

    way: Way
    by_line: dict[Way, list[Call]] = field(default_factory=dict)


class BuildPair(NamedTuple):
    """Two calls of one function, and what the same lines of it made both times."""

    first: Build
    again: Build
    made: list[tuple[Call, Call]]


class Group:
    """Calls of one function that make the like.

    Attributes:
        pairs: in order.
        sets: what each call of the function made, of what others make too.
    """

    def __init__(self, pairs: Sequence[BuildPair]) -> None:
        self.pairs = pairs
        made: dict[int, dict[int, Call]] = {}
        for pair in pairs:
            for first, again in pair.made:
                made.setdefault(id(pair.first), {})[first.index] = first
                made.setdefault(id(pair.again), {})[again.index] = again
        self.sets = [list(calls.values()) for calls in made.values()]


def with_repeats(
    calls: Sequence[Call], ways: Sequence[Way], scopes: Sequence[Scope], are_one_network: AreOneNetwork
) -> tuple[Call, ...]:
    """Return the calls, with what each repeats of an earlier one.

    That is where one function was called by two ways, and its lines made trainable variables of the same
    shapes both times, outside of reuse, whose names TensorFlow made unique. Layers of one network are no
    repetition: a function that makes a layer is called for each.

    Args:
        calls: of one graph, in order.
        ways: how each came about.
        scopes: those of the graph.
        are_one_network: tells what belongs together by the graph; it is asked once.
    """
    pairs = list(_pairs(_builds(calls, ways)))
    made_unique = {id(pair) for pair in pairs if _is_made_unique(pair, scopes)}
    groups = [group for group in _groups(pairs) if any(id(pair) in made_unique for pair in group.pairs)]
    are_networks = _networks(groups, are_one_network)
    repeats: dict[int, Repeat] = {}
    judged: dict[int, int] = {}  # by the call's index, the group that it was judged in
    for number, (group, is_network) in enumerate(zip(groups, are_networks, strict=True)):
        for pair in group.pairs:
            outer = {judged.get(call.index) for both in pair.made for call in both}
            is_within = len(outer) == 1 and None not in outer
            if not is_within and not is_network and id(pair) in made_unique:
                repeats = {**_repeats(pair), **repeats}
        for made in group.sets:
            for call in made:
                judged.setdefault(call.index, number)
    if not repeats:
        return tuple(calls)
    return tuple(replace(call, repeats=repeats.get(call.index)) for call in calls)


def _builds(calls: Iterable[Call], ways: Iterable[Way]) -> list[Build]:
    """Return what each call of a function made of trainable variables outside of reuse, outermost first."""
    builds: dict[Way, Build] = {}
    for call, way in zip(calls, ways, strict=True):
        row = call.variable
        if call.outcome == "created" and row and row.trainable and call.reuse == "False":
            for length in range(1, len(way)):
                build = builds.setdefault(way[:length], Build(way[:length]))
                build.by_line.setdefault(way[length:], []).append(call)
    return sorted(builds.values(), key=lambda build: len(build.way))


def _pairs(builds: Iterable[Build]) -> Iterator[BuildPair]:
    """Yield each build with the first that is like it."""
    first_of: dict[object, Build] = {}
    for build in builds:
        kinds = [(line, tuple(map(_kind, made))) for line, made in build.by_line.items()]
        earlier = {id(first_of[kind]): first_of[kind] for kind in kinds if kind in first_of}
        for first in earlier.values():
            made = _made_by_both(first, build)
            if made:
                yield BuildPair(first, build, made)
        for kind in kinds:
            first_of.setdefault(kind, build)


def _kind(call: Call) -> object:
    """Return what two calls have in common that may repeat each other: shape, dtype, name without numbers."""
    row = call.variable
    names = row.name.split("/") if row else []
    return row and (row.shape, row.dtype, *(_NUMBER.sub("", name) for name in names))


def _made_by_both(first: Build, again: Build) -> list[tuple[Call, Call]]:
    """Return what the lines made that were run both times; nothing where one made something else."""
    found: list[tuple[Call, Call]] = []
    for line, made in again.by_line.items():
        before = first.by_line.get(line)
        if before is not None:
            if list(map(_kind, before)) != list(map(_kind, made)):
                return []
            found += zip(before, made, strict=True)
    return found


def _groups(pairs: Iterable[BuildPair]) -> Iterator[Group]:
    """Yield the pairs whose first is the same; those of the shortest ways come first."""
    by_first: dict[int, list[BuildPair]] = {}
    for pair in pairs:
        by_first.setdefault(id(pair.first), []).append(pair)
    yield from map(Group, by_first.values())


def _networks(groups: Sequence[Group], are_one_network: AreOneNetwork) -> Iterator[bool]:
    """Yield of each group whether two of its sets are parts of one network."""
    together = are_one_network([made for group in groups for made in group.sets]) if groups else []
    start = 0
    for group in groups:
        end = start + len(group.sets)
        yield any(any(row[start:end][place + 1 :]) for place, row in enumerate(together[start:end]))
        start = end


def _repeats(pair: BuildPair) -> dict[int, Repeat]:
    """Return what the second of a pair repeats, and where its way parts from that of the first."""
    ways = zip(pair.first.way, pair.again.way, strict=False)
    place, before, again = next((place, a, b) for place, (a, b) in enumerate(ways) if a != b)
    function = (*pair.again.way, *next(iter(pair.again.by_line)))[place + 1].function
    return {
        call.index: Repeat(first.index, again.location, before.location, function)
        for first, call in pair.made
    }


def _is_made_unique(pair: BuildPair, scopes: Sequence[Scope]) -> bool:
    return all(_differs_by_number(first, again, scopes) for first, again in pair.made)


def _differs_by_number(before: Call, call: Call, scopes: Sequence[Scope]) -> bool:
    """Tell whether two names differ only in numbers that TensorFlow, or Keras, put behind them."""
    assert before.variable  # noqa: S101 - both made one
    assert call.variable  # noqa: S101
    names = before.variable.name.split("/"), call.variable.name.split("/")
    if len(names[0]) != len(names[1]):
        return False
    numbered = _numbered_scopes(call, scopes)
    differ = [
        (one, other, "/".join(names[1][: place + 1]))
        for place, (one, other) in enumerate(zip(*names, strict=True))
        if one != other
    ]
    return bool(differ) and all(_is_numbered_by_tensorflow(call, *group, numbered) for group in differ)


def _is_numbered_by_tensorflow(
    call: Call, one: str, other: str, name: str, numbered: Mapping[str, str]
) -> bool:
    base = _NUMBER.sub("", other)
    if base == other or _NUMBER.sub("", one) != base:
        return False
    if call.step != "Variable":
        return name in numbered
    if name == getattr(call.variable, "name", None):
        return base == call.name.rstrip("/").rpartition("/")[2]
    # Of name scopes the report has no record: there the first must have had the name that was asked for.
    return call.library.startswith(("tf.keras", "keras")) or name in numbered or one == base


def _numbered_scopes(call: Call, scopes: Sequence[Scope]) -> dict[str, str]:
    """Return the scopes around a call whose names were made unique, with the names they were asked for."""
    found: dict[str, str] = {}
    index = call.scope_index
    while index is not None:
        scope = scopes[index]
        opened = scope if scope.reopens_index is None else scopes[scope.reopens_index]
        if is_scope_made_unique(opened):
            found[opened.name] = opened.requested_name or ""
        index = scope.parent_index
    return found
