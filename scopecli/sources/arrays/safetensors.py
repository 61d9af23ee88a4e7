"""Reads safetensors: a header of JSON, and the tensors one after another, which are mapped into memory.

The package `safetensors` is not used: to numpy it hands a copy of each tensor and none of float8, it takes a
name that stands twice without a word, and says of a damaged file neither the tensor nor the byte.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.dtypes import numpy_dtype
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Report, Source, Variable, with_roles
from scopecli.report.source_kinds import SourceKind
from scopecli.report.values import Plain
from scopecli.sources.arrays.elements import unread_array_error
from scopecli.sources.arrays.mapping import Layout, array_in, mapped_bytes
from scopecli.sources.arrays.safetensors_header import HeaderError, SafetensorsHeader, read_safetensors_header
from scopecli.sources.checkpoints.files import (
    check_length,
    damaged_file_error,
    open_file,
    unreadable_file_error,
)
from scopecli.sources.checkpoints.rows import saved_variable
from scopecli.sources.opened import Opened

_COPY: Final = "copy it anew from where it was written"


def open_safetensors(path: str) -> Opened:
    """Read the header of a file; the tensors are mapped into memory when they are asked for.

    Raises:
        InvalidSourceError: if it can't be read, or does not say what a header must.
    """
    stream, size = open_file(path)
    with stream:
        try:
            file = read_safetensors_header(stream, path, size)
        except HeaderError as error:
            raise damaged_file_error(path, f"the header is damaged: {error}", _COPY) from None
        except OSError as error:
            raise unreadable_file_error(path, error.strerror or str(error)) from None
    variables = tuple(
        saved_variable(name, tensor.kind.dtype, tensor.shape) for name, tensor in file.tensors.items()
    )
    about: dict[str, Plain] = {"metadata": file.metadata} if file.metadata else {}
    report = with_roles(Report(Source(SourceKind.SAFETENSORS, path), variables=variables, about=about))
    return Opened(report, partial(_read_value, file), tuple(_damage(file)))


def _damage(file: SafetensorsHeader) -> Iterator[Diagnostic]:
    """Yield that a file ends before its last tensor, or behind it."""
    ends = [file.start + tensor.end for tensor in file.tensors.values()]
    last = max(ends, default=file.start)
    try:
        check_length(file.path, file.size, ends)
        if last < file.size:
            message = f"{file.size - last:,} bytes at its end are no tensor's"
            raise damaged_file_error(file.path, message, _COPY)
    except InvalidSourceError as error:
        yield from error.diagnostics


def _read_value(file: SafetensorsHeader, variable: Variable) -> Any:
    """Return the value of a row as a numpy array, which can't be written to.

    Raises:
        InvalidSourceError: if the file ends before it does, or numpy has no such array.
    """
    tensor = file.tensors[variable.name]
    if not tensor.kind.is_read:
        raise unread_array_error(file.path, variable.name, f"values of {variable.dtype} are not read")
    check_length(file.path, file.size, [file.start + tensor.end])
    data = mapped_bytes(file.path, file.start + tensor.begin, tensor.end - tensor.begin)
    layout = Layout(tensor.shape, numpy_dtype(tensor.kind.dtype.name))
    return array_in(data, layout, file.path, variable.name)
