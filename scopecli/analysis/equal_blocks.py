"""Blocks that are equal but for a number in their names, as the layers of a deep network are: told once."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Final

from scopecli.analysis.scope_tree import Node, Sums, walk
from scopecli.report.model import Variable

FEWEST: Final = 3
"""From how many on equal blocks are told once: two are as easily read one by one."""

_NUMBER: Final = re.compile(r"\d+")

Facts = Callable[[Variable], Hashable]
"""What of a variable has to be the same in equal blocks, beside its name."""


def facts_of_variable(variable: Variable) -> Hashable:
    """Return its shape, its dtype, whether it is trainable, and how many calls share it."""
    return variable.shape, variable.dtype, variable.trainable, len(variable.calls)


def fold_equal_blocks(root: Node, facts: Facts = facts_of_variable) -> Node:
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
    """Return the name of a node, of one that stands for others the first and the last: `h0 … h11`."""
    return f"{node.alike[0]} … {node.alike[-1]}" if node.alike else node.name
