"""What is written: tensors with their names, in one piece or in the slices of a partitioned variable."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import Any, NamedTuple, TypeAlias

from scopecli.converting.contents import ArrayContent, CastContent, Content, FileContent
from scopecli.converting.files import OpenFiles
from scopecli.ground.dtypes import Dtype
from scopecli.report.model import Slice, Variable
from scopecli.sources.checkpoints.bundle import Bundle
from scopecli.sources.checkpoints.entries import BundleEntry, Extent
from scopecli.sources.checkpoints.files import damaged_file_error
from scopecli.sources.checkpoints.tensors import slice_entries


@dataclass(frozen=True, slots=True)
class Piece:
    """A tensor, or a slice of one.

    Attributes:
        extents: where a slice lies in the whole; None of what is the whole.
        shard: the number of the data file that it was in; 0 where there are no such files.
        offset: where it was in it, in bytes: what is read in this order is read fastest.
    """

    shape: tuple[int, ...]
    content: Content
    extents: tuple[Extent, ...] | None = None
    shard: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor that is to be written.

    Attributes:
        key: its name there, in bytes.
        shape: of the whole.
    """

    key: bytes
    dtype: Dtype
    shape: tuple[int, ...]
    pieces: tuple[Piece, ...]

    @property
    def size(self) -> int:
        """The bytes of its elements, 0 of strings."""
        return prod(self.shape) * (self.dtype.itemsize or 0)

    @property
    def stays(self) -> bool:
        """Whether its bytes are those of the data files that it is in."""
        return all(isinstance(piece.content, FileContent) for piece in self.pieces)


class WrittenPart(NamedTuple):
    """A piece, the tensor that it is of, and the number of the data file that it comes into."""

    tensor: Tensor
    piece: Piece
    shard: int

    @property
    def size(self) -> int:
        """Its bytes; of strings, whose are not known, as many as there are."""
        return prod(self.piece.shape) * (self.tensor.dtype.itemsize or 1)


Progress: TypeAlias = Callable[[Sequence[WrittenPart]], Iterable[WrittenPart]]
"""Yields parts in turn, and may show how far it is."""


def whole_parts(tensors: Iterable[Tensor]) -> list[WrittenPart]:
    """Return the parts of tensors that are written one behind another into one file."""
    return [WrittenPart(tensor, piece, 0) for tensor in tensors for piece in tensor.pieces]


def stored_pieces(bundle: Bundle, name: str, files: OpenFiles) -> tuple[Piece, ...]:
    """Return the pieces of a tensor as they are in the data files of a checkpoint.

    Raises:
        InvalidSourceError: if the index does not have one of its slices.
    """
    entry = bundle.entries[name]

    def piece(found: BundleEntry, extents: tuple[Extent, ...] | None = None) -> Piece:
        content = FileContent(files, name, bundle.shard(found), found)
        return Piece(found.shape, content, extents, found.shard, found.offset)

    if not entry.extents:
        return (piece(entry),)
    return tuple(map(piece, slice_entries(bundle, name, entry), entry.extents))


def text_piece(text: bytes) -> Piece:
    """Return a tensor that is this string alone."""

    def read() -> Any:
        import numpy as np  # noqa: PLC0415 - only for arrays

        return np.array(text, object)

    return Piece((), ArrayContent(read))


def whole_piece(row: Variable, shape: tuple[int, ...], read: Callable[[], Any]) -> Piece:
    """Return a tensor as one piece, whose array is read when it is written."""
    return Piece(shape, ArrayContent(partial(_read_whole, read, row, shape)))


def sliced_pieces(row: Variable, shape: tuple[int, ...], read: Callable[[], Any]) -> tuple[Piece, ...]:
    """Return the slices of a partitioned variable, which are cut out of its array."""
    return tuple(
        Piece(part.shape, ArrayContent(partial(_cut, read, row, shape, part)), extents_of(part))
        for part in row.slices
    )


def extents_of(part: Slice) -> tuple[Extent, ...]:
    """Return where a slice lies, as the index of a checkpoint says it."""
    return tuple(zip(part.offset, part.shape, strict=True))


def _cut(read: Callable[[], Any], row: Variable, shape: tuple[int, ...], part: Slice) -> Any:
    place = tuple(slice(start, start + size) for start, size in zip(part.offset, part.shape, strict=True))
    return _read_whole(read, row, shape)[place]


def _read_whole(read: Callable[[], Any], row: Variable, shape: tuple[int, ...]) -> Any:
    """Return an array, which has the shape that the source says.

    Raises:
        InvalidSourceError: if it has not.
    """
    array = read()
    if tuple(array.shape) != shape:
        raise damaged_file_error(row.name, f"its value is of shape {tuple(array.shape)}, not {shape}")
    return array


def cast_piece(piece: Piece, dtype: Dtype, into: Dtype, name: str, place: str) -> Piece:
    """Return a piece whose floats are cast."""
    return replace(piece, content=CastContent(piece.content, dtype, into, name, place))
