"""Puts in what `$name` and `${…}` stand for: values as they are, what steps yield as references."""

import ast
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Protocol, TypeAlias

from scopecli.ground.diagnostics import Location, Note
from scopecli.ground.numbers import is_integer
from scopecli.scenario.nodes import (
    Entry,
    Mapping,
    Node,
    Reference,
    Scalar,
    Sequence,
    Template,
    node_description,
)
from scopecli.scenario.problems import Problems
from scopecli.scenario.references import Arithmetic, Named, ReferenceSyntaxError, parse, refers

Found: TypeAlias = Node | Reference | None

_OPERATIONS: Final[dict[type[Any], Callable[..., int]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_LARGEST: Final = 2**63 - 1


class Names(Protocol):
    """What names stand for at some place of a program.

    Attributes:
        looked_up: where the values are given that were found lately.
    """

    looked_up: list[Note]

    def find(self, name: str, location: Location, problems: Problems) -> Found:
        """Return a value, or a reference to what a step yields; None after recording that there is none."""

    def count(self, size: int, location: Location) -> None:
        """Take note of how much is put in; raises InvalidSourceError beyond all bounds."""

    def check_extent(self, node: Node, location: Location) -> None:
        """Take note of a value that is put in; raises InvalidSourceError beyond all bounds."""


class _Unknown(Exception):  # noqa: N818 - it ends the reading of a value, and is no error of its own
    """Something has been recorded, and there is no value."""


def substitute(node: Node, names: Names, problems: Problems) -> Node | None:
    """Return a node with what its references stand for, or None after recording why there is no such node.

    A string that is exactly one reference becomes what it names, in a longer one it is put in as text.
    """
    try:
        found = _node(node, names, problems)
    except _Unknown:
        return None
    names.check_extent(found, node.location)
    return found


def _node(node: Node, names: Names, problems: Problems) -> Node:
    match node:
        case Scalar():
            return _scalar(node, names, problems)
        case Sequence():
            items = [_node(item, names, problems) for item in node.items]
            return Sequence(items, node.location)
        case Mapping():
            entries = {
                name: Entry(key, _node(value, names, problems)) for name, (key, value) in node.entries.items()
            }
            return Mapping(entries, node.location)
        case _:
            return node


def _scalar(node: Scalar, names: Names, problems: Problems) -> Node:
    if not refers(node):
        return node
    try:
        parts = parse(node.text)
    except ReferenceSyntaxError:  # recorded when the file was read
        raise _Unknown from None
    found = [_find_part(part, node.location, names, problems) for part in parts]
    if len(found) == 1 and not isinstance(parts[0], str):
        placed = _place_node(found[0], node.location)
        names.check_extent(placed, node.location)
        return placed
    return _text(found, node.location, names, problems)


def _find_part(
    part: str | Named | Arithmetic, location: Location, names: Names, problems: Problems
) -> str | int | Node | Reference:
    match part:
        case str():
            return part
        case Arithmetic():
            return _calculate(part, location, names, problems)
        case Named():
            return _find_named(part, location, names, problems)


def _find_named(part: Named, location: Location, names: Names, problems: Problems) -> Node | Reference:
    found = _find_known(part.name, location, names, problems)
    if isinstance(found, Template) and found.sole:
        found = found.sole  # an argument that was a reference stands for what it refers to
    if part.attribute is None:
        return found
    if isinstance(found, Reference) and found.kind == "a scope":
        return replace(found, attribute=part.attribute, location=location)
    kind = found.kind if isinstance(found, Reference) else node_description(found)
    message = f"`${part.name}` is {kind}, and a scope is needed here"
    notes = (Note("named here", found.named),) if isinstance(found, Reference) else ()
    problems.add("SC016", message, location, None, *notes)
    raise _Unknown


def _find_known(name: str, location: Location, names: Names, problems: Problems) -> Node | Reference:
    found = names.find(name, location, problems)
    if found is None:
        raise _Unknown
    return found


def _place_node(found: str | int | Node | Reference, location: Location) -> Node:
    """Return what stands in place of a string that is exactly one reference."""
    match found:
        case Reference():
            return Template((found,), location)
        case Scalar():
            return Scalar(found.value, found.text, location, literal=True)
        case int():
            return Scalar(found, str(found), location)
        case str():
            return Scalar(found, found, location, literal=True)
        case _:
            return found


def _text(
    found: list[str | int | Node | Reference], location: Location, names: Names, problems: Problems
) -> Node:
    """Return a longer string with its references put in."""
    parts: list[str | Reference] = []
    for part in found:
        match part:
            case Reference(kind="a template"):
                message = f"`${part.name}` is a template, which has no name that can be put in"
                problems.add("SC016", message, location, None, Note("named here", part.named))
                raise _Unknown
            case str() | Reference():
                parts.append(part)
            case Template():
                parts += part.parts
            case int():
                parts.append(str(part))
            case Scalar():
                parts.append(part.text)
            case _:
                message = f"{node_description(part)} can't stand inside a longer string"
                problems.add("SC016", message, location)
                raise _Unknown
    names.count(sum(len(part) for part in parts if isinstance(part, str)) // 100, location)
    if all(isinstance(part, str) for part in parts):
        text = "".join(map(str, parts))
        return Scalar(text, text, location, literal=True)
    return Template(tuple(parts), location)


def _calculate(part: Arithmetic, location: Location, names: Names, problems: Problems) -> int:
    try:
        value = _value(part.tree, location, names, problems)
    except ZeroDivisionError:
        problems.add("SC018", f"`${{{part.source}}}` divides by zero", location)
        raise _Unknown from None
    if abs(value) > _LARGEST:
        problems.add("SC018", f"`${{{part.source}}}` is larger than any size TensorFlow knows", location)
        raise _Unknown
    return value


def _value(tree: ast.expr, location: Location, names: Names, problems: Problems) -> int:
    match tree:
        case ast.BinOp():
            operands = [_value(operand, location, names, problems) for operand in (tree.left, tree.right)]
            return _OPERATIONS[type(tree.op)](*operands)
        case ast.UnaryOp():
            return _OPERATIONS[type(tree.op)](_value(tree.operand, location, names, problems))
        case ast.Constant(value=int() as number):
            return number
        case ast.Name():
            return _integer(tree.id, location, names, problems)
        case _:
            raise AssertionError(tree)


def _integer(name: str, location: Location, names: Names, problems: Problems) -> int:
    found = _find_known(name, location, names, problems)
    if isinstance(found, Scalar) and is_integer(found.value):
        return found.value
    kind = found.kind if isinstance(found, Reference) else node_description(found)
    problems.add("SC018", f"`{name}` is {kind}, and arithmetic wants integers", location)
    raise _Unknown
