"""Runs programs and reports their variable calls."""

import os
import re
import signal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError, source_error
from scopecli.ground.files import near_file
from scopecli.scenario.plain import parse_plain
from scopecli.tracing import Record, Request, trace

_FUNCTION: Final = re.compile(r"(?P<module>[^\W\d][\w.]*):(?P<function>[^\W\d][\w.]*)")


@dataclass(frozen=True, slots=True)
class Running:
    """How a program is run.

    Attributes:
        folder: the working directory; None for the one that is.
        path: folders that are put before `sys.path`.
        timeout: the seconds after which it is ended.
        output: the file that its standard output goes to; None for standard error.
        stop_after_build: whether it ends where it first runs a session.
        tf1: whether `import tensorflow` gives TF1's API.
        stacks: whether the user's whole stack is kept of each call.
        verbose: whether TensorFlow's log lines are let through.
    """

    folder: str | None = None
    path: tuple[str, ...] = ()
    timeout: float | None = None
    output: str | None = None
    stop_after_build: bool = False
    tf1: bool = False
    stacks: bool = False
    verbose: bool = False


def trace_program(
    target: str, arguments: Sequence[str], running: Running, *, function_arguments: str | None
) -> Record:
    """Run a script, or call a function, and return the record of its variable calls.

    Raises:
        InvalidSourceError: if there is no such program.
    """
    what = _what(target, running.folder, function_arguments)
    if "function" in what and arguments:
        hint = "--args gives a list of arguments, or a mapping"
        raise source_error(
            "SC801", "a function's arguments are given by --args alone", Location(target), hint
        )
    request = Request(
        target=target,
        folder=os.getcwd(),  # noqa: PTH109 - where the report is read
        path=tuple(os.path.abspath(folder) for folder in running.path),  # noqa: PTH100 - as `sys.path` has them
        arguments=tuple(arguments),
        stop_after_build=running.stop_after_build,
        tf1=running.tf1,
        stacks=running.stacks,
        verbose=running.verbose,
        **what,
    )
    try:
        record = trace(request, folder=running.folder, timeout=running.timeout, output=running.output)
    except OSError as error:
        where = str(error.filename or target)
        raise source_error(
            "SC801", f"cannot run the program: {error.strerror or error}", Location(where)
        ) from None
    if record.problems:
        raise InvalidSourceError(record.problems)
    return record


def _what(target: str, folder: str | None, arguments: str | None) -> dict[str, Any]:
    """Return what a target is: a script that is there, or a function and its arguments."""
    path = Path(folder or "", target)
    function = _FUNCTION.fullmatch(target)
    if function is None or os.path.exists(path):  # noqa: PTH110 - of a path that can't be, this is False
        _refuse_unreadable(path, target)
        if arguments is not None:
            raise source_error(
                "SC801",
                "a script takes its arguments as they are, after its name, and no --args",
                Location(target),
            )
        return {"script": target}
    positional, keywords = _arguments(arguments)
    return {**function.groupdict(), "positional": positional, "keywords": keywords}


def _refuse_unreadable(path: Path, target: str) -> None:
    try:
        with path.open("rb"):
            return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    hint = near_file(str(path)) or "TARGET is a Python file, or a function as package.module:function"
    raise source_error("SC801", f"cannot read the file: {reason}", Location(target), hint) from None


def _arguments(text: str | None) -> tuple[tuple[object, ...], Mapping[str, object]]:
    value = None if text is None else parse_plain(text, "--args")
    match value:
        case None:
            return (), {}
        case dict():
            return (), value
        case list():
            return tuple(value), {}
        case _:
            return (value,), {}


_NO_RECORD: Final = "there is no record of it"


def diagnostics_of(record: Record, target: str) -> Iterable[Diagnostic]:
    """Yield why a record is not that of a program that ran to its end, but for what the program raised."""
    place = Location(target)
    if record.lost:
        message = "the program gave no record of what it did: it was in code that lets no other run"
        if record.reports:
            message += "; the calls that it noted until then are reported, without scopes"
        yield Diagnostic("SC806", message, place)
        return
    match record.how:
        case "left" if record.status:
            yield Diagnostic("SC804", f"the program left with status {record.status}", place)
        case "timeout":
            message = "the program was out of time; what it did until then is reported"
            yield Diagnostic("SC805", message, place, "--timeout sets how long it may take")
        case "killed":
            said = "what it did until then is reported, without scopes" if record.reports else _NO_RECORD
            yield Diagnostic("SC806", f"{_how_killed(record.status)}: {said}", place)
        case _:
            pass
    if not any(report.calls for report in record.reports) and record.how != "killed":
        yield _nothing(record, place)


def _how_killed(status: int) -> str:
    name = signal.Signals(status).name if status in {*signal.Signals} else f"signal {status}"
    return f"the program was ended by {name}" if status > 0 else "the program left in an unusual way"


def _nothing(record: Record, place: Location) -> Diagnostic:
    """Return that there is nothing to report, and why that may be."""
    if not record.tensorflow:
        hint = "scopecli run is for scenarios" if place.file.endswith((".yaml", ".yml")) else None
        message = "no get_variable call was made: the program did not import TensorFlow"
        return Diagnostic("SC807", message, place, hint)
    where = " in a graph" if record.eagerly_got else ""
    message = f"no get_variable call was made{where}; eager variables: {record.eager}"
    hint = "TF1's API is `import tensorflow.compat.v1 as tf` with `tf.disable_v2_behavior()`; --tf1 sets it"
    return Diagnostic("SC807", message, place, hint if record.eager else None)
