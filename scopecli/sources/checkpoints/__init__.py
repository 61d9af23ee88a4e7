"""Reads TensorFlow's checkpoints, without TensorFlow."""

from collections.abc import Sequence
from functools import partial

from scopecli.report.model import Report, Source, with_roles
from scopecli.report.source_kinds import SourceKind
from scopecli.report.values import Plain
from scopecli.sources.checkpoints.bundle import Bundle, UnknownFormError, read_bundle
from scopecli.sources.checkpoints.data_files import damage
from scopecli.sources.checkpoints.finding import find, is_checkpoint
from scopecli.sources.checkpoints.objects import objects_of
from scopecli.sources.checkpoints.rows import rows
from scopecli.sources.checkpoints.tensors import read_value
from scopecli.sources.opened import Opened

__all__ = ["is_checkpoint", "open_checkpoint"]


def open_checkpoint(path: str, *, step: int | None = None, own_process: bool = False) -> Opened:
    """Read what is in a checkpoint: its index alone, until a value is asked for.

    Args:
        path: the checkpoint's prefix, its index, one of its data files, or a directory with checkpoints.
        step: which of several; the newest if it is left out.
        own_process: whether TensorFlow may be loaded the fast way, for a form that only its reader knows.

    Raises:
        InvalidSourceError: if there is none, or its index is damaged.
        TensorFlowUnavailableError: if TensorFlow's own reader is needed, and is not there.
    """
    found = find(path, step)
    if found.has_index:
        try:
            return _opened(read_bundle(found.prefix), found.steps)
        except UnknownFormError:
            pass
    from scopecli.sources.checkpoints.foreign import open_foreign  # noqa: PLC0415 - loads TensorFlow

    return open_foreign(found.prefix, own_process=own_process)


def _opened(bundle: Bundle, steps: Sequence[int]) -> Opened:
    objects = objects_of(bundle)
    variables = tuple(rows(bundle, objects.names if objects else None))
    about: dict[str, Plain] = {"objects": objects.number} if objects and objects.number is not None else {}
    if len(steps) > 1:
        about["steps"] = list(steps)
    report = with_roles(
        Report(Source(SourceKind.CHECKPOINT, bundle.prefix), variables=variables, about=about)
    )
    return Opened(report, partial(read_value, bundle), tuple(damage(bundle)))
