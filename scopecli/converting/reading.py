"""Finds what a source has of the variables that are written: in its data files, or as arrays."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import chain
from typing import Any

from scopecli.converting.choosing import Chosen, problems_of
from scopecli.converting.files import OpenFiles
from scopecli.converting.objects import graph_without
from scopecli.converting.tensors import (
    Piece,
    Tensor,
    cast_piece,
    sliced_pieces,
    stored_pieces,
    text_piece,
    whole_piece,
)
from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.dtypes import DTYPES_BY_NAME, Dtype
from scopecli.ground.errors import ConversionError
from scopecli.report.model import Variable
from scopecli.sources.checkpoints.bundle import Bundle
from scopecli.sources.checkpoints.data_files import damage
from scopecli.sources.checkpoints.files import damaged_file_error
from scopecli.sources.checkpoints.joining import make_up
from scopecli.sources.checkpoints.objects import GRAPH_KEY
from scopecli.sources.checkpoints.tensors import read_string, slice_entries
from scopecli.sources.checkpoints.wire import DamageError
from scopecli.sources.opened import Opened


class TensorSource:
    """A source that tensors are taken from.

    Args:
        opened: has their values.
        files: what its data files are read with.
    """

    def __init__(self, opened: Opened, files: OpenFiles) -> None:
        self._opened = opened
        self._files = files
        # The array that was read last: the slices of a variable are cut out of one.
        self._row: Variable | None = None
        self._array: Any = None

    def tensors(self, chosen: Iterable[Chosen], *, join: bool) -> list[Tensor]:
        """Return what is to be written, none of which is read yet.

        Args:
            chosen: the variables, their names and dtypes.
            join: whether the slices of partitioned variables are put together.

        Raises:
            InvalidSourceError: if the index of a checkpoint does not have a slice.
        """
        return [self._tensor(one, join=join) for one in chosen]

    def _tensor(self, one: Chosen, *, join: bool) -> Tensor:
        shape = tuple(size or 0 for size in one.shape or ())
        pieces = self._pieces(one, shape, join=join)
        old, new = (dtype_named(name, one.row) for name in (one.row.dtype, one.dtype))
        if old != new:
            path = self._opened.shown_path
            pieces = tuple(cast_piece(piece, old, new, one.row.name, path) for piece in pieces)
        return Tensor(self._key(one), new, shape, pieces)

    def _key(self, one: Chosen) -> bytes:
        """Return a name in bytes: that of the source itself, which may be no text, where it stays."""
        bundle = self._opened.bundle
        return bundle.key(one.name) if bundle and one.name == one.row.name else one.name.encode()

    def _pieces(self, one: Chosen, shape: tuple[int, ...], *, join: bool) -> tuple[Piece, ...]:
        row, bundle = one.row, self._stored
        joins = join and bool(row.slices)
        if bundle and not joins and one.transpose is None:
            return stored_pieces(bundle, row.key or row.name, self._files)
        if self._opened.read is None:
            raise AssertionError(self._opened.shown_path)
        read = partial(self._read_array, self._opened.read, row, one.transpose)
        if joins or not row.slices or one.transpose is not None:
            return (whole_piece(row, shape, read),)
        return sliced_pieces(row, shape, read)

    def _read_array(
        self, read: Callable[[Variable], Any], row: Variable, transpose: tuple[int, ...] | None
    ) -> Any:
        """Return the array of a variable, with its axes in another order if one is given."""
        if self._row is not row:
            self._row, self._array = None, None  # so that there are not two at a time
            self._array, self._row = read(row), row
        return self._array if transpose is None else self._array.transpose(transpose)

    @property
    def _stored(self) -> Bundle | None:
        """The checkpoint whose data files have the bytes as a checkpoint that is written has them."""
        bundle = self._opened.bundle
        return None if bundle is None or bundle.header.big_endian else bundle

    def graph(self, left_out: AbstractSet[bytes]) -> Tensor:
        """Return the object graph of an object-based checkpoint, without what is left out.

        Raises:
            ConversionError: if that can't be out of the graph.
            InvalidSourceError: if it can't be read.
        """
        bundle = self._opened.bundle
        if bundle is None:
            raise AssertionError(self._opened.shown_path)
        entry = bundle.entries[GRAPH_KEY]
        graph = read_string(bundle, GRAPH_KEY)
        try:
            changed = graph_without(graph, left_out, self._opened.shown_path) if left_out else graph
        except DamageError as damaged:
            message = f"the object graph is damaged: {damaged}"
            raise damaged_file_error(bundle.shard(entry), message) from None
        stored = self._stored
        is_same = stored is not None and changed == graph
        pieces = (
            stored_pieces(stored, GRAPH_KEY, self._files) if stored and is_same else (text_piece(changed),)
        )
        return Tensor(GRAPH_KEY.encode(), entry.dtype, entry.shape, pieces)

    def damage(self, rows: Sequence[Variable]) -> list[Diagnostic]:
        """Return what is wrong with the files that have the values of some of its variables."""
        bundle = self._opened.bundle
        if bundle is None:
            return list(self._opened.damage)
        names = [row.key or row.name for row in rows]
        if GRAPH_KEY in bundle.entries:
            names.append(GRAPH_KEY)
        needed = [(name, bundle.entries[name]) for name in names]
        pieces = (slice_entries(bundle, *pair) if pair[1].extents else [pair[1]] for pair in needed)
        return list(damage(bundle, [*chain.from_iterable(pieces)]))


def refuse_gaps(chosen: Iterable[Chosen], opened: Opened, *, joins: bool) -> None:
    """Raise ConversionError with each variable whose slices are to be one array, and leave some of it out."""
    reads = joins or opened.bundle is None or opened.bundle.header.big_endian
    told = [
        (f"the slices of {one.row.name!r} leave some of it out: there is no whole of it", None)
        for one in chosen
        if one.row.slices and (reads or one.transpose) and not is_whole(one.row)
    ]
    if told:
        hint = "leave it out with `--exclude`, or write a checkpoint without `--join`, which keeps slices"
        raise ConversionError(problems_of("SC663", told, opened.shown_path, hint))


def is_whole(row: Variable) -> bool:
    """Tell whether the slices of a variable make it up."""
    return make_up(row.slices, tuple(size or 0 for size in row.shape or ()))


def dtype_named(name: str, row: Variable) -> Dtype:
    """Return the dtype of this name; of one that TensorFlow has not, what its row says."""
    return DTYPES_BY_NAME.get(name) or Dtype(name, row.itemsize)
