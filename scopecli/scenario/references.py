"""`$name` and `${…}`: how a string of a scenario refers to something named before.

A string is parsed apart from what its names stand for: `substitution` puts that in.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from scopecli.ground.words import shorten
from scopecli.scenario.nodes import Node, Scalar, children
from scopecli.scenario.problems import Problems

NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
SCOPE_ATTRIBUTES: Final = ("name", "original_name_scope")

_DOLLAR = re.compile(rf"\$(?:(?P<escaped>\$)|(?P<bare>{NAME})|\{{(?P<braced>[^}}]*)\}}|)")
_NAMED = re.compile(rf"\s*(?P<name>{NAME})(?:\.(?P<attribute>{NAME}))?\s*")
_ARITHMETIC = re.compile(r"[\w\s+\-*/%()]{1,200}", re.ASCII)
_OPERATORS: Final = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.UAdd, ast.USub)


class ReferenceSyntaxError(Exception):
    """A `$` that starts no reference: what is wrong, and what to write."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Named:
    """`$name`, `${name}` or `${name.attribute}`."""

    name: str
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`${…}` with integer arithmetic in it, as `ast` parses it: known to hold nothing else."""

    source: str
    tree: ast.expr


Part: TypeAlias = str | Named | Arithmetic


def refers(node: Node) -> bool:
    """Tell whether a dollar sign stands anywhere in a node's strings."""
    if isinstance(node, Scalar):
        return "$" in node.text and isinstance(node.value, str) and not node.literal
    return any(map(refers, children(node)))


def check_syntax(node: Node, problems: Problems) -> None:
    """Record each `$` in a node that starts no reference."""
    for scalar in _strings(node):
        try:
            parse(scalar.text)
        except ReferenceSyntaxError as error:
            problems.add("SC018", error.message, scalar.location, error.hint)


def _strings(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar) and refers(node):
        yield node
    for child in children(node):
        yield from _strings(child)


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Part, ...]:
    """Return the parts of a string: the references in it, and what stands between them.

    Raises:
        ReferenceSyntaxError: if a `$` starts no reference.
    """
    parts: list[Part] = []
    end = 0
    for match in _DOLLAR.finditer(text):
        parts += [text[end : match.start()], _part(match)]
        end = match.end()
    return _join_parts([*parts, text[end:]])


def _part(match: re.Match[str]) -> Part:
    if match["escaped"]:
        return "$"
    if match["bare"]:
        return Named(match["bare"])
    inside = _NAMED.fullmatch(match["braced"] or "")
    if inside is None:
        return _arithmetic(match)
    if inside["attribute"] not in (None, *SCOPE_ATTRIBUTES):
        known = " and ".join(f"`{scope_attribute}`" for scope_attribute in SCOPE_ATTRIBUTES)
        message = f"a scope has no `{shorten(inside['attribute'])}` that can be read"
        raise ReferenceSyntaxError(message, f"what can be read are {known}")
    return Named(inside["name"], inside["attribute"])


def _arithmetic(match: re.Match[str]) -> Arithmetic:
    source = (match["braced"] or "").strip()
    if not _ARITHMETIC.fullmatch(source):
        hint = "write `$name`, `${name}` or `${2 * name}`, and `$$` for a dollar sign"
        raise ReferenceSyntaxError(f"`{shorten(match[0])}` is no reference", hint)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what Python finds odd: it is refused below
            tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    if tree is None or not _is_integer_arithmetic(tree):
        hint = "use integers, names, brackets and + - * // %"
        raise ReferenceSyntaxError(f"`{shorten(match[0])}` is no integer arithmetic", hint)
    return Arithmetic(source, tree)


def _is_integer_arithmetic(tree: ast.expr) -> bool:
    match tree:
        case ast.BinOp():
            operands = (tree.left, tree.right)
            return isinstance(tree.op, _OPERATORS) and all(map(_is_integer_arithmetic, operands))
        case ast.UnaryOp():
            return isinstance(tree.op, _OPERATORS) and _is_integer_arithmetic(tree.operand)
        case ast.Constant():
            return type(tree.value) is int
        case _:
            return isinstance(tree, ast.Name)


def _join_parts(parts: list[Part]) -> tuple[Part, ...]:
    """Join neighbouring strings, and leave out empty ones."""
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part:
            joined.append(part)
    return tuple(joined)
