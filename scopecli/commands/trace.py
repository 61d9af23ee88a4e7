"""Runs programs and reports their variable calls."""

import os
import re
import signal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any, Final

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError, source_error
from scopecli.ground.files import near_file, quotable, read_bytes, read_utf8
from scopecli.ground.limits import MAX_REPORT_BYTES
from scopecli.scenario.plain import parse_plain
from scopecli.tracing import Record, Request, Values, trace
from scopecli.tracing.notebooks import SUFFIX, Cell, cell_file, chosen_cells, is_notebook, read_cells

_BEGINNING: Final = 65_536  # bytes, in which a notebook that was copied as text has its first prompt
_MOST_NAMED: Final = 6  # functions
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
        values: how much is kept of what variables hold when a session last ran.
        verbose: whether TensorFlow's log lines are let through.
        cells: of a notebook, the numbers and ranges of those to run; none for all.
        again: of a notebook, the cells to run once more when all ran.
    """

    folder: str | None = None
    path: tuple[str, ...] = ()
    timeout: float | None = None
    output: str | None = None
    stop_after_build: bool = False
    tf1: bool = False
    stacks: bool = False
    values: Values = "none"
    verbose: bool = False
    cells: tuple[str, ...] = ()
    again: tuple[int, ...] = ()


def trace_program(
    target: str, arguments: Sequence[str], running: Running, *, function_arguments: str | None
) -> Record:
    """Run a script, or call a function, and return the record of its variable calls.

    Raises:
        InvalidSourceError: if there is no such program.
    """
    what = _what(target, running, function_arguments)
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
        values=running.values,
        verbose=running.verbose,
        **what,
    )
    try:
        folder = running.folder or _folder_of(request)
        record = trace(request, folder=folder, timeout=running.timeout, output=running.output)
    except OSError as error:
        where = str(error.filename or target)
        raise source_error(
            "SC801", f"cannot run the program: {error.strerror or error}", Location(where)
        ) from None
    if record.problems:
        raise InvalidSourceError(record.problems)
    return record


def _folder_of(request: Request) -> str | None:
    """Return the folder that a notebook runs in where none is given: its own, as Jupyter has it."""
    return str(Path(request.script).resolve().parent) if request.cells else None


def _what(target: str, running: Running, arguments: str | None) -> dict[str, Any]:
    """Return what a target is: a script or a notebook that is there, or a function and its arguments."""
    path = Path(running.folder or "", target)
    function = _FUNCTION.fullmatch(target)
    if function is None or os.path.exists(path):  # noqa: PTH110 - of a path that can't be, this is False
        _refuse_unreadable(path, target)
        if arguments is not None:
            raise source_error(
                "SC801",
                "a script takes its arguments as they are, after its name, and no --args",
                Location(target),
            )
        return {"script": target, "cells": _cells(path, target, running)}
    positional, keywords = _arguments(arguments)
    return {**function.groupdict(), "positional": positional, "keywords": keywords}


def _cells(path: Path, target: str, running: Running) -> tuple[Cell, ...]:
    """Return the cells to run of a notebook, whose lines messages quote; none of a script."""
    begins = (
        "" if target.endswith((".py", SUFFIX)) else read_bytes(str(path), _BEGINNING).decode(errors="replace")
    )
    if not is_notebook(target, begins):
        if running.cells or running.again:
            raise source_error("SC801", "--cells and --rerun are for notebooks", Location(target))
        return ()
    cells = read_cells(target, read_utf8(str(path), MAX_REPORT_BYTES, "a notebook"))
    for cell in cells:
        lines = dict(enumerate(cell.source.splitlines(), start=1))
        quotable.add_lines(cell_file(target, cell.number), lines)
    return chosen_cells(target, cells, running.cells, running.again)


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
    callable_ = _could_be_called(place.file, record.functions)
    if not record.tensorflow:
        hint = "scopecli run is for scenarios" if place.file.endswith((".yaml", ".yml")) else callable_
        message = "no get_variable call was made: the program did not import TensorFlow"
        return Diagnostic("SC807", message, place, hint)
    where = " in a graph" if record.eagerly_got else ""
    message = f"no get_variable call was made{where}; eager variables: {record.eager}"
    hint = "TF1's API is `import tensorflow.compat.v1 as tf` with `tf.disable_v2_behavior()`; --tf1 sets it"
    return Diagnostic("SC807", message, place, hint if record.eager else callable_)


def _could_be_called(script: str, functions: Sequence[str]) -> str | None:
    """Return the command that calls a function which a script only defines, and which others there are."""
    if not functions:
        return None
    path = Path(script)
    parts = path.with_suffix("").parts
    is_below = not path.is_absolute() and all(part.isidentifier() for part in parts)
    where = "" if is_below else f"--path {quote(str(path.parent))} "
    module = ".".join(parts) if is_below else path.stem
    others = f"; it also defines {', '.join(functions[1:_MOST_NAMED])}" if functions[1:] else ""
    command = f"scopecli trace {where}{module}:{functions[0]}"
    return f"it defines functions, which it does not call: `{command}` does{others}"
