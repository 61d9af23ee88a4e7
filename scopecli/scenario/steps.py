"""The steps of a scenario: each stands for one call of the TF1 API and keeps its arguments' names."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Final, TypeAlias

from scopecli.diagnostics import Location
from scopecli.scenario.initializers import (
    INITIAL_VALUE,
    INITIALIZER,
    Initializer,
    InitialValue,
)
from scopecli.scenario.nodes import Mapping, Node, Scalar, Sequence, described
from scopecli.scenario.problems import Problems, closest
from scopecli.scenario.records import NOT_YET, argument, key, read_record
from scopecli.scenario.references import Reference, Text
from scopecli.scenario.specs import (
    BOOLEAN,
    COLLECTIONS,
    DTYPE,
    NAME_OF_HANDLE,
    PATTERN,
    REFERENCE,
    REUSE,
    SHAPE,
    TEXT,
    Nullable,
    Pattern,
    Reuse,
    Shape,
    mismatch,
)


@dataclass(frozen=True, slots=True)
class Raises:
    """The exception that a step must fail with: its class or one of its bases, and what its message holds."""

    type: str = key(NAME_OF_HANDLE, "the exception's class, or a base of it")
    match: Pattern | None = key(PATTERN, "a regular expression to be found in the message", default=None)


class RaisesSpec:
    """`ValueError`, or `{type: ValueError, match: REGEX}`."""

    def read(self, node: Node, problems: Problems) -> Raises | None:
        """Return what must be raised."""
        if isinstance(node, Mapping):
            return read_record(Raises, node, problems)
        if isinstance(node, Scalar) and isinstance(node.value, str):
            name = NAME_OF_HANDLE.read(node, problems)
            return Raises(name) if name else None
        mismatch("the name of an exception, or `{type: …, match: …}`", node, problems)
        return None


class StepsSpec:
    """A list of steps."""

    def read(self, node: Node, problems: Problems) -> tuple["Step", ...] | None:
        """Return the steps that could be read."""
        if not isinstance(node, Sequence):
            mismatch(
                "a list of steps", node, problems, "begin each step with `- `; an empty block is `steps: []`"
            )
            return None
        steps = (_read_step(each, problems) for each in node.items)
        return tuple(step for step in steps if step is not None)


_RAISES: Final = RaisesSpec()
_STEPS: Final = StepsSpec()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What every step has: its place in the file, and what it must raise."""

    word: ClassVar[str]
    bare: ClassVar[bool] = False

    node: Mapping | Scalar
    raises: Raises | None = key(_RAISES, "the exception that this step must fail with", default=None)

    @property
    def location(self) -> Location:
        """Where the step stands."""
        return self.node.location

    def key_location(self, name: str) -> Location:
        """Return where one of its keys stands, or the step where it has no such key."""
        entry = self.node.entries.get(name) if isinstance(self.node, Mapping) else None
        return entry.key.location if entry else self.location


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableScope(_Step):
    """`with tf.variable_scope(...)`; a reference to a captured scope reopens that object."""

    word: ClassVar[str] = "variable_scope"

    name: Text | None = key(
        Nullable(TEXT), "a name, `$scope`, or null with `default_name`", name="variable_scope"
    )
    default_name: Text | None = argument(
        Nullable(TEXT), "the name to make unique where `variable_scope` is null"
    )
    reuse: Reuse | None = argument(Nullable(REUSE), "true, false, null (inherit) or AUTO_REUSE")
    initializer: Initializer | InitialValue | None = argument(
        Nullable(INITIALIZER), "the default initializer of the variables inside"
    )
    dtype: str | None = argument(Nullable(DTYPE), "the default dtype of the variables inside")
    use_resource: bool | None = argument(Nullable(BOOLEAN), "the default kind of variable inside")
    auxiliary_name_scope: bool | None = argument(BOOLEAN, "whether a name scope is opened too")
    handle: str | None = key(NAME_OF_HANDLE, "a name for the scope object", name="as", default=None)
    steps: tuple["Step", ...] | None = key(_STEPS, "what happens inside", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class _VariableCall(_Step):
    """The arguments that `tf.get_variable` and `tf.get_local_variable` share."""

    shape: Shape | None = argument(Nullable(SHAPE), "the dimensions")
    dtype: str | None = argument(Nullable(DTYPE), "the type of the elements")
    initializer: Initializer | InitialValue | None = argument(Nullable(INITIALIZER), "the initial value")
    trainable: bool | None = argument(
        Nullable(BOOLEAN), "whether to collect it among the trainable variables"
    )
    collections: tuple[Text, ...] | None = argument(Nullable(COLLECTIONS), "the collections to add it to")
    validate_shape: bool | None = argument(BOOLEAN, "whether the initial value's shape must be known")
    use_resource: bool | None = argument(
        Nullable(BOOLEAN), "true for a resource variable, false for a ref variable"
    )
    handle: str | None = key(
        NAME_OF_HANDLE, "a name for the variable this call yields", name="as", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GetVariable(_VariableCall):
    """`tf.get_variable`: an existing variable or a new one, by its name in the current scope."""

    word: ClassVar[str] = "get_variable"

    name: Text = key(TEXT, "the variable's name inside its scope", name="get_variable")


@dataclass(frozen=True, slots=True, kw_only=True)
class GetLocalVariable(_VariableCall):
    """`tf.get_local_variable`: the same among the local variables, not trainable."""

    word: ClassVar[str] = "get_local_variable"

    name: Text = key(TEXT, "the variable's name inside its scope", name="get_local_variable")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVariable(_Step):
    """`tf.Variable(initial_value, name=NAME)`: never shared, its name made unique by TensorFlow."""

    word: ClassVar[str] = "Variable"

    name: Text = key(TEXT, "the variable's name, to be made unique", name="Variable")
    initial_value: InitialValue | None = argument(Nullable(INITIAL_VALUE), "the value it starts with")
    trainable: bool | None = argument(
        Nullable(BOOLEAN), "whether to collect it among the trainable variables"
    )
    collections: tuple[Text, ...] | None = argument(Nullable(COLLECTIONS), "the collections to add it to")
    dtype: str | None = argument(Nullable(DTYPE), "the type that the initial value is converted to")
    validate_shape: bool | None = argument(BOOLEAN, "whether the initial value's shape must be known")
    use_resource: bool | None = argument(
        Nullable(BOOLEAN), "true for a resource variable, false for a ref variable"
    )
    handle: str | None = key(NAME_OF_HANDLE, "a name for the variable", name="as", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseVariables(_Step):
    """`scope.reuse_variables()`, of the current scope or of a captured one."""

    word: ClassVar[str] = "reuse_variables"
    bare: ClassVar[bool] = True

    scope: Reference | None = key(
        Nullable(REFERENCE),
        "a captured scope; without it, the current one",
        name="reuse_variables",
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NameScope(_Step):
    """`with tf.name_scope(...)`: names of operations, never of what `get_variable` makes."""

    word: ClassVar[str] = "name_scope"

    name: Text | None = key(Nullable(TEXT), "a name; one that ends in `/` is absolute", name="name_scope")
    handle: str | None = key(NAME_OF_HANDLE, "a name for the scope's full name", name="as", default=None)
    steps: tuple["Step", ...] | None = key(_STEPS, "what happens inside", default=())


Step: TypeAlias = VariableScope | GetVariable | GetLocalVariable | NewVariable | ReuseVariables | NameScope

_KINDS: Final[dict[str, type[Any]]] = {
    each.word: each
    for each in (VariableScope, GetVariable, GetLocalVariable, NewVariable, ReuseVariables, NameScope)
}

_COMPARED: Final = 20  # keys that are held against the words above: a step has no more


def _read_step(node: Node, problems: Problems) -> Step | None:
    """Return the step at `node`: a mapping with one of the words above, or a word that needs nothing more."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        kind = _KINDS.get(node.value)
        if kind and kind.bare:
            step: Step = kind(node=node)
            return step
        hint = f"write `{node.value}: …`" if kind else _step_hint([node.value])
        problems.add("SC014", f"{described(node)} is not a step by itself", node.location, hint)
        return None
    if not isinstance(node, Mapping):
        mismatch("a step, such as `get_variable: w`", node, problems)
        return None
    words = [name for name in node.entries if name in _KINDS]
    if len(words) == 1:
        return read_record(_KINDS[words[0]], node, problems, node=node)
    if words:
        listed = " and ".join(f"`{each}`" for each in words)
        second = node.entries[words[1]].key.location
        problems.add(
            "SC014", f"one step has {listed}", second, "make them steps of their own, each behind its `- `"
        )
    else:
        problems.add(
            "SC014", "no step is named here", node.location, _step_hint(islice(node.entries, _COMPARED))
        )
    return None


def _step_hint(found: Iterable[str]) -> str:
    for name in found:
        near = closest(name, _KINDS)
        if name in NOT_YET:
            return f"this version of scopecli does not read `{name}` yet"
        if near:
            return f"did you mean `{near}`?"
    return f"a step is one of {', '.join(_KINDS)}"
