"""Reads the values of a checkpoint, one tensor at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from math import prod
from typing import Any, Final, Literal

import google_crc32c

from scopecli.report.model import Variable
from scopecli.sources.checkpoints.bundle import Bundle
from scopecli.sources.checkpoints.entries import BundleEntry
from scopecli.sources.checkpoints.files import damaged_file_error, open_file, unreadable_file_error
from scopecli.sources.checkpoints.joining import assemble_slices, empty_array, overlap
from scopecli.sources.checkpoints.slicing import slice_key
from scopecli.sources.checkpoints.strings import UNLIKE, unpack_strings
from scopecli.sources.checkpoints.table import masked_crc
from scopecli.sources.checkpoints.wire import DamageError

_CHUNK: Final = 4 * 1024 * 1024  # bytes whose checksum is taken while they are in the processor's cache
_NO_ARRAYS: Final = ("resource", "variant")


def read_value(bundle: Bundle, variable: Variable) -> Any:
    """Return the value of a row as a numpy array.

    Raises:
        InvalidSourceError: if a data file is missing or damaged.
    """
    name = variable.key or variable.name
    entry = bundle.entries[name]
    return _joined_value(bundle, name, entry) if entry.extents else _read(bundle, name, entry)


def _joined_value(bundle: Bundle, name: str, entry: BundleEntry) -> Any:
    """Return a partitioned variable, put together of its slices."""
    kept = slice_entries(bundle, name, entry)
    for found in kept:
        with _at(bundle, name, found):  # so it is there, and the whole is no larger than the files
            continue
    parts = (_read(bundle, name, found) for found in kept)
    return assemble_slices(
        entry.slices, entry.shape, parts, lambda: empty_array(bundle.index, name, entry.shape, entry.dtype)
    )


def slice_entries(bundle: Bundle, name: str, entry: BundleEntry) -> list[BundleEntry]:
    """Return where the slices of a partitioned variable are.

    Raises:
        InvalidSourceError: if the index does not have one of them, or they overlap.
    """
    if overlap(entry.slices):
        raise damaged_file_error(bundle.index, f"slices of {name!r} overlap")
    kept = []
    for part, extents in zip(entry.slices, entry.extents, strict=True):
        found = bundle.parts.get(slice_key(bundle.key(name), extents))
        if found is None or found.shape != part.shape or found.dtype != entry.dtype:
            raise damaged_file_error(
                bundle.index, f"the slice of {name!r} at {part.offset} is not in the index"
            )
        kept.append(found)
    return kept


def _read(bundle: Bundle, name: str, entry: BundleEntry) -> Any:
    """Return a tensor that is kept as a whole."""
    if entry.dtype.name in _NO_ARRAYS:
        raise unreadable_file_error(
            bundle.shard(entry), f"{name!r} is a {entry.dtype.name}, which has no numpy array"
        )
    with _at(bundle, name, entry) as stream:
        array = empty_array(bundle.shard(entry), name, entry.shape, entry.dtype)
        if entry.dtype.name == "string":
            array.reshape(-1)[:] = _strings(bundle, stream, entry)
        else:
            _fill(array.reshape(-1).view("uint8"), stream, entry)
            if bundle.header.big_endian:
                array.byteswap(inplace=True)
        return array


def read_string(bundle: Bundle, name: str) -> bytes:
    """Return a string alone, without numpy.

    Raises:
        InvalidSourceError: if it can't be read, or is damaged.
    """
    entry = bundle.entries[name]
    with _at(bundle, name, entry) as stream:
        return _strings(bundle, stream, entry)[0]


@contextmanager
def _at(bundle: Bundle, name: str, entry: BundleEntry) -> Iterator[BufferedReader]:
    """Open the data file that a tensor is in, where it begins; tell what is wrong with it."""
    path = bundle.shard(entry)
    stream, size = open_file(path, data_file_help(name))
    with stream:
        if entry.offset + entry.size > size:
            message = (
                f"{name!r} ends at byte {entry.offset + entry.size:,}, and the file after {size:,} bytes"
            )
            raise damaged_file_error(path, message, "it was cut short, or is of another checkpoint")
        try:
            stream.seek(entry.offset)
            yield stream
        except DamageError as damage:
            raise damaged_file_error(path, f"{name!r} is damaged: {damage}") from None
        except OSError as error:
            raise unreadable_file_error(path, error.strerror or str(error)) from None


def data_file_help(name: str) -> str:
    """Return what is said to help where a data file can't be opened that a tensor is in."""
    return f"{name!r} is in it: a checkpoint is its index and all of its data files"


def _fill(raw: Any, stream: BufferedReader, entry: BundleEntry) -> None:
    """Read the bytes of numbers, which are kept as they are in memory."""
    checksum = 0
    for start in range(0, entry.size, _CHUNK):
        chunk = raw[start : start + _CHUNK]
        if stream.readinto(chunk) < len(chunk):
            raise DamageError("the file ends before it does")
        checksum = google_crc32c.extend(checksum, chunk)
    if masked_crc(checksum) != entry.checksum:
        raise DamageError(UNLIKE)


def _strings(bundle: Bundle, stream: BufferedReader, entry: BundleEntry) -> list[bytes]:
    order: Literal["big", "little"] = "big" if bundle.header.big_endian else "little"
    return unpack_strings(stream.read(entry.size), prod(entry.shape), entry.checksum, order)
