"""Finds out by content what kind of source a path is, and has the reader of that kind read it."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from shlex import quote
from typing import Final, NamedTuple

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError, source_error
from scopecli.sources.foreign import foreign
from scopecli.sources.opened import Opened

_HELP: Final = (
    "a source is a scenario, a saved report, a checkpoint (prefix or directory), a SavedModel, "
    "a MetaGraph (.meta), a GraphDef (.pb, .pbtxt), or arrays of safetensors, npz or Keras"
)
_NONE: Final = "the directory has no checkpoint, no SavedModel and no scenario"
_MOST_NAMED: Final = 5
_SEVERAL: Final = "save each report in a file of its own; `trace --graph N` reports one graph of a program"


class SourceChoice(NamedTuple):
    """Which of several is meant.

    Attributes:
        step: of a directory with several checkpoints; None is its newest.
        tag: of a SavedModel with several MetaGraphs, a tag of the one; None is the one that is served.
    """

    step: int | None = None
    tag: str | None = None


ONLY_ONE: Final = SourceChoice()


def the_one(path: str, opened: Sequence[Opened]) -> Opened:
    """Return the only report of a source; raise InvalidSourceError if there are several, or none."""
    if len(opened) != 1:
        message = f"there are {len(opened)} reports in it, and one is needed"
        raise source_error("SC651", message, Location(path), _SEVERAL)
    return opened[0]


def open_source(path: str, choice: SourceChoice = ONLY_ONE) -> list[Opened] | None:
    """Read a source of any kind but a scenario, which is None; a saved report may be several.

    Args:
        path: the source.
        choice: which of several checkpoints or MetaGraphs.

    Raises:
        InvalidSourceError: if it can't be read.
    """
    reader = _reader(path, choice)
    return None if reader is None else reader()


def is_source(directory: str) -> bool:
    """Tell whether a directory is a source as a whole: a checkpoint, a SavedModel, or versions of one."""
    readers = (_checkpoint_reader(directory, None), _proto_reader(directory, None))
    return any(readers) or bool(_versions(directory))


def not_a_scenario(path: str) -> Diagnostic | None:
    """Return what a source of another kind is, and which command takes it; None of what may be a scenario."""
    if path == "-":
        return None
    is_directory = os.path.isdir(path)  # noqa: PTH112 - of a path that can't be, this is False
    try:
        arrays = None if is_directory else _file_reader(path)
    except InvalidSourceError as error:
        return error.diagnostics[0]
    kinds = (
        ("a file of arrays", arrays),
        ("a checkpoint", _checkpoint_reader(path, None)),
        ("a SavedModel" if is_directory else "a graph", _proto_reader(path, None)),
        ("a saved report", not is_directory and _is_saved_report(path)),
    )
    noun = next((noun for noun, is_one in kinds if is_one), None)
    if noun is None:
        return None
    hint = f"`scopecli list {quote(path)}` shows what is in it"
    return source_error("SC004", f"this is {noun}, not a scenario", Location(path), hint).diagnostics[0]


def _is_saved_report(path: str) -> bool:
    try:
        return _report_reader(path) is not None
    except InvalidSourceError:
        return False


def _reader(path: str, choice: SourceChoice) -> Callable[[], list[Opened]] | None:
    """Return what reads a source; None of a scenario. What is cheap to tell is looked at first."""
    if path == "-":
        return _report_reader(path)
    is_directory = os.path.isdir(path)  # noqa: PTH112 - of a path that can't be, this is False
    read = None if is_directory else _file_reader(path)
    read = read or _checkpoint_reader(path, choice.step) or _proto_reader(path, choice.tag)
    if read is None and is_directory:
        raise _none_in(path)
    return read or _report_reader(path)


def _file_reader(path: str) -> Callable[[], list[Opened]] | None:
    """Return what reads a file of arrays; raise what is said of a file that is no source."""
    from scopecli.sources import arrays  # noqa: PLC0415 - each reader is loaded where it is needed

    read = arrays.array_reader(path)
    told = None if read else foreign(path)
    if told:
        raise InvalidSourceError([told])
    read = read or arrays.reader_by_name(path)
    return (lambda: [read()]) if read else None


def _none_in(directory: str) -> InvalidSourceError:
    versions = sorted(_versions(directory), key=int)
    if versions:
        names = ", ".join(versions[-_MOST_NAMED:])
        newest = os.path.join(directory, versions[-1])  # noqa: PTH118 - as it was given
        message = f"the directory has versions of a SavedModel: {names}"
        return source_error("SC650", message, Location(directory), f"name one of them, such as {newest}")
    return source_error("SC650", _NONE, Location(directory), _HELP)


def _versions(directory: str) -> list[str]:
    """Return the names of the folders with numbers for names, as TensorFlow Serving has them, with models."""
    from scopecli.sources.protos.files import file_of  # noqa: PLC0415 - only for directories

    try:
        numbers = [name for name in os.listdir(directory) if name.isdecimal()]  # noqa: PTH208 - names alone
    except OSError:
        return []
    return [name for name in numbers if file_of(os.path.join(directory, name))]  # noqa: PTH118 - as above


def _checkpoint_reader(path: str, step: int | None) -> Callable[[], list[Opened]] | None:
    from scopecli.sources import checkpoints  # noqa: PLC0415 - each reader is loaded where it is needed

    if not checkpoints.is_checkpoint(path):
        return None
    return lambda: [checkpoints.open_checkpoint(path, step=step)]


def _report_reader(path: str) -> Callable[[], list[Opened]] | None:
    from scopecli.sources import reports as saved_reports  # noqa: PLC0415 - likewise

    return partial(saved_reports.open_reports, path) if saved_reports.is_report(path) else None


def _proto_reader(path: str, tag: str | None) -> Callable[[], list[Opened]] | None:
    from scopecli.sources import protos  # noqa: PLC0415 - likewise

    return (lambda: [protos.open_proto(path, tag)]) if protos.is_proto(path) else None
