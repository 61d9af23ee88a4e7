"""Which operations take a variable's value, and which nodes of variables nobody owns, in a finished graph."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from scopecli.tf1.watching.dataflow import ASSIGNMENTS, FORMS, GRADIENT, STATISTICS, VARIABLES

_MOST: Final = 64  # operations that are looked at of one variable
_ADMINISTRATION: Final = (
    ASSIGNMENTS
    | STATISTICS
    | frozenset(
        "IsVariableInitialized VarIsInitializedOp SaveV2 SaveSlices RestoreV2 NoOp Switch Merge Shape"
        " ShapeN VariableShape NextIteration Exit".split()
    )
)
_TRAINS: Final = re.compile(r"Apply|Scatter")


def consumers(operations: Iterable[Any]) -> list[Any]:
    """Return the operations that do something with a variable's value, in the order in which they were made.

    What hands it on unchanged is passed through; gradients, optimizers, regularizers, summaries, savers and
    initializers are none.

    Args:
        operations: the variable's own, or those of its parts.
    """
    found: dict[str, Any] = {}
    waiting = list(operations)
    seen = {operation.name for operation in waiting}
    while waiting and len(seen) < _MOST:
        for output in waiting.pop().outputs:
            for taker in output.consumers():
                if taker.name in seen or GRADIENT.search(taker.name):
                    continue
                seen.add(taker.name)
                if taker.type in FORMS:
                    waiting.append(taker)
                elif not _is_administration(taker.type):
                    found[taker.name] = taker
    return sorted(found.values(), key=lambda taker: taker._id)  # noqa: SLF001 - the order they were made in


def _is_administration(kind: str) -> bool:
    return kind in _ADMINISTRATION or bool(_TRAINS.search(kind))


def orphans(graph: Any, owned: Iterable[str]) -> Iterator[str]:
    """Yield the names of variables' nodes that no variable is of: nothing initialises or restores them."""
    names = frozenset(owned)
    return (op.name for op in graph.get_operations() if op.type in VARIABLES and op.name not in names)
