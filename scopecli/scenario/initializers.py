"""What stands for an initial value: an initializer, a tensor written out, another variable's value."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from scopecli.scenario.nodes import Mapping, Node, Scalar, Sequence, quoted
from scopecli.scenario.problems import Problems, did_you_mean
from scopecli.scenario.references import Reference
from scopecli.scenario.specs import INTEGER, NUMBER, PLAIN_TEXT, REFERENCE, Spec, mismatch, sole_entry
from scopecli.scenario.vocabulary import INITIALIZER_SUFFIX, INITIALIZERS, ArgumentKind

Tensor: TypeAlias = str | int | float | bool | list["Tensor"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A tensor written out: `tf.constant(value, dtype=the call's dtype)`."""

    value: Tensor


@dataclass(frozen=True, slots=True)
class InitializedValue:
    """`variable.initialized_value()` of a variable made before."""

    variable: Reference


@dataclass(frozen=True, slots=True)
class Initializer:
    """An initializer of `tf.initializers`, by its short name, with the arguments given to it."""

    name: str
    arguments: dict[str, Tensor]


InitialValue: TypeAlias = Literal | InitializedValue

_FORMS: Final = (
    "a name such as zeros, `{constant: 0.5}`, a number, a list, `{value: …}` or `{initialized_value: $w1}`"
)


class TensorSpec:
    """A number, a boolean, a string, or a list of these, nested for more dimensions."""

    def read(self, node: Node, problems: Problems) -> Tensor | None:
        """Return the value as Python has it; whether its parts fit together is TensorFlow's to say."""
        if isinstance(node, Sequence):
            parts = (self.read(each, problems) for each in node.items)
            return [each for each in parts if each is not None]
        if isinstance(node, Scalar) and node.value is not None:
            return node.value
        mismatch("a number, a boolean, a string or a list of these", node, problems)
        return None


class InitialValueSpec:
    """A tensor, or the initialised value of another variable."""

    def read(self, node: Node, problems: Problems) -> InitialValue | None:
        """Return the value; a bare string is none, so that a mistyped name is not taken for a tensor."""
        entry = sole_entry(node)
        if entry and entry[0].text == "value":
            value = TENSOR.read(entry[1], problems)
            return None if value is None else Literal(value)
        if entry and entry[0].text == "initialized_value":
            reference = REFERENCE.read(entry[1], problems)
            return None if reference is None else InitializedValue(reference)
        if isinstance(node, Sequence) or (
            isinstance(node, Scalar) and not isinstance(node.value, str | None)
        ):
            value = TENSOR.read(node, problems)
            return None if value is None else Literal(value)
        mismatch("a number, a list, `{value: …}` or `{initialized_value: $w1}`", node, problems)
        return None


class InitializerSpec:
    """An initializer by name, with arguments or without, or an initial value."""

    def read(self, node: Node, problems: Problems) -> Initializer | InitialValue | None:
        """Return what is meant."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            name = _known_name(node, problems)
            return Initializer(name, {}) if name else None
        entry = sole_entry(node)
        if entry and entry[0].text not in ("value", "initialized_value"):
            return self._with_arguments(*entry, problems)
        if isinstance(node, Mapping) and not entry:
            hint = f"write {_FORMS}"
            problems.add("SC010", "an initializer is a mapping with one key, its name", node.location, hint)
            return None
        return INITIAL_VALUE.read(node, problems)

    def _with_arguments(self, key: Scalar, value: Node, problems: Problems) -> Initializer | None:
        name = _known_name(key, problems)
        if name is None:
            return None
        signature = INITIALIZERS[name]
        if isinstance(value, Mapping):
            given = {
                each.text: self._argument(name, each, inner, problems)
                for each, inner in value.entries.values()
            }
            return Initializer(
                name, {each: argument for each, argument in given.items() if argument is not None}
            )
        if signature.main is None:
            mismatch(f"a mapping with the arguments of `{name}`", value, problems, _arguments_hint(name))
            return None
        main = _ARGUMENTS[signature.arguments[signature.main]].read(value, problems)
        return None if main is None else Initializer(name, {signature.main: main})

    def _argument(self, name: str, key: Scalar, value: Node, problems: Problems) -> Tensor | None:
        kind = INITIALIZERS[name].arguments.get(key.text)
        if kind is None:
            hint = did_you_mean(key.text, INITIALIZERS[name].arguments) or _arguments_hint(name)
            problems.add("SC012", f"`{name}` takes no argument {quoted(key.text)}", key.location, hint)
            return None
        return _ARGUMENTS[kind].read(value, problems)


def _known_name(node: Scalar, problems: Problems) -> str | None:
    """Return the short name of the initializer that is named at `node`."""
    name = node.text.removesuffix(INITIALIZER_SUFFIX)
    if name in INITIALIZERS:
        return name
    hint = did_you_mean(name.rpartition(".")[2], INITIALIZERS) or f"write {_FORMS}"
    problems.add("SC015", f"{quoted(node.text)} is not an initializer", node.location, hint)
    return None


def _arguments_hint(name: str) -> str:
    arguments = ", ".join(INITIALIZERS[name].arguments)
    return (
        f"its arguments are {arguments}"
        if arguments
        else f"`{name}` takes no arguments: write `{name}` alone"
    )


TENSOR: Final = TensorSpec()
INITIAL_VALUE: Final = InitialValueSpec()
INITIALIZER: Final = InitializerSpec()
_ARGUMENTS: Final[dict[ArgumentKind, Spec[Tensor]]] = {
    "number": NUMBER,
    "integer": INTEGER,
    "text": PLAIN_TEXT,
    "tensor": TENSOR,
}
