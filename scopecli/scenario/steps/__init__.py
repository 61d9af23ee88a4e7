"""The steps of a scenario: each stands for one call of the TF1 API and keeps its arguments' names."""

from typing import TypeAlias, get_args

from scopecli.scenario.steps.base import AnyStep, Raises, Written
from scopecli.scenario.steps.flow import Argument, CallStep, Constant, For, MakeTemplate
from scopecli.scenario.steps.reading import KINDS, STEPS
from scopecli.scenario.steps.scopes import (
    Device,
    GetVariableScope,
    NameScope,
    ReuseVariables,
    SetCachingDevice,
    SetCustomGetter,
    SetDtype,
    SetInitializer,
    SetPartitioner,
    SetRegularizer,
    SetScopeDefault,
    SetUseResource,
    VariableScope,
)
from scopecli.scenario.steps.variables import AnyGetVariable, GetLocalVariable, GetVariable, NewVariable

__all__ = [
    "KINDS",
    "STEPS",
    "AnyGetVariable",
    "AnyStep",
    "Argument",
    "CallStep",
    "Constant",
    "Device",
    "For",
    "GetLocalVariable",
    "GetVariable",
    "GetVariableScope",
    "MakeTemplate",
    "NameScope",
    "NewVariable",
    "Raises",
    "ReuseVariables",
    "SetScopeDefault",
    "Step",
    "VariableScope",
    "Written",
]

Step: TypeAlias = (
    VariableScope
    | GetVariable
    | GetLocalVariable
    | NewVariable
    | ReuseVariables
    | GetVariableScope
    | SetInitializer
    | SetRegularizer
    | SetDtype
    | SetPartitioner
    | SetCachingDevice
    | SetUseResource
    | SetCustomGetter
    | NameScope
    | Constant
    | Device
    | CallStep
    | MakeTemplate
    | For
)

KINDS.update((kind.word, kind) for kind in get_args(Step))
