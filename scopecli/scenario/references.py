"""`$name` and `${name}`: how a string of a scenario refers to something named before."""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from scopecli.diagnostics import Location
from scopecli.scenario.nodes import Scalar, shortened
from scopecli.scenario.problems import Problems

NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
SCOPE_ATTRIBUTES: Final = ("name", "original_name_scope")

_DOLLAR = re.compile(rf"\$(?:(?P<escaped>\$)|(?P<bare>{NAME})|\{{(?P<braced>[^}}]*)\}}|)")
_BRACED = re.compile(rf"\s*(?P<name>{NAME})(?:\.(?P<attribute>{NAME}))?\s*")


@dataclass(frozen=True, slots=True)
class Reference:
    """One `$name` or `${name.attribute}`."""

    name: str
    attribute: str | None
    location: Location


@dataclass(frozen=True, slots=True)
class Template:
    """A string with references in it, cut into its parts."""

    parts: tuple[str | Reference, ...]
    location: Location

    @property
    def sole(self) -> Reference | None:
        """The reference that this string is exactly, if it is one: it keeps the type of what it names."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if isinstance(only, Reference) else None

    @property
    def references(self) -> tuple[Reference, ...]:
        """The references in it, in order."""
        return tuple(each for each in self.parts if isinstance(each, Reference))


Text: TypeAlias = str | Template


def read_text(node: Scalar, problems: Problems) -> Text:
    """Return the string at `node`, as a template where it refers to anything."""
    if "$" not in node.text:
        return node.text
    parts: list[str | Reference] = []
    end = 0
    for match in _DOLLAR.finditer(node.text):
        parts += [node.text[end : match.start()], _part(match, node.location, problems)]
        end = match.end()
    return _joined([*parts, node.text[end:]], node.location)


def _part(match: re.Match[str], location: Location, problems: Problems) -> str | Reference:
    if match["escaped"]:
        return "$"
    if match["bare"]:
        return Reference(match["bare"], None, location)
    inside = _BRACED.fullmatch(match["braced"] or "")
    if inside is None:
        message = f"`{shortened(match[0])}` is no reference"
        problems.add("SC018", message, location, "write `$name` or `${name}`, and `$$` for a dollar sign")
        return match[0]
    if inside["attribute"] not in (None, *SCOPE_ATTRIBUTES):
        known = " and ".join(f"`{each}`" for each in SCOPE_ATTRIBUTES)
        message = f"a scope has no `{shortened(inside['attribute'])}` that can be read"
        problems.add("SC018", message, location, f"what can be read are {known}")
    return Reference(inside["name"], inside["attribute"], location)


def _joined(parts: list[str | Reference], location: Location) -> Text:
    """Join neighbouring strings; what is left without a reference is a plain string."""
    joined: list[str | Reference] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part:
            joined.append(part)
    if all(isinstance(part, str) for part in joined):
        return "".join(str(part) for part in joined)
    return Template(tuple(joined), location)
