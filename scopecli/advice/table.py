"""Every message that is known: one table for help inside a scenario and for explanations.

Each is a file below `messages/`: in its head the key, the pattern, the example, and one-line hints for a
scenario and for a program; then what it means, its causes, and its fixes with code for both.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scopecli.advice.hints import HINTS
from scopecli.advice.known import NAME, NAME_BEGINS, Fix, Known
from scopecli.advice.tf1_names import TF1_NAMES, TF1_TRAIN_NAMES

_FOLDER: Final = Path(__file__).parent / "messages"
_SPACE: Final = r"\s*"
"""What a space of a pattern matches: any white space, or none, since people paste wrapped lines."""

_TOKENS: Final = {
    "%NAME%": NAME,
    "%NAME_BEGINS%": NAME_BEGINS,
    "%ATTRIBUTE%": NAME.replace("variable", "attribute"),
    "%TF1_NAMES%": "|".join((*TF1_NAMES, *TF1_TRAIN_NAMES)),
}
_HEAD: Final = ("key", "pattern", "example", "scenario", "program")
_SECTIONS: Final = "\n## Causes\n", "\n## Fixes\n"
_ITEM: Final = re.compile(r"(?m)^- ")
_CODE: Final = re.compile(r"(?s)\n\n?  ```(?P<language>python|yaml)\n(?P<code>.*?)\n  ```(?=\n|$)")

# Special cases come before what they are cases of: where two messages fit, the first one counts.
_ORDER: Final = """
    average-under-reuse slot-under-reuse new-variable-in-template same-name-in-template already-exists
    does-not-exist shared-with-other-shape shared-with-other-dtype other-partitions partitioned-before
    unpartitioned-before other-shards-before wrong-partition-list shape-cannot-be-partitioned
    constant-with-shape initializer-with-other-dtype shape-not-fully-defined no-shape no-initializer
    no-initial-value negative-dimension minval-above-maxval no-variable-but-tensor invalid-scope-name
    no-scope-name reuse-without-name wrong-reuse-value missing-in-tensorflow-2 contrib-is-gone
    eager-execution variable-made-in-function variable-is-unhashable colocated-outside-of-strategy
    variable-of-another-world metric-uninitialized uninitialized assigned-other-shape no-session
    not-ready table-not-initialized no-such-device rnn-cell-used-twice rnn-cells-of-one-size
    cell-not-built not-with-keras-3 constant-for-variable output-not-in-graph read-without-variable
    key-not-in-checkpoint no-checkpoint checkpoint-with-other-dtype not-a-checkpoint same-name-in-saver
    nothing-to-save scope-mapped-to-name empty-variable-list variable-not-in-checkpoint other-graph
    not-in-this-graph initializer-inside-control-flow used-outside-control-flow graph-finalized
    duplicate-node-name no-gradients
""".split()


def read_message(key: str) -> Known:
    """Return what a file says of one message.

    Raises:
        ValueError: if it is not written as the others are.
    """
    text = (_FOLDER / f"{key}.md").read_text(encoding="utf-8")
    opening, head, body = text.split("---\n", 2)
    meaning, causes, fixes = _split_sections(body)
    said = dict(line.split(": ", 1) for line in head.splitlines())
    if opening or said.keys() - set(_HEAD) or said["key"] != key:
        raise ValueError(f"the head of {key}.md has {', '.join(said)}")
    return Known(
        key=key,
        pattern=_expand(said["pattern"]),
        example=said["example"],
        meaning=_one_line(meaning),
        causes=tuple(_one_line(cause) for cause in _items(causes)),
        fixes=tuple(_fix(fix) for fix in _items(fixes)),
        hint=HINTS.get(key, said.get("scenario")),
        program_hint=said.get("program"),
    )


def _split_sections(body: str) -> tuple[str, str, str]:
    meaning, rest = body.split(_SECTIONS[0])
    causes, fixes = rest.split(_SECTIONS[1])
    return meaning, causes, fixes


def _expand(pattern: str) -> str:
    for token, expansion in _TOKENS.items():
        pattern = pattern.replace(token, expansion)
    return pattern.replace(" ", _SPACE)


def _items(section: str) -> Iterator[str]:
    """Yield the items of a list."""
    before, *items = _ITEM.split(section)
    if before.strip():
        raise ValueError(f"before the list stands {before.strip()!r}")
    return iter(items)


def _fix(item: str) -> Fix:
    code = {found["language"]: _without_indent(found["code"]) for found in _CODE.finditer(item)}
    return Fix(_one_line(_CODE.sub("", item)), code=code.get("python"), scenario=code.get("yaml"))


def _without_indent(code: str) -> str:
    return "\n".join(line.removeprefix("  ") for line in code.split("\n"))


def _one_line(text: str) -> str:
    return " ".join(text.split())


KNOWN: Final = tuple(map(read_message, _ORDER))
"""TensorFlow's messages, as TF1 and 2.16 to 2.21 word them; where two fit, the first one counts."""
