"""How the values of variables flow through a finished graph: which sets of them make one network."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

VARIABLES: Final = frozenset({"VariableV2", "Variable", "VarHandleOp"})  # types of operations, as all here
# What hands a variable's value on, or a value in another form: not yet what a layer does with it.
FORMS: Final = frozenset(
    "Identity ReadVariableOp Cast Transpose Reshape ConcatV2 Concat StridedSlice Enter Squeeze ExpandDims"
    " RefEnter RefIdentity".split()
)
ASSIGNMENTS: Final = frozenset(
    "Assign AssignVariableOp AssignAdd AssignSub AssignAddVariableOp AssignSubVariableOp".split()
)
# What sums a variable up, for a regularizer or a summary.
STATISTICS: Final = frozenset("L2Loss Abs Square Sum Mean Max Min HistogramSummary ScalarSummary".split())
_SUMMARIES: Final = frozenset({"MergeSummary"})
_MOST_PASSES: Final = 8  # loops in loops in loops: the values of an operation settle sooner
GRADIENT: Final = re.compile(r"(?:^|/)gradient")


@dataclass(slots=True)
class _Values:
    """What flows out of an operation, as bits: a bit a set of variables.

    Attributes:
        forms: the sets whose variables it is a form of, such as the value that was read.
        touched: the sets that any of its ancestors has to do with.
        used: the sets that a layer upstream of it, or it, has used.
    """

    forms: int = 0
    touched: int = 0
    used: int = 0


@dataclass(slots=True)
class SetUse:
    """How a set of variables is used.

    Attributes:
        upstream: as bits, the sets that what the set's layers take is computed from.
        together: as bits, the sets whose results meet the results of this set.
        inputs: the names of the operations whose values the first layer of the set takes; empty where there
            is no layer, so that nothing can be told.
        is_trained: whether an optimizer changes it.
        assigned_from: as bits, the sets that an assignment to it takes values from.
    """

    upstream: int = 0
    together: int = 0
    inputs: set[str] = field(default_factory=set)
    is_trained: bool = False
    assigned_from: int = 0


def uses_of(graph: Any, sets: Sequence[Iterable[str]]) -> list[SetUse]:
    """Return how each set of variables, by their names, is used in a finished graph.

    The operations are taken in the order in which they were made (`tf.Graph.get_operations`): an operation's
    inputs were made before it, but for some of those in loops, because of which they are taken again.
    """
    return _Pass(sets).uses(graph)


class _Pass:
    def __init__(self, sets: Sequence[Iterable[str]]) -> None:
        self._bits: dict[str, int] = {}
        for number, names in enumerate(sets):
            for name in names:
                self._bits[name] = self._bits.get(name, 0) | 1 << number
        self._uses = [SetUse() for _ in sets]
        self._values: dict[str, _Values] = {}
        self._met: set[int] = set()
        self._is_changed = False

    def uses(self, graph: Any) -> list[SetUse]:
        operations = [
            operation for operation in graph.get_operations() if not GRADIENT.search(operation.name)
        ]
        has_loops = any(operation.type == "NextIteration" for operation in operations)
        for _ in range(_MOST_PASSES if has_loops else 1):
            self._is_changed = False
            for operation in operations:
                self._take(operation)
            if not self._is_changed:
                break
        return self._uses

    def _take(self, operation: Any) -> None:
        bits = self._bits.get(operation.name)
        if bits and operation.type in VARIABLES:
            self._values[operation.name] = _Values(forms=bits, touched=bits)
            return
        inputs = [tensor.op for tensor in operation.inputs]
        taken = [self._values[op.name] for op in inputs if op.name in self._values]
        if not taken:
            return
        is_change = inputs[0].name in self._bits and operation.type not in FORMS
        if is_change and "Gather" not in operation.type:
            self._change(operation.type, inputs)
        else:
            flowing = self._flowing(operation.type, inputs, taken)
            self._is_changed |= self._values.get(operation.name) != flowing
            self._values[operation.name] = flowing

    def _flowing(self, kind: str, inputs: Sequence[Any], taken: Sequence[_Values]) -> _Values:
        """Return what flows out of an operation, and note what it is to the sets that flow into it."""
        flowing = _Values()
        for values in taken:
            flowing.forms |= values.forms
            flowing.touched |= values.touched
            flowing.used |= values.used
        if kind in STATISTICS:
            flowing.forms = 0
        elif flowing.forms and kind not in FORMS:
            data = [op.name for op in inputs if not self._is_form(op)]
            if data:
                self._layer(flowing, data)
                flowing.used |= flowing.forms
                flowing.forms = 0
        if kind not in _SUMMARIES and flowing.used not in self._met:
            self._met.add(flowing.used)
            for number in _numbers(flowing.used):
                self._uses[number].together |= flowing.used
        return flowing

    def _is_form(self, operation: Any) -> bool:
        """Tell whether a value is a form of variables alone, or a number that they are scaled by."""
        values = self._values.get(operation.name)
        if values is None:
            return operation.type == "Const" and not operation.outputs[0].shape.as_list()
        return bool(values.forms) or not values.used

    def _layer(self, flowing: _Values, data: Sequence[str]) -> None:
        """Note what takes variables together with something else."""
        for number in _numbers(flowing.forms):
            use = self._uses[number]
            if not use.inputs:
                use.inputs.update(data)
            use.upstream |= flowing.used & ~(1 << number)

    def _change(self, kind: str, inputs: Sequence[Any]) -> None:
        """Note what an operation does that changes a variable: assigns to it, or trains it."""
        for number in _numbers(self._bits[inputs[0].name]):
            use = self._uses[number]
            if kind in ASSIGNMENTS:
                for op in inputs[1:]:
                    use.assigned_from |= self._values[op.name].touched if op.name in self._values else 0
            elif "Apply" in kind:
                use.is_trained = True


def _numbers(bits: int) -> list[int]:
    return [number for number in range(bits.bit_length()) if bits >> number & 1]
