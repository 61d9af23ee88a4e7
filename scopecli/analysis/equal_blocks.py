"""Blocks that are equal but for a number in their names, as the layers of a deep network are: told once."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Final

from scopecli.analysis.scope_tree import Node, Sums, walk
from scopecli.analysis.users import count_users
from scopecli.report.model import Call, Variable

FEWEST: Final = 3
"""From how many on equal blocks are told once: two are as easily read one by one."""

_NUMBER: Final = re.compile(r"\d+")
_STRETCHES: Final = 3

Facts = Callable[[Variable], Hashable]
"""What of a variable has to be the same in equal blocks, beside its name."""


def facts_of_variable(variable: Variable, calls: Sequence[Call]) -> Hashable:
    """Return its shape, its dtype, whether it is trainable, and from how many places it is used."""
    return variable.shape, variable.dtype, variable.trainable, count_users(variable, calls)


def fold_equal_blocks(root: Node, facts: Facts) -> Node:
    """Return a tree in which one block stands for all that are equal to it.

    Equal are the members of one scope that hold the same, under names that differ in numbers alone: `h0` to
    `h11`, or `dense`, `dense_1` and `dense_2`. The first stands for all: its `alike` has their names, its
    sums are those of all, and what is below it is its own.
    """
    kinds: dict[Hashable, int] = {}
    folded: dict[int, tuple[Node, int]] = {}  # by the node's identity: what stands for it, and its kind
    for node in reversed([root, *(step.node for step in walk(root))]):  # members before their scope
        children = [folded.pop(id(child)) for child in node.children]
        if node.variable:
            content: Hashable = facts(node.variable)
        else:
            content = tuple((child.name, len(child.alike), kind) for child, kind in children)
        kind = kinds.setdefault((node.variable is None, content), len(kinds))
        folded[id(node)] = replace(node, children=tuple(_fold(children))), kind
    return folded[id(root)][0]


def _fold(members: Sequence[tuple[Node, int]]) -> list[Node]:
    """Return the members of a scope with one in the place of all that are equal to it."""
    groups: dict[tuple[str, int], list[Node]] = {}
    for node, kind in members:
        groups.setdefault((_NUMBER.sub("#", node.name), kind), []).append(node)
    for (stem, kind), nodes in list(groups.items()):  # `dense` is the first of `dense_1`, `dense_2`
        if stem == nodes[0].name and (more := groups.get((f"{stem}_#", kind))):
            groups[stem, kind] = [*nodes, *more]
            del groups[f"{stem}_#", kind]
    heads = {id(nodes[0]): nodes for nodes in groups.values() if len(nodes) >= FEWEST}
    gone = {id(node) for nodes in heads.values() for node in nodes[1:]}
    return [
        _stand_for(heads[id(node)]) if id(node) in heads else node
        for node, _ in members
        if id(node) not in gone
    ]


def _stand_for(nodes: Sequence[Node]) -> Node:
    """Return the first of some equal blocks as it stands for all."""
    sums = Sums(*(sum(numbers) for numbers in zip(*(node.sums for node in nodes), strict=True)))
    return replace(nodes[0], sums=sums, alike=tuple(node.name for node in nodes))


def name_of_block(node: Node) -> str:
    """Return the name of a node, of one that stands for others from which to which: `h0 … h11`.

    Where numbers between these are other blocks', each stretch is named, at the most `_STRETCHES` of them.
    """
    if not node.alike:
        return node.name
    stretches: list[list[str]] = []
    for before, name in zip((None, *node.alike), node.alike, strict=False):
        if before is not None and _follows(before, name):
            stretches[-1].append(name)
        else:
            stretches.append([name])
    told = [name[0] if len(name) == 1 else f"{name[0]} … {name[-1]}" for name in stretches[:_STRETCHES]]
    rest = sum(map(len, stretches[_STRETCHES:]))
    return ", ".join(told) + (f" and {rest:,} more" if rest else "")


def _follows(before: str, name: str) -> bool:
    """Tell whether a name is the next: a number in it is higher by one, or it is the first with one."""
    if _NUMBER.sub("#", before) != _NUMBER.sub("#", name):
        return _NUMBER.fullmatch(name.removeprefix(f"{before}_")) is not None
    steps = [int(b) - int(a) for a, b in zip(_NUMBER.findall(before), _NUMBER.findall(name), strict=True)]
    return [step for step in steps if step] == [1] or steps[:1] == [1]
