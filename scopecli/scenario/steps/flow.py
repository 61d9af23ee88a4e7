"""The steps that say which steps are taken: functions, templates and loops; and plain operations."""

import sys
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple, TypeAlias

from scopecli.ground.diagnostics import Location
from scopecli.ground.numbers import is_integer
from scopecli.scenario.nodes import Mapping, Node, Reference, Scalar, Sequence, Template
from scopecli.scenario.objects import TENSOR, Tensor
from scopecli.scenario.problems import Problems
from scopecli.scenario.records import argument, key
from scopecli.scenario.schemas import NAME_PATTERN, STRING, Schema, any_of
from scopecli.scenario.specs import BOOLEAN, NAME_OF_HANDLE, TEXT, Nullable, Text, mismatch
from scopecli.scenario.steps.base import AnyStep, Example, Written, handle
from scopecli.scenario.steps.reading import block

Items: TypeAlias = tuple[Node, ...] | range


class ItemsSpec:
    """A list of anything, or a number N for 0 to N-1."""

    def read(self, node: Node, problems: Problems) -> Items | None:
        """Return the items."""
        if isinstance(node, Sequence):
            return tuple(node.items)
        if isinstance(node, Scalar) and is_integer(node.value):
            if node.value < 0:
                mismatch("a number of rounds, 0 or more", node, problems)
            if node.value > sys.maxsize:
                mismatch(f"a number of rounds, {sys.maxsize:,} at the most", node, problems)
                return None
            return range(node.value)
        mismatch("a list, or a number of rounds", node, problems)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return any_of({"type": "array"}, {"type": "integer", "minimum": 0, "maximum": sys.maxsize})


class Argument(NamedTuple):
    """A value for a function's argument, and the place of its name."""

    location: Location
    value: Node


class ArgumentsSpec:
    """A mapping of names to values of any kind."""

    def read(self, node: Node, problems: Problems) -> dict[str, Argument] | None:
        """Return the values by name."""
        if not isinstance(node, Mapping):
            mismatch("a mapping of names to values", node, problems)
            return None
        for entry in node.entries.values():
            NAME_OF_HANDLE.read(entry.key, problems)
        return {name: Argument(entry.key.location, entry.value) for name, entry in node.entries.items()}

    def schema(self) -> Schema:
        """Return what may stand there."""
        return {"type": "object", "propertyNames": {"pattern": NAME_PATTERN}}


class CalledSpec:
    """The name of a function, or `$template`."""

    def read(self, node: Node, problems: Problems) -> str | Reference | None:
        """Return the name or the reference."""
        if isinstance(node, Template) and node.sole and node.sole.kind == "a template":
            return node.sole
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value
        mismatch("the name of a function, or a template as in `$template`", node, problems)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return STRING


_CALLED: Final = CalledSpec()
_ITEMS: Final = ItemsSpec()
ARGUMENTS: Final = ArgumentsSpec()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CallStep(AnyStep):
    """Runs the steps of a function here, or calls a template."""

    word: ClassVar[str] = "call"
    example: ClassVar[Example] = {"call": "tower", "with": {"units": 8}}

    function: str | Reference = key(_CALLED, "a function, or `$template`", name="call")
    arguments: dict[str, Argument] | None = key(
        Nullable(ARGUMENTS),
        "values for the names in the function",
        name="with",
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MakeTemplate(AnyStep):
    """`tf.make_template(NAME, function)`: makes variables in its first call, and shares them in the next."""

    word: ClassVar[str] = "make_template"
    example: ClassVar[Example] = {"make_template": "tower", "function": "tower", "as": "build"}
    yields: ClassVar[str | None] = "a template"

    name: Text = key(TEXT, "the name of the template's scope", name="make_template")
    function: str = key(NAME_OF_HANDLE, "the function that a call of the template runs")
    create_scope_now: bool | None = argument(BOOLEAN, "whether the scope is opened at once")
    unique_name: Text | None = argument(Nullable(TEXT), "the scope's name, not to be made unique")
    handle: str | None = handle("a name for the template")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class For(AnyStep):
    """The steps once for each item."""

    word: ClassVar[str] = "for"
    example: ClassVar[Example] = {
        "for": "i",
        "in": 2,
        "steps": [{"get_variable": "kernel_${i}", "shape": [3, 2]}],
    }

    variable: str = key(NAME_OF_HANDLE, "the name that the item has inside", name="for")
    items: Items = key(_ITEMS, "a list, or a number N for 0 to N-1", name="in")
    steps: tuple[Written, ...] | None = block()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Constant(AnyStep):
    """`tf.constant(value, name=NAME)`: shows what name an operation gets here."""

    word: ClassVar[str] = "constant"
    example: ClassVar[Example] = {"constant": "offset", "value": [0.5, 1.5]}
    yields: ClassVar[str | None] = "an operation"

    name: Text = key(TEXT, "the operation's name, to be made unique", name="constant")
    value: Tensor | None = key(TENSOR, "the tensor", default=0)
    handle: str | None = handle("a name for the operation")
