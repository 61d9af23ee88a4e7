"""Reads npz: a zip archive whose members are arrays of numpy, as `numpy.savez` writes it.

What is not compressed is mapped into memory. No pickle is ever loaded: numpy is asked for the headers of
arrays alone, which are Python literals, and an array of objects is refused by its name.
"""

import warnings
import zipfile
import zlib
from collections.abc import Iterable
from functools import partial
from io import BufferedReader
from math import prod
from typing import IO, Any, Final, NamedTuple

from scopecli.ground.dtypes import DTYPES_BY_NAME
from scopecli.ground.limits import MAX_ELEMENTS
from scopecli.ground.numbers import is_integer
from scopecli.report.model import Report, Source, Variable, with_roles
from scopecli.report.source_kinds import SourceKind
from scopecli.sources.archives import DAMAGE, ENCRYPTED, ArchiveError, open_archive, place_of
from scopecli.sources.arrays import ARRAY_SUFFIX
from scopecli.sources.arrays.elements import as_tensorflow_has_it, dtype_of, refuse_bomb, refuse_foreign
from scopecli.sources.arrays.mapping import Layout, array_in, mapped_bytes
from scopecli.sources.checkpoints.files import damaged_file_error, open_file, unreadable_file_error
from scopecli.sources.checkpoints.joining import empty_array
from scopecli.sources.checkpoints.rows import saved_variable
from scopecli.sources.opened import Opened

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK: Final = 4 * 1024 * 1024  # bytes that are unpacked at once
_COPY: Final = "copy it anew from where it was written"


class _Array(NamedTuple):
    """An array, and where it is.

    Attributes:
        member: of the archive.
        place: where the member's bytes begin in the file.
        start: where the elements begin in the member.
    """

    member: zipfile.ZipInfo
    place: int
    start: int
    layout: Layout


def open_npz(path: str) -> Opened:
    """Read the headers of the arrays in an archive; their elements are read when they are asked for.

    Raises:
        InvalidSourceError: if it can't be read, is damaged, or has members that are no arrays.
    """
    stream, size = open_file(path)
    with stream:
        try:
            arrays = _arrays_in(stream, size)
        except ArchiveError as error:
            raise damaged_file_error(path, f"the archive is damaged: {error}", _COPY) from None
        except OSError as error:
            raise unreadable_file_error(path, error.strerror or str(error)) from None
    variables = tuple(
        saved_variable(name, dtype_of(array.layout.elements), array.layout.shape)
        for name, array in arrays.items()
    )
    report = with_roles(Report(Source(SourceKind.NPZ, path), variables=variables))
    return Opened(report, partial(_read_value, path, arrays))


def _arrays_in(stream: BufferedReader, size: int) -> dict[str, _Array]:
    arrays: dict[str, _Array] = {}
    archive = open_archive(stream)
    for member in archive.infolist():
        name = member.filename.removesuffix(ARRAY_SUFFIX)
        if name in arrays:
            raise ArchiveError(f"two of its members are called {member.filename!r}")
        try:
            arrays[name] = _array(archive, member, stream)
        except (*DAMAGE, ArchiveError, zlib.error, RuntimeError) as error:
            raise ArchiveError(f"of the member {member.filename!r}, {error}") from None
    _check_places(arrays.values(), size)
    return arrays


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, stream: BufferedReader) -> _Array:
    """Return what the header of a member says, held against what can be."""
    if not member.filename.endswith(ARRAY_SUFFIX):
        raise ArchiveError(f"the name does not end in {ARRAY_SUFFIX}: it is no array of numpy")
    if member.flag_bits & ENCRYPTED:
        raise ArchiveError("the bytes are encrypted")
    if member.compress_type not in _METHODS:
        raise ArchiveError("the bytes are compressed in a way that numpy does not write")
    place = place_of(member, stream)
    with archive.open(member) as opened:
        layout = _layout(opened)
        start = opened.tell()
    _check_size(layout, member.file_size - start)
    return _Array(member, place, start, layout)


def _check_size(layout: Layout, size: int) -> None:
    """Raise ArchiveError unless elements fit the bytes that are there for them; of objects nobody knows."""
    shape, elements, _ = layout
    if not all(is_integer(length) and length >= 0 for length in shape) or prod(shape) > MAX_ELEMENTS:
        raise ArchiveError(f"the header has the shape {shape}, which none can have")
    if not elements.hasobject and size != prod(shape) * elements.itemsize:
        needed = f"{prod(shape):,} elements of {elements.name}"
        raise ArchiveError(f"{size:,} bytes are left for elements, which does not fit {needed}")


def _layout(stream: IO[bytes]) -> Layout:
    """Return what the header of an array says, as numpy reads it."""
    from numpy.lib import format as npy  # noqa: PLC0415 - only for such files

    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    version = npy.read_magic(stream)
    if version not in readers:
        raise ArchiveError(f"the header is of version {'.'.join(map(str, version))}, which is not read")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what Python 2 wrote
        shape, is_fortran, elements = readers[version](stream)
    return Layout(shape, elements, "F" if is_fortran else "C")


def _check_places(arrays: Iterable[_Array], size: int) -> None:
    """Raise ArchiveError unless members lie in the file, and apart from each other."""
    reached, previous = 0, ""
    for array in sorted(arrays, key=lambda array: array.member.header_offset):
        member = array.member
        if member.header_offset < reached:
            raise ArchiveError(f"the members {previous!r} and {member.filename!r} have bytes in common")
        reached, previous = array.place + member.compress_size, member.filename
    if reached > size:
        raise ArchiveError(f"the member {previous!r} is said to end behind the file")


def _read_value(path: str, arrays: dict[str, _Array], variable: Variable) -> Any:
    """Return the value of a row as a numpy array; of strings, as bytes in UTF-8.

    Raises:
        InvalidSourceError: if it is damaged, or of elements that TensorFlow has not.
    """
    name, array = variable.name, arrays[variable.name]
    refuse_foreign(path, name, array.layout.elements)
    is_packed = array.member.compress_type != zipfile.ZIP_STORED
    data = (_unpacked_elements if is_packed else _mapped_elements)(path, name, array)
    return as_tensorflow_has_it(array_in(data, array.layout, path, name))


def _mapped_elements(path: str, name: str, array: _Array) -> memoryview:
    data = mapped_bytes(path, array.place, array.member.file_size)
    if zlib.crc32(data) != array.member.CRC:
        raise damaged_file_error(path, f"{name!r} is damaged: its bytes do not match their checksum", _COPY)
    return data[array.start :]


def _unpacked_elements(path: str, name: str, array: _Array) -> Any:
    member = array.member
    refuse_bomb(path, name, member.file_size, member.compress_size)
    size = member.file_size - array.start
    unpacked = empty_array(path, name, (size,), DTYPES_BY_NAME["uint8"])
    stream, _ = open_file(path)
    with stream:
        try:
            _unpack(open_archive(stream), array, memoryview(unpacked))
        except (*DAMAGE, ArchiveError, zlib.error) as error:
            raise damaged_file_error(path, f"{name!r} is damaged: {error}", _COPY) from None
        except OSError as error:
            raise unreadable_file_error(path, error.strerror or str(error)) from None
    return unpacked


def _unpack(archive: zipfile.ZipFile, array: _Array, into: memoryview) -> None:
    """Fill a buffer with the elements of an array; Python holds them against their checksum at the end."""
    with archive.open(array.member) as packed:
        packed.read(array.start)
        for begin in range(0, len(into), _CHUNK):
            chunk = packed.read(min(_CHUNK, len(into) - begin))
            into[begin : begin + len(chunk)] = chunk
            if len(chunk) < min(_CHUNK, len(into) - begin):
                raise ArchiveError("it ends before its elements do")
