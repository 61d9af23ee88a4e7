"""What the Saver in a MetaGraph restores: the names it looks for, and the variables that they are for."""

from collections.abc import Mapping
from typing import Any, Final

from scopecli.sources.checkpoints.files import as_text
from scopecli.sources.protos.nodes import tensor_of
from scopecli.sources.tensor_protos import array

_RESTORE: Final = b"RestoreV2"
_ASSIGN: Final = frozenset({b"Assign", b"AssignVariableOp"})
_HANDED_ON: Final = frozenset({b"Identity", b"Reshape"})


def saver_of(meta_graph: Any) -> dict[str, str] | None:
    """Return which variable a Saver restores from each name (`SaverDef`); None where there is no Saver."""
    scope = meta_graph.saver_def.filename_tensor_name.rpartition(b"/")[0]
    if not meta_graph.saver_def.filename_tensor_name:
        return None
    nodes = {node.name: node for node in meta_graph.graph_def.node}
    found = {}
    for node in meta_graph.graph_def.node:
        if node.op in _ASSIGN and node.name.startswith(scope + b"/") and len(node.input) > 1:
            name = _restored_name(node.input[1], nodes)
            if name is not None:
                found[name] = as_text(node.input[0].partition(b":")[0])
    return found or None


def _restored_name(tensor: bytes, nodes: Mapping[bytes, Any]) -> str | None:
    """Return the name in a checkpoint that a tensor is restored from."""
    for _ in range(4):  # `Identity`, and `Reshape` where the Saver was told to
        operation, _, output = tensor.partition(b":")
        node = nodes.get(operation)
        if node is None:
            return None
        if node.op == _RESTORE:
            names = nodes.get(node.input[1].partition(b":")[0]) if len(node.input) > 1 else None
            return None if names is None else _at(names, int(output or b"0"))
        if node.op not in _HANDED_ON or not node.input:
            return None
        tensor = node.input[0]
    return None


def _at(constant: Any, index: int) -> str | None:
    try:
        names = array(tensor_of(constant)).reshape(-1)
        return as_text(names[index])
    except (ValueError, IndexError, TypeError, AttributeError):
        return None
