"""Parses YAML text into the parser's own nodes, with the scalars of the YAML 1.2 core schema.

The C parser keeps YAML 1.1's grammar; what differs for a scenario are the plain scalars, and those are
resolved here.
"""

import re
from typing import Any, Final

import yaml

from scopecli.ground.diagnostics import Location
from scopecli.ground.errors import InvalidSourceError, source_error
from scopecli.ground.files import point_after
from scopecli.ground.limits import MAX_DEPTH, MAX_DIGITS, MAX_VALUES
from scopecli.scenario.syntax import syntax_problem

# libyaml 0.2.6 and later read ahead of what they hand out, and stop at 1,000 levels by themselves.
_LIBYAML_TOO_DEEP: Final = "exceeded maximum nesting depth"

TAG: Final = "tag:yaml.org,2002:"
MERGE: Final = f"{TAG}merge"


class _CoreLoader(yaml.CBaseLoader):
    """Composes nodes as libyaml sees them, with the core schema's scalars, and no deeper than the bound."""

    def __init__(self, text: str, file: str) -> None:
        super().__init__(text)
        self._file = file
        self._depth = 0
        self._values = 0

    def descend_resolver(self, current_node: yaml.Node | None, current_index: object) -> None:
        del current_index
        self._depth += 1
        self._values += 1
        if self._values > MAX_VALUES and current_node is not None:
            message = f"the file has more than {MAX_VALUES:,} values"
            raise source_error("SC003", message, location_of(self._file, current_node))
        if self._depth > MAX_DEPTH and current_node is not None:
            raise source_error(
                "SC008", f"nested deeper than {MAX_DEPTH} levels", location_of(self._file, current_node)
            )

    def ascend_resolver(self) -> None:
        self._depth -= 1


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
    ("merge", r"<<", ["<"]),
):
    _CoreLoader.add_implicit_resolver(TAG + _tag, re.compile(rf"(?:{_pattern})\Z"), _first)


def compose(text: str, file: str) -> yaml.Node:
    """Return the root node of the one document that `text` holds.

    Raises:
        InvalidSourceError: if it is no YAML, holds no document or several, or is nested too deep.
    """
    try:
        root = _CoreLoader(text, file).get_single_node()
    except yaml.reader.ReaderError as error:
        before = text.encode()[: error.position].decode(errors="ignore")  # the parser counts bytes there
        escape = text[len(before)].encode("unicode_escape").decode()
        message = f"a character that YAML does not allow ({escape}) stands in the text"
        hint = f'write it as an escape in double quotes: "{escape}"'
        raise source_error("SC004", message, point_after(file, before), hint) from None
    except yaml.MarkedYAMLError as error:
        if error.problem == _LIBYAML_TOO_DEEP and error.problem_mark:
            return compose(text[: error.problem_mark.index], file)  # what stands before is too deep for us
        raise InvalidSourceError([syntax_problem(error, text, file)]) from None
    if root is None:
        raise source_error("SC006", "the file is empty", Location(file), "a scenario needs at least `steps:`")
    return root


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(text)
    return int(text, 0) if text.startswith(("0o", "0x")) else int(text)


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _floating(text: str) -> float:
    return float(
        text.replace(".inf", "inf")
        .replace(".Inf", "inf")
        .replace(".INF", "inf")
        .replace(".n", "n")
        .replace(".N", "N")
    )


SCALARS: Final[dict[str, Any]] = {
    f"{TAG}str": str,
    f"{TAG}int": _integer,
    f"{TAG}float": _floating,
    f"{TAG}bool": _boolean,
    f"{TAG}null": lambda _text: None,
    MERGE: str,
}


def location_of(file: str, node: yaml.Node) -> Location:
    """Return where a node stands; while it is still being composed, only where it starts."""
    start, end = node.start_mark, node.end_mark or node.start_mark
    return Location(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
