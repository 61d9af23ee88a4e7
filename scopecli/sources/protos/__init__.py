"""Reads MetaGraphs, GraphDefs and SavedModels, without TensorFlow: no graph is made of them, no code run."""

import os
from typing import Any

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Report, Source
from scopecli.report.source_kinds import SourceKind
from scopecli.sources.opened import Opened
from scopecli.sources.protos import metagraphs
from scopecli.sources.protos.constants import value_reader
from scopecli.sources.protos.files import file_of, is_proto, read
from scopecli.sources.protos.saved_models import open_saved_model

__all__ = ["is_proto", "open_proto"]


def open_proto(path: str, tag: str | None = None) -> Opened:
    """Read one of them.

    Args:
        path: the file, or a SavedModel's directory.
        tag: of several MetaGraphs of a SavedModel, a tag of the one.

    Raises:
        InvalidSourceError: if it can't be read, is none of them, or is damaged.
    """
    file = file_of(path)
    if file is None:
        raise InvalidSourceError([Diagnostic("SC601", "there is no such file", Location(path))])
    found = read(file)
    match found.kind:
        case "SavedModel":
            return open_saved_model(path, os.path.dirname(file), found.content, tag)  # noqa: PTH120 - a path of any kind
        case "MetaGraphDef":
            report = metagraphs.report_of(Source(SourceKind.METAGRAPH, path), found.content)
            return _opened_graph(path, report, found.content.graph_def)
        case "GraphDef":
            report = metagraphs.graph_report(Source(SourceKind.GRAPHDEF, path), found.content)
            return _opened_graph(path, report, found.content)


def _opened_graph(path: str, report: Report, graph: Any) -> Opened:
    """Return a report, and what reads the values of the constants in its graph, if there are some."""
    has_values = any(variable.kind == "constant" for variable in report.variables)
    return Opened(report, value_reader(path, graph) if has_values else None)
