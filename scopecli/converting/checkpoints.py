"""Writes a checkpoint: its data files, its index, and the file `checkpoint` where there is none."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from pathlib import Path
from typing import Final

from scopecli.converting.contents import FileContent
from scopecli.converting.entries import entry_message, header_message
from scopecli.converting.table import table_parts
from scopecli.converting.tensors import Progress, Tensor, WrittenPart, whole_parts
from scopecli.ground.staging import Staging
from scopecli.sources.checkpoints import state
from scopecli.sources.checkpoints.entries import BundleEntry
from scopecli.sources.checkpoints.files import INDEX
from scopecli.sources.checkpoints.finding import is_table
from scopecli.sources.checkpoints.slicing import slice_key

_PRINTABLE: Final = range(0x20, 0x7F)


def write_checkpoint(
    tensors: Sequence[Tensor], prefix: Path, staging: Staging, shards: int | None, progress: Progress
) -> None:
    """Write the data files of a checkpoint, then its index.

    Args:
        tensors: what is in it.
        prefix: its path.
        staging: has the files.
        shards: how many data files there are; None for as many as the source has its values in.
        progress: yields the parts as they are written.

    Raises:
        OSError: if a file can't be written.
        ScopecliError: if a value can't be read, or not be cast.
    """
    parts = _source_parts(tensors) if shards is None else _even_parts(tensors, shards)
    count = shards or max((part.shard for part in parts), default=0) + 1
    entries: dict[int, BundleEntry] = {}
    in_order = sorted(parts, key=lambda part: (part.shard, part.piece.offset))
    for shard, group in groupby(progress(in_order), key=lambda part: part.shard):
        with staging.create(_data_name(prefix, shard, count)) as file:
            for tensor, piece, _ in group:
                offset = file.tell()
                checksum = piece.content.copy_to(file.write)
                size = file.tell() - offset
                entries[id(piece)] = BundleEntry(tensor.dtype, piece.shape, shard, offset, size, checksum, ())
    for shard in sorted({*range(count)} - {part.shard for part in parts}):
        with staging.create(_data_name(prefix, shard, count)):
            continue
    _write_index(tensors, entries, prefix, staging, count)


def link_checkpoint(tensors: Sequence[Tensor], prefix: Path, staging: Staging) -> None:
    """Link the data files that tensors are in, then write an index of them.

    Raises:
        OSError: if the file system has no links for them, or the index can't be written.
    """
    entries: dict[int, BundleEntry] = {}
    paths: dict[int, str] = {}
    for _, piece, shard in _source_parts(tensors):
        if isinstance(piece.content, FileContent):
            paths[shard] = piece.content.path
            entries[id(piece)] = piece.content.entry._replace(shard=shard)
    for shard, path in sorted(paths.items()):
        staging.link(path, _data_name(prefix, shard, len(paths)))
    _write_index(tensors, entries, prefix, staging, len(paths))


def _source_parts(tensors: Iterable[Tensor]) -> list[WrittenPart]:
    """Return the parts of tensors in the data files of the source, of which those are left that have some."""
    pieces = [(tensor, piece) for tensor in tensors for piece in tensor.pieces]
    numbers = sorted({piece.shard for _, piece in pieces})
    places = {number: place for place, number in enumerate(numbers)}
    return [WrittenPart(tensor, piece, places[piece.shard]) for tensor, piece in pieces]


def _even_parts(tensors: Iterable[Tensor], count: int) -> list[WrittenPart]:
    """Return the parts of tensors in so many data files, which are of about one size."""
    parts = whole_parts(tensors)
    before = list(accumulate((part.size for part in parts), initial=0))
    whole = max(before[-1], 1)
    return [
        part._replace(shard=min((start + part.size // 2) * count // whole, count - 1))
        for part, start in zip(parts, before, strict=False)
    ]


def _data_name(prefix: Path, shard: int, count: int) -> str:
    return f"{prefix.name}.data-{shard:05d}-of-{count:05d}"


def _write_index(
    tensors: Iterable[Tensor],
    entries: dict[int, BundleEntry],
    prefix: Path,
    staging: Staging,
    shards: int,
) -> None:
    found = sorted(record for tensor in tensors for record in _records(tensor, entries))
    with staging.create(prefix.name + INDEX) as file:
        for part in table_parts([(b"", header_message(shards)), *found]):
            file.write(part)


def _records(tensor: Tensor, entries: dict[int, BundleEntry]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and records of a tensor: of one in slices, the whole's and those of the slices."""
    slices = []
    for piece in tensor.pieces:
        entry = entries[id(piece)]
        if piece.extents is None:
            yield tensor.key, entry_message(entry)
        else:
            slices.append(piece.extents)
            yield slice_key(tensor.key, piece.extents), entry_message(entry)
    if slices:
        whole = BundleEntry(tensor.dtype, tensor.shape, 0, 0, 0, 0, tuple(slices))
        yield tensor.key, entry_message(whole)


def existing_files(prefix: Path) -> list[Path]:
    """Return the files of the checkpoint that has this prefix, first those that make it one."""
    data = re.compile(rf"(?s){re.escape(prefix.name)}\.data-\d{{5}}-of-\d{{5}}")
    try:
        found = [path for path in prefix.parent.iterdir() if data.fullmatch(path.name)]
    except OSError:
        found = []
    index = prefix.with_name(prefix.name + INDEX)
    first_version = [prefix] if is_table(str(prefix)) else []
    return [path for path in (index, *first_version, *sorted(found)) if path.is_file() or path.is_symlink()]


def write_state(prefix: Path, staging: Staging) -> None:
    """Write the file `checkpoint`, which says that this checkpoint is the newest, and the only one.

    Raises:
        OSError: if it can't be written.
    """
    name = "".join(map(_escape, os.fsencode(prefix.name)))
    with staging.create(state.NAME) as file:
        file.write(f'model_checkpoint_path: "{name}"\nall_model_checkpoint_paths: "{name}"\n'.encode())


def _escape(byte: int) -> str:
    """Return a byte as the text form of protocol buffers has it between quotes."""
    return chr(byte) if byte in _PRINTABLE and byte not in b'"\\' else f"\\{byte:03o}"
