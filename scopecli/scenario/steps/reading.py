"""Reads lists of steps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from scopecli.ground.words import closest
from scopecli.scenario.nodes import Mapping, Node, Scalar, Sequence, children, node_description
from scopecli.scenario.problems import Problems
from scopecli.scenario.records import key, read_record, record_schema
from scopecli.scenario.schemas import Schema, definition_reference
from scopecli.scenario.specs import mismatch
from scopecli.scenario.steps.base import AnyStep, Written

_COMPARED: Final = 20  # keys that are held against the words: a step has no more


@dataclass(frozen=True)
class StepsSpec:
    """A list of steps.

    Attributes:
        kinds: every kind of step that may stand there, by its word.
        noun: what a message calls one of them.
        example: one of them.
        definition: the name that JSON Schema refers to the list by.
        elsewhere: words that people write here and that belong elsewhere, and what they are.
    """

    kinds: dict[str, type[AnyStep]]
    noun: str
    example: str
    definition: str
    elsewhere: dict[str, str] = field(default_factory=dict)

    def read(self, node: Node, problems: Problems) -> tuple[Written, ...] | None:
        """Return the steps that could be read."""
        if not isinstance(node, Sequence):
            hint = "begin each with `- `; an empty list is `[]`"
            mismatch(f"a list of {self.noun}s", node, problems, hint)
            return None
        steps = [self._step(item, problems) for item in node.items]
        for step, item in zip(steps, node.items, strict=True):
            if step is None:
                problems.unread.update(_names_in(item))
        return tuple(step for step in steps if step is not None)

    def _step(self, node: Node, problems: Problems) -> Written | None:
        """Return the step at `node`: a mapping with one of the words, or a word that needs nothing more."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return self._word(node, problems)
        if not isinstance(node, Mapping):
            mismatch(f"a {self.noun}, such as `{self.example}`", node, problems)
            return None
        words = [name for name in node.entries if name in self.kinds]
        if len(words) == 1:
            return read_record(self.kinds[words[0]], node, problems, node=node)
        if words:
            listed = " and ".join(f"`{word}`" for word in words)
            second = node.entries[words[1]].key.location
            hint = f"make each a {self.noun} of its own, behind its `- `"
            problems.add("SC014", f"one {self.noun} has {listed}", second, hint)
        else:
            message = f"no {self.noun} is named here"
            problems.add("SC014", message, node.location, self._hint(islice(node.entries, _COMPARED)))
        return None

    def _word(self, node: Scalar, problems: Problems) -> Written | None:
        kind = self.kinds.get(node.text)
        if kind and kind.bare:
            return kind(node=node)
        hint = f"write `{node.text}: …`" if kind else self._hint([node.text])
        problems.add("SC014", f"{node_description(node)} is not a {self.noun} by itself", node.location, hint)
        return None

    def _hint(self, words: Iterable[str]) -> str:
        found = list(words)
        misplaced = next((name for name in found if name in self.elsewhere), None)
        if misplaced:
            return f"`{misplaced}` is {self.elsewhere[misplaced]}"
        near = next((guess for guess in (closest(name, self.kinds) for name in found) if guess), None)
        return f"did you mean `{near}`?" if near else f"a {self.noun} is one of {', '.join(self.kinds)}"

    def schema(self) -> Schema:
        """Return what may stand there."""
        return {"$ref": f"#/$defs/{self.definition}"}

    def definitions(self) -> dict[str, Schema]:
        """Return what `schema` refers to: the list, and each kind of step; blocks of steps are steps too."""
        kinds = {word: _step_schema(word, kind) for word, kind in self.kinds.items()}
        return {self.definition: {"type": "array", "items": self._step_schema(kinds)}, **kinds}

    def _step_schema(self, kinds: dict[str, Schema]) -> Schema:
        """Return what a step may be: its word decides which, so that editors offer the keys of no other."""
        begun = {
            word: {**schema["properties"][word], "description": schema["description"]}
            for word, schema in kinds.items()
        }
        step: Schema = {
            "type": "object",
            "properties": begun,
            "minProperties": 1,
            "additionalProperties": False,
        }
        for word in reversed(kinds):
            named = {"type": "object", "required": [word]}
            step = {"if": named, "then": definition_reference(word), "else": step}
        alone = [word for word, kind in self.kinds.items() if kind.bare]
        bare = {  # of an `enum` an editor would offer each word as its own value
            "pattern": f"^({'|'.join(alone)})$",
            "patternErrorMessage": f"Only {' and '.join(alone)} can stand alone.",
        }
        return {"if": {"type": "string"}, "then": bare, "else": step}


def _step_schema(word: str, kind: type[AnyStep]) -> Schema:
    """Return what a step of one kind may be, where it is a mapping."""
    schema = record_schema(kind)
    return {
        "title": word,
        **schema,
        "required": sorted({word, *schema.get("required", ())}),
        "examples": [kind.example],
    }


def _names_in(node: Node) -> Iterator[str]:
    """Yield every name given with `as` in a step that could not be read."""
    if isinstance(node, Mapping) and "as" in node.entries:
        given = node.entries["as"].value
        if isinstance(given, Scalar):
            yield given.text
    for child in children(node):
        yield from _names_in(child)


KINDS: Final[dict[str, type[AnyStep]]] = {}
"""Every kind of step by its word; the package fills it, since blocks of steps are steps too."""

ENTRY_WORDS: Final[dict[str, str]] = {}
"""What people write among steps and means an entry of the session; the session fills it."""

STEPS: Final = StepsSpec(KINDS, "step", "get_variable: w", "steps", ENTRY_WORDS)


def block() -> Any:
    """Define the key `steps` of a block."""
    return key(STEPS, "what happens inside", default=(), literal=True, name="steps")
