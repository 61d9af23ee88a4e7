"""A tree of scopes: indented lines for pipes, nested lists and objects for documents and programs."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from scopecli.analysis.equal_blocks import name_of_block
from scopecli.analysis.scope_tree import Node, walk
from scopecli.analysis.selection import Listing
from scopecli.analysis.users import count_users
from scopecli.ground.sizes import format_bytes
from scopecli.render.columns import users_of
from scopecli.render.delimited import code, escape_cell
from scopecli.render.json_lines import listing_totals, object_lines, one_or_list, strict_json, unread_json
from scopecli.render.text import count_noun, safe, shape_text, totals_text
from scopecli.report.model import SCHEMA_VERSION
from scopecli.sources.opened import Unread

Grown: TypeAlias = tuple[Listing, Node]
"""The variables of a source, and the same as a tree."""


def tree_plain(trees: Sequence[Grown]) -> Iterator[str]:
    """Yield a line a node, indented, and last the root as `/`; of several sources each line begins with its.

    After a name come the numbers of variables, of parameters and of bytes, tab-separated; after a variable's
    also its shape, its dtype and, where several calls share it, how many.
    """
    for listing, root in trees:
        source = [safe(listing.source.path)] if len(trees) > 1 else []
        for node, rails in walk(root):
            indent = "  " * (len(rails) - 1)
            cells = [f"{indent}{node_name(node)}", *map(str, node.sums), *node_facts(node, listing)]
            if told := callers(node, listing):
                cells += [*([] if users(node, listing) else ["×1"]), ", ".join(told)]
            yield "\t".join([*source, *cells])
        yield "\t".join([*source, "/", *map(str, root.sums)])


def tree_markdown(trees: Sequence[Grown]) -> Iterator[str]:
    """Yield for each source a nested list, and the totals."""
    for number, (listing, root) in enumerate(trees):
        if number:
            yield ""
        if len(trees) > 1:
            yield from [f"## {escape_cell(listing.source.path)}", ""]
        yield from _nested_list(root, listing)


def _nested_list(root: Node, listing: Listing) -> Iterator[str]:
    for node, rails in walk(root):
        told = [count_noun(node.sums.parameters, "parameter"), format_bytes(node.sums.bytes)]
        if node.alike or node.variable is None:
            told = [content_text(node), *told]
        if users := callers(node, listing):
            told += [f"of {', '.join(map(code, users))}"]
        indent = "  " * (len(rails) - 1)
        yield f"{indent}- {code(node_name(node))}: {', '.join([*node_facts(node, listing), *told])}"
    yield from ["", totals_text(listing.totals, listing.of)]


def tree_json(trees: Sequence[Grown | Unread]) -> Iterator[str]:
    """Yield an object in which each scope has its members as `children`, a node a line; of several a list."""
    return one_or_list(
        [object_lines(unread_json(tree)) if isinstance(tree, Unread) else _object(*tree) for tree in trees]
    )


def _object(listing: Listing, root: Node) -> Iterator[str]:
    """Yield the lines of a tree as they are walked through: it may be deeper than `json` can go."""
    yield "{"
    yield f'  "schema_version": {SCHEMA_VERSION},'
    yield f'  "source": {strict_json(listing.source._asdict())},'
    line, level = f'  "tree": {_json_beginning(root, root, listing)}', 0
    for node, rails in walk(root):
        depth = len(rails)
        yield line if depth > level else f"{line}{']}' * (level - depth)},"
        line, level = f"{'  ' * (depth + 1)}{_json_beginning(node, root, listing)}", depth
    yield f"{line}{']}' * level},"
    yield f'  "totals": {strict_json(listing_totals(listing))}'
    yield "}"


def _json_beginning(node: Node, root: Node, listing: Listing) -> str:
    """Return an object as JSON, of a scope with members only as far as these follow."""
    fields: dict[str, Any] = {"name": node.name, "path": node.path, **node.sums._asdict()}
    fields["share"] = share_of(node, root)
    if node.alike:
        fields["alike"] = node.alike
    if node.variable is not None:
        shared = {"users": count_users(node.variable, listing.calls)} if node.variable.calls else {}
        facts = {"shape": node.variable.shape, "dtype": node.variable.dtype, "role": node.variable.role}
        told = {"calls": callers(node, listing)} if listing.tells_calls else {}
        return strict_json({**fields, **facts, **shared, **told})
    text = strict_json({**fields, "children": []})
    return text.removesuffix("]}") if node.children else text


def node_name(node: Node) -> str:
    """Return what a node is shown as: a scope ends in a slash; of equal blocks the first and the last."""
    name = safe(name_of_block(node))
    return name if node.variable else f"{name}/"


def content_text(node: Node) -> str:
    """Return how many variables a node has, in how many equal blocks: `12 equal blocks of 3 variables`."""
    if not node.alike:
        return count_noun(node.sums.variables, "variable")
    if node.variable:
        return f"{len(node.alike):,} equal variables"
    count = len(node.alike)
    return f"{count:,} equal blocks of {count_noun(node.sums.variables // count, 'variable')}"


def callers(node: Node, listing: Listing) -> list[str]:
    """Return what the calls of a variable are known by; nothing where that is not asked for."""
    if node.variable is None or not listing.tells_calls:
        return []
    return list(map(safe, users_of(node.variable, listing.calls)))


def node_facts(node: Node, listing: Listing) -> list[str]:
    """Return what is shown of a variable: its shape, its dtype, and from how many places it is used."""
    if node.variable is None:
        return []
    return [shape_text(node.variable.shape), safe(node.variable.dtype), *users(node, listing)]


def users(node: Node, listing: Listing) -> list[str]:
    """Return from how many places a variable is used, if there are several."""
    count = count_users(node.variable, listing.calls) if node.variable else 0
    return [f"×{count}"] if count > 1 else []


def share_of(node: Node, root: Node) -> float | None:
    """Return the share that a node has of all parameters; None where there are none."""
    return node.sums.parameters / root.sums.parameters if root.sums.parameters else None
