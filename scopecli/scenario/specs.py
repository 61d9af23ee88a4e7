"""What may stand where in a scenario: each spec reads one kind of value from a node.

A spec never raises. It records what is wrong, returns None in its place, and the reader goes on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, Generic, Protocol, TypeAlias, TypeGuard, TypeVar

from scopecli.ground.diagnostics import Note
from scopecli.ground.numbers import is_integer, is_number
from scopecli.ground.patterns import compile_pattern
from scopecli.ground.words import did_you_mean, quote_text, shorten
from scopecli.scenario.nodes import Mapping, Node, Reference, Scalar, Sequence, Template, node_description
from scopecli.scenario.problems import Problems
from scopecli.scenario.references import NAME
from scopecli.scenario.schemas import (
    NAME_PATTERN,
    NULL,
    REFERENCE,
    STRING,
    Schema,
    any_of,
    definition_reference,
    words,
)
from scopecli.scenario.vocabulary import AGGREGATIONS, DTYPES, SYNCHRONIZATIONS

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Spec(Protocol[T_co]):
    """Reads one kind of value."""

    def read(self, node: Node, problems: Problems) -> T_co | None:
        """Return the value at `node`, or None after recording why it is none of this kind."""

    def schema(self) -> Schema:
        """Return the JSON Schema of what may stand there, references apart."""


def mismatch(expected: str, node: Node, problems: Problems, hint: str | None = None) -> None:
    """Record that a value is of another type than the language wants there."""
    problems.add("SC010", f"expected {expected}, found {node_description(node)}", node.location, hint)


@dataclass(frozen=True)
class Nullable(Generic[T]):
    """`null`, or what another spec reads."""

    inner: Spec[T]

    def read(self, node: Node, problems: Problems) -> T | None:
        """Return None for `null`."""
        if isinstance(node, Scalar) and node.value is None:
            return None
        return self.inner.read(node, problems)

    def schema(self) -> Schema:
        """Return what may stand there."""
        return any_of(self.inner.schema(), NULL)


Text: TypeAlias = str | Template


@dataclass(frozen=True)
class TextSpec:
    """A string; what steps yield may be referred to in it, and one of `also` may stand in its place."""

    also: tuple[str, ...] = ()

    def read(self, node: Node, problems: Problems) -> Text | None:
        """Return the string, or a template where it refers to what a step yields."""
        if isinstance(node, Template):
            return self._reference_to_name(node, problems)
        if isinstance(node, Scalar):
            if isinstance(node.value, str):
                return node.value
            if node.text:
                mismatch("a string", node, problems, f"put it in quotes: {quote_text(node.text)}")
                return None
        is_call = isinstance(node, Mapping) and "name" in node.entries
        hint = "write the name itself here, and the rest of the mapping beside it" if is_call else None
        mismatch("a string", node, problems, hint)
        return None

    def _reference_to_name(self, node: Template, problems: Problems) -> Template | None:
        """Return a reference to what is text itself, such as a name scope's name."""
        sole = node.sole
        if sole is None or sole.attribute or sole.kind in ("a name", "an operation", *self.also):
            return node
        hint = f"write `${{{sole.name}.name}}` for its name" if sole.kind == "a scope" else None
        message = f"expected a string, found {node_description(node)}"
        problems.add("SC010", message, node.location, hint, Note("named here", sole.named))
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return STRING


def _no_hint(_: Node) -> str | None:
    return None


@dataclass(frozen=True)
class ScalarSpec(Generic[T]):
    """A value of one type.

    Attributes:
        noun: what it is, with its article, as a message says it.
        suits: tells whether a value is one; a boolean is no number.
        json: the JSON Schema of it.
        hint: returns what to write instead of something else, if that can be told.
    """

    noun: str
    suits: Callable[[object], TypeGuard[T]]
    json: Schema
    hint: Callable[[Node], str | None] = _no_hint

    def read(self, node: Node, problems: Problems) -> T | None:
        """Return the value."""
        if isinstance(node, Scalar) and self.suits(node.value):
            return node.value
        mismatch(self.noun, node, problems, self.hint(node))
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return self.json


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _is_boolean(value: object) -> TypeGuard[bool]:
    return isinstance(value, bool)


def _is_name(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and re.fullmatch(NAME, value) is not None


_WORDS_OF_BOOLEANS: Final = frozenset({"yes", "no", "on", "off", "true", "false"})


def _boolean_in_words(node: Node) -> str | None:
    is_word = isinstance(node, Scalar) and node.text.lower() in _WORDS_OF_BOOLEANS
    return (
        "write true or false without quotes; yes, no, on and off are strings in YAML 1.2" if is_word else None
    )


def _letters_of_a_name(_: Node) -> str:
    return "letters, digits and underscores, a digit not first; without the dollar sign"


class NothingSpec:
    """Nothing: the key alone says it."""

    def read(self, node: Node, problems: Problems) -> None:
        """Return None."""
        if not isinstance(node, Scalar) or node.value is not None:
            mismatch("nothing", node, problems, "write the key alone")

    def schema(self) -> Schema:
        """Return what may stand there."""
        return NULL


class PathSpec:
    """A file below the scenario's folder."""

    def read(self, node: Node, problems: Problems) -> str | None:
        """Return the path; one that leads elsewhere is refused."""
        path = PLAIN_TEXT.read(node, problems)
        if path is None:
            return None
        parts = PurePath(path).parts
        if not parts or PurePath(path).is_absolute() or ".." in parts or "\0" in path:
            message = f"{quote_text(path)} is no path below the scenario's folder"
            hint = "write one such as checkpoints/model: a scenario reads and writes nothing elsewhere"
            problems.add("SC024", message, node.location, hint)
            return None
        return path

    def schema(self) -> Schema:
        """Return what may stand there."""
        return {"type": "string", "minLength": 1}


@dataclass(frozen=True)
class ReferenceSpec:
    """`$name`, and nothing beside it, for what a step of one kind yields."""

    kind: str
    example: str

    def read(self, node: Node, problems: Problems) -> Reference | None:
        """Return the reference."""
        sole = node.sole if isinstance(node, Template) else None
        if sole and sole.attribute is None and sole.kind == self.kind:
            return sole
        named = isinstance(node, Scalar) and isinstance(node.value, str) and re.fullmatch(NAME, node.text)
        hint = f"write `${shorten(node.text)}`" if isinstance(node, Scalar) and named else None
        if isinstance(node, Scalar) and node.value is True:
            hint = "leave it out, and write the word alone"
        named_at = (Note("named here", sole.named),) if sole else ()
        message = f"expected {self.kind}, as in `{self.example}`, found {node_description(node)}"
        problems.add("SC010", message, node.location, hint, *named_at)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return REFERENCE


@dataclass(frozen=True)
class Choice:
    """One of a set of words."""

    what: str
    words: frozenset[str]
    example: str
    definition: str | None = None

    def read(self, node: Node, problems: Problems) -> str | None:
        """Return the word."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            mismatch(self.what, node, problems)
        elif node.value in self.words:
            return node.value
        else:
            hint = did_you_mean(node.value.rpartition(".")[2], self.words) or f"such as {self.example}"
            problems.add("SC015", f"{quote_text(node.value)} is not {self.what}", node.location, hint)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return definition_reference(self.definition) if self.definition else words(self.words)


AUTO_REUSE: Final = "AUTO_REUSE"
_BOOLEANS_OF_YAML_1_1: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
Reuse: TypeAlias = bool | str


class ReuseSpec:
    """`true`, `false` or `AUTO_REUSE`."""

    def read(self, node: Node, problems: Problems) -> Reuse | None:
        """Return a boolean, or the word `AUTO_REUSE`."""
        if isinstance(node, Scalar) and (isinstance(node.value, bool) or node.value == AUTO_REUSE):
            return node.value
        word = node.text.rpartition(".")[2] if isinstance(node, Scalar) else ""
        meant = _BOOLEANS_OF_YAML_1_1.get(word.lower())
        hint = f"write `{meant}`: in YAML 1.2 `{word}` is a text" if meant else None
        hint = hint or did_you_mean(word, (AUTO_REUSE, "true", "false"))
        mismatch(f"true, false, null or {AUTO_REUSE}", node, problems, hint)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return {"enum": [True, False, AUTO_REUSE]}


@dataclass(frozen=True)
class ListOf(Generic[T]):
    """A list of values of one kind."""

    inner: Spec[T]
    what: str
    hint: str | None = None

    def read(self, node: Node, problems: Problems) -> tuple[T, ...] | None:
        """Return those values that could be read."""
        if not isinstance(node, Sequence):
            mismatch(self.what, node, problems, self.hint)
            return None
        values = (self.inner.read(item, problems) for item in node.items)
        return tuple(value for value in values if value is not None)

    def schema(self) -> Schema:
        """Return what may stand there."""
        return {"type": "array", "items": self.inner.schema()}


Shape: TypeAlias = int | tuple[int | None, ...]


class ShapeSpec:
    """A list of dimensions, `null` for an unknown one, or a single dimension."""

    def read(self, node: Node, problems: Problems) -> Shape | None:
        """Return the dimensions; whether they make sense is TensorFlow's to say."""
        if isinstance(node, Sequence):
            dimension = Nullable(INTEGER)
            return tuple(dimension.read(item, problems) for item in node.items)
        if isinstance(node, Scalar) and is_integer(node.value):
            return node.value
        mismatch("a shape, a list of integers such as [2, 3]", node, problems)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return any_of({"type": "integer"}, {"type": "array", "items": {"type": ["integer", "null"]}})


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, known to compile."""

    text: str


class PatternSpec:
    """A regular expression as RE2 has it."""

    def read(self, node: Node, problems: Problems) -> Pattern | None:
        """Return the expression."""
        text = PLAIN_TEXT.read(node, problems)
        if text is None:
            return None
        try:
            compile_pattern(text)
        except ValueError as error:
            message = f"{quote_text(text)} is no regular expression: {error}"
            problems.add(
                "SC019", message, node.location, "put a backslash before a character meant literally"
            )
            return None
        return Pattern(text)

    def schema(self) -> Schema:
        """Return what may stand there."""
        return {"type": "string", "format": "regex"}


def sole_entry(node: Node) -> tuple[Scalar, Node] | None:
    """Return the key and the value of a mapping with one entry."""
    if isinstance(node, Mapping) and len(node.entries) == 1:
        entry = next(iter(node.entries.values()))
        return entry.key, entry.value
    return None


TEXT: Final = TextSpec()
SCOPE_OR_NAME: Final = TextSpec(("a scope",))
PLAIN_TEXT: Final = ScalarSpec("a string", _is_text, STRING)
NOTHING: Final = NothingSpec()
PATH: Final = PathSpec()
BOOLEAN: Final = ScalarSpec("true or false", _is_boolean, {"type": "boolean"}, _boolean_in_words)
INTEGER: Final = ScalarSpec("an integer", is_integer, {"type": "integer"})
NUMBER: Final = ScalarSpec("a number", is_number, {"type": "number"})
NAME_OF_HANDLE: Final = ScalarSpec(
    "a name", _is_name, {"type": "string", "pattern": NAME_PATTERN}, _letters_of_a_name
)
VARIABLE: Final = ReferenceSpec("a variable", "$w1")
SCOPE: Final = ReferenceSpec("a scope", "$scope")
REUSE: Final = ReuseSpec()
SHAPE: Final = ShapeSpec()
PATTERN: Final = PatternSpec()
DTYPE: Final = Choice("a dtype of TensorFlow", DTYPES, "float32, int64, bool or string", "dtype")
SYNCHRONIZATION: Final = Choice("a way of synchronization", SYNCHRONIZATIONS, "ON_READ")
AGGREGATION: Final = Choice("a way of aggregation", AGGREGATIONS, "MEAN")
COLLECTIONS: Final = ListOf(
    TextSpec(("a variable", "a scope")), "a list of collection names such as [GLOBAL_VARIABLES]"
)
