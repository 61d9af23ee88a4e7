"""Makes rows of the object graph of a SavedModel, with the keys that its values are kept under."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from scopecli.report.model import Variable
from scopecli.sources.checkpoints.files import as_text
from scopecli.sources.protos.nodes import shown_variable
from scopecli.sources.tensor_protos import dtype, shape

_VALUE: Final = "/.ATTRIBUTES/VARIABLE_VALUE"
_SLOT: Final = "/.OPTIMIZER_SLOT/"


def rows(objects: Any) -> Iterator[Variable]:
    """Yield a row of each variable of a `SavedObjectGraph`, in its order."""
    paths = _paths(objects)
    for number, node in enumerate(objects.nodes):
        if node.HasField("variable"):
            yield _row(node.variable, paths.get(number))


def _row(variable: Any, path: str | None) -> Variable:
    key = None if path is None else path + _VALUE
    name = as_text(variable.name).removesuffix(":0") or key or ""
    device = as_text(variable.device)
    made = shown_variable(name, shape(variable.shape), dtype(variable.dtype), kind="resource", device=device)
    return replace(made, trainable=variable.trainable, key=key)


def _paths(objects: Any) -> dict[int, str]:
    """Return the path of each object by its number: the shortest from the root, as checkpoints have it."""
    paths = {0: ""}
    waiting = deque(paths)
    while waiting:
        number = waiting.popleft()
        for child in _node(objects, number).children:
            if child.node_id not in paths:
                before = f"{paths[number]}/" if number else ""
                paths[child.node_id] = before + _escape_name(as_text(child.local_name))
                waiting.append(child.node_id)
    return {**dict(_slots(objects, paths)), **paths}


def _slots(objects: Any, paths: dict[int, str]) -> Iterator[tuple[int, str]]:
    """Yield number and path of each variable that an optimizer keeps for another."""
    for number, optimizer in paths.items():
        for slot in _node(objects, number).slot_variables:
            original = paths.get(slot.original_variable_node_id)
            if original is not None:
                name = _escape_name(as_text(slot.slot_name))
                yield slot.slot_variable_node_id, f"{original}{_SLOT}{optimizer}/{name}"


def _node(objects: Any, number: int) -> Any:
    """Return an object; one that is not there is as one without children."""
    return objects.nodes[number] if 0 <= number < len(objects.nodes) else type(objects.nodes[0])()


def _escape_name(name: str) -> str:
    """Return a name as keys have it: `.` and `/` have a meaning there."""
    return name.replace(".", "..").replace("/", ".S")
