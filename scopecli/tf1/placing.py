"""Places variables on the tasks of a cluster as TensorFlow would, without a graph.

A device setter takes a `NodeDef` as well as an operation (`_ReplicaDeviceChooser.device_function`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from scopecli.ground.collector import collector_held
from scopecli.ground.errors import EngineError
from scopecli.report.model import Part, Variable
from scopecli.scenario.objects import ReplicaDeviceSetter, TensorFlowObject
from scopecli.tf1.arguments import device, keyword_arguments
from scopecli.tf1.refusals import translate_errors
from scopecli.tf1.startup import TensorFlow, lazy, load

_KEPT_WITH: Final = ("slot", "average")  # an optimizer puts them where the variable is that they are for
_POWER: Final = re.compile(r"(.*/)?beta[12]_power(_\d+)?")  # and these where its first is (`AdamOptimizer`)


@dataclass(frozen=True, slots=True)
class Placement:
    """How variables are to be placed.

    Attributes:
        tasks: how many parameter servers there are.
        strategy: `round_robin` or `greedy`.
        partitioner: what cuts variables into parts; None leaves them as they are.
    """

    tasks: int
    strategy: str = "round_robin"
    partitioner: TensorFlowObject | None = None


def placed_variables(variables: Sequence[Variable], placement: Placement) -> list[Variable]:
    """Return variables with their devices, each part of one that is cut as a row of its own.

    `tf.train.replica_device_setter` chooses for each as it is made, in this order; what an optimizer keeps
    for a variable is made on that variable's own device, after it (`slot_creator`).

    Raises:
        EngineError: if TensorFlow refuses the partitioner's answer.
        TooManyPartsError: if it cuts a variable into too many parts.
    """
    tf = load()
    setter = ReplicaDeviceSetter({"ps_tasks": placement.tasks}, placement.strategy)
    with translate_errors(tf.OpError), collector_held():
        return list(_Placer(tf, device(setter), placement.partitioner).rows(variables))


class _Placer:
    def __init__(self, tf: TensorFlow, choose: Any, partitioner: TensorFlowObject | None) -> None:
        self._tf = tf
        self._choose = choose
        given = {"partitioner": partitioner} if partitioner else {}
        self._partitioner = keyword_arguments(tf, given, allow_python=False).get("partitioner")
        self._devices: dict[str, list[str]] = {}
        self._weights: set[str] = set()
        self._has_weights = False

    def rows(self, variables: Sequence[Variable]) -> Iterator[Variable]:
        """Yield the variables, and their parts, with their devices."""
        placed: dict[int, list[Variable]] = {}
        whole = {variable.name: variable for variable in variables}
        self._has_weights = any(map(_is_weight, variables))
        for index, variable in enumerate(variables):
            if not self._is_kept(variable, whole):
                placed[index] = self._make(variable)
        for index, variable in enumerate(variables):
            if index not in placed:
                placed[index] = self._make(variable, self._owners(variable))
        for index in range(len(variables)):
            yield from placed[index]

    def _is_kept(self, variable: Variable, others: Mapping[str, Variable]) -> bool:
        """Tell whether an optimizer keeps a variable where another one is."""
        owner = others.get(_owner_name(variable))
        is_beside = owner is not None and variable.role in _KEPT_WITH and variable.shape == owner.shape
        return is_beside or (self._has_weights and _POWER.fullmatch(variable.name) is not None)

    def _owners(self, variable: Variable) -> list[str]:
        """Return the devices of what a variable is kept with: of an optimizer's number, the first by name."""
        name = _owner_name(variable)
        return self._devices[name if name in self._devices else min(self._weights)]

    def _make(self, variable: Variable, devices: Sequence[str] = ()) -> list[Variable]:
        """Return the parts of a variable with their devices: those given, or what the setter chooses."""
        parts = list(self._parts(variable))
        placed = [
            replace(part, device=devices[number] if devices else self._choose(self._node(part)))
            for number, part in enumerate(parts)
        ]
        self._devices[variable.name] = [part.device for part in placed]
        if _is_weight(variable):
            self._weights.add(variable.name)
        return placed

    def _node(self, variable: Variable) -> Any:
        """Return the node of a variable, as a graph would have it."""
        node = lazy.NodeDef(op="VariableV2")
        node.attr["shape"].shape.CopyFrom(lazy.TensorShape(variable.shape).as_proto())
        node.attr["dtype"].type = self._tf.as_dtype(variable.dtype).as_datatype_enum
        return node

    def _parts(self, variable: Variable) -> Iterator[Variable]:
        """Yield a variable, or the parts that the partitioner cuts it into, as `get_variable` would."""
        if self._partitioner is None or not variable.shape or variable.size is None or variable.part:
            yield variable
            return
        scopes = lazy.variable_scope_module
        shape = lazy.TensorShape(variable.shape)
        try:
            with translate_errors(self._tf.OpError):
                slicing = scopes._call_partitioner(  # noqa: SLF001 - TensorFlow's own
                    self._partitioner, shape, self._tf.as_dtype(variable.dtype)
                )
        except EngineError as error:
            told = f"the partitioner can't cut {variable.name} {variable.shape}: {error.message}"
            raise EngineError(error.type_names, told, None) from error
        axis, count = scopes._get_slice_dim_and_num_slices(slicing)  # noqa: SLF001 - likewise
        cut = scopes._iter_slices(list(variable.shape), count, axis)  # noqa: SLF001 - likewise
        for number, (offset, extent) in enumerate(cut):
            part = Part(variable.name, variable.shape, tuple(offset))  # type: ignore[arg-type]  # its size is known
            name = f"{variable.name}/part_{number}"
            yield replace(variable, name=name, shape=tuple(extent), part=part, slices=())


def _owner_name(variable: Variable) -> str:
    """Return the name of the variable that a slot is for: `w` of `w/Adam`."""
    return variable.name.rpartition("/")[0]


def _is_weight(variable: Variable) -> bool:
    """Tell whether an optimizer changes a variable, as far as the source says."""
    return variable.role == "weight" if variable.trainable is None else variable.trainable
