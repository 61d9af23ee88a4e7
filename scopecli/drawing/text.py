"""A drawing as text: boxes on a terminal, indented lines where the output has no width."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from rich import box as boxes
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from scopecli.drawing.marks import Mark, MarkKind
from scopecli.drawing.measures import badge_text, call_text, name_scopes_text, shorten
from scopecli.drawing.model import Box, DifferenceKind, Item, Picture
from scopecli.drawing.words import SIGNS, legend_of
from scopecli.render.tables import Canvas, draw
from scopecli.render.text import can_write

_WAYS: Final[dict[MarkKind, str]] = {"created": "◀──", "reused": "◀┄┄", "used": "●┄┄", "raised": "✕╌╌"}
_ASCII_WAYS: Final[dict[MarkKind, str]] = {"created": "<--", "reused": "<..", "used": "o..", "raised": "x--"}
_CALL_STYLES: Final[dict[MarkKind, str]] = {
    "created": "green",
    "reused": "cyan",
    "used": "cyan",
    "raised": "red",
}
_STYLES: Final[dict[DifferenceKind, str]] = {
    "only_a": "red",
    "only_b": "green",
    "renamed": "yellow",
    "other": "yellow",
}
_CALL_WORDS: Final[dict[MarkKind, str]] = {
    "created": "created by",
    "reused": "reused by",
    "used": "object used by",
    "raised": "refused:",
}
_INDENT: Final = "  "
_FRAME: Final = 4  # columns that a box's frame takes
_NARROWEST: Final = 12  # columns for a name


def text_lines(pictures: Sequence[Picture], canvas: Canvas) -> Iterator[str]:
    """Yield the lines of drawings: in boxes for the canvas's width, or indented where it has none."""
    for number, picture in enumerate(pictures):
        if number:
            yield ""
        yield from draw(_parts(picture, canvas), canvas) if canvas.width else _indented_lines(picture)


def _parts(picture: Picture, canvas: Canvas) -> Iterator[RenderableType]:
    ways = _ways_for(canvas.encoding)
    yield Text(picture.title, style="bold")
    yield from (Text(note, style="dim") for note in picture.notes)
    yield from _renderables(picture.members, ways, canvas.width or _NARROWEST)
    yield from (Text(line, style="dim") for line in _legend(picture, ways))
    yield Text(picture.totals, style="bold")


def _ways_for(encoding: str) -> dict[MarkKind, str]:
    """Return lines where an encoding has them, else what ASCII has."""
    return _WAYS if can_write("".join(_WAYS.values()), encoding) else _ASCII_WAYS


def _renderables(
    members: Sequence[Box | Item], ways: dict[MarkKind, str], width: int
) -> Iterator[RenderableType]:
    """Yield boxes for a width, and the lines between them as tables."""
    for is_box, group in groupby(members, lambda member: isinstance(member, Box)):
        if is_box:
            yield from (_panel(member, ways, width) for member in group if isinstance(member, Box))
        else:
            yield _table([member for member in group if isinstance(member, Item)], ways)


def _panel(box: Box, ways: dict[MarkKind, str], width: int) -> Panel:
    title = Text.assemble((shorten(box.name), "bold"), "  ", (box.facts, "dim"))
    first: list[RenderableType] = []
    if title.cell_len > width - 2 * _FRAME:  # what has no room on the frame stands below it
        room = max(width - 2 * _FRAME, _NARROWEST)
        title, first = Text(shorten(box.name, room), style="bold"), [Text(box.facts, style="dim")]
    first += [Text(name_scopes_text(box), style="dim")] if box.name_scopes else []
    frame = boxes.DOUBLE if box.alike else boxes.ROUNDED
    content = Group(*first, *_renderables(box.members, ways, width - _FRAME))
    return Panel(content, frame, title=title, title_align="left", border_style="dim", padding=(0, 1))


def _table(items: Sequence[Item], ways: dict[MarkKind, str]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for item in items:
        texts = ((mark.kind, f"{ways[mark.kind]} {call_text(mark)}") for mark in item.marks)
        beside = [Text(text, _CALL_STYLES[kind]) for kind, text in texts]
        if item.difference:
            beside.append(Text(item.difference.text, _STYLES[item.difference.kind]))
        table.add_row(_line(item), Text("\n").join(beside))
    return table


def _line(item: Item) -> Text:
    sign = (f"{SIGNS[item.difference.kind]} ", _STYLES[item.difference.kind]) if item.difference else ""
    style = "bold cyan" if item.is_shared else "red" if item.kind == "missing" else ""
    badge = (f" {badge_text(item)}", "bold cyan") if item.is_shared else ""
    return Text.assemble(sign, (shorten(item.name), style), badge, "  ", (item.facts, "dim"))


def _legend(picture: Picture, ways: dict[MarkKind, str]) -> Iterator[str]:
    """Yield what the lines and signs mean that are drawn."""
    calls, differences = legend_of(picture)
    told = [f"{ways[kind]} {meaning}" for kind, meaning in calls.items()]
    told += [f"{SIGNS[kind]} {meaning}" for kind, meaning in differences.items()]
    if told:
        yield "   ".join(told)


def _indented_lines(picture: Picture) -> Iterator[str]:
    """Yield a line a scope, a variable or a call, each under what it belongs to."""
    yield from (picture.title, *picture.notes)
    for member, level in picture.walk():
        indent = _INDENT * (level + 1)
        if isinstance(member, Item):
            yield indent + _indented_line(member)
            yield from (f"{indent}{_INDENT}{_call_line(mark)}" for mark in member.marks)
        else:
            yield f"{indent}{member.name} {member.facts}"
            yield from (f"{indent}{_INDENT}operations also in {scope}" for scope in member.name_scopes)
    yield picture.totals


def _indented_line(item: Item) -> str:
    sign = SIGNS[item.difference.kind] if item.difference else ""
    difference = f"({item.difference.text})" if item.difference else ""
    return " ".join(filter(None, [sign, item.name, badge_text(item), item.facts, difference]))


def _call_line(mark: Mark) -> str:
    return f"{_CALL_WORDS[mark.kind]} {call_text(mark)}"
