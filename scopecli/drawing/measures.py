"""How large the parts of a drawing are: all in units of the SVG, of which a character is about seven wide."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from scopecli.drawing.marks import Mark
from scopecli.drawing.model import Box, Item, Picture

ROW: Final = 24
HEADER: Final = 26
GAP: Final = 6
PAD: Final = 12
_CHARACTER: Final = 7.3  # the width of one, in the fonts that the style names
_LONGEST: Final = 56  # characters of a name, or of a call
_NARROWEST: Final = 220.0


class Columns(NamedTuple):
    """The widths of the outermost boxes, and of the calls beside them; 0 where there are none."""

    boxes: float
    calls: float


def width_of(text: str) -> float:
    """Return how wide a text is."""
    return cell_len(text) * _CHARACTER


def shorten(text: str, most: int = _LONGEST) -> str:
    """Return a text without its middle where it is too long: how it begins and ends tells it from others."""
    if len(text) <= most:
        return text
    begun = most // 3
    return f"{text[:begun]}…{text[len(text) - (most - begun - 1) :]}"


def badge_text(item: Item) -> str:
    """Return how many places use a variable, where there are several."""
    return f"×{item.users:,}" if item.is_shared else ""


def columns_of(pictures: Sequence[Picture]) -> Columns:
    """Return the widths that all drawings need which stand under each other."""
    boxes, calls = _NARROWEST, 0.0
    for picture in pictures:
        for member, level in picture.walk():
            boxes = max(boxes, _own_width(member) + 2 * PAD * level)
            if isinstance(member, Item):
                beside = [width_of(call_text(mark)) + 20 for mark in member.marks]
                beside += [width_of(member.difference.text)] if member.difference else []
                calls = max([calls, *beside])
    return Columns(boxes, calls)


def call_text(mark: Mark) -> str:
    """Return what is written on a call: what it is known by, and of one that was refused the code and why."""
    reason = f": {mark.reason}" if mark.reason else ""
    return f"{mark.code} {shorten(mark.label)}{reason}".lstrip()


def height_of(member: Box | Item) -> float:
    """Return the height of a box or a line, without the gap under it."""
    if isinstance(member, Item):
        return ROW * max(1, len(member.marks))
    inner = sum(height_of(inner) + GAP for inner in member.members)
    return HEADER + ROW * len(member.name_scopes[:1]) * 0.75 + inner + PAD - GAP


def _own_width(member: Box | Item) -> float:
    badge = width_of(badge_text(member)) + 24 if isinstance(member, Item) else 0
    name = width_of(shorten(member.name)) + width_of(member.facts) + 48 + badge
    scopes = width_of(name_scopes_text(member)) + 20 if isinstance(member, Box) else 0
    return max(name, scopes)


def name_scopes_text(box: Box) -> str:
    """Return in which other scopes the operations of a scope are; empty for none."""
    if not box.name_scopes:
        return ""
    more = f" and {len(box.name_scopes) - 1:,} more" if len(box.name_scopes) > 1 else ""
    return shorten(f"operations also in {box.name_scopes[0]}{more}")
