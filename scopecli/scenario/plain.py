"""YAML as the plain values that it says."""

from scopecli.scenario.document import parse_value
from scopecli.scenario.nodes import Mapping, Node, Scalar, Sequence
from scopecli.scenario.problems import Problems


def parse_plain(text: str, source: str) -> object:
    """Return the value that a text of YAML says; `source` stands for the file in messages.

    Raises:
        InvalidSourceError: if it is no YAML, or has keys twice.
    """
    problems = Problems()
    node = parse_value(text, source, problems)
    problems.raise_if_any()
    return _plain(node)


def _plain(node: Node) -> object:
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [_plain(item) for item in node.items]
        case Mapping():
            return {key: _plain(entry.value) for key, entry in node.entries.items()}
        case _:
            return None  # a reference, of which there are none outside scenarios
