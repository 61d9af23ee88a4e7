"""What the signs and lines of a drawing mean, whatever draws them."""

from typing import Final

from scopecli.drawing.marks import MarkKind
from scopecli.drawing.measures import badge_text, name_scopes_text, shorten
from scopecli.drawing.model import Box, DifferenceKind, Item, Picture

SIGNS: Final[dict[DifferenceKind, str]] = {"only_a": "−", "only_b": "+", "renamed": "~", "other": "≠"}
"""Of differences, so that they can be told without colours."""

_CALLS: Final[dict[MarkKind, str]] = {
    "created": "creates the variable",
    "reused": "reuses it",
    "used": "uses the same object",
    "raised": "refused",
}
_DIFFERENCES: Final[dict[DifferenceKind, str]] = {
    "only_a": "only in A",
    "only_b": "only in B",
    "renamed": "renamed",
    "other": "of another shape or dtype",
}


def legend_of(picture: Picture) -> tuple[dict[MarkKind, str], dict[DifferenceKind, str]]:
    """Return what the calls mean that are drawn, and what the signs of differences do."""
    items = list(picture.items())
    kinds = {mark.kind for item in items for mark in item.marks}
    differences = {item.difference.kind for item in items if item.difference}
    return (
        {kind: meaning for kind, meaning in _CALLS.items() if kind in kinds},
        {kind: meaning for kind, meaning in _DIFFERENCES.items() if kind in differences},
    )


def item_lines(item: Item) -> list[str]:
    """Return what is written on a line of a box: its name, its facts, and how it differs."""
    sign = SIGNS[item.difference.kind] if item.difference else ""
    first = " ".join(filter(None, [sign, shorten(item.name), badge_text(item)]))
    return [first, item.facts, *([item.difference.text] if item.difference else [])]


def box_lines(box: Box) -> list[str]:
    """Return what is written on a box: its name, what is in it, and where its operations are."""
    return [shorten(box.name), box.facts, *(filter(None, [name_scopes_text(box)]))]
