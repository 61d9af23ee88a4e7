"""The calls that yield variables."""

from dataclasses import dataclass
from typing import ClassVar

from scopecli.scenario.initializers import INITIAL_VALUE, INITIALIZER, Initializer, InitialValue
from scopecli.scenario.objects import (
    CONSTRAINT,
    CUSTOM_GETTER,
    PARTITIONER,
    REGULARIZER,
    PythonObject,
    TensorFlowObject,
)
from scopecli.scenario.records import argument, key
from scopecli.scenario.specs import (
    AGGREGATION,
    BOOLEAN,
    COLLECTIONS,
    DTYPE,
    SHAPE,
    SYNCHRONIZATION,
    TEXT,
    Nullable,
    Shape,
    Text,
)
from scopecli.scenario.steps.base import AnyStep, Example, handle


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VariableCall(AnyStep):
    """What all calls that yield a variable share."""

    yields: ClassVar[str | None] = "a variable"

    handle: str | None = handle("a name for the variable this call yields")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnyGetVariable(VariableCall):
    """The arguments that `tf.get_variable` and `tf.get_local_variable` share."""

    shape: Shape | None = argument(Nullable(SHAPE), "the dimensions")
    dtype: str | None = argument(Nullable(DTYPE), "the type of the elements")
    initializer: Initializer | None = argument(Nullable(INITIALIZER), "the initial value")
    regularizer: TensorFlowObject | PythonObject | None = argument(
        Nullable(REGULARIZER), "what adds to the collection REGULARIZATION_LOSSES"
    )
    trainable: bool | None = argument(
        Nullable(BOOLEAN), "whether to collect it among the trainable variables"
    )
    collections: tuple[Text, ...] | None = argument(Nullable(COLLECTIONS), "the collections to add it to")
    caching_device: Text | None = argument(Nullable(TEXT), "the device that its value is cached on")
    partitioner: TensorFlowObject | PythonObject | None = argument(
        Nullable(PARTITIONER), "what cuts it into parts"
    )
    validate_shape: bool | None = argument(BOOLEAN, "whether the initial value's shape must be known")
    use_resource: bool | None = argument(
        Nullable(BOOLEAN), "true for a resource variable, false for a ref variable"
    )
    custom_getter: PythonObject | None = argument(
        Nullable(CUSTOM_GETTER), "what is called in place of `get_variable`"
    )
    constraint: TensorFlowObject | PythonObject | None = argument(
        Nullable(CONSTRAINT), "what an optimizer holds its value to"
    )
    synchronization: str | None = argument(SYNCHRONIZATION, "how a distributed variable is kept in step")
    aggregation: str | None = argument(AGGREGATION, "how a distributed variable is summed up")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GetVariable(AnyGetVariable):
    """`tf.get_variable`: an existing variable or a new one, by its name in the current scope."""

    word: ClassVar[str] = "get_variable"
    example: ClassVar[Example] = {
        "get_variable": "kernel",
        "shape": [3, 2],
        "initializer": "glorot_uniform",
        "as": "w",
    }

    name: Text = key(TEXT, "the variable's name inside its scope", name="get_variable")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GetLocalVariable(AnyGetVariable):
    """`tf.get_local_variable`: the same among the local variables, not trainable."""

    word: ClassVar[str] = "get_local_variable"
    example: ClassVar[Example] = {"get_local_variable": "count", "shape": [], "initializer": "zeros"}

    name: Text = key(TEXT, "the variable's name inside its scope", name="get_local_variable")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewVariable(VariableCall):
    """`tf.Variable(initial_value, name=NAME)`: never shared, its name made unique by TensorFlow."""

    word: ClassVar[str] = "Variable"
    example: ClassVar[Example] = {"Variable": "step", "initial_value": 0, "trainable": False}

    name: Text = key(TEXT, "the variable's name, to be made unique", name="Variable")
    initial_value: InitialValue | None = argument(Nullable(INITIAL_VALUE), "the value it starts with")
    trainable: bool | None = argument(
        Nullable(BOOLEAN), "whether to collect it among the trainable variables"
    )
    collections: tuple[Text, ...] | None = argument(Nullable(COLLECTIONS), "the collections to add it to")
    dtype: str | None = argument(Nullable(DTYPE), "the type that the initial value is converted to")
    validate_shape: bool | None = argument(BOOLEAN, "whether the initial value's shape must be known")
    caching_device: Text | None = argument(Nullable(TEXT), "the device that its value is cached on")
    use_resource: bool | None = argument(
        Nullable(BOOLEAN), "true for a resource variable, false for a ref variable"
    )
    constraint: TensorFlowObject | PythonObject | None = argument(
        Nullable(CONSTRAINT), "what an optimizer holds its value to"
    )
