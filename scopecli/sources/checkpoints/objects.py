"""Reads which variable an object-based checkpoint keeps under which key: its `TrackableObjectGraph`."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.limits import MAX_OBJECT_GRAPH_BYTES
from scopecli.sources.checkpoints.bundle import Bundle
from scopecli.sources.checkpoints.files import as_text
from scopecli.sources.checkpoints.tensors import read_string
from scopecli.sources.checkpoints.wire import DamageError, fields

GRAPH_KEY: Final = "_CHECKPOINTABLE_OBJECT_GRAPH"
_NODE: Final = 0x0A
_ATTRIBUTE: Final = 0x12


class Objects(NamedTuple):
    """The objects of a checkpoint.

    Attributes:
        names: the full names of variables by the keys of their values.
        number: how many objects there are; None where that can't be read.
    """

    names: dict[str, str]
    number: int | None = None


def objects_of(bundle: Bundle) -> Objects | None:
    """Return what the object graph of a checkpoint says; None where its keys are names.

    It is in a data file. Where that can't be read, there are no names: an index is worth listing without.
    """
    graph = bundle.entries.get(GRAPH_KEY)
    if graph is None or graph.dtype.name != "string" or graph.shape != ():
        return None
    try:
        written = read_string(bundle, GRAPH_KEY) if graph.size < MAX_OBJECT_GRAPH_BYTES else None
        return Objects({}) if written is None else Objects(_full_names(written), _count(written))
    except (DamageError, InvalidSourceError):
        return Objects({})


def _count(graph: bytes) -> int:
    return sum(tag == _NODE for tag, _, _ in fields(graph))


def _full_names(graph: bytes) -> dict[str, str]:
    return {
        key: name
        for tag, _, node in fields(graph)
        if tag == _NODE
        for key, name in _attributes(node)
        if key and name
    }


def _attributes(node: bytes) -> Iterator[tuple[str, str]]:
    """Yield key and full name of each attribute (`SerializedTensor`) of an object."""
    for tag, _, attribute in fields(node):
        if tag == _ATTRIBUTE:
            key = name = b""
            for inner, _, content in fields(attribute):
                match inner:
                    case 0x12:
                        name = content
                    case 0x1A:
                        key = content
            yield as_text(key), as_text(name)
