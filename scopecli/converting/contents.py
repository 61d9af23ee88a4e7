"""The bytes of tensors as a destination has them: those of a file, those of an array, or these cast."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, Final, Protocol, TypeAlias

import google_crc32c

from scopecli.converting.files import OpenFiles
from scopecli.converting.strings import pack_strings
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.dtypes import Dtype, numpy_dtype
from scopecli.ground.errors import ConversionError
from scopecli.sources.checkpoints.entries import BundleEntry
from scopecli.sources.checkpoints.files import damaged_file_error
from scopecli.sources.checkpoints.strings import UNLIKE, unpack_strings
from scopecli.sources.checkpoints.table import masked_crc
from scopecli.sources.checkpoints.wire import DamageError

Write: TypeAlias = Callable[[Any], object]
"""Takes bytes, or what has them."""

BLOCK: Final = 1 << 18  # bytes that are read, summed up and written while they are in the processor's cache


class Content(Protocol):
    """The bytes of a tensor, or of a slice of one."""

    def blocks(self) -> Iterator[Any]:
        """Yield them, some whole elements at a time."""

    def copy_to(self, write: Write) -> int:
        """Write them; return their masked checksum, as the index of a checkpoint has it."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a data file of a checkpoint has, as it is there.

    Attributes:
        name: of the tensor, for messages.
        path: of the data file.
        entry: where it is there.

    Raises:
        InvalidSourceError: by each method, where it can't be read, or is not what its checksum is of.
    """

    files: OpenFiles
    name: str
    path: str
    entry: BundleEntry

    def blocks(self) -> Iterator[Any]:
        """Yield the bytes."""
        if self.entry.dtype.name == "string":
            yield self._strings()
            return
        checksum = 0
        end = self.entry.offset + self.entry.size
        for start in range(self.entry.offset, end, BLOCK):
            block = self.files.read(self.path, min(BLOCK, end - start), start, self.name)
            checksum = google_crc32c.extend(checksum, block)
            yield block
        if self.entry.dtype.itemsize and masked_crc(checksum) != self.entry.checksum:
            raise damaged_file_error(self.path, f"{self.name!r} is damaged: {UNLIKE}")

    def _strings(self) -> bytes:
        data = self.files.read(self.path, self.entry.size, self.entry.offset, self.name)
        try:
            unpack_strings(data, prod(self.entry.shape), self.entry.checksum, "little")
        except DamageError as damage:
            raise damaged_file_error(self.path, f"{self.name!r} is damaged: {damage}") from None
        return data

    def copy_to(self, write: Write) -> int:
        """Write the bytes; their checksum is the one that the index has."""
        for block in self.blocks():
            write(block)
        return self.entry.checksum


@dataclass(frozen=True, slots=True)
class ArrayContent:
    """The elements of an array, which is there while they are written."""

    read: Callable[[], Any]

    def blocks(self) -> Iterator[Any]:
        """Yield the elements, in the order of their indices."""
        return _bytes_of(self.read())

    def copy_to(self, write: Write) -> int:
        """Write the elements; of strings, what a checkpoint has of them."""
        array = self.read()
        if array.dtype.hasobject:
            packed = pack_strings(array.reshape(-1).tolist())
            write(packed.data)
            return packed.checksum
        return _copy(_bytes_of(array), write)


@dataclass(frozen=True, slots=True)
class CastContent:
    """Floats of one dtype as those of another, each the nearest.

    Attributes:
        name: of the tensor, for messages.
        place: the source, likewise.
    """

    content: Content
    dtype: Dtype
    into: Dtype
    name: str
    place: str

    def blocks(self) -> Iterator[Any]:
        """Yield the floats.

        Raises:
            ConversionError: if a finite one is too large for the dtype.
        """
        import numpy as np  # noqa: PLC0415 - only to cast

        old, new = numpy_dtype(self.dtype.name), numpy_dtype(self.into.name)
        for block in self.content.blocks():
            floats = np.frombuffer(block, old)
            with np.errstate(over="ignore", invalid="ignore"):
                cast = floats.astype(new)
                lost = floats[np.isinf(cast)]
                lost = lost[np.isfinite(lost)]
            if lost.size:
                raise self._overflow_error(float(lost[0]))
            yield cast.view("uint8")

    def _overflow_error(self, value: float) -> ConversionError:
        message = f"{self.name!r} has {value:.6g}, which is too large for {self.into.name}"
        hint = f"leave it out with `--exclude`, or cast {self.dtype.name} to another dtype"
        return ConversionError([Diagnostic("SC667", message, Location(self.place), hint)])

    def copy_to(self, write: Write) -> int:
        """Write the floats."""
        return _copy(self.blocks(), write)


def _copy(blocks: Iterator[Any], write: Write) -> int:
    checksum = 0
    for block in blocks:
        checksum = google_crc32c.extend(checksum, block)
        write(block)
    return masked_crc(checksum)


def _bytes_of(array: Any) -> Iterator[Any]:
    """Yield the bytes of an array's elements."""
    return (block.view("uint8") for block in _blocks(array))


def _blocks(array: Any) -> Iterator[Any]:
    """Yield the elements of an array in rows; where C has them in this order in memory, from there."""
    import numpy as np  # noqa: PLC0415 - there is an array

    if array.flags.c_contiguous:
        flat, count = array.reshape(-1), max(1, BLOCK // array.itemsize)
        yield from (flat[start : start + count] for start in range(0, flat.size, count))
    elif array.nbytes <= BLOCK:
        yield np.ascontiguousarray(array).reshape(-1)
    else:
        rows = max(1, BLOCK * len(array) // array.nbytes)
        for start in range(0, len(array), rows):
            part = array[start : start + rows]
            yield from _blocks(part if rows > 1 else part[0])
