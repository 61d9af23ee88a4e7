"""Calls by its name what people have beside TensorFlow's files, told by how it begins."""

import re
import struct
from pathlib import Path
from typing import Final, NamedTuple

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.sizes import format_bytes
from scopecli.sources.archives import BEGINNINGS, ArchiveError, open_archive

_HEAD: Final = 4096
_TORCH: Final = "it belongs to another library: load it with `torch.load`"
_UNPACK: Final = "unpack it, and name what is in it"
_ANOTHER: Final = "name a scenario, a report, a checkpoint or a graph"
_POINTER: Final = re.compile(rb"version https://git-lfs\.github\.com/spec/.*?\nsize (\d+)", re.DOTALL)
# Of the first two protocols, which are text, by the object that it begins with; of others by their number.
_PICKLED: Final = re.compile(
    rb"\(?[dl]p\d+\r?\n|[\]}\(]q[\x00-\x10]|\x80[\x02\x03][}\]()cXK\x8a]|\x80[\x04\x05]\x95"
    rb"|c(numpy|collections|copy_reg|copyreg|builtins|__builtin__|torch)[\w.]*\r?\n\w+\r?\n",
    re.DOTALL,
)
_DATA: Final = re.compile(r"(?s)(?P<prefix>.*)\.data-\d{5}-of-\d{5}")
_VERSIONED: Final = re.compile(rb"\x08[\x02-\x7f]\x12[\x01-\x7f]", re.DOTALL)  # a SavedModel's version is 1
_AFTER_PRODUCER: Final = (b"\x1a", b"\x22", b"\x28", b"\x32", b"\x3a", b"\x42")
_DESCRIBED: Final = re.compile(
    rb"\x08[\x02-\x0f]\x12(?:[\x01-\x7f]|[\x80-\xff]{1,3}[\x01-\x7f])\x0a", re.DOTALL
)


class Format(NamedTuple):
    """A format that is no source: what it is called, and what to do instead."""

    name: str
    help: str


# How a file begins, at which byte.
_BEGINNINGS: Final[tuple[tuple[int, bytes, Format], ...]] = (
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
    (0, b"\x04\x22\x4d\x18", Format("compressed with LZ4", _UNPACK)),
    (0, b"MATLAB 5.0 MAT-file", Format("a MAT-file of MATLAB", "it belongs to another program")),
    (0, b"PAR1", Format("a Parquet table", _ANOTHER)),
    (0, b"ARROW1", Format("an Arrow table", _ANOTHER)),
    (0, b"SQLite format 3\x00", Format("an SQLite database", _ANOTHER)),
    (0, b"\x7fELF", Format("a program or library (ELF)", _ANOTHER)),
    (0, b"\x89PNG\r\n\x1a\n", Format("a picture (PNG)", _ANOTHER)),
    (0, b"\xff\xd8\xff", Format("a picture (JPEG)", _ANOTHER)),
    (0, b"GIF8", Format("a picture (GIF)", _ANOTHER)),
    (8, b"WEBPVP8", Format("a picture (WebP)", _ANOTHER)),
    (0, b"<svg", Format("a picture (SVG)", _ANOTHER)),
    (0, b"%PDF-", Format("a PDF document", _ANOTHER)),
)
_PAGE: Final = Format(
    "a web page", "a download went wrong: fetch the file itself, not the page that shows it"
)
_PICKLE: Final = Format("a pickle, as PyTorch wrote checkpoints", _TORCH)
_EVENTS: Final = Format("TensorBoard's events", "name the checkpoint that lies beside them")
_RECORDS: Final = Format("a file of records (TFRecord), which holds examples", "name the checkpoint or graph")
_ONNX: Final = Format("an ONNX model", "name the graph or checkpoint that it was converted from")
_CORE_ML: Final = Format("a Core ML model", "name the graph or checkpoint that it was converted from")
_NOTEBOOK: Final = Format("a notebook", "`scopecli trace` runs its cells and reports their calls")
_KERAS_METADATA: Final = Format("what Keras keeps beside a SavedModel", "name the SavedModel's directory")
_SERVING: Final = Format(
    "a configuration of TensorFlow Serving", "name the SavedModel's directory, its base path"
)
_SHARDED: Final = Format(
    "the index of safetensors files", "name the files that it lists: `scopecli list *.safetensors`"
)
_TFJS: Final = Format(
    "a TensorFlow.js model", "name the SavedModel, graph or checkpoint that it was converted from"
)
_KERAS_JSON: Final = Format(
    "the layers of a Keras model without their weights", "name the file that has the weights"
)
_IN_ZIP: Final[tuple[tuple[str, Format], ...]] = (
    ("data.pkl", Format("a PyTorch checkpoint", _TORCH)),
    ("saved_model.pb", Format("a SavedModel that is packed (zip)", _UNPACK)),
)


def foreign(path: str) -> Diagnostic | None:
    """Return what is said of a file that is no source, or a checkpoint of such files; None of others.

    Of each file the beginning is read, of a zip archive its list of names.
    """
    for file in (path, f"{path}.index", f"{path}.data-00000-of-00001"):
        head = _head(file)
        told = (_of_pointer if _has_index(file) else _foreign_format)(file, head) if head else None
        if told:
            return Diagnostic("SC655", f"it is {told.name}, which is no source", Location(file), told.help)
    return None


def _has_index(path: str) -> bool:
    """Tell whether a file is the data of a checkpoint with an index: its values may begin in any way."""
    data = _DATA.fullmatch(path)
    if data is None:
        return False
    from scopecli.sources.checkpoints.finding import is_table  # noqa: PLC0415 - few files come this far

    return is_table(f"{data['prefix']}.index")


def _head(path: str) -> bytes:
    try:
        if not Path(path).is_file():
            return b""
        with Path(path).open("rb") as stream:
            return stream.read(_HEAD)
    except (OSError, ValueError):
        return b""  # whoever opens it says why


def _foreign_format(path: str, head: bytes) -> Format | None:
    for place, beginning, known in _BEGINNINGS:
        if head.startswith(beginning, place):
            return known
    checks = (_of_pointer, _of_archive, _of_records, _of_text, _of_message)
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
    if not head.startswith(BEGINNINGS):
        return None
    try:
        with Path(path).open("rb") as stream:
            names = open_archive(stream).namelist()
    except (ArchiveError, OSError):
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


def _of_text(path: str, head: bytes) -> Format | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return _PAGE
    if start.startswith(b"{"):
        return _of_json(path, head)
    return _SERVING if re.match(rb"(model_config_list|platform_configs)\s*[:{]", start) else None


def _of_json(path: str, head: bytes) -> Format | None:
    if path.endswith(".ipynb") or b'"nbformat"' in head or (b'"cells"' in head and b'"cell_type"' in head):
        return _NOTEBOOK
    if b'"modelTopology"' in head or b'"weightsManifest"' in head:
        return _TFJS
    if b'"weight_map"' in head:
        return _SHARDED
    return _KERAS_JSON if re.match(rb'\s*\{\s*("module".{1,40})?"class_name"\s*:', head) else None


def _of_message(path: str, head: bytes) -> Format | None:
    """Tell pickles, and protocol buffers of others, by what they begin with and what stands in them."""
    if _PICKLED.match(head) or (path.endswith(".pkl") and head[:1] == b"\x80"):
        return _PICKLE
    if b"_tf_keras_" in head and path.endswith("keras_metadata.pb"):
        return _KERAS_METADATA
    if head[:1] == b"\x08" and (path.endswith(".onnx") or _names_its_producer(head)):
        return _ONNX
    if head[:1] == b"\x08" and (path.endswith(".mlmodel") or _DESCRIBED.match(head)):
        return _CORE_ML
    return None


def _names_its_producer(head: bytes) -> bool:
    """Tell whether a message is a `ModelProto` of ONNX: a version, and who made it in words."""
    if not _VERSIONED.match(head):
        return False
    end = 4 + head[3]
    return head[4:end].decode("latin-1").isprintable() and head[end : end + 1] in _AFTER_PRODUCER
