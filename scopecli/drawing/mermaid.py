"""A drawing as a Mermaid flowchart, which GitHub and many editors show."""

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from scopecli.drawing.marks import Mark
from scopecli.drawing.measures import call_text
from scopecli.drawing.model import Box, Item, Picture
from scopecli.drawing.words import box_lines, item_lines
from scopecli.ground.escapes import json_for_yaml

# What surely means nothing to Mermaid; all else is written by its number.
_PLAIN: Final = re.compile(r"[^\w .,:/()…×−≠+~-]")
_CLASSES: Final = (
    "classDef shared stroke-width:4px,stroke:#0550ae",
    "classDef raised stroke-width:2px,stroke:#b32530",
    "classDef closed stroke-dasharray:6 3",
    "classDef missing stroke:#b32530,stroke-dasharray:2 3",
    "classDef only_a stroke-width:2px,stroke:#b32530",
    "classDef only_b stroke-width:2px,stroke:#116329",
    "classDef renamed stroke-width:2px,stroke:#7d4e00",
    "classDef other stroke-width:2px,stroke:#7d4e00",
)
_WAYS: Final = {"created": "-->", "reused": "-.->", "used": "-.-o", "raised": "--x"}


def mermaid_lines(pictures: Sequence[Picture]) -> Iterator[str]:
    """Yield the lines of one flowchart: calls on the left, and the variables that they yield in their scopes.

    A solid arrow is the call that created a variable, a dotted one a call that reused it, a dotted line with
    a dot a use of the same object, and a line with a cross a call that was refused.
    """
    if len(pictures) == 1:
        yield from ("---", f"title: {json_for_yaml(pictures[0].title)}", "---")
    yield "flowchart LR"
    yield from (f"  {line}" for line in _CLASSES)
    yield from _Flowchart().lines(pictures)


class _Flowchart:
    """Writes drawings, and numbers what is in them."""

    def __init__(self) -> None:
        self._numbers = count()
        self._ways: list[str] = []
        self._refused: list[int] = []

    def lines(self, pictures: Sequence[Picture]) -> Iterator[str]:
        """Yield the drawings, then the calls with their arrows."""
        for picture in pictures:
            notes = [_quote(text) for text in (picture.title, *picture.notes, picture.totals)]
            if len(pictures) == 1:
                yield from (f"  %% {note}" for note in notes[1:])
                yield from self._members(picture.members, "  ")
            else:
                yield f'  subgraph g{next(self._numbers)}["{notes[0]}"]'
                yield from self._members(picture.members, "    ")
                yield "  end"
        yield from self._ways
        if self._refused:
            yield f"  linkStyle {','.join(map(str, self._refused))} stroke:#b32530,stroke-width:2px"

    def _members(self, members: Sequence[Box | Item], indent: str) -> Iterator[str]:
        for member in members:
            yield from self._box(member, indent) if isinstance(member, Box) else self._item(member, indent)

    def _box(self, box: Box, indent: str) -> Iterator[str]:
        yield f'{indent}subgraph s{next(self._numbers)}["{_quote(", ".join(box_lines(box)))}"]'
        yield from self._members(box.members, f"{indent}  ")
        yield f"{indent}end"

    def _item(self, item: Item, indent: str) -> Iterator[str]:
        name = f"v{next(self._numbers)}"
        yield f'{indent}{name}["{"<br/>".join(map(_quote, item_lines(item)))}"]{_class_of(item)}'
        for mark in item.marks:
            self._add(mark, name)

    def _add(self, mark: Mark, variable: str) -> None:
        """Write a call, and its arrow: each call has one, so that calls and arrows are numbered alike."""
        is_refused = mark.kind == "raised"
        if is_refused:
            self._refused.append(len(self._ways))
        shown = f'c{next(self._numbers)}(["{_quote(call_text(mark))}"]){":::raised" if is_refused else ""}'
        self._ways.append(f"  {shown} {_WAYS[mark.kind]} {variable}")


def _class_of(item: Item) -> str:
    if item.difference:
        return f":::{item.difference.kind}"
    if item.is_shared:
        return ":::shared"
    return f":::{item.kind}" if item.kind in ("closed", "missing") else ""


def _quote(text: str) -> str:
    return _PLAIN.sub(lambda match: f"#{ord(match[0])};", text)
