"""The steps that open scopes, capture them, and change what holds in them."""

from dataclasses import dataclass
from typing import ClassVar

from scopecli.scenario.initializers import INITIALIZER, Initializer
from scopecli.scenario.nodes import Reference
from scopecli.scenario.objects import (
    CONSTRAINT,
    CUSTOM_GETTER,
    DEVICE,
    PARTITIONER,
    REGULARIZER,
    PythonObject,
    ReplicaDeviceSetter,
    TensorFlowObject,
)
from scopecli.scenario.records import argument, key
from scopecli.scenario.specs import (
    BOOLEAN,
    DTYPE,
    NOTHING,
    REUSE,
    SCOPE,
    SCOPE_OR_NAME,
    TEXT,
    Nullable,
    Reuse,
    Text,
)
from scopecli.scenario.steps import base
from scopecli.scenario.steps.base import AnyStep, Example, Written
from scopecli.scenario.steps.reading import block


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VariableScope(AnyStep):
    """`with tf.variable_scope(...)`; a reference to a captured scope reopens that object."""

    word: ClassVar[str] = "variable_scope"
    example: ClassVar[Example] = {
        "variable_scope": "encoder",
        "reuse": "AUTO_REUSE",
        "steps": [{"get_variable": "kernel", "shape": [3, 2]}],
    }
    yields: ClassVar[str | None] = "a scope"

    name: Text | None = key(
        Nullable(SCOPE_OR_NAME), "a name, `$scope`, or null with `default_name`", name="variable_scope"
    )
    default_name: Text | None = argument(
        Nullable(TEXT), "the name to make unique where `variable_scope` is null"
    )
    reuse: Reuse | None = argument(Nullable(REUSE), "true, false, null (inherit) or AUTO_REUSE")
    initializer: Initializer | None = argument(
        Nullable(INITIALIZER), "the default initializer of the variables inside"
    )
    regularizer: TensorFlowObject | PythonObject | None = argument(
        Nullable(REGULARIZER), "the default regularizer of the variables inside"
    )
    caching_device: Text | None = argument(Nullable(TEXT), "the default device that values are cached on")
    partitioner: TensorFlowObject | PythonObject | None = argument(
        Nullable(PARTITIONER), "the default partitioner of the variables inside"
    )
    custom_getter: PythonObject | None = argument(
        Nullable(CUSTOM_GETTER), "what is called in place of `get_variable`"
    )
    dtype: str | None = argument(Nullable(DTYPE), "the default dtype of the variables inside")
    use_resource: bool | None = argument(Nullable(BOOLEAN), "the default kind of variable inside")
    constraint: TensorFlowObject | PythonObject | None = argument(
        Nullable(CONSTRAINT), "the default constraint of the variables inside"
    )
    auxiliary_name_scope: bool | None = argument(BOOLEAN, "whether a name scope is opened too")
    handle: str | None = base.handle("a name for the scope object")
    steps: tuple[Written, ...] | None = block()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReuseVariables(AnyStep):
    """`scope.reuse_variables()`, of the current scope or of a captured one."""

    word: ClassVar[str] = "reuse_variables"
    example: ClassVar[Example] = "reuse_variables"
    bare: ClassVar[bool] = True

    scope: Reference | None = key(
        Nullable(SCOPE), "a captured scope; without it, the current one", name="reuse_variables", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GetVariableScope(AnyStep):
    """`tf.get_variable_scope()`: the current scope, to be captured."""

    word: ClassVar[str] = "get_variable_scope"
    example: ClassVar[Example] = {"get_variable_scope": None, "as": "here"}
    bare: ClassVar[bool] = True
    yields: ClassVar[str | None] = "a scope"

    nothing: None = key(NOTHING, "nothing", name="get_variable_scope", default=None)
    handle: str | None = base.handle("a name for the scope object")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetScopeDefault(AnyStep):
    """A setter of `VariableScope`, of the current scope or of a captured one; `value` is what it sets."""

    value: object
    scope: Reference | None = key(
        Nullable(SCOPE), "a captured scope; without it, the current one", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetInitializer(SetScopeDefault):
    """`scope.set_initializer(...)`."""

    word: ClassVar[str] = "set_initializer"
    example: ClassVar[Example] = {"set_initializer": {"constant": 0.1}}

    value: Initializer | None = key(
        Nullable(INITIALIZER), "the default initializer from here on", name="set_initializer"
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetRegularizer(SetScopeDefault):
    """`scope.set_regularizer(...)`."""

    word: ClassVar[str] = "set_regularizer"
    example: ClassVar[Example] = {"set_regularizer": {"l2_regularizer": 0.01}}

    value: TensorFlowObject | PythonObject | None = key(
        Nullable(REGULARIZER), "the default regularizer from here on", name="set_regularizer"
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetDtype(SetScopeDefault):
    """`scope.set_dtype(...)`."""

    word: ClassVar[str] = "set_dtype"
    example: ClassVar[Example] = {"set_dtype": "float16"}

    value: str | None = key(DTYPE, "the default dtype from here on", name="set_dtype")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetPartitioner(SetScopeDefault):
    """`scope.set_partitioner(...)`."""

    word: ClassVar[str] = "set_partitioner"
    example: ClassVar[Example] = {"set_partitioner": {"fixed_size": {"num_shards": 2}}}

    value: TensorFlowObject | PythonObject | None = key(
        Nullable(PARTITIONER), "the default partitioner from here on", name="set_partitioner"
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetCachingDevice(SetScopeDefault):
    """`scope.set_caching_device(...)`."""

    word: ClassVar[str] = "set_caching_device"
    example: ClassVar[Example] = {"set_caching_device": "/cpu:0"}

    value: Text | None = key(
        Nullable(TEXT), "the default caching device from here on", name="set_caching_device"
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetUseResource(SetScopeDefault):
    """`scope.set_use_resource(...)`."""

    word: ClassVar[str] = "set_use_resource"
    example: ClassVar[Example] = {"set_use_resource": True}

    value: bool | None = key(BOOLEAN, "the default kind of variable from here on", name="set_use_resource")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetCustomGetter(SetScopeDefault):
    """`scope.set_custom_getter(...)`."""

    word: ClassVar[str] = "set_custom_getter"
    example: ClassVar[Example] = {"set_custom_getter": {"python": "getters:averaged"}}

    value: PythonObject | None = key(
        Nullable(CUSTOM_GETTER), "what is called in place of `get_variable`", name="set_custom_getter"
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NameScope(AnyStep):
    """`with tf.name_scope(...)`: names of operations, never of what `get_variable` makes."""

    word: ClassVar[str] = "name_scope"
    example: ClassVar[Example] = {"name_scope": "losses", "steps": [{"constant": "weight", "value": 0.5}]}
    yields: ClassVar[str | None] = "a name"

    name: Text | None = key(Nullable(TEXT), "a name; one that ends in `/` is absolute", name="name_scope")
    handle: str | None = base.handle("a name for the scope's full name")
    steps: tuple[Written, ...] | None = block()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Device(AnyStep):
    """`with tf.device(...)`."""

    word: ClassVar[str] = "device"
    example: ClassVar[Example] = {"device": "/cpu:0", "steps": [{"get_variable": "kernel", "shape": [3, 2]}]}

    device: Text | ReplicaDeviceSetter | None = key(
        Nullable(DEVICE), "a device string, or `{replica_device_setter: {…}}`", name="device"
    )
    steps: tuple[Written, ...] | None = block()
