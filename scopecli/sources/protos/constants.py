"""Reads the values of a graph's constants."""

from collections.abc import Callable
from typing import Any

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Variable
from scopecli.sources.protos.frozen import frozen
from scopecli.sources.tensor_protos import array


def value_reader(path: str, graph: Any) -> Callable[[Variable], Any]:
    """Return what reads the value of a weight of a frozen graph, and raises InvalidSourceError for damage."""
    tensors = frozen(graph).tensors

    def read(variable: Variable) -> Any:
        try:
            return array(tensors[variable.name])
        except KeyError:
            message = f"there is no value of `{variable.name}` in it: only constants have some"
        except (ValueError, OverflowError, MemoryError) as error:
            message = f"the value of `{variable.name}` can't be read: {error}"
        raise InvalidSourceError([Diagnostic("SC603", message, Location(path))])

    return read
