"""What two sources differ in, for pipes and programs: plain lines, JSON, Markdown, an assignment map."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scopecli.analysis.diff import Changes, Pair, ValueDifference
from scopecli.analysis.diff.assignment import Assignment
from scopecli.render.delimited import markdown_table
from scopecli.render.json_lines import whole
from scopecli.render.text import safe, shape_text
from scopecli.report.model import SCHEMA_VERSION, Variable


def changes_plain(changes: Changes) -> Iterator[str]:
    """Yield a difference a line, tab-separated: what it is, the variable, and the facts.

    For what is on one side only that is shape, dtype, and what it is probably called on the other side, with
    a `?` where that is not sure, and what came of comparing the two; for the others it is what A has and what
    B has; of values, the first that differ, and how many and how far; and whether they are transposed.
    """
    return ("\t".join(map(safe, fields)) for fields in _lines(changes))


def _lines(changes: Changes) -> Iterator[tuple[str, ...]]:
    mark = {True: "", False: "?"}
    partners: dict[int, tuple[str, ...]] = {}
    for pair in changes.renames:
        told = tuple(filter(None, [comparison_text(pair, with_values=changes.with_values)]))
        partners[id(pair.a)] = f"{pair.b.name}{mark[pair.is_sure]}", *told
        partners[id(pair.b)] = f"{pair.a.name}{mark[pair.is_sure]}", *told
    for what, rows in (("only in A", changes.only_a), ("only in B", changes.only_b)):
        for row in rows:
            yield what, row.name, shape_text(row.shape), row.dtype, *partners.get(id(row), ("-",))
    yield from _differences(changes)


def _differences(changes: Changes) -> Iterator[tuple[str, ...]]:
    """Yield what pairs differ in: the kind of difference, the variable, what A has and what B has."""
    for pair in changes.shapes:
        shapes = shape_text(pair.a.shape), shape_text(pair.b.shape)
        yield "other shape", pair.a.name, *shapes, *filter(None, [transposition_text(pair)])
    for pair in changes.dtypes:
        yield "other dtype", pair.a.name, pair.a.dtype, pair.b.dtype
    for pair in changes.values:
        transposed = filter(None, [transposition_text(pair)])
        yield "other values", pair.a.name, *value_facts(pair), *transposed


def value_facts(pair: Pair) -> tuple[str, str, str]:
    """Return what is told of A's and of B's value, and how far they differ."""
    if pair.values is None:
        a, b = ("no value" if side in pair.without_value else "a value" for side in "AB")
        return a, b, "-"
    found = pair.values
    told = [f"{found.different:,} of {found.size:,}"] if found.size > 1 else []
    if found.largest is not None:
        told.append(f"by up to {found.largest:.4g}")
    if found.first:
        told.append(f"first at {list(found.first)}")
    return _number(found.a), _number(found.b), ", ".join(told) or "-"


def transposition_text(pair: Pair) -> str:
    """Return what is known of A's value when it is transposed; nothing where there is no transposition."""
    if pair.equal_transposed is None:
        return "perhaps transposed" if pair.axes else ""
    return "equal when transposed" if pair.equal_transposed else "other values, also when transposed"


def rename_facts(pair: Pair, *, with_values: bool) -> str:
    """Return what two variables under two names do not have in common, and what came of comparing values."""
    shapes = [f"{shape_text(pair.a.shape)} -> {shape_text(pair.b.shape)}"] if pair.other_shape else []
    dtypes = [f"{pair.a.dtype} -> {pair.b.dtype}"] if pair.other_dtype else []
    return ", ".join([*shapes, *dtypes, *filter(None, [comparison_text(pair, with_values=with_values)])])


def comparison_text(pair: Pair, *, with_values: bool) -> str:
    """Return what came of comparing the values of two variables under two names, transposed ones too."""
    transposed = transposition_text(pair)
    if transposed or not with_values:
        return transposed
    if pair.other_values:
        return "other values"
    is_compared = not pair.without_value and not (
        pair.other_dtype and "string" in {pair.a.dtype, pair.b.dtype}
    )
    return "the same values" if is_compared else ""


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else json.dumps(value)


def changes_markdown(changes: Changes) -> Iterator[str]:
    """Yield a Markdown table with a row a difference."""
    rows: list[Sequence[str]] = []
    for what, name, *facts in _lines(changes):
        if what == "only in A":
            rows.append((what, name, f"{facts[0]} {facts[1]}", _perhaps(*facts[2:])))
        elif what == "only in B":
            rows.append((what, name, _perhaps(*facts[2:]), f"{facts[0]} {facts[1]}"))
        else:
            rows.append((what, name, facts[0], ", ".join([facts[1], *_told_of_axes(facts)])))
    return markdown_table(("difference", "variable", "A", "B"), rows)


def _told_of_axes(facts: Sequence[str]) -> list[str]:
    return [fact for fact in facts[2:] if "transposed" in fact]


def _perhaps(name: str, *facts: str) -> str:
    if name == "-":
        return ""
    sure = f"perhaps {name.removesuffix('?')}, not sure" if name.endswith("?") else f"perhaps {name}"
    return ", ".join([sure, *facts])


def changes_json(changes: Changes) -> Iterator[str]:
    """Yield all that is known as one object."""
    fields: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "a": changes.a._asdict(),
        "b": changes.b._asdict(),
        "different": changes.different,
        "only_in_a": map(_row, changes.only_a),
        "only_in_b": map(_row, changes.only_b),
        "renames": (
            {"a": pair.a.name, "b": pair.b.name, "is_sure": pair.is_sure}
            | _transposition(pair)
            | (_values(pair) if changes.with_values else {})
            for pair in changes.renames
        ),
        "shapes": (
            _pair(pair) | {"restores_silently": pair.restores_silently} | _transposition(pair)
            for pair in changes.shapes
        ),
        "dtypes": map(_pair, changes.dtypes),
        "values": (
            (_pair(pair) | _values(pair) | _transposition(pair) for pair in changes.values)
            if changes.with_values
            else None
        ),
        "slices": map(_pair, changes.slices),
        "equal": ({"a": pair.a.name, "b": pair.b.name} for pair in changes.equal),
        "renumbered": ({"a": family.a, "b": family.b} for family in changes.renumbered),
        "restores": len([pair for pair in changes.pairs if pair.restores]) if changes.is_preflight else None,
        "counts": counts(changes),
    }
    return whole([fields])


def counts(changes: Changes) -> dict[str, int | None]:
    """Return how many variables there are of each kind of difference."""
    return {
        "a": changes.count_a,
        "b": changes.count_b,
        "equal": len(changes.equal),
        "only_in_a": len(changes.only_a),
        "only_in_b": len(changes.only_b),
        "renames": len(changes.renames),
        "shapes": len(changes.shapes),
        "dtypes": len(changes.dtypes),
        "values": len(changes.values) if changes.with_values else None,
    }


def _row(row: Variable) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": row.name, "shape": row.shape, "dtype": row.dtype, "kind": row.kind}
    fields |= {"role": row.role, "size": row.size, "bytes": row.bytes}
    if row.key is not None:
        fields["key"] = row.key
    if row.slices:
        fields["slices"] = [{"offset": part.offset, "shape": part.shape} for part in row.slices]
    return fields


def _pair(pair: Pair) -> dict[str, Any]:
    return {"a": _row(pair.a), "b": _row(pair.b)}


def _transposition(pair: Pair) -> dict[str, Any]:
    """Return the order of A's axes that makes B's shape, if one is usual, and whether values are equal so."""
    if pair.axes is None:
        return {}
    return {"axes": pair.axes, "equal_transposed": pair.equal_transposed}


def _values(pair: Pair) -> dict[str, Any]:
    return {
        "without_value": list(pair.without_value),
        "difference": _difference(pair.values) if pair.values else None,
    }


def _difference(found: ValueDifference) -> dict[str, Any]:
    return {
        "different": found.different,
        "of": found.size,
        "largest": found.largest,
        "first": {"index": found.first, "a": found.a, "b": found.b},
    }


def assignment_map(assignments: Iterable[Assignment], left_out: Iterable[Variable]) -> Iterator[str]:
    """Yield the map for `tf.train.init_from_checkpoint`, as Python; comments say what is to be looked at.

    Where one tensor is for several variables it is a list of pairs, which that function takes as well.
    """
    found = list(assignments)
    keys = [assignment.key for assignment in found]
    is_mapping = len(set(keys)) == len(keys)
    opening, between, closing = ("", ": ", "") if is_mapping else ("(", ", ", ")")
    yield "{" if is_mapping else "["
    for assignment in found:
        comment = "  # probably renamed" if assignment.guessed else ""
        # Of no character is it an escape.
        pair = f"{opening}{assignment.key!a}{between}{assignment.variable!a}{closing}"
        yield f"    {pair},{comment}"
    yield "}" if is_mapping else "]"
    if not is_mapping:
        yield "# one tensor is for several variables: TensorFlow 1 wants a dict, and a call for each of them"
    for row in left_out:
        yield f"# {row.name!a} was not made by tf.get_variable, and can't be named here"
