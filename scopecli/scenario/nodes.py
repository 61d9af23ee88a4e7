"""What a YAML file says, with the place of every part of it."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from scopecli.diagnostics import Location


@dataclass(slots=True, eq=False)
class Scalar:
    """A single value, read by the YAML 1.2 core schema; `text` is what the file has."""

    value: str | int | float | bool | None
    text: str
    location: Location


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


Node: TypeAlias = Scalar | Sequence | Mapping


class Entry(NamedTuple):
    """A key of a mapping, with its own place, and its value."""

    key: Scalar
    value: Node


def described(node: Node) -> str:
    """Name what stands there, as a message says it."""
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "nothing" if node.text == "" else "null"
        case Scalar(value=bool()):
            return f"the boolean {node.text}"
        case Scalar(value=int() | float()):
            return f"the number {shortened(node.text)}"
        case _:
            return f"the string {quoted(node.text)}"


def quoted(text: str) -> str:
    """Quote a text of the file for a message, shortened where it is long."""
    return f'"{shortened(text)}"'


def shortened(text: str, limit: int = 60) -> str:
    """Cut a text that would drown the message it stands in, and put it on one line."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return cut.replace("\n", "\\n")
