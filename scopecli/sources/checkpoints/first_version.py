"""Reads checkpoints of the first version (`SaverDef.V1`), which have their values in the tables themselves.

The record of the empty key says which tensors there are (`SavedTensorSliceMeta`); each other one holds a
slice of one of them (`SavedSlice`), under the key that `slicing` makes. A checkpoint may be in several
tables, each of which says what is in it.
"""

import os
import re
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, Final

from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.dtypes import DTYPES, Dtype
from scopecli.report.model import Slice, Variable
from scopecli.sources.checkpoints.entries import Extent, check_slices, read_extents, read_shape, slice_of
from scopecli.sources.checkpoints.files import as_text, damaged_file_error, open_file, unreadable_file_error
from scopecli.sources.checkpoints.joining import assemble_slices, empty_array, overlap
from scopecli.sources.checkpoints.slicing import slice_key
from scopecli.sources.checkpoints.table import Table
from scopecli.sources.checkpoints.wire import DamageError, fields

SHARDS: Final = r"(?s)(?P<prefix>.*)-\?{5}-of-(?P<count>\d{5})"
"""The path of a checkpoint in several tables, as `TensorSliceReader` is given it."""

_META: Final = 0x0A
_TENSOR: Final = 0x0A
_DATA: Final = 0x12
_VALUES: Final = 0x1A
_AS_IN_MEMORY: Final = {"float32": 0x2A, "float64": 0x32, "complex64": 0x4A, "complex128": 0x62}
_FIELD_BYTES: Final = 12  # of a tag and a length, at most
_MOST_PER_BYTE: Final = 32  # elements that a table can have, compressed
_MOST_NAMED: Final = 5
_COPY: Final = "copy it anew from where it was written"


@dataclass(slots=True)
class SavedTensor:
    """A tensor: `SavedSliceMeta`, of all tables.

    Attributes:
        shape: of the whole.
        extents: of each slice that it is kept in, along each axis.
        tables: the table that each slice is in.
    """

    dtype: Dtype
    shape: tuple[int, ...]
    extents: list[tuple[Extent, ...]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The slices that it is kept in."""
        return tuple(slice_of(extents, self.shape) for extents in self.extents)


@dataclass(slots=True)
class Tables:
    """A checkpoint of the first version.

    Attributes:
        prefix: its path, in which `?????` stands for the number of each of its tables.
        tensors: what it holds, by name.
        size: the bytes of all tables.
        missing: what is said of tables that are not there.
    """

    prefix: str
    tensors: dict[str, SavedTensor] = field(default_factory=dict)
    size: int = 0
    missing: tuple[Diagnostic, ...] = ()


class _File:
    """The bytes of a file, read where they are asked for."""

    def __init__(self, path: str) -> None:
        self._path = path
        stream, self._size = open_file(path)
        stream.close()

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: slice) -> bytes:
        start, stop, _ = place.indices(self._size)
        stream, _ = open_file(self._path)
        try:
            with stream:
                stream.seek(start)
                return stream.read(stop - start)
        except OSError as error:
            raise unreadable_file_error(self._path, error.strerror or str(error)) from None


def read_tables(prefix: str) -> Tables:
    """Read which tensors a checkpoint of the first version has.

    Raises:
        InvalidSourceError: if a table can't be read, or is damaged.
    """
    found = Tables(prefix)
    shards = re.fullmatch(SHARDS, prefix)
    if not shards:
        _add_table(found, prefix)
        return found
    paths = [
        f"{shards['prefix']}-{number:05d}-of-{shards['count']}" for number in range(int(shards["count"]))
    ]
    there = set(os.listdir(os.path.dirname(prefix) or "."))  # noqa: PTH120, PTH208 - names alone, as they were given
    missing = [path for path in paths if Path(path).name not in there]
    for path in paths:
        if Path(path).name in there:
            _add_table(found, path)
    if missing:
        found.missing = (_lack(prefix, missing, len(paths)),)
    return found


def _lack(prefix: str, missing: list[str], whole: int) -> Diagnostic:
    named = ", ".join(Path(path).name for path in missing[:_MOST_NAMED])
    rest = f" and {len(missing) - _MOST_NAMED:,} more" if len(missing) > _MOST_NAMED else ""
    message = f"{len(missing):,} of its {whole:,} tables are not there: {named}{rest}"
    (told,) = unreadable_file_error(
        prefix, message, "what the others hold is shown; restoring needs all"
    ).diagnostics
    return told


def _add_table(found: Tables, path: str) -> None:
    """Add what one table says that it holds."""
    data = _File(path)
    found.size += len(data)
    try:
        table = Table(data)
        for tag, _, meta in fields(_record(table, b"", "it does not say which tensors it has")):
            if tag == _META:
                for inner, _, tensor in fields(meta):
                    if inner == _TENSOR:
                        _add_tensor(found, table, tensor)
    except DamageError as damage:
        raise damaged_file_error(path, f"the checkpoint is damaged: {damage}", _COPY) from None


def _record(table: Table, key: bytes, otherwise: str) -> bytes:
    record = table.find(key)
    if record is None:
        raise DamageError(otherwise)
    return record


def _add_tensor(found: Tables, table: Table, data: bytes) -> None:
    name, shape, number = b"", b"", 0
    extents = []
    for tag, value, content in fields(data):
        match tag:
            case 0x0A:
                name = content
            case 0x12:
                shape = content
            case 0x18:
                number = value
            case 0x22:
                extents.append(read_extents(content))
    key = as_text(name)
    tensor = _tensor(key, number, shape, tuple(extents))
    known = found.tensors.setdefault(key, tensor)
    if (known.dtype, known.shape) != (tensor.dtype, tensor.shape):
        raise DamageError(f"two tensors are called {key!r}")
    known.extents += extents
    known.tables += [table] * len(extents)


def _tensor(name: str, dtype: int, shape: bytes, slices: tuple[tuple[Extent, ...], ...]) -> SavedTensor:
    """Return a tensor, held against what can be."""
    if dtype not in DTYPES:
        raise DamageError(f"the dtype of {name!r} has the number {dtype}, which none of TensorFlow's has")
    try:
        tensor = SavedTensor(DTYPES[dtype], read_shape(shape))
        check_slices(tensor.shape, slices)
    except DamageError as damage:
        raise DamageError(f"of {name!r}, {damage}") from None
    return tensor


def read_value(found: Tables, variable: Variable) -> Any:
    """Return the value of a row as a numpy array.

    Raises:
        InvalidSourceError: if it is damaged, or numpy has no such array.
    """
    name = variable.name
    try:
        return _value(found, name, found.tensors[name])
    except DamageError as damage:
        raise damaged_file_error(found.prefix, f"{name!r} is damaged: {damage}") from None


def _value(found: Tables, name: str, tensor: SavedTensor) -> Any:
    slices = tensor.slices
    if not slices:
        raise DamageError("it has no slice")
    if overlap(slices):
        raise DamageError("its slices overlap")
    parts = (_read_slice(name, tensor, number) for number in range(len(slices)))
    if len(slices) == 1:
        return next(parts)
    if prod(tensor.shape) > found.size * _MOST_PER_BYTE:
        raise DamageError("it is larger than what the files can hold")
    return assemble_slices(
        slices, tensor.shape, parts, lambda: empty_array(found.prefix, name, tensor.shape, tensor.dtype)
    )


def _read_slice(name: str, tensor: SavedTensor, number: int) -> Any:
    """Return the elements of a slice, which stand in a `TensorProto`."""
    record = tensor.tables[number].find(slice_key(name.encode(), tensor.extents[number]))
    shape = tensor.slices[number].shape
    if record is None:
        raise DamageError(f"its slice {number + 1} of {len(tensor.extents)} is not there")
    saved = next((content for tag, _, content in fields(record) if tag == _DATA), b"")
    values = _values(
        next((content for tag, _, content in fields(saved) if tag == _VALUES), b""), tensor.dtype
    )
    if values.size != prod(shape):
        raise DamageError(f"it has {values.size:,} values for {prod(shape):,} elements")
    return values.reshape(shape)


def _content(data: bytes, wanted: int) -> bytes:
    """Return the bytes of one field of a message; none where it has none."""
    return next((content for tag, _, content in fields(data) if tag == wanted), b"")


def _values(data: bytes, dtype: Dtype) -> Any:
    """Return the values of a `TensorProto`, in a row: what stands there as in memory is not taken apart."""
    whole = _content(data, _AS_IN_MEMORY.get(dtype.name, 0))
    has_all = whole and len(data) - len(whole) < _FIELD_BYTES
    if has_all and dtype.itemsize and len(whole) % dtype.itemsize == 0:
        import numpy as np  # noqa: PLC0415 - only to read values

        return np.frombuffer(whole, dtype.name)
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - only to read values

    from scopecli.sources.messages import message  # noqa: PLC0415 - likewise
    from scopecli.sources.tensor_protos import listed_values  # noqa: PLC0415 - likewise

    try:
        return listed_values(message("TensorProto").FromString(data), dtype.name)
    except (DecodeError, ValueError, OverflowError) as error:
        raise DamageError(str(error)) from None
