"""Writes a destination whole or not at all: under other names first, then put in its place."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scopecli.converting.checkpoints import existing_files, link_checkpoint, write_checkpoint, write_state
from scopecli.converting.destinations import DestinationKind
from scopecli.converting.npz import write_npz
from scopecli.converting.safetensors import write_safetensors
from scopecli.converting.tensors import Progress, Tensor
from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.staging import Staging, staging_in
from scopecli.sources.checkpoints import state


class WriteSettings(NamedTuple):
    """How a destination is written.

    Attributes:
        link: whether the data files of a checkpoint are linked where they need not change.
        shards: how many of them there are; None for as many as the source has its values in.
        force: whether what is there may be replaced.
    """

    link: bool = False
    shards: int | None = None
    force: bool = False


class Written(NamedTuple):
    """What is to be said of the files that were written.

    Attributes:
        linked: whether data files are those of the source.
        not_linked: why they were copied although they were to be linked; empty where that was not asked for.
        newest: the other checkpoint that the folder's file `checkpoint` says is the newest; empty for none.
    """

    linked: bool = False
    not_linked: str = ""
    newest: str = ""


def existing_paths(path: str, kind: DestinationKind) -> list[Path]:
    """Return the files that are there of a destination."""
    if kind.is_checkpoint:
        return existing_files(Path(path))
    return [Path(path)] if os.path.lexists(path) else []


def write_tensors(
    tensors: Sequence[Tensor],
    path: Path,
    kind: DestinationKind,
    settings: WriteSettings,
    progress: Progress,
) -> Written:
    """Write tensors to a destination; what is there is replaced.

    Raises:
        OSError: if it can't be written; what is there stays, and nothing else is left.
        ScopecliError: if a value can't be read, or not be cast; likewise.
    """
    if not kind.is_checkpoint:
        place = path.resolve()  # so that a link stays a link
        with staging_in(place.parent) as staging:
            write = write_npz if kind.ending == ".npz" else write_safetensors
            write(tensors, place.name, staging, progress)
            staging.put_in_place()
        return Written()
    not_linked = _reason_to_copy(tensors, settings)
    if settings.link and not not_linked:
        try:
            with staging_in(path.parent) as staging:
                link_checkpoint(tensors, path, staging)
                return _finish(staging, path)._replace(linked=True)
        except OSError as error:
            not_linked = error.strerror or str(error)
    with staging_in(path.parent) as staging:
        write_checkpoint(tensors, path, staging, settings.shards, progress)
        return _finish(staging, path)._replace(not_linked=not_linked if settings.link else "")


def _reason_to_copy(tensors: Sequence[Tensor], settings: WriteSettings) -> str:
    """Return why data files can't be those of the source; empty where they can."""
    if settings.shards is not None:
        return "they are divided anew"
    return "" if all(tensor.stays for tensor in tensors) else "values are not as they are there"


def _finish(staging: Staging, prefix: Path) -> Written:
    """Put a checkpoint in its place, with the file `checkpoint` if there is none."""
    there = os.path.lexists(prefix.with_name(state.NAME))
    if not there:
        write_state(prefix, staging)
    staging.put_in_place(existing_files(prefix))
    newest = _newest_in(prefix.parent) if there else None
    return Written(newest=newest if newest and newest != prefix.name else "")


def _newest_in(folder: Path) -> str | None:
    """Return the checkpoint that a folder's own file says is the newest; None where it says none."""
    try:
        newest = state.read_state(str(folder)).newest
    except InvalidSourceError:
        return None
    return Path(newest).name if newest else None
