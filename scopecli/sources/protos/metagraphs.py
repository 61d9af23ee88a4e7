"""Makes a report of a MetaGraph: its collections say what its variables are, its graph says the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.report.model import Part, Report, Source, Variable, with_roles
from scopecli.report.values import Plain
from scopecli.sources.checkpoints.files import as_text
from scopecli.sources.messages import message
from scopecli.sources.protos import frozen
from scopecli.sources.protos.about import about
from scopecli.sources.protos.nodes import is_variable, row
from scopecli.sources.protos.savers import saver_of

_GLOBAL: Final = "variables"
_LOCAL: Final = "local_variables"
_TRAINABLE: Final = "trainable_variables"


def report_of(source: Source, meta_graph: Any) -> Report:
    """Return what a MetaGraph says.

    Global and local variables are those of its collections, each once, as `tf.global_variables()` and
    `tf.local_variables()` have them after an import. Without any collection of variables, they are those
    of the graph, as in a GraphDef.
    """
    graph = meta_graph.graph_def
    collections = dict(_collections(meta_graph, {node.name for node in graph.node if is_variable(node)}))
    version = as_text(meta_graph.meta_info_def.tensorflow_version) or None
    if not collections:
        return replace(graph_report(source, graph), tensorflow=version, about=about(meta_graph))
    rows = {found.name: found for found in _rows(graph, collections)}
    return with_roles(
        Report(
            source,
            tensorflow=version,
            variables=_listed_variables(rows, collections.get(_GLOBAL, {})),
            local_variables=_listed_variables(rows, collections.get(_LOCAL, {})),
            collections={key: tuple(members) for key, members in collections.items()},
            about={**about(meta_graph), **_saver(meta_graph)},
        )
    )


def graph_report(source: Source, graph: Any) -> Report:
    """Return what a GraphDef says: its variables, and the constants that are used as weights.

    A warning counts the others that have some size.
    """
    constants = frozen.frozen(graph)
    found = [row(node) if is_variable(node) else constants.rows.pop(node.name, None) for node in graph.node]
    variables = (
        *(variable for variable in found if variable),
        *constants.rows.values(),
    )  # the last are in functions
    return with_roles(Report(source, variables=variables, warnings=_left_out(source, constants.left_out)))


def _saver(meta_graph: Any) -> dict[str, Plain]:
    found = saver_of(meta_graph)
    return {"saver": {**found}} if found else {}


def _left_out(source: Source, left_out: tuple[int, int]) -> tuple[Diagnostic, ...]:
    if not left_out[0]:
        return ()
    text = frozen.left_out_text(left_out)
    return (Diagnostic("SC654", text, Location(source.path), severity="warning"),)


def _collections(meta_graph: Any, nodes: set[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each collection of variables: its key, and their definitions by name, each once.

    TensorFlow writes definitions into the collections that are its own, and names into all others.
    """
    for entry in meta_graph.collection_def:
        members = dict(_definitions(entry.value.bytes_list.value, nodes))
        for name in entry.value.node_list.value:
            if _node(name) in nodes:
                members[as_text(_node(name))] = message("VariableDef")()
        if members:
            yield as_text(entry.key), members


def _definitions(values: Iterable[bytes], nodes: set[bytes]) -> Iterator[tuple[str, Any]]:
    """Yield the definitions (`VariableDef`) of variables; a collection may also hold messages of others."""
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - only for these sources

    for value in values:
        try:
            definition = message("VariableDef").FromString(value)
        except DecodeError:
            return
        name = _node(definition.variable_name)
        if name in nodes:
            yield as_text(name), definition


def _node(tensor: bytes) -> bytes:
    """Return the name of the operation whose first output has a name."""
    return tensor.removesuffix(b":0")


def _rows(graph: Any, collections: dict[str, dict[str, Any]]) -> Iterator[Variable]:
    """Yield a row of each variable that a collection has."""
    known: dict[str, Any] = {}
    keys: dict[str, list[str]] = {}
    for key in sorted(collections, key=lambda collection: (collection not in (_GLOBAL, _LOCAL), collection)):
        for name, definition in collections[key].items():
            if name not in known or definition.variable_name:
                known[name] = definition
            keys.setdefault(name, []).append(key)
    for node in graph.node:
        name = as_text(node.name)
        if name in known and is_variable(node):
            told = tuple(keys[name])
            part = _part(known[name].save_slice_info_def)
            yield replace(row(node), trainable=_TRAINABLE in told, collections=told, part=part)


def _part(info: Any) -> Part | None:
    if not info.full_name:
        return None
    return Part(as_text(info.full_name), tuple(info.full_shape), tuple(info.var_offset))


def _listed_variables(rows: dict[str, Variable], names: Iterable[str]) -> tuple[Variable, ...]:
    return tuple(rows[name] for name in names)
