"""Tells which operations of a graph are used as weights, by the operations that take them.

Whatever it is that hands a value on: `Identity`, as freezing leaves it of a variable's read, `Enter` into a
loop, an argument of a function. The positions are those of TensorFlow's operations (`tf.raw_ops`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

_READS: Final = re.compile(rb"(.*/)?(read|ReadVariableOp)(_\d+)?", re.DOTALL)
_LOOKUPS: Final = re.compile(rb"(.*/)?embedding_lookup[^/]*", re.DOTALL)
_GATHERS: Final = frozenset({b"Gather", b"GatherV2", b"ResourceGather"})

# Which inputs of an operation may be weights; None is every one.
_WEIGHTS: Final[dict[bytes, range | None]] = {
    **dict.fromkeys(
        b"MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 SparseMatMul Einsum Add AddV2 AddN Sub Mul RealDiv"
        b" Div BiasAdd BiasAddV1 Maximum Minimum _FusedMatMul _FusedBatchMatMulV2 QuantizedMatMul"
        b" QuantizedMatMulWithBias QuantizedBiasAdd Prelu Xdivy SquaredDifference".split()
    ),
    **dict.fromkeys(_GATHERS, range(1)),
    **dict.fromkeys(b"Dequantize SparseSegmentSum SparseSegmentMean SparseSegmentSqrtN".split(), range(1)),
    **dict.fromkeys(
        b"Conv1D Conv2D Conv3D DepthwiseConv2dNative Conv2DBackpropInput Conv3DBackpropInput"
        b" Conv3DBackpropInputV2 DepthwiseConv2dNativeBackpropInput Dilation2D QuantizedConv2D"
        b" QuantizedDepthwiseConv2D".split(),
        range(1, 2),
    ),
    **dict.fromkeys(
        b"FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 BatchNormWithGlobalNormalization"
        b" _FusedConv2D _FusedConv3D _FusedDepthwiseConv2dNative _FusedBatchNormEx FusedPadConv2D"
        b" FusedResizeAndPadConv2D _MklLayerNorm InstanceNorm QuantizedConv2DWithBias"
        b" QuantizedConv2DWithBiasAndRelu LSTMBlockCell BlockLSTM BlockLSTMV2 GRUBlockCell CudnnRNN"
        b" CudnnRNNV2 CudnnRNNV3".split(),
        range(1, 20),
    ),
}
# What hands its first input, or all of them, on.
_HANDED_ON: Final[dict[bytes, range | None]] = {
    **dict.fromkeys(
        b"Identity Enter RefEnter Switch RefSwitch Cast Reshape Transpose StopGradient Snapshot ExpandDims"
        b" Squeeze PreventGradient CheckNumerics StridedSlice Slice FakeQuantWithMinMaxVars"
        b" FakeQuantWithMinMaxArgs"
        b" FakeQuantWithMinMaxVarsPerChannel QuantizeV2 QuantizeAndDequantizeV2 QuantizeAndDequantizeV3"
        b" Quantize _NcclBroadcastRecv ReverseV2 Pad".split(),
        range(1),
    ),
    **dict.fromkeys(b"Concat ConcatV2 Pack IdentityN Merge DynamicStitch ParallelDynamicStitch".split()),
}
_SPLITS: Final = {b"Split": range(1, 2), b"SplitV": range(1)}
_CALLS: Final = {  # by their names, at which input the arguments of the functions begin
    b"PartitionedCall": 0,
    b"StatefulPartitionedCall": 0,
    b"TPUPartitionedCall": 0,
    b"While": 0,
    b"StatelessWhile": 0,
    b"If": 1,
    b"StatelessIf": 1,
    b"Case": 1,
    b"StatelessCase": 1,
}


class Uses:
    """What the operations of a graph and of its functions are used for."""

    def __init__(self, graph: Any) -> None:
        """Follow every weight to where it comes from.

        Args:
            graph: a `GraphDef`.
        """
        self._graphs = {b"": graph.node}
        self._arguments: dict[bytes, list[bytes]] = {}
        for function in graph.library.function:
            self._graphs[function.signature.name] = function.node_def
            self._arguments[function.signature.name] = [
                argument.name for argument in function.signature.input_arg
            ]
        self._weights: dict[bytes, set[bytes]] = {}
        self._read: dict[bytes, set[bytes]] = {}

    def weights(self, function: bytes) -> set[bytes]:
        """Return the names of what is used as a weight in a function; of the graph itself, `b""`.

        They are operations and, of a function, arguments.
        """
        if function not in self._weights:
            self._weights[function] = set()  # a function that calls itself adds nothing by it
            self._weights[function] = self._follow_function(function)
        return self._weights[function]

    def read(self, function: bytes) -> set[bytes]:
        """Return the names of what is read as a variable is: freezing leaves such a read its name."""
        if function not in self._read:
            nodes = self._graphs.get(function, ())
            self._read[function] = {_source(node.input[0]) for node in nodes if _reads_variable(node)}
        return self._read[function]

    def _follow_function(self, function: bytes) -> set[bytes]:
        nodes = {node.name: node for node in self._graphs.get(function, ())}
        waiting = [_source(name) for node in nodes.values() for name in self._weights_of(node)]
        waiting += self.read(function)
        found: set[bytes] = set()
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            node = nodes.get(name)
            if node is not None:
                waiting += map(_source, _handed_on(node))
        return found

    def _weights_of(self, node: Any) -> Iterator[bytes]:
        """Yield the inputs that an operation uses as weights, itself or by the functions that it calls."""
        inputs = [name for name in node.input if not name.startswith(b"^")]
        if node.op in _WEIGHTS:
            yield from _chosen_inputs(inputs, _WEIGHTS[node.op])
        elif node.op in _CALLS or node.op in self._arguments:
            first = _CALLS.get(node.op, 0)
            used: dict[int, bool] = defaultdict(bool)
            for function in _functions(node):
                if (
                    function not in self._graphs
                ):  # some tools leave functions out: its arguments may be anything
                    used.update(dict.fromkeys(range(len(inputs)), True))
                weights = self.weights(function)
                for place, argument in enumerate(self._arguments.get(function, ())):
                    used[place] |= argument in weights
            yield from (name for place, name in enumerate(inputs[first:]) if used[place])


def _functions(node: Any) -> list[bytes]:
    """Return the names of the functions that an operation calls."""
    named = [entry.value.func.name for entry in node.attr if entry.value.func.name]
    listed = [function.name for entry in node.attr for function in entry.value.list.func]
    return [*named, *listed] or [node.op]


def _handed_on(node: Any) -> list[bytes]:
    inputs = [name for name in node.input if not name.startswith(b"^")]
    if node.op in _SPLITS:
        return _chosen_inputs(inputs, _SPLITS[node.op])
    return _chosen_inputs(inputs, _HANDED_ON[node.op]) if node.op in _HANDED_ON else []


def _chosen_inputs(inputs: list[bytes], places: range | None) -> list[bytes]:
    return inputs if places is None else [inputs[place] for place in places if place < len(inputs)]


def _source(name: bytes) -> bytes:
    """Return the name of the operation, or argument, that an input is an output of."""
    return name.partition(b":")[0]


def _reads_variable(node: Any) -> bool:
    if not node.input:
        return False
    if node.op == b"Identity":
        return _READS.fullmatch(node.name) is not None
    return node.op in _GATHERS and _LOOKUPS.fullmatch(node.name) is not None
