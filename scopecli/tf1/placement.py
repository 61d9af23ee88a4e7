"""Where a replica's variables go: onto the parameter server that has the least so far."""

from math import prod
from typing import Any


class Greedy:
    """Chooses the task with the fewest bytes, as TF1's `GreedyLoadBalancingStrategy` by size did.

    It came with `tf.contrib.training`, which TensorFlow 2 no longer has.
    """

    def __init__(self, tasks: int) -> None:
        self._loads = [0] * tasks

    def __call__(self, operation: Any) -> int:
        """Return the task for a variable's operation."""
        task = self._loads.index(min(self._loads))
        self._loads[task] += _size(operation)
        return task


def _size(operation: Any) -> int:
    """Return the bytes of a variable; a dimension that is not known counts as one."""
    shape, dtype = operation.get_attr("shape"), operation.get_attr("dtype")
    return int(prod(max(dimension.size, 1) for dimension in shape.dim) * dtype.size)
