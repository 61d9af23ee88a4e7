"""A drawing in the language of Graphviz, DOT."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from scopecli.drawing.marks import Mark
from scopecli.drawing.measures import call_text
from scopecli.drawing.model import Box, Item, Picture
from scopecli.drawing.words import box_lines, item_lines

_WAYS: Final = {
    "created": "style=solid",
    "reused": "style=dotted, penwidth=2",
    "used": "style=dashed, arrowhead=dot",
    "raised": 'style=dashed, color="#b32530", arrowhead=tee',
}
_ENTRIES: Final = {
    "variable": "",
    "closed": ', style="rounded,dashed"',
    "rest": ", shape=plaintext",
    "missing": ', style="rounded,dotted", color="#b32530"',
}
_DIFFERENCES: Final = {"only_a": "#b32530", "only_b": "#116329", "renamed": "#7d4e00", "other": "#7d4e00"}


def dot_lines(pictures: Sequence[Picture]) -> Iterator[str]:
    """Yield the lines of one graph: scopes are clusters, calls stand on the left of what they yield."""
    yield "digraph scopecli {"
    yield "  rankdir=LR;"
    yield '  graph [fontname="monospace", fontsize=11, labeljust=l, style=rounded, color="#8c959f"];'
    yield '  node [fontname="monospace", fontsize=11, shape=box, style=rounded];'
    yield '  edge [fontname="monospace", fontsize=10];'
    yield from _Clusters().lines(pictures)
    yield "}"


class _Clusters:
    """Writes drawings, and numbers what is in them."""

    def __init__(self) -> None:
        self._numbers = count()
        self._ways: list[str] = []

    def lines(self, pictures: Sequence[Picture]) -> Iterator[str]:
        """Yield the drawings, a cluster each, then the calls with their arrows."""
        for picture in pictures:
            label = _quote(picture.title, *picture.notes, picture.totals)
            yield f"  subgraph cluster_{next(self._numbers)} {{"
            yield f"    label={label};"
            yield from self._members(picture.members, "    ")
            yield "  }"
        yield from self._ways

    def _members(self, members: Sequence[Box | Item], indent: str) -> Iterator[str]:
        for member in members:
            yield from self._box(member, indent) if isinstance(member, Box) else self._item(member, indent)

    def _box(self, box: Box, indent: str) -> Iterator[str]:
        yield f"{indent}subgraph cluster_{next(self._numbers)} {{"
        yield f"{indent}  label={_quote(*box_lines(box))};"
        yield f"{indent}  tooltip={_quote(box.path)};"
        yield from ([f"{indent}  peripheries=2;"] if box.alike else [])
        yield from self._members(box.members, f"{indent}  ")
        yield f"{indent}}}"

    def _item(self, item: Item, indent: str) -> Iterator[str]:
        name, difference = f"v{next(self._numbers)}", item.difference
        look = _ENTRIES[item.kind]
        look += ', penwidth=3, color="#0550ae"' if item.is_shared else ""
        look += f', penwidth=2, color="{_DIFFERENCES[difference.kind]}"' if difference else ""
        yield f"{indent}{name} [label={_quote(*item_lines(item))}, tooltip={_quote(item.path)}{look}];"
        self._ways += (line for mark in item.marks for line in self._way(mark, name))

    def _way(self, mark: Mark, variable: str) -> Iterator[str]:
        name = f"c{next(self._numbers)}"
        color = ', color="#b32530"' if mark.kind == "raised" else ""
        told = _quote(*mark.told)
        look = f'style="rounded,filled", fillcolor=white{color}'
        yield f"  {name} [label={_quote(call_text(mark))}, tooltip={told}, {look}];"
        yield f"  {name} -> {variable} [{_WAYS[mark.kind]}, tooltip={told}];"


def _quote(*lines: str) -> str:
    r"""Return lines as a quoted string: several end in `\l`, which sets them under each other on the left."""
    plain = [line.replace("&", "&amp;").replace("\\", "\\\\").replace('"', r"\"") for line in lines]
    text = plain[0] if len(plain) == 1 else "".join(line + r"\l" for line in plain)
    return f'"{text}"'
