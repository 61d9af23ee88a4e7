"""What stands for an initial value: an initializer, a tensor written out, another variable's value."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from scopecli.scenario.nodes import Mapping, Node, Reference, Scalar, Sequence
from scopecli.scenario.objects import TENSOR, ObjectKind, PythonObject, Tensor, TensorFlowObject
from scopecli.scenario.problems import Problems
from scopecli.scenario.schemas import REFERENCE, Schema, any_of, definition_reference, sole_key
from scopecli.scenario.specs import VARIABLE, mismatch, sole_entry
from scopecli.scenario.vocabulary import INITIALIZER_SUFFIX, INITIALIZERS


@dataclass(frozen=True, slots=True)
class Literal:
    """A tensor written out: `tf.constant(value, dtype=the call's dtype)`."""

    value: Tensor


@dataclass(frozen=True, slots=True)
class InitializedValue:
    """`variable.initialized_value()` of a variable made before."""

    variable: Reference


InitialValue: TypeAlias = Literal | InitializedValue
Initializer: TypeAlias = TensorFlowObject | PythonObject | InitialValue

_FORMS: Final = (
    "a name such as zeros, `{constant: 0.5}`, a number, a list, `{value: …}` or `{initialized_value: $w1}`"
)
_INITIALIZERS: Final = ObjectKind("initializer", INITIALIZERS, _FORMS, INITIALIZER_SUFFIX)


class InitialValueSpec:
    """A tensor, or the initialised value of another variable."""

    def read(self, node: Node, problems: Problems) -> InitialValue | None:
        """Return the value; a bare string is none, so that a mistyped name is not taken for a tensor."""
        entry = sole_entry(node)
        if entry and entry[0].text == "value":
            value = TENSOR.read(entry[1], problems)
            return None if value is None else Literal(value)
        if entry and entry[0].text == "initialized_value":
            reference = VARIABLE.read(entry[1], problems)
            return None if reference is None else InitializedValue(reference)
        if isinstance(node, Sequence) or (
            isinstance(node, Scalar) and not isinstance(node.value, str | None)
        ):
            value = TENSOR.read(node, problems)
            return None if value is None else Literal(value)
        mismatch("a number, a list, `{value: …}` or `{initialized_value: $w1}`", node, problems)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        tensor = TENSOR.schema()
        return any_of(
            {"type": ["number", "boolean"]},
            {"type": "array", "items": tensor},
            sole_key("value", tensor),
            sole_key("initialized_value", REFERENCE),
        )


class InitializerSpec:
    """An initializer by name, with arguments or without, or an initial value."""

    def read(self, node: Node, problems: Problems) -> Initializer | None:
        """Return what is meant."""
        entry = sole_entry(node)
        named = isinstance(node, Scalar) and isinstance(node.value, str)
        if named or (entry and entry[0].text not in ("value", "initialized_value")):
            return _INITIALIZERS.read(node, problems)
        if isinstance(node, Mapping) and not entry:
            hint = f"write {_FORMS}"
            problems.add("SC010", "an initializer is a mapping with one key, its name", node.location, hint)
            return None
        return INITIAL_VALUE.read(node, problems)

    def schema(self) -> Schema:
        """Return what may stand there."""
        return definition_reference("initializer")

    def whole_schema(self) -> Schema:
        """Return what the definition is that `schema` refers to."""
        return any_of(_INITIALIZERS.whole_schema(), INITIAL_VALUE.schema())


INITIAL_VALUE: Final = InitialValueSpec()
INITIALIZER: Final = InitializerSpec()
