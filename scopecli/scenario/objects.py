"""Values that stand for an object of TensorFlow's, by its name and its arguments, or for the user's own."""

import re
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from scopecli.ground.clusters import PARAMETER_SERVERS, Cluster, place_of
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.words import did_you_mean, quote_text
from scopecli.scenario.nodes import Mapping, Node, Scalar, Sequence, Template
from scopecli.scenario.problems import Problems
from scopecli.scenario.references import NAME
from scopecli.scenario.schemas import STRING, Schema, any_of, definition_reference, sole_key, words
from scopecli.scenario.specs import BOOLEAN, INTEGER, NUMBER, PLAIN_TEXT, Spec, mismatch, sole_entry
from scopecli.scenario.vocabulary import CONSTRAINTS, PARTITIONERS, REGULARIZERS, ArgumentKind, Signature

_DOTTED: Final = rf"{NAME}(?:\.{NAME})*"

Tensor: TypeAlias = str | int | float | bool | list["Tensor"]


@dataclass(frozen=True, slots=True)
class TensorFlowObject:
    """An object of TensorFlow's, by its short name, with the arguments given to it."""

    family: str
    name: str
    arguments: dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class PythonObject:
    """An object of the user's own code: `module:attribute`."""

    module: str
    attribute: str
    location: Location = field(compare=False)

    @property
    def refusal(self) -> Diagnostic:
        """What is said where it may not be loaded: a file by itself never runs any code."""
        message = f"`{self.module}:{self.attribute}` is code, and would be run"
        hint = "`--allow-python` lets a scenario run code; say it only of files you trust"
        return Diagnostic("SC023", message, self.location, hint)


class TensorSpec:
    """A number, a boolean, a string, or a list of these, nested for more dimensions."""

    def read(self, node: Node, problems: Problems) -> Tensor | None:
        """Return the value as Python has it; whether its parts fit together is TensorFlow's to say."""
        if isinstance(node, Sequence):
            parts = (self.read(item, problems) for item in node.items)
            return [part for part in parts if part is not None]
        if isinstance(node, Scalar) and node.value is not None:
            return node.value
        mismatch("a number, a boolean, a string or a list of these", node, problems)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return definition_reference("tensor")


_ALSO_CALLED: Final = {"xavier": "glorot_uniform", "kaiming": "he_uniform", "normal": "random_normal"}
"""What people call initializers by, and what they are called."""


@dataclass(frozen=True)
class ObjectKind:
    """The objects of one kind: their names and arguments.

    Attributes:
        noun: what they are, as a message says it.
        suffix: what a name may end in: `ones_initializer` is `ones`.
        forms: what may be written, as a help line says it.
    """

    noun: str
    signatures: dict[str, Signature]
    forms: str
    suffix: str = ""

    def read(self, node: Node, problems: Problems) -> TensorFlowObject | PythonObject | None:
        """Return the object that is named at `node`, with its arguments."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            name = self._known_name(node, problems)
            return self._make_object(name, {}, node, problems) if name else None
        entry = sole_entry(node)
        if entry is None:
            mismatch(f"an {self.noun}" if self.noun[0] in "aeiou" else f"a {self.noun}", node, problems)
            return None
        if entry[0].text == "python":
            return read_python(entry[1], problems)
        name = self._known_name(entry[0], problems)
        return self._with_arguments(name, *entry, problems) if name else None

    def _known_name(self, node: Scalar, problems: Problems) -> str | None:
        """Return the short name of the object that is named at `node`."""
        name = node.text.removesuffix(self.suffix)
        if name in self.signatures:
            return name
        word = name.rpartition(".")[2]
        known = _ALSO_CALLED.get(word.removesuffix("_initializer").removesuffix("_uniform"), "")
        hint = f"TensorFlow calls it `{known}`" if known in self.signatures else None
        hint = hint or did_you_mean(word, self.signatures) or f"write {self.forms}"
        article = "an" if self.noun[0] in "aeiou" else "a"
        problems.add("SC015", f"{quote_text(node.text)} is not {article} {self.noun}", node.location, hint)
        return None

    def _with_arguments(
        self, name: str, key: Scalar, value: Node, problems: Problems
    ) -> TensorFlowObject | None:
        signature = self.signatures[name]
        if isinstance(value, Mapping):
            given = {
                entry.text: self._argument(name, entry, inner, problems)
                for entry, inner in value.entries.values()
            }
            return self._make_object(name, given, key, problems)
        if signature.main is None:
            mismatch(f"a mapping with the arguments of `{name}`", value, problems, self._hint(name))
            return None
        main = _ARGUMENTS[signature.arguments[signature.main]].read(value, problems)
        return self._make_object(name, {signature.main: main}, key, problems)

    def _make_object(
        self, name: str, given: dict[str, Tensor | None], node: Scalar, problems: Problems
    ) -> TensorFlowObject | None:
        missing = [argument for argument in self.signatures[name].required if argument not in given]
        for argument in missing:
            problems.add(
                "SC013", f"`{name}` needs its argument `{argument}`", node.location, self._hint(name)
            )
        arguments = {key: argument for key, argument in given.items() if argument is not None}
        return None if missing else TensorFlowObject(self.noun, name, arguments)

    def _argument(self, name: str, key: Scalar, value: Node, problems: Problems) -> Tensor | None:
        kind = self.signatures[name].arguments.get(key.text)
        if kind is None:
            hint = did_you_mean(key.text, self.signatures[name].arguments) or self._hint(name)
            problems.add("SC012", f"`{name}` takes no argument {quote_text(key.text)}", key.location, hint)
            return None
        return _ARGUMENTS[kind].read(value, problems)

    def _hint(self, name: str) -> str:
        arguments = ", ".join(self.signatures[name].arguments)
        if arguments:
            return f"its arguments are {arguments}"
        return f"`{name}` takes no arguments: write `{name}` alone"

    def schema(self) -> Schema:
        """Return what may stand there."""
        return definition_reference(self.noun)

    def whole_schema(self) -> Schema:
        """Return what the definition is that `schema` refers to."""
        named = [name for name, signature in self.signatures.items() if not signature.required]
        spellings = {name: {name, f"{name}{self.suffix}"} for name in self.signatures}
        objects = [
            sole_key(spelling, _arguments_schema(signature))
            for name, signature in self.signatures.items()
            for spelling in sorted(spellings[name])
        ]
        bare = words(spelling for name in named for spelling in spellings[name])
        return any_of(bare, *objects, sole_key("python", PYTHON_NAME))


class PythonSpec:
    """`{python: "module:attribute"}`."""

    def read(self, node: Node, problems: Problems) -> PythonObject | None:
        """Return what is named; whether it may be loaded is not the file's to say."""
        entry = sole_entry(node)
        if entry and entry[0].text == "python":
            return read_python(entry[1], problems)
        mismatch("an object of your own", node, problems, 'write `{python: "module:attribute"}`')
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return sole_key("python", PYTHON_NAME)


def read_python(node: Node, problems: Problems) -> PythonObject | None:
    """Return the `module:attribute` that is named at `node`."""
    text = node.value if isinstance(node, Scalar) else None
    match = re.fullmatch(rf"({_DOTTED}):({_DOTTED})", text) if isinstance(text, str) else None
    if match is None:
        hint = 'write `{python: "package.module:attribute"}`'
        mismatch("the name of a Python object", node, problems, hint)
        return None
    return PythonObject(match[1], match[2], node.location)


@dataclass(frozen=True, slots=True)
class ReplicaDeviceSetter:
    """`tf.train.replica_device_setter(...)`: puts variables on parameter servers."""

    arguments: dict[str, int | str]
    strategy: str | None

    def for_cluster(self, cluster: Cluster | None) -> "ReplicaDeviceSetter":
        """Return one with as many tasks as the cluster has, if it is not told how many there are."""
        if cluster is None or "ps_tasks" in self.arguments:
            return self
        job = place_of(str(self.arguments.get("ps_device", f"/job:{PARAMETER_SERVERS}"))).job
        tasks = len(cluster.jobs.get(job or "", ()))
        return ReplicaDeviceSetter({**self.arguments, "ps_tasks": tasks}, self.strategy)


class DeviceSpec:
    """A device string, or `{replica_device_setter: {…}}`."""

    _ARGUMENTS: Final[dict[str, ArgumentKind]] = {
        "ps_tasks": "integer",
        "ps_device": "text",
        "worker_device": "text",
        "strategy": "text",
    }
    _STRATEGIES: Final = ("greedy", "round_robin")

    def read(self, node: Node, problems: Problems) -> str | Template | ReplicaDeviceSetter | None:
        """Return the string, or the setter's arguments."""
        if isinstance(node, Template) or (isinstance(node, Scalar) and isinstance(node.value, str)):
            return node if isinstance(node, Template) else node.text
        entry = sole_entry(node)
        if entry and entry[0].text == "replica_device_setter" and isinstance(entry[1], Mapping):
            return self._setter(entry[1], problems)
        hint = "write a string such as /cpu:0, or `{replica_device_setter: {ps_tasks: 2}}`"
        mismatch("a device", node, problems, hint)
        return None

    def _setter(self, mapping: Mapping, problems: Problems) -> ReplicaDeviceSetter:
        read: dict[str, int | str] = {}
        for name, (key, value) in mapping.entries.items():
            kind = self._ARGUMENTS.get(name)
            if kind is None:
                hint = (
                    did_you_mean(name, self._ARGUMENTS) or f"its arguments are {', '.join(self._ARGUMENTS)}"
                )
                message = f"`replica_device_setter` takes no argument {quote_text(name)}"
                problems.add("SC012", message, key.location, hint)
                continue
            argument = _ARGUMENTS[kind].read(value, problems)
            if isinstance(argument, int | str):
                read[name] = argument
            if name == "strategy" and isinstance(argument, str) and argument not in self._STRATEGIES:
                hint = did_you_mean(argument, self._STRATEGIES) or "write greedy or round_robin"
                problems.add("SC015", f"{quote_text(argument)} is not a strategy", value.location, hint)
        strategy = read.pop("strategy", None)
        return ReplicaDeviceSetter(read, str(strategy) if strategy else None)

    def schema(self) -> Schema:
        """Return what may stand there."""
        arguments = {name: _ARGUMENTS[kind].schema() for name, kind in self._ARGUMENTS.items()}
        arguments["strategy"] = words(self._STRATEGIES)
        setter = {"type": "object", "properties": arguments, "additionalProperties": False}
        return any_of(STRING, sole_key("replica_device_setter", setter))


PYTHON_NAME: Final[Schema] = {"type": "string", "pattern": f"^{_DOTTED}:{_DOTTED}$"}


def _arguments_schema(signature: Signature) -> Schema:
    """Return what may stand behind an object's name: its arguments, or the main one alone."""
    kinds = {name: _ARGUMENTS[kind].schema() for name, kind in signature.arguments.items()}
    mapping: Schema = {"type": "object", "properties": kinds, "additionalProperties": False}
    if signature.required:
        mapping["required"] = list(signature.required)
    return any_of(mapping, kinds[signature.main]) if signature.main else mapping


TENSOR: Final = TensorSpec()
REGULARIZER: Final = ObjectKind(
    "regularizer", REGULARIZERS, "`{l2: 0.01}`, `{l1_l2: {l1: 0.1, l2: 0.01}}` or no_regularizer"
)
PARTITIONER: Final = ObjectKind(
    "partitioner", PARTITIONERS, "`{fixed_size: {num_shards: 2}}`", "_partitioner"
)
CONSTRAINT: Final = ObjectKind("constraint", CONSTRAINTS, "non_neg, unit_norm or `{max_norm: 2}`")
CUSTOM_GETTER: Final = PythonSpec()
DEVICE: Final = DeviceSpec()
_ARGUMENTS: Final[dict[ArgumentKind, Spec[Tensor]]] = {
    "number": NUMBER,
    "integer": INTEGER,
    "text": PLAIN_TEXT,
    "boolean": BOOLEAN,
    "tensor": TENSOR,
}
