"""Tells where in a program what an error is about was made, from the graphs that the program built."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

_UNINITIALIZED: Final = re.compile(
    r"(?:uninitialized value|Error while reading resource variable|Could not find variable)"
    r" ['\"]?([^\s'\":]+)"
)
_TWO_GRAPHS: Final = re.compile(
    r"must be from the same graph|is not an element of this graph|graph is different from the session's graph"
)
_TENSOR: Final = re.compile(r"Tensor\(\"([^\":]{1,300})(?::\d{1,4})?\"")
_ASSIGNMENTS: Final = frozenset(("Assign", "AssignVariableOp"))


class Origin(NamedTuple):
    """What was made, in words, and the stack of the line that made it, outermost first."""

    told: str
    stack: Any


def origins(error: BaseException, message: str, graphs: Iterable[Any]) -> Iterator[Origin]:
    """Yield where an error comes from: the operation, an initializer that came too early, mixed graphs.

    Args:
        error: what a program ended with.
        message: what it says.
        graphs: those that it built.
    """
    operation = getattr(error, "op", None)
    if operation is not None and getattr(operation, "traceback", None):
        early = list(_early_initializers(message, operation.graph))
        yield from early or [Origin(f"`{operation.name}` was made here", operation.traceback)]
    elif _TWO_GRAPHS.search(message):
        yield from _of_two_graphs(message, graphs)


def _early_initializers(message: str, graph: Any) -> Iterator[Origin]:
    """Yield the initializers that were made before the variable was that has no value, and where it was."""
    found = _UNINITIALIZED.search(message)
    places = {operation.name: place for place, operation in enumerate(graph.get_operations())}
    if not found or found[1] not in places:
        return
    variable = graph.get_operation_by_name(found[1])
    early = []
    for operation in graph.get_operations():
        values = [
            control_input for control_input in operation.control_inputs if control_input.type in _ASSIGNMENTS
        ]
        if operation.type == "NoOp" and values:
            if any(value.name == f"{variable.name}/Assign" for value in values):
                return  # one that has it is there, and did not run
            if places[operation.name] < places[variable.name]:
                early.append((operation, len(values)))
    for operation, number in early:
        told = f"{number:,} variable{'s' if number > 1 else ''}"
        yield Origin(
            f"`{operation.name}` was made here, before `{variable.name}` was, and initialises {told} alone",
            operation.traceback,
        )
    if early:
        yield Origin(f"`{variable.name}` was made here", variable.traceback)


def _of_two_graphs(message: str, graphs: Iterable[Any]) -> Iterator[Origin]:
    """Yield where the tensors that a message names were made: those whose names are in one graph alone."""
    known, found = list(graphs), list[Any]()
    for name in dict.fromkeys(_TENSOR.findall(message)):
        holding = [graph for graph in known if _has(graph, name)]
        if len(holding) == 1:
            which = "one graph" if not found or holding[0] is found[0] else "another graph"
            found += holding
            yield Origin(
                f"`{name}` was made here, in {which}", holding[0].get_operation_by_name(name).traceback
            )


def _has(graph: Any, name: str) -> bool:
    try:
        graph.get_operation_by_name(name)
    except (KeyError, ValueError):
        return False
    return True
