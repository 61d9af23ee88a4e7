"""Reads TensorFlow's checkpoints, without TensorFlow."""

from collections.abc import Sequence
from functools import partial

from scopecli.report.model import Report, Source, with_roles
from scopecli.report.source_kinds import SourceKind
from scopecli.report.values import Plain
from scopecli.sources.checkpoints import first_version
from scopecli.sources.checkpoints.bundle import Bundle, read_bundle
from scopecli.sources.checkpoints.data_files import damage
from scopecli.sources.checkpoints.finding import find, is_checkpoint, steps_in
from scopecli.sources.checkpoints.objects import objects_of
from scopecli.sources.checkpoints.rows import rows, saved_variable
from scopecli.sources.checkpoints.tensors import read_value
from scopecli.sources.opened import Opened

__all__ = ["is_checkpoint", "open_checkpoint", "steps_in"]


def open_checkpoint(path: str, *, step: int | None = None) -> Opened:
    """Read what is in a checkpoint: its index alone, until a value is asked for.

    Args:
        path: the checkpoint's prefix, its index, one of its data files, or a directory with checkpoints.
        step: which of several; the newest if it is left out.

    Raises:
        InvalidSourceError: if there is none, or its index is damaged.
    """
    found = find(path, step)
    if found.has_index:
        return _open_bundle(read_bundle(found.prefix), found.steps)
    return _opened_tables(first_version.read_tables(found.prefix))


def _open_bundle(bundle: Bundle, steps: Sequence[int]) -> Opened:
    objects = objects_of(bundle)
    variables = tuple(rows(bundle, objects.names if objects else None))
    about: dict[str, Plain] = {"objects": objects.number} if objects and objects.number is not None else {}
    if len(steps) > 1:
        about["steps"] = list(steps)
    report = with_roles(
        Report(Source(SourceKind.CHECKPOINT, bundle.prefix), variables=variables, about=about)
    )
    return Opened(report, partial(read_value, bundle), tuple(damage(bundle)), bundle=bundle)


def _opened_tables(tables: first_version.Tables) -> Opened:
    variables = tuple(
        saved_variable(
            name, tensor.dtype, tensor.shape, slices=tensor.slices if len(tensor.extents) > 1 else ()
        )
        for name, tensor in sorted(tables.tensors.items())
    )
    report = with_roles(Report(Source(SourceKind.CHECKPOINT, tables.prefix), variables=variables))
    return Opened(report, partial(first_version.read_value, tables), tables.missing)
