"""Notes each call as it ends, so that a program that crashes has not done everything in vain.

A record is made at the end of a program. One that is killed, or ends by a fault in native code, has no end:
then its report is made of these notes. They tell calls and variables, and nothing of scopes and collections.
"""

import linecache
import marshal
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

from scopecli.ground.diagnostics import Diagnostic
from scopecli.report.model import Call, Outcome, Part, Report, Source, Variable, with_roles
from scopecli.report.source_kinds import SourceKind
from scopecli.tf1.watching.watched_graph import facts_of
from scopecli.tracing.calls import mode_word
from scopecli.tracing.places import Places, is_ours, line_of
from scopecli.tracing.recording import RecordedCall
from scopecli.tracing.requests import Request

# What a note is made of, and what it is written with: a program may put something else in a module's place.
_Plain: TypeAlias = tuple[object, ...]
_dump = marshal.dumps


class _Noted(NamedTuple):
    """A call that ended.

    Attributes:
        process: which one made it: the program may have forked.
        graph: tells graphs apart.
        variable: the facts about what it yielded; None of what is no tensor.
        error: the type and the message of what it raised.
    """

    process: int
    graph: int
    step: str
    name: str
    scope: str
    mode: str
    file: str
    line: int
    function: str
    variable: _Plain | None
    error: tuple[str, str] | None


class Journal:
    """Writes the notes of a program."""

    def __init__(self, file: Path, places: Places) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._write = os.write
        self._places = places

    def note(self, call: RecordedCall) -> None:
        """Note a call; where that can't be, the program goes on without."""
        if call.is_eager:
            return
        try:
            self._write(self._descriptor, _dump(self._plain(call)))
        except Exception:  # noqa: BLE001 - whatever is wrong with a note, the program has nothing to do with it
            return

    def _is_unseen(self, file: str) -> bool:
        return is_ours(file) or self._places.is_library(file)

    def _plain(self, call: RecordedCall) -> Any:
        return tuple(self._make_note(call))

    def _make_note(self, call: RecordedCall) -> _Noted:
        frames = call.stack.instructions
        own = (frame for frame in frames if not self._is_unseen(frame[0].co_filename))
        code, instruction = next(own, frames[0])
        error = None if call.error is None else (type(call.error).__name__, str(call.error))
        return _Noted(
            process=os.getpid(),
            graph=id(call.graph),
            step=call.step,
            name="Variable" if call.name is None else str(call.name),
            scope=str(getattr(call.scope, "name", None) or ""),
            mode=mode_word(call.mode),
            file=code.co_filename,
            line=line_of(code, instruction),
            function="" if code.co_name == "<module>" else code.co_name,
            variable=None if call.error else _plain(facts_of(call.result)),
            error=error,
        )


def _plain(row: Variable | None) -> _Plain | None:
    if row is None:
        return None
    part = None if row.part is None else tuple(row.part)
    return row.name, row.shape, row.dtype, row.repr, row.kind, row.device, row.itemsize, part


def _row(plain: _Plain) -> Variable:
    name, shape, dtype, shown, kind, device, itemsize, part = cast("tuple[Any, ...]", plain)
    whole = None if part is None else Part(*part)
    return Variable(name, shape, dtype, shown, kind, None, (), device, itemsize, part=whole)


def recovered_reports(file: Path, request: Request) -> tuple[Report, ...]:
    """Return what the notes of a program tell: a report a graph; none if there are no notes."""
    places = Places(request.folder)
    graphs: dict[int, list[_Noted]] = {}
    notes = list(_notes(file))
    for noted in notes:
        if noted.process == notes[0].process:
            graphs.setdefault(noted.graph, []).append(noted)
    return tuple(_report(notes, request.target, places) for notes in graphs.values())


def _notes(file: Path) -> Iterator[_Noted]:
    """Yield the notes; the last may have been cut off."""
    with file.open("rb") as stream:
        while True:
            try:
                yield _Noted(*marshal.load(stream))  # noqa: S302 - our own
            except (EOFError, ValueError, TypeError):
                return


def _report(notes: list[_Noted], target: str, places: Places) -> Report:
    rows: dict[str, Variable] = {}
    first: dict[str, int] = {}
    calls: list[Call] = []
    for index, noted in enumerate(notes):
        call = Call(
            index=index,
            step=noted.step,
            handle=None,
            name=noted.name,
            scope=noted.scope,
            reuse=noted.mode,
            outcome="raised",
            location=places.location(noted.file, noted.line),
            function=noted.function,
            source_line=linecache.getline(noted.file, noted.line).strip(),
        )
        if noted.error:
            kind, message = noted.error
            call = replace(call, error=Diagnostic("SC101", message, call.location, type=kind))
        elif noted.variable:
            found = _row(noted.variable)
            name = found.name
            outcome: Outcome = "reused" if name in rows else "created"
            row = rows.setdefault(name, found)
            call = replace(call, outcome=outcome, variable=row, first_call=first.setdefault(name, index))
        calls.append(call)
    variables = tuple(row for row in rows.values() if row.kind != "tensor")
    return with_roles(Report(Source(SourceKind.PROGRAM, target), calls=tuple(calls), variables=variables))
