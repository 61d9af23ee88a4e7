"""Makes a report of a SavedModel, and finds the values of its variables."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Report, Source, Variable, with_roles
from scopecli.report.source_kinds import SourceKind
from scopecli.sources.checkpoints.files import as_text
from scopecli.sources.opened import Opened
from scopecli.sources.protos import metagraphs, objects
from scopecli.sources.protos.constants import value_reader
from scopecli.sources.stretches import stretch_of

_VALUES: Final = ("variables", "variables")  # the checkpoint in a SavedModel's directory
_SERVED: Final = b"serve"


def open_saved_model(path: str, directory: str, saved_model: Any, tag: str | None = None) -> Opened:
    """Return what a SavedModel says: of several MetaGraphs the one that is served, or else the first.

    Its variables are those of the collections, as TF1 writes them, or those of the object graph, as TF2
    does.

    Args:
        path: as it was given.
        directory: where the SavedModel is.
        saved_model: its message.
        tag: a tag of the MetaGraph that is meant.

    Raises:
        InvalidSourceError: if no MetaGraph has the tag.
    """
    meta_graph = _chosen_meta_graph(path, saved_model, tag)
    source = Source(SourceKind.SAVEDMODEL, path)
    report = metagraphs.report_of(source, meta_graph)
    if not report.collections and meta_graph.object_graph_def.nodes:
        rows = tuple(objects.rows(meta_graph.object_graph_def))
        report = with_roles(replace(report, variables=rows, warnings=())) if rows else report
    report = replace(report, title=_title(saved_model, meta_graph))
    if report.variables and all(row.kind == "constant" for row in report.variables):
        return Opened(report, value_reader(path, meta_graph.graph_def))
    return Opened(report, _reader(directory))


def _chosen_meta_graph(path: str, saved_model: Any, tag: str | None) -> Any:
    if tag is None:
        served = (graph for graph in saved_model.meta_graphs if _SERVED in graph.meta_info_def.tags)
        return next(served, saved_model.meta_graphs[0])
    for meta_graph in saved_model.meta_graphs:
        if tag in map(as_text, meta_graph.meta_info_def.tags):
            return meta_graph
    tags = (", ".join(map(as_text, graph.meta_info_def.tags)) or "none" for graph in saved_model.meta_graphs)
    message = f"no MetaGraph in it has the tag {tag!r}"
    raise InvalidSourceError([Diagnostic("SC652", message, Location(path), f"there is {'; '.join(tags)}")])


def _title(saved_model: Any, meta_graph: Any) -> str:
    """Return which MetaGraph it is: its tags, and that there are others."""
    tags = ", ".join(map(as_text, meta_graph.meta_info_def.tags)) or "none"
    others = len(saved_model.meta_graphs) - 1
    return f"tags: {tags}" + (f" (one of {others + 1} MetaGraphs)" if others else "")


def _reader(directory: str) -> Callable[[Variable], Any] | None:
    """Return what reads a variable's value, None where the SavedModel comes without values."""
    from scopecli.sources.checkpoints import is_checkpoint, open_checkpoint  # noqa: PLC0415 - a cycle at the start

    prefix = values_prefix(directory)
    if not is_checkpoint(prefix):
        return None
    saved: list[Opened] = []

    def read(variable: Variable) -> Any:
        if not saved:
            saved.append(open_checkpoint(prefix))
        (opened,) = saved
        row = _saved_row(opened.report, variable)
        if row is None or opened.read is None:
            message = f"there is no value of `{variable.name}` in it"
            raise InvalidSourceError([Diagnostic("SC601", message, Location(prefix))])
        whole = opened.read(row)
        return whole if variable.part is None else stretch_of(whole, variable)

    return read


def values_prefix(directory: str) -> str:
    """Return the prefix of the checkpoint in a SavedModel's directory."""
    return os.path.join(directory, *_VALUES)  # noqa: PTH118 - a path of any kind


def _saved_row(report: Report, variable: Variable) -> Variable | None:
    """Return the tensor that has a variable's value: by its key, else by its name where that is the only."""
    name = variable.part.whole if variable.part else variable.name
    by_key = [row for row in report.variables if variable.key and row.key == variable.key]
    by_name = [row for row in report.variables if row.name == name]
    found = by_key or by_name
    return found[0] if len(found) == 1 else None
