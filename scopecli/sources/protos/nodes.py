"""Makes rows of the nodes of a graph that are variables."""

from dataclasses import replace
from typing import Any, Final

from scopecli.ground.dtypes import Dtype
from scopecli.report.model import Shape, Variable
from scopecli.sources.checkpoints.files import as_text
from scopecli.sources.tensor_protos import dtype, shape

_REF: Final = (b"VariableV2", b"Variable", b"AutoReloadVariable", b"TemporaryVariable")
_RESOURCE: Final = b"VarHandleOp"


def is_variable(node: Any) -> bool:
    """Tell whether an operation is a variable."""
    return node.op == _RESOURCE or node.op in _REF


def row(node: Any) -> Variable:
    """Return the facts that an operation tells of its variable."""
    kind = "resource" if node.op == _RESOURCE else "ref"
    name, device = as_text(node.name), as_text(node.device)
    made = shown_variable(name, shape_of(node), dtype_of(node), kind=kind, device=device)
    container, shared = (as_text(_attribute(node, key).s) for key in (b"container", b"shared_name"))
    if not container and shared in ("", name):
        return made
    return replace(made, container=container, shared_name=shared if shared != name else "")


def shown_variable(name: str, shape: Shape, dtype: Dtype, *, kind: str, device: str = "") -> Variable:
    """Return a row, shown as TensorFlow shows the variable."""
    written = "<unknown>" if shape is None else shape
    suffix = "_ref" if kind == "ref" else ""
    text = f"<tf.Variable '{name}:0' shape={written} dtype={dtype.name}{suffix}>"
    return Variable(name, shape, dtype.name, text, kind, None, (), device, dtype.itemsize)


def shape_of(node: Any) -> Shape:
    """Return the shape that an operation's attribute `shape` has."""
    return shape(_attribute(node, b"shape").shape)


def dtype_of(node: Any) -> Dtype:
    """Return the dtype that an operation's attribute `dtype` has."""
    return dtype(_attribute(node, b"dtype").type)


def tensor_of(node: Any) -> Any:
    """Return the tensor that a constant holds."""
    return _attribute(node, b"value").tensor


def _attribute(node: Any, name: bytes) -> Any:
    found = next((attribute.value for attribute in node.attr if attribute.key == name), None)
    return _none() if found is None else found


def _none() -> Any:
    from scopecli.sources.messages import message  # noqa: PLC0415 - has loaded `protobuf` by then

    return message("AttrValue")(shape={"unknown_rank": True})
