"""The reference of the language as Markdown, made of the definition that scenarios are read by."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from scopecli.ground import diagnostics
from scopecli.ground.codes import CODES
from scopecli.report import model as report_model
from scopecli.report.writing import report_schema
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


def word_lines(word: str) -> Iterator[str]:
    """Yield what is to be known of a step, or of an entry of the session."""
    kind = KINDS.get(word) or SESSION.kinds[word]
    yield from (f"# {word}", "", _first_line(kind))
    yield from _keys(kind)
    yield from ("For example:", "", "```yaml", f"- {_flow_text(kind.example)}", "```", "")
    if word in KINDS:
        yield "Every step may also have `raises`, what it must fail with."


def _flow_text(example: object) -> str:
    """Return a value as YAML has it in one line: JSON, with words that need no quotes without them."""
    return re.sub(r'"(\$?[\w/.:-]+)"', r"\1", json.dumps(example))


def words() -> list[str]:
    """Return the words of the steps, and those of the session."""
    return list(dict.fromkeys([*KINDS, *SESSION.kinds]))


def _listed_words() -> Iterator[str]:
    yield from (
        "# The words of the language",
        "",
        "`scopecli help WORD` has the keys of each.",
        "",
        "Steps:",
        "",
    )
    yield from (f"- `{word}`: {_first_line(kind)}" for word, kind in KINDS.items())
    yield from ("", "Entries of the session:", "")
    yield from (f"- `{word}`: {_first_line(kind)}" for word, kind in SESSION.kinds.items())
    yield from ("", "The file itself:")
    yield from _keys(Scenario)


def _session() -> Iterator[str]:
    yield from (
        "# The session",
        "",
        "Without `session`, all variables are initialised and every call's is fetched.",
    )
    for word, kind in SESSION.kinds.items():
        yield from ("", f"## {word}", "", _first_line(kind))
        yield from _keys(kind)


def _expect() -> Iterator[str]:
    yield from ("## The keys of `expect`",)
    yield from _keys(Expect)
    yield "What is expected of a scope:"
    yield from _keys(ExpectedScope)


def _codes() -> Iterator[str]:
    yield from (
        "## The codes",
        "",
        "`scopecli explain SC405` has more of one.",
        "",
        "| code | says that |",
        "|---|---|",
    )
    yield from (f"| {code} | {says} |" for code, says in CODES.items())


def _objects(title: str, signatures: dict[str, Signature], remark: str) -> Callable[[], Iterator[str]]:
    def lines() -> Iterator[str]:
        yield from (f"# {title}", "", remark, "")
        yield from (f"- {_signature(name, signature)}" for name, signature in signatures.items())

    return lines


def _names(title: str, known: Iterable[str]) -> Callable[[], Iterator[str]]:
    def lines() -> Iterator[str]:
        yield from (f"# {title}", "", ", ".join(f"`{name}`" for name in sorted(known)))

    return lines


MADE: Final[dict[str, Callable[[], Iterator[str]]]] = {
    "words": _listed_words,
    "session": _session,
    "initializers": _objects(
        "Initializers",
        INITIALIZERS,
        "A name, `{NAME: {argument: value}}`, or `{NAME: value}` where there is one main argument;"
        " `ones_initializer` is `ones`. A number, a boolean, a list or `{value: …}` is a tensor;"
        " `{initialized_value: $w1}` starts from another variable.",
    ),
    "regularizers": _objects(
        "Regularizers",
        REGULARIZERS,
        "`l1`, `l2` and `l1_l2` are Keras's: s·Σ|w| and s·Σw². `l1_regularizer`, `l2_regularizer` and"
        " `l1_l2_regularizer` are TF1's own, of `tf.contrib.layers`: s·Σ|w| and s·Σw²/2, half of the other.",
    ),
    "partitioners": _objects("Partitioners", PARTITIONERS, "Such as `{fixed_size: 2}`."),
    "constraints": _objects(
        "Constraints", CONSTRAINTS, "TensorFlow's own Keras has them: `non_neg`, `{max_norm: 2}`."
    ),
    "dtypes": _names("Dtypes", DTYPES),
    "collections": _names("Collections, as `tf.GraphKeys` names them", GRAPH_KEYS),
    "synchronization": _names("Ways of synchronization", SYNCHRONIZATIONS),
    "aggregation": _names("Ways of aggregation", AGGREGATIONS),
}
"""What is made of the definitions alone, by topic."""

APPENDED: Final[dict[str, Callable[[], Iterator[str]]]] = {"expect": _expect, "messages": _codes}
"""What stands behind what is written by hand."""


def _first_line(kind: Any) -> str:
    return (kind.__doc__ or "").strip().split("\n")[0]


def _keys(record: Any) -> Iterator[str]:
    rows = [(name, key.doc) for name, key in keys_of(record).items() if name != "raises"]
    rows.sort(key=lambda row: row[0] != getattr(record, "word", None))  # the word comes first
    yield from ("", "| key | meaning |", "|---|---|")
    yield from (f"| `{name}` | {doc} |" for name, doc in rows)
    yield ""


def _signature(name: str, signature: Signature) -> str:
    return f"`{name}({', '.join(signature.arguments)})`" if signature.arguments else f"`{name}`"


_ATTRIBUTE: Final = re.compile(r"^ {8}(\w+): (.*(?:\n {12}.*)*)", re.MULTILINE)
_REPORT_HEAD: Final = """\
# The JSON report

`run -f json` and `trace -f json` write one report for each source: an object, or a list of them where
there are several sources. In a list, a source that could not be read is `{"schema_version", "source",
"error"}`. `-f jsonl` writes a report a line. JSON is strict: NaN and the infinities are the strings
`"NaN"`, `"Infinity"`, `"-Infinity"`, complex numbers are `[re, im]`, and bytes that are no UTF-8 are
`{"base64": "…"}`. `scopecli schema --report` prints the JSON Schema. `list`, `tree`, `diff`, `lint` and
`explain` read a report that was saved.
"""
_PLAIN_KEYS: Final = {
    "schema_version": "the version of these keys",
    "source": "what the report is of: its kind and its path",
    "title": "the scenario's title, or which graph of a program this is",
    "description": "the scenario's description",
    "tensorflow": "TensorFlow's version",
    "calls": "every call of `get_variable`, `get_local_variable` and `Variable`, in order, failed ones too",
    "scopes": "every variable scope that was opened, in order",
    "local_variables": "`tf.local_variables()`, likewise",
    "other_variables": "variables in neither of these collections",
    "totals": "sums over the global variables",
    "sessions": "the sessions that a program opened on the graph, with the options of each",
    "source_lines": "the lines of files that messages quote, by file and number",
    "index": "its number; the first is 0",
    "step": "which of the calls it is",
    "handle": "the name that `as` gives it; null without",
    "outcome": "`created`, `reused` or `raised`",
    "location": "where it stands: file, line, column and where it ends",
    "error": "why it failed; null if it did not",
    "shape": "the dimensions, null for an unknown one",
    "trainable": "whether it is in `tf.trainable_variables()`",
    "collections": "the keys of the collections that it is in",
    "device": "the device that was asked for",
    "size": "the number of its elements",
    "bytes": "the memory that they take",
    "role": "`weight`, `slot`, `average`, `statistic`, `step` or `bookkeeping`, by its name",
    "value": "what a session fetched; null where nothing was, or of more than 1,000 elements",
    "value_summary": "the statistics of a value that is not written out",
}


def _report() -> Iterator[str]:
    schema = report_schema()
    yield from _REPORT_HEAD.split("\n")
    yield from ("## The report",)
    yield from _json_keys(schema["properties"], report_model.Report)
    for name, definition in schema["$defs"].items():
        described = getattr(report_model, name, None) or getattr(diagnostics, name, None)
        yield from (f"## {name}", "", _first_line(described))
        yield from _json_keys(definition["properties"], described)


def _json_keys(properties: dict[str, Any], described: Any) -> Iterator[str]:
    told = {name: " ".join(text.split()) for name, text in _ATTRIBUTE.findall(described.__doc__ or "")}
    yield from ("", "| key | meaning |", "|---|---|")
    yield from (f"| `{name}` | {told.get(name) or _PLAIN_KEYS.get(name, '')} |" for name in properties)
    yield ""


MADE["report"] = _report
