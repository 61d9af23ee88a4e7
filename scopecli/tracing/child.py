"""The process that runs the program: it writes the record at the program's end, however that comes."""

import _thread
import atexit
import os
import pickle
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.errors import ScopecliError
from scopecli.tf1.compat import old_programs
from scopecli.tf1.watching.hooks import put_in
from scopecli.tf1.watching.own_frames import hide_frames
from scopecli.tf1.watching.session_values import SessionValues
from scopecli.tf1.watching.surroundings import Surroundings, silence_deprecations
from scopecli.tf1.watching.tensorflow_import import when_imported
from scopecli.tracing.ending import places_of, record_of
from scopecli.tracing.journal import Journal
from scopecli.tracing.places import stack_text
from scopecli.tracing.recording import Recording
from scopecli.tracing.requests import INTERRUPT, JOURNAL, How, Record, Request
from scopecli.tracing.running import UnrunnableError, run_program

_LEAVE: Final = os._exit  # the program gets another
_dump = pickle.dumps  # the program may put another in its place
_REFUSED: Final = 2
_INTERRUPTED: Final = 130


@hide_frames
def main(request_file: str, record_file: str, control: int) -> NoReturn:
    """Run the program that a request asks for, and leave a record of it.

    Args:
        request_file: where the request is.
        record_file: where the record is to be.
        control: the file descriptor of the pipe through which the parent may ask for the record at once.
    """
    request: Request = pickle.loads(Path(request_file).read_bytes())  # noqa: S301 - written by our own parent
    child = _Child(request, Path(record_file))
    child.prepare(control)
    sys.exit(child.run())


class _BuildFinished(BaseException):
    """Ends a program at its first session; no `except Exception` keeps it from that."""


class _Child:
    """The program, and what becomes of it."""

    def __init__(self, request: Request, record_file: Path) -> None:
        self._request = request
        self._record_file = record_file
        self._process = os.getpid()
        self._writing = threading.Lock()
        self._recording: Recording | None = None
        self._how: How = "finished"
        self._status = 0
        self._error: BaseException | None = None
        self._warnings: list[Diagnostic] = []
        self._hidden: dict[str, Any] = {}

    def prepare(self, control: int) -> None:
        """Have the record written however the program ends."""
        os.set_inheritable(control, False)  # noqa: FBT003 - the system call's own
        # No `threading.Thread`: the program may look at those.
        _thread.start_new_thread(self._obey, (control,))
        atexit.register(self._end)  # the first that is registered is the last that is called
        os._exit = self._leave
        if self._request.tf1:
            old_programs.prepare()
        when_imported(self._watch, verbose=self._request.verbose)

    @hide_frames
    def run(self) -> int:
        """Run the program; return its exit status."""
        self._hide()
        try:
            run_program(self._request, self._record_file.parent, self._warnings)
        except UnrunnableError as error:
            self._refuse(error.diagnostic)
        except SystemExit as leaving:
            self._how, self._status = "left", _status(leaving.code)
        except KeyboardInterrupt:
            self._how, self._status = "interrupted", _INTERRUPTED
        except BaseException as error:  # noqa: BLE001 - whatever ends the program is reported
            self._fail(error)
        return self._status

    def _hide(self) -> None:
        """Take our modules out of sight: a program may have one called as ours is, and looks at them all."""
        for name in [*sys.modules]:
            if name.partition(".")[0] == "scopecli":
                self._hidden[name] = sys.modules.pop(name)

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, _BuildFinished):
            self._how = "stopped"
            return
        self._how, self._status, self._error = "raised", 1, error
        if os.getpid() != self._process:
            sys.stderr.write(stack_text(error))  # nobody else tells of a process that was forked

    def _watch(self) -> None:
        """Put the hooks in."""
        try:
            at_session = self._stop if self._request.stop_after_build else None
            journal = Journal(self._record_file.with_suffix(JOURNAL), places_of(self._request))
            recording = Recording(Surroundings(), at_session=at_session, at_call_end=journal.note)
            if self._request.values != "none":
                recording.values = SessionValues(recording.results, full=self._request.values == "full")
            put_in(recording)
        except ScopecliError as error:
            self._refuse(*error.diagnostics)
        self._recording = recording
        if not self._request.verbose:
            silence_deprecations()
        if self._request.tf1:
            old_programs.put_in_place()

    def _stop(self) -> NoReturn:
        """End the program at its first session: by an exception, unless that does not or did not end it."""
        was_asked, self._how = self._how == "stopped", "stopped"
        if was_asked or threading.current_thread() is not threading.main_thread():
            self._end()
        raise _BuildFinished

    def _refuse(self, *problems: Diagnostic) -> NoReturn:
        """End a program that can't be run."""
        self._write(Record("refused", _REFUSED, problems=problems))
        _LEAVE(_REFUSED)

    def _obey(self, control: int) -> None:
        """Wait until the parent asks for the record, or is no more."""
        asked = os.read(control, 1)
        if asked:
            self._how = "interrupted" if asked == INTERRUPT else "timeout"
            self._end()
        _LEAVE(_INTERRUPTED)

    def _leave(self, status: int) -> NoReturn:
        """Do what `os._exit` does; a process that the program forked has no record of its own."""
        if os.getpid() == self._process:
            self._how, self._status = "left", status
            self._write(self._record())
        _LEAVE(status)

    def _end(self) -> None:
        if os.getpid() != self._process:
            return
        with self._writing:
            self._write(self._record())
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        _LEAVE(self._status)

    def _record(self) -> Record:
        if self._recording and self._recording.values and self._how not in ("timeout", "interrupted"):
            self._recording.values.read_open()  # of a session that may be running, nothing can be read
        record = record_of(self._recording, self._request, self._how, self._status, self._error)
        return record._replace(warnings=(*self._warnings, *record.warnings))

    def _write(self, record: Record) -> None:
        sys.modules.update(self._hidden)  # a record is made of what is in them
        part = self._record_file.with_suffix(".part")
        with suppress(OSError):  # the program took the folder away: the parent says that there is none
            part.write_bytes(_dump(record))
            part.replace(self._record_file)


def _status(code: object) -> int:
    """Return the exit status of `sys.exit(code)`, which prints what is no number."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)  # noqa: T201 - as Python does
    return 1
