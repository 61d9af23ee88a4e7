"""Changes the object graph of an object-based checkpoint, so that what is written stays loadable.

It says under which key each value of each object is (`TrackableObjectGraph`), and TensorFlow looks for all of
them: what is left out of the checkpoint has to be out of the graph too.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from scopecli.converting.choosing import Chosen, problems_of
from scopecli.converting.wire import field_bytes
from scopecli.ground.errors import ConversionError
from scopecli.report.model import Variable
from scopecli.sources.checkpoints.wire import fields

# The tags of fields.
_NODE = 0x0A
_CHILD, _ATTRIBUTE, _SLOT = 0x0A, 0x12, 0x1A
_CHILD_NODE, _KEY, _ORIGINAL_NODE, _SLOT_NODE = 0x08, 0x1A, 0x08, 0x18

_RENAMED: Final = "TensorFlow looks for it by its key, which an object graph has"
_HELP: Final = "write other names to .safetensors or .npz, or leave out `--map`"
_NOT_IN_GRAPH: Final = "no object has it, and what it belongs to can't be told"
_ROOT: Final = 0


def refuse_renames(chosen: Sequence[Chosen], path: str) -> None:
    """Raise ConversionError if variables of an object-based checkpoint are to have other names."""
    told = [
        (f"{one.row.key!r} can't be called {one.name!r}: {_RENAMED}", None)
        for one in chosen
        if one.name != one.row.name
    ]
    if told:
        raise ConversionError(problems_of("SC665", told, path, _HELP))


def with_keys(chosen: Sequence[Chosen]) -> list[Chosen]:
    """Return variables under their keys, in place of their names."""
    return [one._replace(name=one.row.key or one.name) for one in chosen]


def keys_left_out(rows: Sequence[Variable], chosen: Sequence[Chosen]) -> set[bytes]:
    """Return the keys of the variables that are not written."""
    written = {id(one.row) for one in chosen}
    return {(row.key or row.name).encode() for row in rows if id(row) not in written}


def graph_without(graph: bytes, keys: AbstractSet[bytes], path: str) -> bytes:
    """Return an object graph without the objects whose values have these keys.

    The objects stay at their numbers, by which others refer to them, but nothing does any more.

    Raises:
        ConversionError: if an object would lose some of its values and keep others, or can't be told.
        DamageError: if it is no object graph.
    """
    nodes = [content for tag, _, content in fields(graph) if tag == _NODE]
    values = [list(_keys(node)) for node in nodes]
    dropped = {number for number, found in enumerate(values) if keys & {*found}}
    problems = list(_problems(values, dropped, keys))
    if problems:
        raise ConversionError(problems_of("SC665", [(problem, None) for problem in problems], path))
    written = bytearray()
    number = 0
    for tag, value, content in fields(graph):
        if tag == _NODE:
            node = b"".join(_node_without(content, dropped, is_dropped=number in dropped))
            written += field_bytes(tag, value, node)
            number += 1
        else:
            written += field_bytes(tag, value, content)
    return bytes(written)


def _keys(node: bytes) -> Iterator[bytes]:
    """Yield the keys of an object's values."""
    for tag, _, attribute in fields(node):
        if tag == _ATTRIBUTE:
            yield next((content for inner, _, content in fields(attribute) if inner == _KEY), b"")


def _problems(
    values: Sequence[Sequence[bytes]], dropped: AbstractSet[int], keys: AbstractSet[bytes]
) -> Iterator[str]:
    known = {key for found in values for key in found}
    for key in sorted(keys):
        if key not in known:
            yield f"{key.decode('utf-8', 'replace')!r} can't be left out: {_NOT_IN_GRAPH}"
    for number in sorted(dropped):
        kept = [key for key in values[number] if key not in keys]
        if kept or number == _ROOT:
            lost = next(key for key in values[number] if key in keys).decode("utf-8", "replace")
            reason = (
                f"its object keeps {kept[0].decode('utf-8', 'replace')!r}" if kept else "all are below it"
            )
            yield f"{lost!r} can't be left out alone: {reason}"


def _node_without(node: bytes, dropped: AbstractSet[int], *, is_dropped: bool) -> Iterator[bytes]:
    """Yield the fields of an object but for those that are or refer to what is dropped."""
    for tag, value, content in fields(node):
        if tag == _ATTRIBUTE and is_dropped:
            continue
        if tag == _CHILD and _number(content, _CHILD_NODE) in dropped:
            continue
        if tag == _SLOT and {_number(content, _ORIGINAL_NODE), _number(content, _SLOT_NODE)} & dropped:
            continue
        yield field_bytes(tag, value, content)


def _number(message: bytes, wanted: int) -> int:
    return next((number for tag, number, _ in fields(message) if tag == wanted), 0)
