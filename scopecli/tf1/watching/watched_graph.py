"""A graph that a program built, and what its calls yielded, described in plain values."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from scopecli.report.model import Variable as Row
from scopecli.tf1.describing import full_name, own_facts, parts
from scopecli.tf1.graph import Graph, Loss, Variable
from scopecli.tf1.startup import lazy, load


class WatchedGraph(Graph):
    """A graph that is there already; nothing is added to it, and its collections may hold anything."""

    def __init__(self, graph: Any) -> None:
        super().__init__()
        self._graph = graph

    def __enter__(self) -> "WatchedGraph":  # noqa: PYI034 - `typing.Self` is there from Python 3.11 on
        self._entered.enter_context(self._graph.as_default())
        return self

    def global_variables(self) -> list[Variable]:
        """Return `tf.global_variables()`, each variable once, in graph order."""
        return _describable(super().global_variables())

    def local_variables(self) -> list[Variable]:
        """Return `tf.local_variables()`, each variable once, in graph order."""
        return _describable(super().local_variables())

    def regularization_losses(self) -> list[Loss]:
        """Return the tensors in the collection REGULARIZATION_LOSSES."""
        return [
            regularization_loss
            for regularization_loss in super().regularization_losses()
            if hasattr(regularization_loss, "op")
        ]

    def parts(self, variable: Variable) -> list[Variable]:
        """Return the variables that one is made of; of anything else, none."""
        return parts_of(variable)


def facts_of(result: Any) -> Row | None:
    """Return what the result of a call tells by itself, without its collections; None of no tensor."""
    return own_facts(load(), result) if is_describable(result) else None


def variables_of_default_graph() -> list[Any]:
    """Return every variable that the default graph has, and the parts of partitioned ones."""
    graph = lazy.get_default_graph()
    stores = graph.get_collection_ref(lazy.variable_scope_module._VARSTORE_KEY)  # noqa: SLF001 - it has what no list has
    stored = [variable for store in stores for variable in store._vars.values()]  # noqa: SLF001 - as above
    listed = [found for key in graph.collections for found in graph.get_collection(key)]
    variables = [found for found in (*stored, *listed) if isinstance(found, load().Variable)]
    return [*variables, *(part for variable in variables for part in parts_of(variable))]


def fresh_graph() -> AbstractContextManager[Any]:
    """Return a graph of its own, to be entered."""
    return load().Graph().as_default()  # type: ignore[no-any-return]  # a context manager


def parts_of(result: Any) -> list[Variable]:
    """Return the variables that what a call yielded is made of: of a tensor, or anything else, none."""
    tf = load()
    known = isinstance(result, (tf.Variable, tf.PartitionedVariable))
    return parts(tf, result) if known or is_describable(result) else []


def is_describable(result: Any) -> bool:
    """Tell whether a call yielded a variable or a tensor: a custom getter may return anything."""
    return all(hasattr(result, word) for word in ("dtype", "get_shape", "name"))


def _describable(objects: Iterable[Any]) -> list[Any]:
    return [found_object for found_object in objects if is_describable(found_object)]


def name_of(variable: Any) -> str:
    """Return the full name of a variable, without `:0`."""
    return full_name(variable)


def is_eager(result: Any) -> bool:
    """Tell whether this is a variable of eager execution, which is in no graph."""
    return getattr(result, "_in_graph_mode", True) is False


def is_assigned(result: Any) -> bool:
    """Tell whether this is what an assignment to a resource variable returns: nobody asked for it."""
    return type(result).__name__ == "_UnreadVariable"


def graph_of(result: Any) -> Any:
    """Return the graph that a variable is in; None if that can't be told."""
    made_of = parts_of(result)
    return getattr(made_of[0], "graph", None) if made_of else None


def is_op_error(error: BaseException) -> bool:
    """Tell whether a session raised this."""
    return isinstance(error, load().OpError)
