"""Folds what a scenario says again and again: passes over the same variables, numbered and equal blocks."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

MARK: Final = "\0"
"""What a loop's variable stands between in the name of a scope."""

_VARIABLES: Final = "ijklmn"  # of loops, the outermost first
_NUMBER: Final = re.compile(r"(?<!\d)(?:0|[1-9]\d{0,5})(?!\d)")
_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_NO_IDENTIFIER: Final = re.compile(r"\W|^(?=\d)", re.ASCII)
_AROUND: Final = 3  # lines of a block beside those of its steps


class Line(NamedTuple):
    """A step that gets a variable.

    Attributes:
        name: the variable's in its scope.
        entries: the keys and values of the step, as YAML has them; the shape is one of them.
        comment: where the program makes the call.
        function: the program's own that makes it; empty at the top of a file.
    """

    name: str
    entries: tuple[tuple[str, str], ...]
    comment: str = ""
    function: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A scope that is opened for some steps.

    Attributes:
        scope: its full name, with loops' variables between marks.
    """

    scope: str
    device: str
    reuse: bool
    lines: tuple[Line, ...]

    @property
    def said(self) -> Hashable:
        """What it says apart from the scope: comments do not count."""
        return self.device, self.reuse, tuple(line.entries for line in self.lines)


class Loop(NamedTuple):
    """Blocks that come again with the next number in their scopes."""

    variable: str
    start: int
    rounds: int
    body: "tuple[Node, ...]"


class Passes(NamedTuple):
    """Blocks that come again as they are: the first time they make the variables, then they share them."""

    rounds: int
    body: "tuple[Node, ...]"


class Called(NamedTuple):
    """A block that is like others: a function has it, with what differs as arguments."""

    function: str
    scope: str
    shapes: tuple[tuple[str, str], ...]


Node: TypeAlias = Block | Loop | Passes | Called


class BlockFunction(NamedTuple):
    """A block with the argument `scope`, and the shapes that differ as arguments."""

    name: str
    block: Block


def fold_loops(blocks: Sequence[Block], depth: int = 0) -> list[Node]:
    """Return blocks with those in loops that come again with the next number."""
    positions: dict[str, list[int]] = defaultdict(list)
    for index, block in enumerate(blocks):
        positions[block.scope].append(index)
    nodes: list[Node] = []
    at = 0
    while at < len(blocks):
        found = _loop_at(blocks, at, positions, depth) if depth < len(_VARIABLES) else None
        nodes.append(found[0] if found else blocks[at])
        at += found[1] if found else 1
    return nodes


def _loop_at(
    blocks: Sequence[Block], at: int, positions: dict[str, list[int]], depth: int
) -> tuple[Loop, int] | None:
    """Return the loop that begins with a block, and how many blocks are in it."""
    scope = blocks[at].scope
    for match in _NUMBER.finditer(scope):
        before, start, after = scope[: match.start()], int(match[0]), scope[match.end() :]
        later = positions.get(f"{before}{start + 1}{after}", [])
        following = later[bisect_right(later, at) :][:1]
        if not following:
            continue
        length = following[0] - at
        if _rest(blocks[following[0] - 1].scope, before, start) is None:  # seen without a look at the others
            continue
        body = blocks[at : at + length]
        rests = [_rest(block.scope, before, start) for block in body]
        if None in rests:
            continue
        rounds = 1
        while _come_again(blocks, at + length * rounds, body, f"{before}{start + rounds}", rests):
            rounds += 1
        if rounds > 1:
            variable = _VARIABLES[depth]
            named = [f"{before}{MARK}{variable}{MARK}{rest}" for rest in rests]
            inner = [replace(block, scope=name) for block, name in zip(body, named, strict=True)]
            return Loop(variable, start, rounds, tuple(fold_loops(inner, depth + 1))), length * rounds
    return None


def _rest(scope: str, before: str, number: int) -> str | None:
    """Return what follows a number in a scope's name; None if it does not begin so."""
    begin = f"{before}{number}"
    rest = scope[len(begin) :]
    return rest if scope.startswith(begin) and not rest[:1].isdigit() else None


def _come_again(
    blocks: Sequence[Block], at: int, body: Sequence[Block], begin: str, rests: Sequence[str | None]
) -> bool:
    """Tell whether blocks say what those of a body say, in scopes that begin otherwise."""
    following = blocks[at : at + len(body)]
    return len(following) == len(body) and all(
        block.scope == f"{begin}{rest}" and block.said == one.said
        for block, one, rest in zip(following, body, rests, strict=True)
    )


def fold_functions(nodes: Sequence[Node]) -> tuple[list[BlockFunction], list[Node]]:
    """Return functions for blocks that only differ in scopes and shapes, and the nodes that call them."""
    alike: dict[Hashable, list[Block]] = defaultdict(list)
    for block in _blocks(nodes):
        alike[_likeness(block)].append(block)
    functions: dict[Hashable, BlockFunction] = {}
    taken: set[str] = set()
    for likeness, blocks in alike.items():
        length = _AROUND + len(blocks[0].lines)
        if len(blocks) * (length - 1) > length + 1:
            functions[likeness] = _function(blocks, taken)
            taken.add(functions[likeness].name)
    return [*functions.values()], [_with_calls(node, functions) for node in nodes]


def _blocks(nodes: Iterable[Node]) -> Iterator[Block]:
    for node in nodes:
        if isinstance(node, Block):
            yield node
        elif isinstance(node, Loop | Passes):
            yield from _blocks(node.body)


def _likeness(block: Block) -> Hashable:
    lines = (tuple(entry for entry in line.entries if entry[0] != "shape") for line in block.lines)
    return block.device, block.reuse, tuple(lines)


def _shape(line: Line) -> str:
    return dict(line.entries)["shape"]


def _function(blocks: Sequence[Block], taken: Container[str]) -> BlockFunction:
    """Return the function of blocks: where their shapes differ, it has an argument for one."""
    lines = []
    arguments: set[str] = set()
    for row in zip(*(block.lines for block in blocks), strict=True):
        line = row[0]
        if len({*map(_shape, row)}) > 1:
            argument = _unlike(f"{_NO_IDENTIFIER.sub('_', line.name)}_shape", arguments)
            arguments.add(argument)
            entries = ((key, f"${argument}" if key == "shape" else value) for key, value in line.entries)
            line = line._replace(entries=tuple(entries))
        lines.append(line)
    named = {line.function for line in blocks[0].lines}
    own = named.pop() if len(named) == 1 else ""
    name = _unlike(own if _NAME.fullmatch(own) else "block", taken)
    return BlockFunction(name, replace(blocks[0], scope=f"{MARK}scope{MARK}", lines=tuple(lines)))


def _unlike(name: str, taken: Container[str]) -> str:
    """Return a name that begins so and is not taken."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found


def _with_calls(node: Node, functions: dict[Hashable, BlockFunction]) -> Node:
    if isinstance(node, Loop | Passes):
        return node._replace(body=tuple(_with_calls(inner, functions) for inner in node.body))
    function = functions.get(_likeness(node)) if isinstance(node, Block) else None
    if function is None or not isinstance(node, Block):
        return node
    pairs = zip(function.block.lines, node.lines, strict=True)
    shapes = ((_shape(own)[1:], _shape(line)) for own, line in pairs if _shape(own).startswith("$"))
    return Called(function.name, node.scope, tuple(shapes))
