"""A drawing as SVG: one file that needs nothing else, in light and dark, with a title on every part."""

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from scopecli.drawing.marks import Mark, MarkKind
from scopecli.drawing.measures import (
    GAP,
    HEADER,
    PAD,
    ROW,
    Columns,
    badge_text,
    call_text,
    columns_of,
    height_of,
    name_scopes_text,
    shorten,
    width_of,
)
from scopecli.drawing.model import Box, Item, Picture
from scopecli.drawing.shipped import asset
from scopecli.drawing.words import SIGNS, legend_of

_WAY: Final = 56  # between the outermost boxes and the calls
_MARGIN: Final = 16
_TITLE: Final = 26
_NOTE: Final = 18
_STACKED: Final = 4  # by how much the frames of equal blocks stand out behind each other
_BASE: Final = 16  # from the top of a line to the foot of its text
_SHARED_TOLD: Final = 12
_LONGEST_NOTE: Final = 100  # characters

_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Frame(NamedTuple):
    """Where a member is drawn: its corner in the box around it, its width, and where the calls begin."""

    x: float
    y: float
    width: float
    calls: float


def svg_lines(pictures: Sequence[Picture]) -> Iterator[str]:
    """Yield the lines of an SVG document with the drawings under each other."""
    columns = columns_of(pictures)
    drawn: list[str] = []
    y = float(_MARGIN)
    for picture in pictures:
        lines, y = _picture(picture, columns, y)
        drawn += lines
    width = columns.boxes + (_WAY + columns.calls if columns.calls else 0) + 2 * _MARGIN
    width = max(width, *(_title_width(picture) for picture in pictures))
    size = f'width="{width:.0f}" height="{y:.0f}" viewBox="0 0 {width:.0f} {y:.0f}"'
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="scopecli" {size}'
        f' role="graphics-document" aria-label={_attribute(", ".join(one.title for one in pictures))}>'
    )
    yield f"<title>{_text(', '.join(one.title for one in pictures))}</title>"
    yield f"<desc>{_text(' '.join(_description(picture) for picture in pictures))}</desc>"
    yield f"<style>{asset('drawing.css')}</style>"
    yield '<rect class="paper" width="100%" height="100%"/>'
    yield from drawn
    yield "</svg>"


def _title_width(picture: Picture) -> float:
    texts = map(width_of, _notes(picture))
    return max(width_of(shorten(picture.title)) * 1.25, _legend(picture, 0)[1], *texts) + 2 * _MARGIN


def _notes(picture: Picture) -> list[str]:
    """Return the lines that are written under the title."""
    notes = (*picture.notes, picture.totals)
    return [line for note in notes for line in wrap(note, _LONGEST_NOTE) or [""]]


def _description(picture: Picture) -> str:
    """Return in words what is seen at first sight: which variables are shared, and by which calls."""
    shared = [item for item in picture.items() if item.is_shared]
    told = [f"{picture.totals}."]
    for item in shared[:_SHARED_TOLD]:
        users = ", ".join(mark.label for mark in item.marks if mark.kind != "raised")
        told.append(f"{item.path} is shared by {users or f'{item.users} calls'}.")
    if len(shared) > _SHARED_TOLD:
        told.append(f"{len(shared) - _SHARED_TOLD:,} more are shared.")
    return " ".join(told)


def _picture(picture: Picture, columns: Columns, y: float) -> tuple[list[str], float]:
    """Return the lines of a drawing that begins at a height, and the height at which it ends."""
    lines = [_line(_MARGIN, y + _BASE, shorten(picture.title), "title")]
    y += _TITLE
    for note in _notes(picture):
        lines.append(_line(_MARGIN, y + 12, note, "note"))
        y += _NOTE
    y += GAP
    lines.append(f'<g class="graph" transform="translate({_MARGIN} {y:g})">')
    at = 0.0
    for member in picture.members:
        lines += _member(member, _Frame(0, at, columns.boxes, columns.boxes + _WAY))
        at += height_of(member) + GAP
    lines.append("</g>")
    y += at
    legend, _ = _legend(picture, y)
    return [*lines, *legend], y + (ROW if legend else 0) + _MARGIN


def _member(member: Box | Item, frame: _Frame) -> Iterator[str]:
    return _box(member, frame) if isinstance(member, Box) else _item(member, frame)


def _box(box: Box, frame: _Frame) -> Iterator[str]:
    height = height_of(box)
    place = f'transform="translate({frame.x:g} {frame.y:g})" data-height="{height:g}"'
    yield f'<g class="box" data-path={_attribute(box.path)} {place}>'
    yield f"<title>{_text(f'{box.path}/: {box.facts}')}</title>"
    for step in range(2 * bool(box.alike), -1, -1):
        at = step * _STACKED / 2
        size = f'width="{frame.width:g}" height="{height:g}"'
        yield f'<rect class="frame" x="{at:g}" y="{at:g}" {size} rx="6"/>'
    yield '<g class="header">' + _line(10, 17, shorten(box.name), "name")
    yield _line(22 + width_of(shorten(box.name)), 17, box.facts, "facts") + "</g>"
    y = float(HEADER)
    if box.name_scopes:
        yield _line(10, y + 10, name_scopes_text(box), "note")
        y += 0.75 * ROW
    for member in box.members:
        yield from _member(member, _Frame(PAD, y, frame.width - 2 * PAD, frame.calls - PAD))
        y += height_of(member) + GAP
    yield "</g>"


def _item(item: Item, frame: _Frame) -> Iterator[str]:
    height, difference = height_of(item), item.difference
    kinds = ["variable" if item.kind == "variable" else f"variable {item.kind}"]
    kinds += ["shared"] if item.is_shared else []
    kinds += [difference.kind] if difference else []
    place = f'transform="translate({frame.x:g} {frame.y:g})" data-height="{height:g}"'
    yield f'<g class="{" ".join(kinds)}" data-name={_attribute(item.path)} {place} role="graphics-object">'
    yield f"<title>{_text(_title_of(item))}</title>"
    yield f'<rect class="row" width="{frame.width:g}" height="{height - 2:g}" rx="4"/>'
    x = 10.0
    if difference:
        yield _line(x, _BASE, SIGNS[difference.kind], "sign")
        x += 16
        yield _line(frame.calls - frame.x, _BASE, difference.text, "difference")
    yield _line(x, _BASE, shorten(item.name), "name")
    yield _line(x + 12 + width_of(shorten(item.name)), _BASE, item.facts, "facts")
    if item.is_shared:
        yield _badge(badge_text(item), frame.width)
    for number, mark in enumerate(item.marks):
        yield from _call(mark, frame.width, frame.calls - frame.x, number * ROW)
    yield "</g>"


def _title_of(item: Item) -> str:
    """Return what is told of a line of a box by its title."""
    told = [f"{item.path or item.name}: {item.facts}"]
    if item.is_shared:
        told.append(f"shared: it is used from {item.users:,} places")
    if item.difference:
        told.append(item.difference.text)
    return "\n".join([*told, *(text for mark in item.marks for text in mark.told)])


def _badge(text: str, right: float) -> str:
    width = width_of(text) + 10
    x = right - width - 6
    rect = f'<rect x="{x:g}" y="4" width="{width:g}" height="15" rx="7"/>'
    return f'<g class="badge">{rect}{_line(x + 5, 15.5, text, "")}</g>'


def _call(mark: Mark, begin: float, x: float, y: float) -> Iterator[str]:
    """Yield a call beside a variable, with the line from it."""
    middle = y + ROW / 2 - 1
    text = call_text(mark)
    number = "" if mark.call is None else f' data-call="{mark.call}"'
    yield f'<g class="call {mark.kind}"{number} role="graphics-object">'
    yield f"<title>{_text(chr(10).join(mark.told))}</title>"
    yield _way(mark.kind, begin, x, middle)
    size = f'width="{width_of(text) + 20:g}" height="{ROW - 4}"'
    yield f'<rect x="{x:g}" y="{y + 1:g}" {size} rx="10"/>'
    yield _line(x + 10, y + _BASE - 1, text, "") + "</g>"


def _way(kind: MarkKind, begin: float, end: float, y: float) -> str:
    """Return the line from a call to its variable: its head says, as the line does, what came of the call."""
    heads = {
        "raised": f'<path class="cross" d="M{begin + 3:g} {y - 4:g}l8 8m0 -8l-8 8"/>',
        "used": f'<circle class="head" cx="{begin + 5:g}" cy="{y:g}" r="4"/>',
    }
    head = heads.get(kind, f'<path class="head" d="M{begin + 1:g} {y:g}l8 -4v8z"/>')
    return f'<path class="way" d="M{end:g} {y:g}H{begin + 8:g}"/>{head}'


def _legend(picture: Picture, y: float) -> tuple[list[str], float]:
    """Return what the lines and signs mean that are drawn, and how wide that is."""
    calls, differences = legend_of(picture)
    x = float(_MARGIN)
    lines = []
    for kind, meaning in calls.items():
        text = _line(x + 48, y + 14, meaning, "")
        lines.append(f'<g class="call {kind} legend">{_way(kind, x, x + 40, y + 10)}{text}</g>')
        x += 72 + width_of(meaning)
    for difference, meaning in differences.items():
        told = f"{SIGNS[difference]} {meaning}"
        lines.append(f'<g class="{difference}">{_line(x, y + 14, told, "sign")}</g>')
        x += 24 + width_of(told)
    return lines, x


def _line(x: float, y: float, text: str, kind: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}"{named}>{_text(text)}</text>'


def _text(text: str) -> str:
    return escape(_without_what_xml_has_not(text))


def _attribute(text: str) -> str:
    return quoteattr(_without_what_xml_has_not(text))


def _without_what_xml_has_not(text: str) -> str:
    """Return a text with characters that no XML has as escapes."""
    return _NO_XML.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
