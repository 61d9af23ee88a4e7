"""Calls by its name what people have beside TensorFlow's files, told by how it begins."""

import re
import struct
import zipfile
from pathlib import Path
from typing import Final, NamedTuple

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.sizes import format_bytes

_HEAD: Final = 4096
_MOST_NAMES: Final = 10_000  # of an archive
_KERAS: Final = (
    "load it with Keras, and save a checkpoint of it: `model.save_weights('name', save_format='tf')`"
)
_TORCH: Final = "it belongs to another library: load it with `torch.load`"
_UNPACK: Final = "unpack it, and name what is in it"
_POINTER: Final = re.compile(rb"version https://git-lfs\.github\.com/spec/.*?\nsize (\d+)", re.DOTALL)
_SAFETENSORS_HEADER: Final = 100 * 1024 * 1024  # bytes: the most that the format allows


class Format(NamedTuple):
    """A format that is no source: what it is called, and what to do instead."""

    name: str
    help: str


# How a file begins, at which byte.
_BEGINNINGS: Final[tuple[tuple[int, bytes, Format], ...]] = (
    (0, b"\x89HDF\r\n\x1a\n", Format("an HDF5 file, as Keras writes weights", _KERAS)),
    (0, b"\x93NUMPY", Format("an array of numpy (.npy)", "load it with `numpy.load`")),
    (4, b"TFL3", Format("a TensorFlow Lite model", "name the SavedModel or checkpoint that it was made of")),
    (0, b"GGUF", Format("a GGUF model", "name the checkpoint that it was made of")),
    (0, b"\x1f\x8b", Format("compressed with gzip", _UNPACK)),
    (0, b"BZh", Format("compressed with bzip2", _UNPACK)),
    (0, b"\xfd7zXZ\x00", Format("compressed with xz", _UNPACK)),
    (0, b"\x28\xb5\x2f\xfd", Format("compressed with Zstandard", _UNPACK)),
    (0, b"7z\xbc\xaf\x27\x1c", Format("a 7z archive", _UNPACK)),
    (0, b"Rar!\x1a\x07", Format("a RAR archive", _UNPACK)),
    (257, b"ustar", Format("a tar archive", _UNPACK)),
    (
        0,
        b"\x89PNG\r\n\x1a\n",
        Format("a picture (PNG)", "name a scenario, a report, a checkpoint or a graph"),
    ),
    (0, b"\xff\xd8\xff", Format("a picture (JPEG)", "name a scenario, a report, a checkpoint or a graph")),
    (0, b"%PDF-", Format("a PDF document", "name a scenario, a report, a checkpoint or a graph")),
)
_PAGE: Final = Format(
    "a web page", "a download went wrong: fetch the file itself, not the page that shows it"
)
_PICKLE: Final = Format("a pickle, as PyTorch wrote checkpoints", _TORCH)
_EVENTS: Final = Format("TensorBoard's events", "name the checkpoint that lies beside them")
_RECORDS: Final = Format("a file of records (TFRecord), which holds examples", "name the checkpoint or graph")
_SAFETENSORS: Final = Format("a safetensors file", "it belongs to another library: `safetensors` loads it")
_ONNX: Final = Format("an ONNX model", "name the graph or checkpoint that it was converted from")
_CORE_ML: Final = Format("a Core ML model", "name the graph or checkpoint that it was converted from")
_NOTEBOOK: Final = Format("a notebook", "save its cells as a program: `jupyter nbconvert --to script`")
_KERAS_METADATA: Final = Format("what Keras keeps beside a SavedModel", "name the SavedModel's directory")
_SERVING: Final = Format(
    "a configuration of TensorFlow Serving", "name the SavedModel's directory, its base path"
)
_IN_ZIP: Final[tuple[tuple[str, Format], ...]] = (
    ("config.json", Format("a Keras model (.keras)", _KERAS)),
    ("data.pkl", Format("a PyTorch checkpoint", _TORCH)),
    ("saved_model.pb", Format("a SavedModel that is packed (zip)", _UNPACK)),
    (".npy", Format("arrays of numpy (.npz)", "load it with `numpy.load`")),
)


def foreign(path: str) -> Diagnostic | None:
    """Return what is said of a file that is no source, or a checkpoint of such files; None of others.

    Of each file the beginning is read, of a zip archive its list of names.
    """
    for file in (path, f"{path}.index", f"{path}.data-00000-of-00001"):
        head = _head(file)
        told = _told(file, head) if head else None
        if told:
            return Diagnostic("SC655", f"it is {told.name}, which is no source", Location(file), told.help)
    return None


def _head(path: str) -> bytes:
    try:
        if not Path(path).is_file():
            return b""
        with Path(path).open("rb") as stream:
            return stream.read(_HEAD)
    except (OSError, ValueError):
        return b""  # whoever opens it says why


def _told(path: str, head: bytes) -> Format | None:
    for place, beginning, known in _BEGINNINGS:
        if head.startswith(beginning, place):
            return known
    checks = (_of_pointer, _of_archive, _of_records, _of_safetensors, _of_text, _of_message)
    return next((told for check in checks if (told := check(path, head))), None)


def _of_pointer(path: str, head: bytes) -> Format | None:
    del path
    match = _POINTER.match(head)
    if match is None:
        return None
    size = format_bytes(int(match[1][:18]))
    return Format(
        f"a pointer of git-lfs to a file of {size} that was not fetched", "fetch it: `git lfs pull`"
    )


def _of_archive(path: str, head: bytes) -> Format | None:
    if not head.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:_MOST_NAMES]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        names = []
    found = (told for ending, told in _IN_ZIP if any(name.endswith(ending) for name in names))
    return next(found, Format("a zip archive", _UNPACK))


def _of_records(path: str, head: bytes) -> Format | None:
    """Tell records of TensorFlow's by the checksum of their first length."""
    del path
    if len(head) < 12:  # noqa: PLR2004 - a length and its checksum
        return None
    from google_crc32c import value  # noqa: PLC0415 - few files come this far

    from scopecli.sources.checkpoints.table import masked_crc  # noqa: PLC0415 - likewise

    if masked_crc(value(head[:8])) != struct.unpack_from("<I", head, 8)[0]:
        return None
    return _EVENTS if b"brain.Event:" in head[:64] else _RECORDS


def _of_safetensors(path: str, head: bytes) -> Format | None:
    if len(head) < 16 or head[8:9] != b"{":  # noqa: PLR2004 - a length and a little JSON
        return None
    length = int.from_bytes(head[:8], "little")
    fits = length <= min(_SAFETENSORS_HEADER, Path(path).stat().st_size)
    return _SAFETENSORS if fits and b'"' in head[9:12] else None


def _of_text(path: str, head: bytes) -> Format | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return _PAGE
    if start.startswith(b"{") and (path.endswith(".ipynb") or b'"nbformat"' in head):
        return _NOTEBOOK
    return _SERVING if re.match(rb"(model_config_list|platform_configs)\s*[:{]", start) else None


def _of_message(path: str, head: bytes) -> Format | None:
    """Tell pickles, and protocol buffers of others, by what they begin with and what stands in them."""
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and (b"." in head or path.endswith(".pkl")):
        return _PICKLE
    if b"_tf_keras_" in head and path.endswith("keras_metadata.pb"):
        return _KERAS_METADATA
    if head[:1] == b"\x08" and (path.endswith(".onnx") or re.match(rb"\x08.\x12.(pytorch|\w*onnx)", head)):
        return _ONNX
    return _CORE_ML if path.endswith(".mlmodel") and head[:1] == b"\x08" else None
