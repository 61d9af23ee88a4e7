"""Tells the weights of a frozen graph: the constants that it uses as others use variables."""

from collections.abc import Iterable, Iterator
from math import prod
from typing import Any, Final, NamedTuple

from scopecli.report.model import Variable
from scopecli.sources.checkpoints.files import as_text
from scopecli.sources.protos.nodes import shown_variable, tensor_of
from scopecli.sources.protos.uses import Uses
from scopecli.sources.tensor_protos import dtype, shape

_CONSTANT: Final = b"Const"
_BYTES: Final = frozenset({"int8", "uint8"})  # of quantized weights
_OF_SIZE: Final = 64  # numbers from which on a constant that nothing uses as a weight is told of


class Frozen(NamedTuple):
    """The constants of a graph.

    Attributes:
        rows: a row of each that is a weight, by the name of its operation.
        tensors: their tensors, by the same names as text.
        left_out: how many others there are that have some size, and how many numbers they have together.
    """

    rows: dict[bytes, Variable]
    tensors: dict[str, Any]
    left_out: tuple[int, int]


def frozen(graph: Any) -> Frozen:
    """Return the constants of a `GraphDef` that are weights, in the graph and in its functions."""
    uses = Uses(graph)
    rows: dict[bytes, Variable] = {}
    tensors: dict[str, Any] = {}
    others: list[int] = []
    for scope, nodes in _graphs(graph):
        weights = uses.weights(scope)
        for node in nodes:
            if node.op != _CONSTANT:
                continue
            name = scope + b"/" + node.name if scope else node.name
            row = _row(name, node)
            if node.name in weights and _may_be_weight(row, is_read=node.name in uses.read(scope)):
                rows[name] = row
                tensors[as_text(name)] = tensor_of(node)
            elif (row.size or 0) >= _OF_SIZE:
                others.append(row.size or 0)
    return Frozen(rows, tensors, (len(others), sum(others)))


def _graphs(graph: Any) -> Iterator[tuple[bytes, Iterable[Any]]]:
    """Yield the operations of the graph, and those of each function by its name."""
    yield b"", graph.node
    for function in graph.library.function:
        yield function.signature.name, function.node_def


def _row(name: bytes, node: Any) -> Variable:
    tensor = tensor_of(node)
    return shown_variable(as_text(name), shape(tensor.tensor_shape), dtype(tensor.dtype), kind="constant")


def _may_be_weight(row: Variable, *, is_read: bool) -> bool:
    """Tell whether a constant may be what was a variable: a number that is read as such, or some at all."""
    if is_read:
        return True
    is_number = row.dtype.startswith(("float", "bfloat", "complex", "qint", "quint")) or row.dtype in _BYTES
    return is_number and prod(size or 0 for size in row.shape or ()) > 1


def left_out_text(left_out: tuple[int, int]) -> str:
    """Return the line that tells of constants that are not listed."""
    count, numbers = left_out
    noun = "constant" if count == 1 else "constants"
    return f"{count:,} more {noun} of {numbers:,} numbers: no operation here is known to use them as weights"
