"""Reads files of arrays that are no checkpoints of TensorFlow's: safetensors, npz, and what Keras saves."""

import os
from collections.abc import Callable
from functools import partial
from io import BufferedReader
from typing import Final

from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.limits import MAX_ARRAYS_HEADER_BYTES
from scopecli.report.source_kinds import SourceKind
from scopecli.sources.archives import BEGINNINGS, ArchiveError, open_archive
from scopecli.sources.checkpoints.files import is_file, open_file
from scopecli.sources.opened import Opened

SUFFIXES: Final = {
    ".safetensors": SourceKind.SAFETENSORS,
    ".npz": SourceKind.NPZ,
    ".keras": SourceKind.KERAS,
    ".h5": SourceKind.KERAS,
    ".hdf5": SourceKind.KERAS,
}
"""How the names of such files end; what a file is, its bytes tell."""

WEIGHTS_MEMBER: Final = "model.weights.h5"
"""What holds the weights in an archive of Keras's."""

ARRAY_SUFFIX: Final = ".npy"
"""How the names of members end in an archive of numpy's."""

_HDF5: Final = b"\x89HDF\r\n\x1a\n"
_LENGTH: Final = 8  # bytes in which a safetensors file has the length of its header
_HEAD: Final = 64  # bytes that are looked at


def array_reader(path: str) -> Callable[[], Opened] | None:
    """Return what reads a file of arrays, by what is in it; None of other files."""
    if not is_file(path):
        return None
    try:
        stream, size = open_file(path)
        with stream:
            head = stream.read(_HEAD)
            if head.startswith(_HDF5):
                return _reader(SourceKind.KERAS, path)
            if head.startswith(BEGINNINGS):
                return _reader(_kind_of_archive(path, _names_in(stream)), path)
    except (OSError, InvalidSourceError):
        return None  # whoever opens it says why
    return _reader(SourceKind.SAFETENSORS, path) if _begins_as_safetensors(head, size) else None


def reader_by_name(path: str) -> Callable[[], Opened] | None:
    """Return what says what is wrong with a file that is called as files of arrays are, and is none."""
    return _reader(_kind_by_name(path), path) if is_file(path) else None


def _kind_by_name(path: str) -> SourceKind | None:
    return SUFFIXES.get(os.path.splitext(path)[1])  # noqa: PTH122 - a path of any kind


def _names_in(stream: BufferedReader) -> list[str]:
    try:
        return open_archive(stream).namelist()
    except ArchiveError:
        return []


def _kind_of_archive(path: str, names: list[str]) -> SourceKind | None:
    """Return the kind of an archive with members of these names; of a damaged one, or another, by its own."""
    if WEIGHTS_MEMBER in names and "config.json" in names:
        return SourceKind.KERAS
    if names and all(name.endswith(ARRAY_SUFFIX) for name in names):
        return SourceKind.NPZ
    return _kind_by_name(path)


def _begins_as_safetensors(head: bytes, size: int) -> bool:
    """Tell whether a file of a size begins with a length, and that much JSON of an object."""
    length = int.from_bytes(head[:_LENGTH], "little")
    begins = head[_LENGTH : _LENGTH + 1] == b"{" and head[_LENGTH + 1 :].lstrip()[:1] in (b'"', b"}")
    return begins and length <= min(MAX_ARRAYS_HEADER_BYTES, size - _LENGTH)


def _reader(kind: SourceKind | None, path: str) -> Callable[[], Opened] | None:
    """Return the reader of a kind, which is loaded for its own files alone."""
    match kind:
        case SourceKind.SAFETENSORS:
            from scopecli.sources.arrays.safetensors import open_safetensors  # noqa: PLC0415 - as above

            return partial(open_safetensors, path)
        case SourceKind.NPZ:
            from scopecli.sources.arrays.npz import open_npz  # noqa: PLC0415 - as above

            return partial(open_npz, path)
        case SourceKind.KERAS:
            from scopecli.sources.arrays.keras import open_keras  # noqa: PLC0415 - as above

            return partial(open_keras, path)
        case _:
            return None
