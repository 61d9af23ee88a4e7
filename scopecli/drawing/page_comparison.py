"""What a page shows of two sources that are compared."""

from collections.abc import Iterator
from typing import Any

from scopecli.analysis.diff.changes import Changes, Pair
from scopecli.drawing.against import transposition_text
from scopecli.ground.escapes import safe
from scopecli.ground.sizes import format_bytes
from scopecli.render.changes import counts, value_facts
from scopecli.render.text import facts_of
from scopecli.report.model import Variable


def comparison_data(changes: Changes) -> dict[str, Any]:
    """Return what two sources differ in, for JSON."""
    return {
        "a": safe(changes.a.path),
        "b": safe(changes.b.path),
        "b_kind": str(changes.b.kind),
        "summary": list(_summary(changes)),
        "same": len(changes.equal),
        "rows": list(_rows(changes)),
    }


def _summary(changes: Changes) -> Iterator[str]:
    """Yield how many variables there are on each side, and whether all of A would restore."""
    found = counts(changes)
    yield f"{found['a']:,} in A, {found['b']:,} in B"
    if changes.is_preflight:
        restores = len([pair for pair in changes.pairs if pair.restores])
        yield f"{restores:,} of A's {found['a']:,} would restore from B"
    if not changes.with_values:
        yield "values were not compared"


def _rows(changes: Changes) -> Iterator[dict[str, Any]]:
    only_a, only_b = changes.unpaired
    yield from (_row("only_a", row, None) for row in only_a)
    yield from (_row("only_b", None, row) for row in only_b)
    yield from (_pair("renamed", pair) for pair in changes.renames)
    for pair in changes.pairs:
        if pair.other_shape:
            yield _pair("shape", pair)
        elif pair.other_dtype:
            yield _pair("dtype", pair)
        elif pair.other_values:
            yield _pair("values", pair)


def _pair(what: str, pair: Pair) -> dict[str, Any]:
    a, b, how_far = value_facts(pair) if pair.other_values else ("", "", "")
    values = f"{a} in A, {b} in B: {how_far}" if pair.other_values else ""
    silently = "TensorFlow restores it in B's shape, and says nothing of it" if pair.restores_silently else ""
    row = _row(what, pair.a, pair.b)
    transposed = transposition_text(pair) if pair.axes else ""
    return {
        **row,
        "note": safe(", ".join(filter(None, [transposed, values or silently]))),
        "sure": pair.is_sure,
    }


def _row(what: str, a: Variable | None, b: Variable | None) -> dict[str, Any]:
    return {
        "what": what,
        "a": safe(a.name) if a else None,
        "b": safe(b.name) if b else None,
        "a_facts": _facts(a) if a else None,
        "b_facts": _facts(b) if b else None,
        "note": "",
        "sure": True,
    }


def _facts(row: Variable) -> str:
    size = "" if row.bytes is None else f", {format_bytes(row.bytes)}"
    return safe(f"{facts_of(row)}{size}")
