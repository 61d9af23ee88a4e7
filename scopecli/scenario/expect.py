"""What must be true of a scenario, judged by `scopecli test`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Generic, NamedTuple, TypeVar

from scopecli.ground.diagnostics import Location
from scopecli.scenario.nodes import Mapping, Node, Scalar
from scopecli.scenario.objects import TENSOR, Tensor
from scopecli.scenario.problems import Problems
from scopecli.scenario.records import Pending, key, read_known, read_record, record_schema
from scopecli.scenario.schemas import STRING, Schema
from scopecli.scenario.specs import (
    DTYPE,
    INTEGER,
    NAME_OF_HANDLE,
    NUMBER,
    PLAIN_TEXT,
    SHAPE,
    Choice,
    ListOf,
    Shape,
    Spec,
    mismatch,
)

T = TypeVar("T")


class Handle(NamedTuple):
    """A name given with `as`, and where an expectation names it.

    Attributes:
        kinds: what it may stand for, as `yields` of a step has it; none for a name that need be no handle.
    """

    name: str
    location: Location
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class HandleSpec:
    """A name given with `as` to something of these kinds."""

    kinds: tuple[str, ...]

    def read(self, node: Node, problems: Problems) -> Handle | None:
        """Return the name with its place."""
        name = NAME_OF_HANDLE.read(node, problems)
        return Handle(name, node.location, self.kinds) if name else None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return NAME_OF_HANDLE.schema()


@dataclass(frozen=True)
class MapOf(Generic[T]):
    """A mapping of names, of one kind, to values of another."""

    names: "HandleSpec | AnyNameSpec"
    inner: Spec[T]

    def read(self, node: Node, problems: Problems) -> dict[Handle, T] | None:
        """Return those values that could be read."""
        if not isinstance(node, Mapping):
            mismatch("a mapping", node, problems)
            return None
        read = (
            (self.names.read(key_node, problems), self.inner.read(value, problems))
            for key_node, value in node.entries.values()
        )
        return {name: value for name, value in read if name is not None and value is not None}

    def schema(self) -> Schema:
        """Return what may stand there."""
        schema: Schema = {"type": "object", "additionalProperties": self.inner.schema()}
        names = self.names.schema()
        return schema if names == STRING else {**schema, "propertyNames": {"pattern": names["pattern"]}}


class AnyNameSpec:
    """Any text."""

    def read(self, node: Node, problems: Problems) -> Handle | None:
        """Return it with its place."""
        del problems
        return Handle(node.text, node.location) if isinstance(node, Scalar) else None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return STRING


_VARIABLE: Final = HandleSpec(("a variable",))
_SCOPE: Final = HandleSpec(("a scope",))
_OPERATION: Final = HandleSpec(("an operation", "a variable"))
_ANY_NAME: Final = AnyNameSpec()
_MODE: Final = Choice("a reuse mode", frozenset({"False", "True", "AUTO_REUSE"}), "AUTO_REUSE")


class ModeSpec:
    """A reuse mode in force: `true`, `false` or `AUTO_REUSE`."""

    def read(self, node: Node, problems: Problems) -> str | None:
        """Return it as the report has it."""
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return str(node.value)
        return _MODE.read(node, problems)

    def schema(self) -> Schema:
        """Return what may stand there."""
        return {"enum": [True, False, "True", "False", "AUTO_REUSE"]}


@dataclass(frozen=True, slots=True)
class ExpectedScope:
    """What must be true of a captured scope."""

    name: str | None = key(PLAIN_TEXT, "its name", default=None)
    reuse: str | None = key(ModeSpec(), "its reuse mode", default=None)
    original_name_scope: str | None = key(PLAIN_TEXT, "its original name scope", default=None)


class ScopeSpec:
    """`{name, reuse, original_name_scope}`."""

    def read(self, node: Node, problems: Problems) -> ExpectedScope | None:
        """Return what is expected."""
        if isinstance(node, Mapping):
            return read_known(ExpectedScope, node, problems)
        mismatch("a mapping with `name`, `reuse` or `original_name_scope`", node, problems)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return record_schema(ExpectedScope)


_NAMES: Final = ListOf(PLAIN_TEXT, "a list of names")
_VARIABLES: Final = ListOf(_VARIABLE, "a list of handles such as [w1, w2]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What must be true; each is judged on its own."""

    node: Mapping
    variables: tuple[str, ...] | None = key(_NAMES, "the names of `tf.global_variables()`", default=None)
    local_variables: tuple[str, ...] | None = key(_NAMES, "the names of `tf.local_variables()`", default=None)
    trainable: tuple[str, ...] | None = key(_NAMES, "the names of `tf.trainable_variables()`", default=None)
    count: int | None = key(INTEGER, "how many global variables there are", default=None)
    parameters: int | None = key(INTEGER, "how many elements they have together", default=None)
    values: dict[Handle, Tensor] | None = key(MapOf(_VARIABLE, TENSOR), "values by handle", default=None)
    rtol: float | None = key(NUMBER, "how far values may be off, relative to them", default=None)
    atol: float | None = key(NUMBER, "how far values may be off", default=None)
    shapes: dict[Handle, Shape] | None = key(MapOf(_VARIABLE, SHAPE), "shapes by handle", default=None)
    dtypes: dict[Handle, str] | None = key(MapOf(_VARIABLE, DTYPE), "dtypes by handle", default=None)
    shared: tuple[tuple[Handle, ...], ...] | None = key(
        ListOf(
            ListOf(_VARIABLE, _VARIABLES.what, "each group of handles is a list of its own: `[[w1, w3]]`"),
            "a list of lists of handles such as [[w1, w3]]",
        ),
        "handles of one and the same variable",
        default=None,
    )
    distinct: tuple[Handle, ...] | None = key(
        _VARIABLES, "handles of variables that all differ", default=None
    )
    created: int | None = key(INTEGER, "how many calls made a variable", default=None)
    reused: int | None = key(INTEGER, "how many calls found one", default=None)
    ops: dict[Handle, str] | None = key(
        MapOf(_OPERATION, PLAIN_TEXT), "names of operations by handle", default=None
    )
    scopes: dict[Handle, ExpectedScope] | None = key(
        MapOf(_SCOPE, ScopeSpec()), "captured scopes by handle", default=None
    )
    collections: dict[Handle, tuple[str, ...]] | None = key(
        MapOf(_ANY_NAME, _NAMES), "the names of the variables in a collection", default=None
    )
    losses: dict[Handle, float] | None = key(
        MapOf(_ANY_NAME, NUMBER), "what regularizers add, by variable or handle", default=None
    )


class ExpectSpec:
    """The expectations of a scenario."""

    def read(self, node: Node, problems: Problems) -> Expect | Pending[Expect] | None:
        """Return them; some may refer to parameters."""
        if isinstance(node, Mapping):
            return read_record(Expect, node, problems, node=node)
        mismatch("a mapping of expectations", node, problems)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return record_schema(Expect)


EXPECT: Final = ExpectSpec()


def handles_in(expected: object) -> Iterator[Handle]:
    """Yield each handle that an expectation names, be it a key or in a list."""
    match expected:
        case Handle():
            yield expected
        case tuple():
            for item in expected:
                yield from handles_in(item)
        case dict():
            yield from handles_in(tuple(expected))
