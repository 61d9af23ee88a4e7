"""What a YAML file says, with the place of every part of it."""

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from scopecli.ground.diagnostics import Location
from scopecli.ground.words import quote_text, shorten


@dataclass(slots=True, eq=False)
class Scalar:
    """A single value, read by the YAML 1.2 core schema.

    Attributes:
        text: what the file has.
        literal: whether a dollar sign in it is only a dollar sign, since references have been put in.
    """

    value: str | int | float | bool | None
    text: str
    location: Location
    literal: bool = False


@dataclass(slots=True, eq=False)
class Sequence:
    """A list."""

    items: list["Node"]
    location: Location


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys and values, in the file's order."""

    entries: dict[str, "Entry"]
    location: Location


@dataclass(frozen=True, slots=True)
class Reference:
    """One `$name` or `${name.attribute}` that stands for what a step yields; equal where it is the same.

    Attributes:
        kind: what that is, as a message says it: `a variable`, `a scope`, …
        definition: the step that yields it; a name given again in a loop stands for another one.
        named: where that step gives it the name.
    """

    name: str
    attribute: str | None
    location: Location = field(compare=False)
    kind: str
    definition: object
    named: Location


@dataclass(frozen=True, slots=True)
class Template:
    """A string with references to what steps yield, cut into its parts."""

    parts: tuple[str | Reference, ...]
    location: Location = field(compare=False)

    @property
    def sole(self) -> Reference | None:
        """The reference that this string is exactly, if it is one: it keeps the type of what it names."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if isinstance(only, Reference) else None

    @property
    def references(self) -> tuple[Reference, ...]:
        """The references in it, in order."""
        return tuple(part for part in self.parts if isinstance(part, Reference))


Node: TypeAlias = Scalar | Sequence | Mapping | Template


class Entry(NamedTuple):
    """A key of a mapping, with its own place, and its value."""

    key: Scalar
    value: Node


def children(node: Node) -> list[Node]:
    """Return the values directly inside a node."""
    match node:
        case Sequence():
            return node.items
        case Mapping():
            return [entry.value for entry in node.entries.values()]
        case _:
            return []


class Extent(NamedTuple):
    """How much a value is: the values in it, each as often as it is there, and the levels of its lists."""

    size: int
    height: int


class Extents:
    """Measures values, each node once however often it stands in others."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Node, Extent]] = {}  # with the node, so that its identity stays its own

    def of(self, node: Node) -> Extent:
        """Return how much a value is."""
        inner = children(node)
        if not inner:
            return Extent(1, 0 if isinstance(node, Scalar | Template) else 1)
        if id(node) not in self._known:
            extents = [self.of(child) for child in inner]
            size, height = sum(extent.size for extent in extents), max(extent.height for extent in extents)
            self._known[id(node)] = node, Extent(1 + size, 1 + height)
        return self._known[id(node)][1]


def node_description(node: Node) -> str:  # noqa: PLR0911 - a kind of node a line
    """Name what stands there, as a message says it."""
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Template():
            references = " and ".join(
                f"{reference.kind}, `${reference.name}`" for reference in node.references
            )
            return f"a reference to {references}"
        case Scalar(value=None):
            return "nothing" if node.text == "" else "null"
        case Scalar(value=bool()):
            return f"the boolean {node.text}"
        case Scalar(value=int() | float()):
            return f"the number {shorten(node.text)}"
        case _:
            return f"the string {quote_text(node.text)}"
