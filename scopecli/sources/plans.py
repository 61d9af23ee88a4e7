"""Reads a plan, as `diff --emit plan` writes it: YAML, a list with an entry for each variable."""

from typing import Final

from scopecli.analysis.diff.plan import Plan, PlanEntry
from scopecli.ground.dtypes import DTYPES, DTYPES_BY_NAME
from scopecli.ground.errors import source_error
from scopecli.ground.numbers import is_integer
from scopecli.ground.words import did_you_mean, quote_text
from scopecli.scenario.document import read_document
from scopecli.scenario.nodes import Entry, Mapping, Node, Scalar, Sequence, node_description
from scopecli.scenario.problems import Problems

_KEYS: Final = ("from", "to", "transpose", "cast")
_FORM: Final = "write `- {from: NAME, to: NAME}`, with `transpose: [1, 0]` or `cast: DTYPE` if need be"
_CASTS: Final = tuple(dtype.name for dtype in DTYPES.values() if dtype.itemsize)


def read_plan(path: str) -> Plan:
    """Read a plan (`-` is standard input).

    Raises:
        InvalidSourceError: with every problem of the file, each at its place.
    """
    problems = Problems()
    node = read_document(path, problems)
    if not isinstance(node, Sequence):
        message = f"expected a list of entries, found {node_description(node)}"
        raise source_error("SC703", message, node.location, _FORM)
    entries = [_entry(item, problems) for item in node.items]
    problems.raise_if_any()
    plan = Plan(path, tuple(entry for entry in entries if entry))
    _refuse_doubles(plan, problems)
    return plan


def _refuse_doubles(plan: Plan, problems: Problems) -> None:
    """Raise InvalidSourceError if two entries make one variable, or one is left out that another takes."""
    made: set[str] = set()
    left_out = {entry.source for entry in plan.entries if entry.target is None and entry.source is not None}
    for entry in plan.entries:
        if entry.target is None:
            continue
        if entry.target in made:
            message = f"{quote_text(entry.target)} is made twice: one variable can't be two"
            problems.add("SC703", message, entry.location, "keep one of the entries")
        if entry.source in left_out:
            message = f"{quote_text(entry.source)} is left out by another entry"
            problems.add("SC703", message, entry.location, "keep one of the entries")
        made.add(entry.target)
    problems.raise_if_any()


def _entry(node: Node, problems: Problems) -> PlanEntry | None:
    if not isinstance(node, Mapping):
        problems.add("SC703", f"expected an entry, found {node_description(node)}", node.location, _FORM)
        return None
    for name, entry in node.entries.items():
        if name not in _KEYS:
            hint = did_you_mean(name, _KEYS) or _FORM
            problems.add("SC703", f"there is no key {quote_text(name)}", entry.key.location, hint)
    source, target = (_name(node, key, problems) for key in ("from", "to"))
    if source is None and target is None and {"from", "to"} <= node.entries.keys():
        problems.add("SC703", "it names no variable: `from` and `to` are null", node.location, _FORM)
    transpose, cast = (
        _axes(node.entries.get("transpose"), problems),
        _cast(node.entries.get("cast"), problems),
    )
    return PlanEntry(source, target, transpose, cast, node.location)


def _name(node: Mapping, key: str, problems: Problems) -> str | None:
    """Return a name, which may look like a number; None for null."""
    if key not in node.entries:
        problems.add("SC703", f"`{key}` is missing", node.location, _FORM)
        return None
    value = node.entries[key].value
    if not isinstance(value, Scalar):
        problems.add("SC703", f"expected a name, found {node_description(value)}", value.location)
        return None
    return None if value.value is None else value.text


def _axes(entry: Entry | None, problems: Problems) -> tuple[int, ...] | None:
    """Return an order of axes; `true` is that of a matrix."""
    if entry is None:
        return None
    value = entry.value
    if isinstance(value, Scalar) and (value.value is None or isinstance(value.value, bool)):
        return (1, 0) if value.value else None
    items = value.items if isinstance(value, Sequence) else []
    axes = tuple(item.value for item in items if isinstance(item, Scalar) and is_integer(item.value))
    if not axes or sorted(axes) != list(range(len(items))):
        message = "`transpose` must have every axis once, from 0 on: the order that they are put in"
        problems.add("SC703", message, value.location, "a matrix is transposed by [1, 0]")
        return None
    return axes


def _cast(entry: Entry | None, problems: Problems) -> str | None:
    if entry is None or (isinstance(entry.value, Scalar) and entry.value.value is None):
        return None
    name = entry.value.text if isinstance(entry.value, Scalar) else ""
    if name not in _CASTS or name not in DTYPES_BY_NAME:
        message = f"expected a dtype of numbers, found {node_description(entry.value)}"
        problems.add("SC703", message, entry.value.location, did_you_mean(name, _CASTS))
        return None
    return name
