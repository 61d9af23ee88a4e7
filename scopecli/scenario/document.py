"""Reads a file as one YAML document: nodes with places.

Everything that would be costly or dangerous is bounded before it is built.
"""

from shlex import quote

import yaml

from scopecli.ground.diagnostics import Location, Note
from scopecli.ground.errors import source_error
from scopecli.ground.files import read_text
from scopecli.ground.limits import MAX_ALIASED_VALUES, MAX_DEPTH, MAX_DIGITS
from scopecli.ground.words import quote_text, shorten
from scopecli.scenario.nodes import Entry, Mapping, Node, Scalar, Sequence, children, node_description
from scopecli.scenario.parser import MERGE, SCALARS, TAG, compose, location_of
from scopecli.scenario.problems import Problems


def read_document(path: str, problems: Problems) -> Node:
    """Read the file at `path` (`-` is standard input) and return its one document.

    Duplicate keys, custom tags and numbers that can't be read are recorded, and the rest is read.

    Raises:
        InvalidSourceError: if it can't be read, is no YAML, has more than one document, or goes past one of
            the bounds above.
    """
    text = read_text(path)
    if path.endswith(".py"):
        hint = f"`scopecli trace {quote(path)}` runs it, and shows which variables it makes"
        raise source_error("SC004", "this is a Python program, not a scenario", Location(path), hint)
    node = _Converter(path, problems).convert(compose(text, path))
    problems.settle()
    return node


def parse_value(text: str, source: str, problems: Problems) -> Node:
    """Return the value that a text of YAML says; `source` stands for the file in messages.

    Raises:
        InvalidSourceError: if it is no YAML.
    """
    if not text.strip():
        return Scalar(None, "", Location(source))
    return _Converter(source, problems).convert(compose(text, source))


class _Converter:
    """Turns the parser's nodes into ours, and records what a scenario may not hold."""

    def __init__(self, file: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems
        # By the node's identity: an aliased node is converted once, and its size counted at each use.
        self._done: dict[int, tuple[Node, int]] = {}
        self._heights: dict[int, int] = {}
        self._open: set[int] = set()
        self._aliased = 0
        self._converted = 0

    def convert(self, node: yaml.Node) -> Node:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._done:
            return self._again(node)
        if id(node) in self._open:
            raise source_error("SC009", "an anchor stands inside itself", location_of(self._file, node))
        self._open.add(id(node))
        before = self._converted + self._aliased
        converted = self._container(node)
        self._converted += 1
        self._open.discard(id(node))
        self._done[id(node)] = converted, self._converted + self._aliased - before
        return converted

    def _again(self, node: yaml.Node) -> Node:
        converted, size = self._done[id(node)]
        self._count_aliased(size, node)
        if len(self._open) + self._height(converted) > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels by its aliases"
            raise source_error("SC008", message, location_of(self._file, node))
        return converted

    def _height(self, node: Node) -> int:
        """Count the levels below and with `node`, each container once however often it is aliased."""
        if isinstance(node, Scalar):
            return 0
        if id(node) not in self._heights:
            self._heights[id(node)] = 1 + max(map(self._height, children(node)), default=0)
        return self._heights[id(node)]

    def _count_aliased(self, size: int, node: yaml.Node) -> None:
        self._aliased += size
        if self._aliased > MAX_ALIASED_VALUES:
            message = f"the aliases expand to more than {MAX_ALIASED_VALUES:,} values"
            raise source_error("SC009", message, location_of(self._file, node))

    def _container(self, node: yaml.Node) -> Node:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        return self._sequence(node)

    def _sequence(self, node: yaml.Node) -> Sequence:
        self._refuse_tag(node, "seq")
        return Sequence([self.convert(item) for item in node.value], location_of(self._file, node))

    def _mapping(self, node: yaml.MappingNode) -> Mapping:
        self._refuse_tag(node, "map")
        entries: dict[str, Entry] = {}
        merged: list[Mapping] = []
        for key_node, value_node in node.value:
            if key_node.tag == MERGE:
                merged += self._merged_mappings(value_node)
            else:
                self._add_entry(entries, key_node, value_node)
        for source in merged:
            self._count_aliased(len(source.entries), node)
            for name, entry in source.entries.items():
                entries.setdefault(name, entry)  # the mapping's own keys win, then the first merged
        return Mapping(entries, location_of(self._file, node))

    def _add_entry(self, entries: dict[str, Entry], key_node: yaml.Node, value_node: yaml.Node) -> None:
        key = self.convert(key_node)
        value = self.convert(value_node)
        if not isinstance(key, Scalar) or not key.text:
            self._problems.add("SC010", f"expected a key, found {node_description(key)}", key.location)
        elif key.text in entries:
            first = Note("first given here", entries[key.text].key.location)
            message = f"the key `{shorten(key.text)}` is given twice"
            self._problems.add("SC011", message, key.location, "keep one of them", first)
        else:
            entries[key.text] = Entry(key, value)

    def _merged_mappings(self, node: yaml.Node) -> list[Mapping]:
        value = self.convert(node)
        sources = value.items if isinstance(value, Sequence) else [value]
        mappings = [source for source in sources if isinstance(source, Mapping)]
        if len(mappings) < len(sources):
            message = "`<<` merges a mapping or a list of mappings"
            self._problems.add("SC010", message, value.location)
        return mappings

    def _scalar(self, node: yaml.ScalarNode) -> Scalar:
        location = location_of(self._file, node)
        self._converted += 1
        try:
            value = SCALARS[node.tag](node.value)
        except KeyError:
            self._refuse_tag(node, "str")
            value = node.value
        except (ValueError, OverflowError):
            message = f"{quote_text(node.value)} can't be read as {node.tag.replace(TAG, '!!')}"
            hint = f"a number has at most {MAX_DIGITS:,} digits" if len(node.value) > MAX_DIGITS else None
            self._problems.add("SC010", message, location, hint)
            value = None
        return Scalar(value, node.value, location)

    def _refuse_tag(self, node: yaml.Node, expected: str) -> None:
        if node.tag != TAG + expected:
            shown = node.tag.replace(TAG, "!!")
            message = f"the tag `{shorten(shown)}` is not part of the language"
            self._problems.add("SC007", message, location_of(self._file, node), "leave the tag out")
