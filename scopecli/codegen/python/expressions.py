"""The values of a scenario as Python expressions."""

import math
from collections.abc import Mapping
from typing import Any, Final

from scopecli.ground.clusters import Cluster
from scopecli.scenario.initializers import InitializedValue, Literal
from scopecli.scenario.nodes import Reference, Template
from scopecli.scenario.objects import PythonObject, ReplicaDeviceSetter, TensorFlowObject
from scopecli.scenario.specs import AUTO_REUSE
from scopecli.scenario.vocabulary import DTYPE_ALIASES, GRAPH_KEYS

_ATTRIBUTES: Final = frozenset(
    """
    bfloat16 bool complex64 complex128 float16 float32 float64 int8 int16 int32 int64 string uint8 uint16
    uint32 uint64
    """.split()
)
"""The dtypes that are attributes of `tf`."""


class Expressions:
    """Writes values; what steps yielded has the names of `names`.

    Attributes:
        names: what each step's result is called, by the step.
        modules: the user's own modules that are named.
        helpers: what is named and TensorFlow has not.
    """

    def __init__(self, cluster: Cluster | None = None) -> None:
        self._cluster = cluster
        self.names: dict[object, str] = {}
        self.modules: set[str] = set()
        self.helpers: set[str] = set()

    def arguments(self, given: Mapping[str, object], *, of_scope: bool = False) -> str:
        """Return keyword arguments, each with a comma before it; those of a scope keep a literal as it is."""
        written = {
            name: self.value(value)
            if of_scope and isinstance(value, Literal)
            else self._argument(name, value, given)
            for name, value in given.items()
        }
        return "".join(f", {name}={value}" for name, value in written.items())

    def _argument(self, name: str, value: Any, given: Mapping[str, object]) -> str:  # noqa: PLR0911 - a kind of value a case
        match name:
            case "dtype":
                return _dtype(value)
            case "reuse" if value == AUTO_REUSE:
                return "tf.AUTO_REUSE"
            case "collections":
                return f"[{', '.join(self._collection(element) for element in value)}]"
            case "synchronization":
                return f"tf.VariableSynchronization.{value}"
            case "aggregation":
                return f"tf.VariableAggregation.{value}"
            case "initializer" if isinstance(value, Literal):
                dtype = f", dtype={_dtype(given['dtype'])}" if "dtype" in given else ""
                return f"tf.constant({literal(value.value)}{dtype})"
            case _:
                return self.value(value)

    def value(self, value: Any) -> str:  # noqa: PLR0911 - likewise
        """Return an expression for a value."""
        match value:
            case Template():
                return self.text(value)
            case InitializedValue():
                return f"{self.name(value.variable)}.initialized_value()"
            case Literal():
                return literal(value.value)
            case TensorFlowObject():
                return self._object_expression(value)
            case PythonObject():
                self.modules.add(value.module)
                return f"{value.module}.{value.attribute}"
            case ReplicaDeviceSetter():
                return self._device_setter(value)
            case _:
                return literal(value)

    def text(self, template: Template) -> str:
        """Return a text with references, or the object that a reference alone stands for."""
        sole = template.sole
        if sole and not sole.attribute and sole.kind == "a scope":
            return self.name(sole)
        return " + ".join(
            repr(part) if isinstance(part, str) else self._variable_name(part) for part in template.parts
        )

    def name(self, reference: Reference) -> str:
        """Return what a step's result is called."""
        return self.names[reference.definition]

    def _variable_name(self, reference: Reference) -> str:
        name = self.name(reference)
        match reference.kind:
            case "a scope":
                return f"{name}.{reference.attribute or 'name'}"
            case "a name":
                return name
            case _:
                return f"{name}.op.name"

    def _collection(self, value: Any) -> str:
        if isinstance(value, Template):
            return self.text(value)
        return f"tf.GraphKeys.{value}" if value in GRAPH_KEYS else repr(value)

    def _device_setter(self, written: ReplicaDeviceSetter) -> str:
        setter = written.for_cluster(self._cluster)
        given = [f"{name}={literal(value)}" for name, value in setter.arguments.items()]
        if setter.strategy == "greedy":
            self.helpers.add("Greedy")
            given.append(f"ps_strategy=Greedy({setter.arguments.get('ps_tasks', 0)})")
        return f"tf.train.replica_device_setter({', '.join(given)})"

    def _object_expression(self, made: TensorFlowObject) -> str:
        given = ", ".join(f"{name}={literal(value)}" for name, value in made.arguments.items())
        match made.family:
            case "initializer":
                return f"tf.initializers.{made.name}({given})"
            case "partitioner":
                return f"tf.{made.name}_partitioner({given})"
            case "constraint":
                return f"tf.keras.constraints.{made.name.title().replace('_', '')}({given})"
            case _ if made.name == "no_regularizer":
                return "tf.no_regularizer"
            case _ if made.name.endswith("_regularizer"):
                self.helpers.add("contrib_regularizers")
                return f"{made.name}({given})"
            case _:
                self.helpers.add("regularizer")
                return f"regularizer({given})"


def literal(value: object) -> str:
    """Return a number, a string or a list of them as Python writes it, NaN and infinities too."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    return repr(value)


def _dtype(name: Any) -> str:
    known = DTYPE_ALIASES.get(name, name)
    return f"tf.{known}" if known in _ATTRIBUTES else f"tf.as_dtype({known!r})"
