"""A tree of scopes as a person sees it: rails, aligned columns, and a bar for the share of each."""

import sys
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import click
from rich.cells import cell_len, chop_cells

from scopecli.analysis.scope_tree import Node, TreeStep, walk
from scopecli.analysis.selection import Listing
from scopecli.ground.sizes import format_bytes
from scopecli.render.text import can_write, facts_of, safe, totals_text
from scopecli.render.tree import Grown, callers, content_text, node_name, share_of, users
from scopecli.render.wrapping import wrap_styled

_GAP: Final = "  "
_READABLE: Final = 12  # columns for a folded name
_SHARE: Final = len("<0.1%")
_LEAST: Final = 0.1  # percent that is told
_WHOLE: Final = 9.95  # percent from which on tenths don't matter
_BARS: Final = (6, 8, 10, 12, 16, 20)  # widths of a bar
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


class Style(NamedTuple):
    """What rails and bars are drawn with."""

    through: str = "│ "
    branch: str = "├ "
    last: str = "└ "
    more: str = "…"
    bar: str = _EIGHTHS


_ASCII: Final = Style("| ", "|-", "`-", "~", " #")


def style_for(encoding: str) -> Style:
    """Return lines where an encoding has them, else what ASCII has."""
    return Style() if can_write("".join(Style()), encoding) else _ASCII


class _Line(NamedTuple):
    """The cells of a node.

    Attributes:
        rails: what is drawn before its name.
        below: what is drawn where its name is continued.
        calls: what the calls of a variable are known by, where that is asked for.
    """

    node: Node
    rails: str
    below: str
    name: str
    facts: str
    parameters: str
    bytes: str
    calls: str = ""


class _Widths(NamedTuple):
    """How wide each column is; 0 is one that is left out."""

    name: int
    facts: int
    parameters: int
    bytes: int
    share: int
    bar: int


_MISSED_LEAST: Final = ("bar", "share", "bytes", "facts")


def tree_drawn(trees: Sequence[Grown], width: int | None, style: Style) -> Iterator[str]:
    """Yield the lines of trees, styled, for a width; None for an output that has none."""
    for number, (listing, root) in enumerate(trees):
        if number:
            yield ""
        yield from _draw_tree(root, listing, width, style)


def _draw_tree(root: Node, listing: Listing, width: int | None, style: Style) -> Iterator[str]:
    source = listing.source
    told = "  ".join(filter(None, [source.kind, listing.tags]))
    yield f"{click.style(safe(source.path), bold=True)}  {click.style(safe(told), dim=True)}"
    lines = [_line(step, listing, style) for step in walk(root)]
    if lines:
        widths = _widths(lines, width)
        yield _header(widths)
        for line in lines:
            yield from _draw_line(line, share_of(line.node, root), widths, style)
            if line.calls:
                yield from _draw_calls(line, width)
    yield click.style(totals_text(listing.totals, listing.of), bold=True)


def _line(step: TreeStep, listing: Listing, style: Style) -> _Line:
    node, variable = step.node, step.node.variable
    rails, at, below = "", "", ""
    if len(step.rails) > 1:
        *above, more = step.rails[1:]
        rails = "".join(style.through if is_last else _GAP for is_last in above)
        at, below = (style.branch, style.through) if more else (style.last, _GAP)
    facts = [facts_of(variable)] if variable else []
    content = [content_text(node)] if node.alike or not variable else []
    return _Line(
        node,
        rails + at,
        rails + below,
        " ".join([node_name(node), *users(node, listing)]),
        ", ".join([*content, *facts]),
        f"{node.sums.parameters:,}",
        format_bytes(node.sums.bytes),
        ", ".join(callers(node, listing)),
    )


def _draw_calls(line: _Line, width: int | None) -> Iterator[str]:
    """Yield the calls of a variable, under its name."""
    before = line.below + _GAP
    lines = wrap_styled(line.calls, width - len(before) if width else sys.maxsize, 0)
    yield from (click.style(before + text, dim=True) for text in lines)


def _widths(lines: Sequence[_Line], width: int | None) -> _Widths:
    """Return how wide each column is: the bar as wide as there is room for, and names folded if they must."""
    names = max(cell_len(line.rails) + cell_len(line.name) for line in lines)
    parameters = max(len("parameters"), *(len(line.parameters) for line in lines))
    others = _Widths(
        max(names, len("name")),
        max(cell_len(line.facts) for line in lines),
        parameters,
        max(len(line.bytes) for line in lines),
        _SHARE,
        _BARS[-1],
    )
    if width is None:
        return others
    kept = others._replace(bar=_BARS[0])
    least = min(others.name, _READABLE)
    for column in _MISSED_LEAST:
        if _room(kept, width) >= least:
            break
        kept = kept._replace(**{column: 0})
    room = _room(kept, width) + kept.bar
    bars = (amount for amount in reversed(_BARS) if room - amount >= others.name)
    bar = next(bars, kept.bar) if kept.bar else 0
    return kept._replace(name=min(others.name, max(room - bar, least)), bar=bar)


def _room(widths: _Widths, width: int) -> int:
    """Return how wide a name may be beside the other columns."""
    return width - sum(len(_GAP) + wide for wide in widths[1:] if wide)


def _header(widths: _Widths) -> str:
    cells = [
        "name".ljust(widths.name),
        " " * widths.facts,
        "parameters".rjust(widths.parameters),
        "bytes".rjust(widths.bytes),
        "share".rjust(widths.share),
    ]
    return click.style(_join_cells(cells, widths), bold=True)


def _join_cells(cells: Sequence[str], widths: _Widths) -> str:
    """Return the cells of a line, of the columns that are not left out."""
    return _GAP.join(cell for cell, width in zip(cells, widths, strict=False) if width)


def _draw_line(line: _Line, share: float | None, widths: _Widths, style: Style) -> Iterator[str]:
    """Yield the lines of a node: of a name that is too long, several."""
    is_scope = line.node.variable is None
    rails, below = line.rails, line.below
    if len(rails) + cell_len(line.name) > widths.name:
        rails, below = (_shorten_rails(rail, widths.name - _READABLE // 2, style) for rail in (rails, below))
    first, *rest = chop_cells(line.name, widths.name - len(rails)) or [""]
    cells = [
        click.style(rails, dim=True)
        + click.style(first, bold=is_scope)
        + " " * (widths.name - len(rails) - cell_len(first)),
        line.facts + " " * (widths.facts - cell_len(line.facts)),
        line.parameters.rjust(widths.parameters),
        line.bytes.rjust(widths.bytes),
        _share_text(share).rjust(_SHARE),
    ]
    bar = _bar(share or 0.0, widths.bar, style)
    yield _join_cells([*cells, click.style(bar, fg="cyan")] if bar else cells, widths)
    for text in rest:
        yield click.style(below, dim=True) + click.style(text, bold=is_scope)


def _shorten_rails(rails: str, room: int, style: Style) -> str:
    """Return rails with the outermost left out where there is not that much room for them."""
    return rails if len(rails) <= room else style.more + rails[len(rails) - room + len(style.more) :]


def _share_text(share: float | None) -> str:
    if share is None:
        return "-"
    percent = 100 * share
    if 0 < percent < _LEAST:
        return f"<{_LEAST}%"
    return f"{percent:.1f}%" if 0 < percent < _WHOLE else f"{percent:.0f}%"


def _bar(share: float, width: int, style: Style) -> str:
    """Return a bar of this share of the width, in the smallest steps that the style has."""
    steps = len(style.bar) - 1
    whole, rest = divmod(round(share * width * steps), steps)
    return style.bar[-1] * whole + (style.bar[rest] if rest else "")
