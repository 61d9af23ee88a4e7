"""Holds the data files of a checkpoint against its index: their lengths alone, nothing of them is read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.errors import InvalidSourceError
from scopecli.sources.checkpoints.bundle import Bundle
from scopecli.sources.checkpoints.entries import BundleEntry
from scopecli.sources.checkpoints.files import check_length, open_file


def damage(bundle: Bundle, needed: Sequence[BundleEntry] | None = None) -> Iterator[Diagnostic]:
    """Yield what is wrong with data files: one is not there, is no file, or ends before its last tensor.

    Args:
        bundle: the checkpoint.
        needed: the tensors, or slices of some, that are needed of it; None for all.
    """
    if needed is None:
        whole_ones = (entry for entry in bundle.entries.values() if not entry.extents)
        needed = [*whole_ones, *bundle.parts.values()]
    by_file: dict[str, list[BundleEntry]] = {}
    for entry in needed:
        by_file.setdefault(bundle.shard(entry), []).append(entry)
    whole = sum(map(len, by_file.values()))
    for path, kept in sorted(by_file.items()):
        try:
            stream, size = open_file(path)
            stream.close()
            check_length(path, size, [entry.offset + entry.size for entry in kept])
        except InvalidSourceError as error:
            yield from (
                replace(diagnostic, help=_readable(len(kept), whole)) for diagnostic in error.diagnostics
            )


def _readable(count: int, whole: int) -> str:
    rest = "the other data files can be read" if count < whole else "names, dtypes and shapes can be read"
    return f"{count:,} of the checkpoint's {whole:,} tensors belong in it, which restoring needs; {rest}"
