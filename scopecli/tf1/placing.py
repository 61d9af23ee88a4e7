"""Places variables on the tasks of a cluster as TensorFlow would, in a graph that has nothing but them."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final

from scopecli.ground.collector import collector_held
from scopecli.report.model import Part, Variable
from scopecli.scenario.objects import ReplicaDeviceSetter, TensorFlowObject
from scopecli.tf1.arguments import device, keyword_arguments
from scopecli.tf1.refusals import translate_errors
from scopecli.tf1.startup import TensorFlow, lazy, load

_KEPT_WITH: Final = ("slot", "average")  # an optimizer puts them where the variable is that they are for


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


def placed_variables(variables: Iterable[Variable], placement: Placement) -> list[Variable]:
    """Return variables with their devices, each part of one that is cut as a row of its own.

    `tf.train.replica_device_setter` chooses for each as it is made, in this order; what an optimizer keeps
    for a variable is made on that variable's own device (`slot_creator`).

    Raises:
        EngineError: if TensorFlow refuses the partitioner's answer.
        TooManyPartsError: if it cuts a variable into too many parts.
    """
    tf = load()
    setter = ReplicaDeviceSetter({"ps_tasks": placement.tasks}, placement.strategy)
    with (
        translate_errors(tf.OpError),
        collector_held(),
        tf.Graph().as_default() as graph,
        tf.device(device(setter)),
    ):
        return list(_Placer(tf, graph, placement.partitioner).rows(variables))


class _Placer:
    def __init__(self, tf: TensorFlow, graph: Any, partitioner: TensorFlowObject | None) -> None:
        self._tf = tf
        self._graph = graph
        given = {"partitioner": partitioner} if partitioner else {}
        self._partitioner = keyword_arguments(tf, given, allow_python=False).get("partitioner")
        self._made: dict[str, tuple[Variable, list[Any]]] = {}

    def rows(self, variables: Iterable[Variable]) -> Iterator[Variable]:
        """Yield the variables, and their parts, with their devices."""
        for variable in variables:
            first, owners = self._made.get(variable.name.rpartition("/")[0], (None, []))
            is_kept = first is not None and variable.role in _KEPT_WITH and variable.shape == first.shape
            made = []
            for number, part in enumerate(self._parts(variable)):
                operation = self._make(part, owners[number] if is_kept else None)
                made.append(operation)
                yield replace(part, device=operation.device)
            if not is_kept:
                self._made[variable.name] = variable, made

    def _make(self, variable: Variable, owner: Any) -> Any:
        with self._graph.colocate_with(owner) if owner is not None else nullcontext():
            return lazy.gen_state_ops.variable_v2(variable.shape, variable.dtype).op

    def _parts(self, variable: Variable) -> Iterator[Variable]:
        """Yield a variable, or the parts that the partitioner cuts it into, as `get_variable` would."""
        if self._partitioner is None or not variable.shape or variable.size is None or variable.part:
            yield variable
            return
        scopes = lazy.variable_scope_module
        shape = lazy.TensorShape(variable.shape)
        slicing = scopes._call_partitioner(self._partitioner, shape, self._tf.as_dtype(variable.dtype))  # noqa: SLF001 - TensorFlow's own
        axis, count = scopes._get_slice_dim_and_num_slices(slicing)  # noqa: SLF001 - likewise
        cut = scopes._iter_slices(list(variable.shape), count, axis)  # noqa: SLF001 - likewise
        for number, (offset, extent) in enumerate(cut):
            part = Part(variable.name, variable.shape, tuple(offset))  # type: ignore[arg-type]  # its size is known
            name = f"{variable.name}/part_{number}"
            yield replace(variable, name=name, shape=tuple(extent), part=part, slices=())
