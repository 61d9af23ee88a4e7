"""Finds out which kind of graph a file holds, and reads it."""

import os
import re
import stat
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from scopecli.ground.announcements import announce
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError, source_error
from scopecli.ground.limits import MAX_MESSAGE_BYTES
from scopecli.ground.sizes import format_bytes
from scopecli.sources.messages import message
from scopecli.sources.protos.text import TextError, parse_text

Kind: TypeAlias = Literal["SavedModel", "MetaGraphDef", "GraphDef"]

_ENDINGS: Final = (".pb", ".pbtxt", ".meta")
_SAVED_MODEL: Final = ("saved_model.pb", "saved_model.pbtxt")
_HEAD: Final = 4096
_TEXT_A_SECOND: Final = 1_500_000  # bytes that are parsed
_LENGTHS: Final = (0x0A, 0x12, 0x1A, 0x22, 0x2A, 0x32, 0x3A)  # tags of what these messages begin with
_NUMBERS: Final = (0x08, 0x18)
_LEAST_TAG: Final = 0x08  # that a field of a message can have
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_KIND_OF_FIELD: Final[dict[bytes, Kind]] = {
    b"node": "GraphDef",
    b"library": "GraphDef",
    b"versions": "GraphDef",
    b"meta_info_def": "MetaGraphDef",
    b"graph_def": "MetaGraphDef",
    b"saver_def": "MetaGraphDef",
    b"collection_def": "MetaGraphDef",
    b"saved_model_schema_version": "SavedModel",
    b"meta_graphs": "SavedModel",
}
_TEXT: Final = re.compile(rb"\s*(#[^\n]*\s+)*(?P<field>" + b"|".join(_KIND_OF_FIELD) + rb")\s*(:|\{)")


class Read(NamedTuple):
    """A message, and which it is."""

    kind: Kind
    content: Any


def is_proto(path: str) -> bool:
    """Tell whether a path means a SavedModel, a MetaGraph or a GraphDef, whatever state that is in."""
    file = file_of(path)
    if file is None:
        return False
    if file.endswith(_ENDINGS):
        return True
    try:
        head = _first_bytes(file, _HEAD)
    except InvalidSourceError:
        return False
    return _TEXT.match(head) is not None or _is_binary(head)


def file_of(path: str) -> str | None:
    """Return the file that a path means: of a SavedModel, the one in its directory; None if it is none."""
    inside = (os.path.join(path, name) for name in _SAVED_MODEL)  # noqa: PTH118 - a path of any kind
    return next((candidate for candidate in (path, *inside) if _is_file(candidate)), None)


def read(path: str) -> Read:
    """Return the message that a file holds: of the kind that its ending says, if it can be that.

    Raises:
        InvalidSourceError: if it can't be read, or is none of these messages.
    """
    if _size(path) > MAX_MESSAGE_BYTES:
        raise source_error(
            "SC601", "the file is larger than 2 GiB, the most such a message may be", Location(path)
        )
    head = _first_bytes(path, 1)
    if not head:
        raise source_error("SC603", "the file is empty", Location(path))
    if head[0] < _LEAST_TAG:
        raise source_error(
            "SC603", "it is no SavedModel, MetaGraph or GraphDef: none begins like this", Location(path)
        )
    begins = _TEXT.match(_first_bytes(path, _HEAD))
    if begins:
        return _read_text(_KIND_OF_FIELD[begins["field"]], path)
    data = _first_bytes(path, MAX_MESSAGE_BYTES)
    for kind in _kinds(path):
        try:
            found = Read(kind, _parse(kind, data))
        except ValueError:
            continue
        if _makes_sense(found):
            return found
    end = _claimed_end(data)
    if end is not None and end > len(data):
        message = (
            f"it is cut short: it ends after {len(data):,} bytes, and a part of it goes on to byte {end:,}"
        )
        raise source_error("SC603", message, Location(path))
    raise source_error("SC603", "it is no SavedModel, MetaGraph or GraphDef, or is damaged", Location(path))


def _read_text(kind: Kind, path: str) -> Read:
    """Return the message of a kind that a file has as text."""
    size = _size(path)
    announce(f"{path} is {format_bytes(size)} of text to read", size / _TEXT_A_SECOND)
    try:
        with Path(path).open("rb") as stream:
            found = Read(kind, parse_text(stream, message(kind)()))
    except OSError as error:
        raise source_error(
            "SC601", f"cannot read the file: {error.strerror or error}", Location(path)
        ) from None
    except TextError as error:
        place = Location(path, error.line, error.column, error.line, error.column + 1)
        raise InvalidSourceError([Diagnostic("SC603", f"it is no {kind}: {error}", place)]) from None
    if not _makes_sense(found):
        raise source_error("SC603", f"it is no {kind}: it says too little, or what none says", Location(path))
    return found


def _kinds(path: str) -> tuple[Kind, ...]:
    """Return what a file may be, the likeliest first."""
    if os.path.basename(path) in _SAVED_MODEL:  # noqa: PTH119 - a path of any kind
        return ("SavedModel", "MetaGraphDef", "GraphDef")
    if path.endswith(".meta"):
        return ("MetaGraphDef", "GraphDef", "SavedModel")
    return ("GraphDef", "MetaGraphDef", "SavedModel")


def _parse(kind: Kind, data: bytes) -> Any:
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - only for these sources

    try:
        return message(kind).FromString(data)
    except DecodeError as error:
        raise ValueError(str(error)) from None


def _claimed_end(data: bytes) -> int | None:
    """Return where the last of a message's parts that can be followed says that it ends."""
    position = 0
    while position < len(data):
        tag, position = _number(data, position)
        match tag & 7:
            case 0:
                _, position = _number(data, position)
            case 1:
                position += 8
            case 2:
                length, position = _number(data, position)
                position += length
            case 5:
                position += 4
            case _:
                return None
    return position


def _number(data: bytes, position: int) -> tuple[int, int]:
    """Return a number of the wire format, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[position] if position < len(data) else 0
        value |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:  # noqa: PLR2004 - the mark of the last byte
            break
    return value, position


def _makes_sense(read: Read) -> bool:
    """Tell whether the parts of a message are there that make it what it is taken for."""
    content = read.content
    match read.kind:
        case "SavedModel":
            return bool(content.saved_model_schema_version and len(content.meta_graphs))
        case "MetaGraphDef":
            named = content.meta_info_def.tensorflow_version or len(content.collection_def)
            return bool(named or content.graph_def.node) and _are_nodes(content.graph_def)
        case _:
            return bool(len(content.node)) and _are_nodes(content)


def _are_nodes(graph: Any) -> bool:
    return all(node.name and node.op for node in graph.node)


def _is_binary(head: bytes) -> bool:
    """Tell whether bytes begin as one of the messages does: text of another kind has no such bytes."""
    if len(head) < 2 or not _CONTROL.search(head):  # noqa: PLR2004 - a tag and a length
        return False
    return head[0] in _LENGTHS or (head[0] in _NUMBERS and head[1] < 16)  # noqa: PLR2004 - a version


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(Path(path).stat().st_mode)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return False


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return 0  # opening it says why


def _first_bytes(path: str, most: int) -> bytes:
    """Return at most so many bytes of a file."""
    try:
        with Path(path).open("rb") as stream:
            return stream.read(most)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise source_error("SC601", f"cannot read the file: {reason}", Location(path)) from None
