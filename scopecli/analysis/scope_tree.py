"""The scopes of variables as a tree: what is in each, summed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from scopecli.report.model import Variable


class Sums(NamedTuple):
    """Sums over the variables of a scope; a variable of unknown shape adds nothing but itself."""

    variables: int = 0
    parameters: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """A scope, or a variable in one.

    Attributes:
        name: the part of its full name that the nodes above it don't have. A scope in which there is nothing
            but another scope is one node with that: `a/b`.
        path: its full name; empty for the root.
        variable: the variable; None of a scope.
        children: what is in a scope; nothing where it is too deep to be told.
        alike: the names of the equal blocks that it stands for, its own first; nothing where it stands for
            itself alone.
    """

    name: str
    path: str
    sums: Sums
    variable: Variable | None = None
    children: tuple["Node", ...] = ()
    alike: tuple[str, ...] = ()


@dataclass(slots=True)
class _Scope:
    """A scope while variables are put into it."""

    name: str
    sums: Sums = Sums()
    scopes: dict[str, "_Scope"] = field(default_factory=dict)
    members: list["_Scope | Variable"] = field(default_factory=list)

    def scope(self, name: str) -> "_Scope":
        if name not in self.scopes:
            self.scopes[name] = _Scope(name)
            self.members.append(self.scopes[name])
        return self.scopes[name]


def grow(
    variables: Iterable[Variable], *, depth: int | None = None, sort: str = "graph", reverse: bool = False
) -> Node:
    """Return the root of the tree that some variables make, each scope at the place of its first variable.

    Args:
        variables: in the order of the source.
        depth: how many levels are told; of what is deeper, the sums are in the scopes above it.
        sort: a key of `TREE_SORT_KEYS`, for the members of each scope.
        reverse: whether they are in the opposite order.
    """
    root = _Scope("")
    for variable in variables:
        _put(variable, root)
    grown = _frozen(root, TREE_SORT_KEYS[sort], reverse=reverse)
    return grown if depth is None else close_below(grown, depth)


def close_below(root: Node, depth: int) -> Node:
    """Return a tree of that many levels: what is deeper is in the sums of the scopes above it alone."""
    order = [root]
    levels = {id(root): 0}  # at which each node begins; a scope that is one with others goes over several
    for node in order:  # which grows while it is walked: those above come first
        level = levels[id(node)] + (node.path != "" and node.name.count("/") + 1)
        inner = () if level >= depth else node.children
        levels.update(dict.fromkeys(map(id, inner), level))
        order += inner
    closed: dict[int, Node] = {}
    for node in reversed(order):
        children = tuple(closed[id(child)] for child in node.children if id(child) in closed)
        closed[id(node)] = _first_levels(replace(node, children=children), depth - levels[id(node)])
    return closed[id(root)]


def _first_levels(scope: Node, count: int) -> Node:
    """Return a scope that is one with others as the first of them, where there are more than so many."""
    more = scope.name.count("/") + 1 - count
    if more <= 0 or scope.variable or not scope.path:
        return scope
    name, path = (text.rsplit("/", more)[0] for text in (scope.name, scope.path))
    return replace(scope, name=name, path=path, alike=tuple(one.rsplit("/", more)[0] for one in scope.alike))


TREE_SORT_KEYS: Final[dict[str, Callable[[Node], Any] | None]] = {
    "graph": None,
    "name": lambda node: node.name,
    "size": lambda node: (node.sums.parameters, node.sums.bytes),
}


def _put(variable: Variable, root: _Scope) -> None:
    """Put a variable into its scopes, and add it to their sums."""
    *scopes, _ = variable.name.split("/")
    sums = _sums_of(variable)
    scope = root
    scope.sums = _add(scope.sums, sums)
    for name in scopes:
        scope = scope.scope(name)
        scope.sums = _add(scope.sums, sums)
    scope.members.append(variable)


def _sums_of(variable: Variable) -> Sums:
    return Sums(1, variable.parameters, variable.bytes or 0)


def _add(one: Sums, other: Sums) -> Sums:
    return Sums(one.variables + other.variables, one.parameters + other.parameters, one.bytes + other.bytes)


@dataclass(slots=True)
class _Folded:
    """A scope, together with the scopes above it that have nothing but it."""

    name: str
    prefix: str
    scope: _Scope
    members: list["_Folded | Node"] = field(default_factory=list)

    def fill(self) -> None:
        """Take its members."""
        self.members = [
            _leaf(member) if isinstance(member, Variable) else _fold(member, self.prefix)
            for member in self.scope.members
        ]


def _fold(scope: _Scope, prefix: str) -> _Folded:
    names = [scope.name]
    while len(scope.members) == 1 and isinstance(inner := scope.members[0], _Scope):
        scope = inner
        names.append(scope.name)
    name = "/".join(names)
    return _Folded(name, f"{prefix}{name}/", scope)


def _leaf(variable: Variable) -> Node:
    return Node(variable.name.rpartition("/")[2], variable.name, _sums_of(variable), variable)


def _frozen(root: _Scope, order: Callable[[Node], Any] | None, *, reverse: bool) -> Node:
    """Return what was put together as nodes; names may be deeper than functions may call each other."""
    scopes = [_Folded("", "", root)]
    for scope in scopes:  # which grow while they are walked: those above come first
        scope.fill()
        scopes += [member for member in scope.members if isinstance(member, _Folded)]
    nodes: dict[int, Node] = {}
    for scope in reversed(scopes):
        children = [nodes.pop(id(one)) if isinstance(one, _Folded) else one for one in scope.members]
        if order:
            children.sort(key=order, reverse=reverse)  # what is equal stays in its order
        elif reverse:
            children.reverse()
        nodes[id(scope)] = Node(scope.name, scope.prefix[:-1], scope.scope.sums, None, tuple(children))
    return nodes[id(scopes[0])]


class TreeStep(NamedTuple):
    """A node on a walk through the tree.

    Attributes:
        rails: for each level above the node, whether more follows there; the last is the node's own.
    """

    node: Node
    rails: tuple[bool, ...]


def walk(root: Node) -> Iterator[TreeStep]:
    """Yield what is below a node, each scope before what is in it."""
    ahead = [TreeStep(root, ())]
    while ahead:
        node, rails = ahead.pop()
        if node is not root:
            yield TreeStep(node, rails)
        last = len(node.children) - 1
        ahead += [TreeStep(child, (*rails, at < last)) for at, child in reversed([*enumerate(node.children)])]
