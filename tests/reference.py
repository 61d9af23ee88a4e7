"""The README's reference of the language, made of the definition that scenarios are read by."""

from collections.abc import Iterator
from typing import Any

from scopecli.scenario.expect import Expect, ExpectedScope
from scopecli.scenario.model import Scenario
from scopecli.scenario.records import keys_of
from scopecli.scenario.session import SESSION
from scopecli.scenario.steps import KINDS
from scopecli.scenario.vocabulary import (
    AGGREGATIONS,
    CONSTRAINTS,
    DTYPES,
    GRAPH_KEYS,
    INITIALIZERS,
    PARTITIONERS,
    REGULARIZERS,
    SYNCHRONIZATIONS,
    Signature,
)


def language_reference() -> str:
    """Return the reference as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "### The file"
    yield from _keys(Scenario)
    yield "### Steps"
    yield "Every step may also have `raises`, what it must fail with."
    for word, kind in KINDS.items():
        yield from _step(word, kind)
    yield "### Session"
    for word, kind in SESSION.kinds.items():
        yield from _step(word, kind)
    yield "### Expectations"
    yield from _keys(Expect)
    yield "What is expected of a scope:"
    yield from _keys(ExpectedScope)
    yield "### Names"
    families = {
        "initializers": INITIALIZERS,
        "regularizers": REGULARIZERS,
        "partitioners": PARTITIONERS,
        "constraints": CONSTRAINTS,
    }
    for family, signatures in families.items():
        listed = ", ".join(_signature(name, signature) for name, signature in signatures.items())
        yield from (f"**{family}**: {listed}", "")
    words = {
        "dtypes": DTYPES,
        "synchronization": SYNCHRONIZATIONS,
        "aggregation": AGGREGATIONS,
        "collections": GRAPH_KEYS,
    }
    for name, known in words.items():
        yield from (f"**{name}**: {', '.join(f'`{word}`' for word in sorted(known))}", "")


def _step(word: str, kind: Any) -> Iterator[str]:
    first_line = (kind.__doc__ or "").strip().split("\n")[0]
    yield from ("", f"#### `{word}`", "", first_line)
    yield from _keys(kind)


def _keys(record: Any) -> Iterator[str]:
    rows = [(name, key.doc) for name, key in keys_of(record).items() if name != "raises"]
    rows.sort(key=lambda row: row[0] != getattr(record, "word", None))  # the word comes first
    yield from ("", "| key | meaning |", "|---|---|")
    yield from (f"| `{name}` | {doc} |" for name, doc in rows)
    yield ""


def _signature(name: str, signature: Signature) -> str:
    return f"`{name}({', '.join(signature.arguments)})`" if signature.arguments else f"`{name}`"
