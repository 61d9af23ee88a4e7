"""Finds out by content what kind of source a path is, and has the reader of that kind read it."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.sources.opened import Opened

_HELP: Final = (
    "a source is a scenario, a saved report, a checkpoint (prefix or directory), a SavedModel, "
    "a MetaGraph (.meta) or a GraphDef (.pb, .pbtxt)"
)
_SEVERAL: Final = "save each report in a file of its own; `trace --graph N` reports one graph of a program"


def is_scenario(path: str) -> bool:
    """Tell whether a path is none of the other kinds: the scenario reader says what is wrong with it."""
    return _reader(path) is None


def open_source(path: str, *, step: int | None = None, own_process: bool = False) -> Opened:
    """Read a source of any kind but a scenario.

    Args:
        path: the source.
        step: of a directory with several checkpoints, which; None is its newest.
        own_process: whether TensorFlow may be loaded the fast way, where its own reader is needed.

    Raises:
        InvalidSourceError: if it can't be read, or is a file of several reports.
    """
    opened = open_sources(path, step=step, own_process=own_process)
    if opened is None:
        raise _refusal("SC650", path, "it is a scenario, which must be built", _HELP)
    return the_one(path, opened)


def the_one(path: str, opened: Sequence[Opened]) -> Opened:
    """Return the only report of a source; raise InvalidSourceError if there are several, or none."""
    if len(opened) != 1:
        message = f"there are {len(opened)} reports in it, and one is needed"
        raise _refusal("SC651", path, message, _SEVERAL)
    return opened[0]


def open_sources(path: str, *, step: int | None = None, own_process: bool = False) -> list[Opened] | None:
    """Read the same; a saved report may be several, and None is a scenario, which is not read here.

    Raises:
        InvalidSourceError: if it can't be read.
    """
    reader = _reader(path, step, own_process=own_process)
    return None if reader is None else reader()


def _reader(
    path: str, step: int | None = None, *, own_process: bool = False
) -> Callable[[], list[Opened]] | None:
    """Return what reads a source; None of a scenario. What is cheap to tell is looked at first."""
    if path == "-":
        return _report_reader(path)
    read = _checkpoint_reader(path, step, own_process=own_process) or _proto_reader(path)
    if read is None and os.path.isdir(path):  # noqa: PTH112 - of a path that can't be, this is False
        raise _refusal("SC650", path, "the directory has neither a checkpoint nor a SavedModel", _HELP)
    return read or _report_reader(path)


def _checkpoint_reader(
    path: str, step: int | None, *, own_process: bool
) -> Callable[[], list[Opened]] | None:
    from scopecli.sources import checkpoints  # noqa: PLC0415 - each reader is loaded where it is needed

    if not checkpoints.is_checkpoint(path):
        return None
    return lambda: [checkpoints.open_checkpoint(path, step=step, own_process=own_process)]


def _report_reader(path: str) -> Callable[[], list[Opened]] | None:
    from scopecli.sources import reports as saved_reports  # noqa: PLC0415 - likewise

    return partial(saved_reports.open_reports, path) if saved_reports.is_report(path) else None


def _proto_reader(path: str) -> Callable[[], list[Opened]] | None:
    from scopecli.sources import protos  # noqa: PLC0415 - likewise

    return (lambda: [protos.open_proto(path)]) if protos.is_proto(path) else None


def _refusal(code: str, path: str, message: str, hint: str) -> InvalidSourceError:
    return InvalidSourceError([Diagnostic(code, message, Location(path), hint)])
