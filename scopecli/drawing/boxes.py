"""Makes boxes of variables: scopes in scopes, equal ones once, closed where there is no room for more."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from scopecli.analysis.equal_blocks import fold_equal_blocks, name_of_block
from scopecli.analysis.scope_tree import Node, grow, walk
from scopecli.drawing.marks import Mark
from scopecli.drawing.model import Box, DrawingExtent, Item, PictureContent
from scopecli.ground.escapes import safe
from scopecli.ground.sizes import format_bytes
from scopecli.render.text import count_noun, facts_of
from scopecli.render.tree import content_text
from scopecli.report.model import Variable

DEEPEST: Final = 40
"""Boxes in boxes; what is deeper is in sums."""


def boxes_of(content: PictureContent, extent: DrawingExtent) -> tuple[tuple[Box | Item, ...], str]:
    """Return what is in no scope and the outermost boxes, and what is not drawn, in words."""
    root = grow(content.variables)
    if extent.folded:
        root = fold_equal_blocks(root, content.facts)
    rows = _rows_by_level(root, content)
    depth = _depth_with_room(rows, extent.rows) if extent.depth is None else extent.depth
    depth = min(depth, DEEPEST)
    members = _Boxes(content, root, depth).members(root, 0)
    note = ""
    if extent.depth is None and len(members) > extent.rows:
        members = _first_members(members, extent.rows)
    if depth < len(rows):
        note = f"drawn to a depth of {count_noun(depth, 'level')}"
        note += "; --depth, --scope and --match draw more" if extent.depth is None else ""
    return members, note


def _rows_by_level(root: Node, content: PictureContent) -> list[int]:
    """Return how many lines each level of a tree takes, the outermost first."""
    rows: dict[int, int] = {}
    for node, rails in walk(root):
        marks = content.marks.get(id(node.variable), ()) if content.shows_calls else ()
        rows[len(rails)] = rows.get(len(rails), 0) + max(1, len(marks))
    return [rows[level] for level in sorted(rows)]


def _depth_with_room(rows: Sequence[int], most: int) -> int:
    """Return how many levels take no more lines than there is room for; at least one."""
    return max(1, sum(1 for total in accumulate(rows) if total <= most))


class _Boxes:
    """Makes boxes of the nodes of a tree, down to some depth."""

    def __init__(self, content: PictureContent, root: Node, depth: int) -> None:
        self._content = content
        self._depth = depth
        self._missing = self._by_scope(root)

    def _by_scope(self, root: Node) -> dict[str, list[str]]:
        """Return the names of no variable by the scope in which they are drawn: the nearest that is open."""
        is_open = {node.path for node, rails in walk(root) if not node.variable and len(rails) < self._depth}
        found: dict[str, list[str]] = {}
        for name in self._content.missing if self._content.shows_calls else ():
            scope = name.rpartition("/")[0]
            while scope and scope not in is_open:
                scope = scope.rpartition("/")[0]
            found.setdefault(scope, []).append(name)
        return found

    def members(self, scope: Node, level: int) -> tuple[Box | Item, ...]:
        """Return what is in a scope of that level."""
        made = [self._member(node, level + 1) for node in scope.children]
        prefix = f"{scope.path}/" if scope.path else ""
        for name in self._missing.get(scope.path, ()):
            shown = safe(name.removeprefix(prefix))
            marks = self._content.missing[name]
            made.append(Item("missing", shown, safe(name), "no variable of this name", marks))
        return tuple(made)

    def _member(self, node: Node, level: int) -> Box | Item:
        if node.variable:
            return self._variable(node, node.variable)
        name, path = f"{safe(name_of_block(node))}/", safe(node.path)
        if level >= self._depth:
            return self._closed_scope(node, name, path)
        members = self.members(node, level)
        return Box(name, path, self._sums_text(node), members, self._name_scopes(node), len(node.alike))

    def _sums_text(self, node: Node) -> str:
        """Return how much is in a scope; of two sources together there is no sum of bytes."""
        if self._content.differences:
            return content_text(node)
        return f"{content_text(node)}, {format_bytes(node.sums.bytes)}"

    def _name_scopes(self, node: Node) -> tuple[str, ...]:
        """Return in which other scopes the operations are of a scope, or of those that are one with it."""
        names = list(accumulate(node.name.split("/"), lambda outer, inner: f"{outer}/{inner}"))
        around = node.path.removesuffix(node.name)
        found = (scope for name in names for scope in self._content.name_scopes.get(around + name, ()))
        return tuple(map(safe, found))

    def _variable(self, node: Node, variable: Variable) -> Item:
        size = [] if variable.bytes is None else [format_bytes(variable.bytes) + " each" * bool(node.alike)]
        parts = [f"in {len(variable.slices):,} parts"] if variable.slices else []
        parts += ["not trainable"] if variable.trainable is False and self._content.tells_trainable else []
        parts += ["local"] if variable.name in self._content.local else []
        alike = [content_text(node)] if node.alike else []
        return Item(
            "variable",
            safe(name_of_block(node)),
            safe(node.path),
            safe(", ".join([*alike, facts_of(variable), *parts, *size])),
            self._content.marks.get(id(variable), ()) if self._content.shows_calls else (),
            self._content.users.get(id(variable), 0),
            len(node.alike),
            self._content.differences.get(id(variable)),
        )

    def _closed_scope(self, node: Node, name: str, path: str) -> Item:
        """Return a scope whose content is not drawn: nothing that stands out in it is kept back."""
        inside = list(_variables_with_counts(node))
        shared = sum(count for row, count in inside if self._content.users.get(id(row), 0) > 1)
        different = sum(count for row, count in inside if id(row) in self._content.differences)
        marks = (mark for row, _ in inside for mark in self._content.marks.get(id(row), ()))
        refused = [mark for mark in marks if mark.kind == "raised"] if self._content.shows_calls else []
        facts = [self._sums_text(node)]
        facts += [f"{shared:,} shared"] if shared else []
        facts += [f"{different:,} different"] if different else []
        return Item("closed", name, path, ", ".join(facts), tuple(refused[:1]), alike=len(node.alike))


def _variables_with_counts(node: Node) -> Iterator[tuple[Variable, int]]:
    """Yield the variables in a scope, each with how many equal ones it stands for."""
    ahead = [(node, 1)]
    while ahead:
        inner, count = ahead.pop()
        count *= len(inner.alike) or 1
        if inner.variable:
            yield inner.variable, count
        ahead += [(child, count) for child in inner.children]


def _first_members(members: Sequence[Box | Item], most: int) -> tuple[Box | Item, ...]:
    """Return so many members, those that stand out before others, and one for the rest of them."""
    loud = {id(member) for member in members if isinstance(member, Item) and _stands_out(member)}
    order = sorted(members, key=lambda member: id(member) not in loud)[: most - 1]
    kept = set(map(id, order))
    shown = [member for member in members if id(member) in kept]
    rest = len(members) - len(shown)
    return (*shown, Item("rest", "…", "", f"and {rest:,} more"))


def _stands_out(item: Item) -> bool:
    return item.is_shared or item.difference is not None or any(_is_refused(mark) for mark in item.marks)


def _is_refused(mark: Mark) -> bool:
    return mark.kind == "raised"
