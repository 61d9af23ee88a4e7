"""Where a replica's variables go: onto the parameter server that has the least so far."""

from heapq import heapreplace
from math import prod
from typing import Any

from scopecli.tf1.startup import load


class Greedy:
    """Chooses the task with the fewest bytes, as TF1's `GreedyLoadBalancingStrategy` by size did.

    It came with `tf.contrib.training`, which TensorFlow 2 no longer has.
    """

    def __init__(self, tasks: int) -> None:
        self._loads = [(0, task) for task in range(tasks)]  # a heap: of equal loads, the first task's

    def __call__(self, operation: Any) -> int:
        """Return the task for a variable's operation."""
        load, task = self._loads[0]
        heapreplace(self._loads, (load + _size(operation), task))
        return task


def _size(operation: Any) -> int:
    """Return the bytes of a variable, by its operation or its node; an unknown dimension counts as one."""
    attributes = getattr(operation, "node_def", operation).attr
    dtype = load().as_dtype(attributes["dtype"].type)
    return int(prod(max(dimension.size, 1) for dimension in attributes["shape"].shape.dim) * dtype.size)
