"""Runs a program in a process of its own, and hands back the record of its variable calls."""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from scopecli.report.model import Report
from scopecli.tf1.watching.own_frames import STARTER
from scopecli.tracing.requests import INTERRUPT, JOURNAL, TIMEOUT, How, Record, Request, Values

__all__ = ["Record", "Request", "Values", "trace"]

_ROOT: Final = str(Path(__file__).parent.parent.parent)
_START: Final = """\
import sys
sys.path[0] = sys.argv.pop(1)
from scopecli.tracing.child import main
del sys.path[0]
main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
"""
_STANDARD_ERROR: Final = 2
_PATIENCE: Final = 5.0  # seconds that a program has to end by itself once it was interrupted
_WRITING: Final = 60.0  # seconds to write the record in


def trace(
    request: Request, *, folder: str | None = None, timeout: float | None = None, output: str | None = None
) -> Record:
    """Run a program and return its record, however it ended.

    Args:
        request: what to run.
        folder: the working directory to run it in.
        timeout: the seconds after which it is ended.
        output: the file that its standard output goes to; None for standard error.

    Raises:
        OSError: if the output can't be written, or the folder is none.
    """
    with tempfile.TemporaryDirectory(prefix="scopecli-") as place, _stream(output) as stream:
        asked, record = Path(place, "request"), Path(place, "record")
        asked.write_bytes(pickle.dumps(request))
        read, write = os.pipe()
        with os.fdopen(write, "wb", buffering=0) as control:
            command = [sys.executable, _start(place), _ROOT, str(asked), str(record), str(read)]
            child = subprocess.Popen(  # noqa: S603 - the user asked for it
                command, stdout=stream, cwd=folder, pass_fds=[read], env=_environment(request)
            )
            os.close(read)
            unanswered = _wait(child, control, timeout)
        if record.exists():
            return pickle.loads(record.read_bytes())  # type: ignore[no-any-return]  # noqa: S301 - our own
        reports = _recover_reports(record.with_suffix(JOURNAL), request)
    if unanswered:
        return Record(unanswered, lost=True, reports=reports)
    return Record("killed", -(child.returncode or 0), reports=reports, tensorflow=bool(reports))


def _recover_reports(journal: Path, request: Request) -> tuple[Report, ...]:
    """Return what the program noted of its calls."""
    if not journal.exists():
        return ()
    from scopecli.tracing.journal import recovered_reports  # noqa: PLC0415 - few programs crash

    return recovered_reports(journal, request)


def _start(place: str) -> str:
    """Write the file that Python starts with: given as text, its frame would be seen."""
    file = Path(place, STARTER)
    file.parent.mkdir(parents=True)
    file.write_text(_START, encoding="utf-8")
    return str(file)


@contextmanager
def _stream(output: str | None) -> Iterator[Any]:
    if output is None:
        yield _STANDARD_ERROR
    else:
        with open(output, "wb") as stream:  # noqa: PTH123 - a path as the user wrote it
            yield stream


def _environment(request: Request) -> dict[str, str]:
    """Return the program's environment: TensorFlow's log lines are for `-v`, what it raises is reported."""
    quiet = {} if request.verbose else {"TF_CPP_MIN_LOG_LEVEL": "3"}
    plots = {"MPLBACKEND": "agg"} if request.cells else {}  # no window opens
    return {**quiet, **plots, **os.environ}


def _wait(child: "subprocess.Popen[bytes]", control: Any, timeout: float | None) -> How | None:
    """Wait for the program's end; make it end where it is out of time, or was interrupted.

    Returns:
        Why it was asked for its record, if it gave none and had to be killed.
    """
    try:
        try:
            child.wait(timeout)
        except KeyboardInterrupt:
            return None if _let_answer(child, control) else "interrupted"
    except subprocess.TimeoutExpired:
        return None if _ask(child, control, TIMEOUT) else "timeout"
    return None


def _let_answer(child: "subprocess.Popen[bytes]", control: Any) -> bool:
    """Let the program answer the interrupt, which the terminal sent to it too; a second one is enough."""
    try:
        child.wait(_PATIENCE)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        return _ask(child, control, INTERRUPT)
    return True


def _ask(child: "subprocess.Popen[bytes]", control: Any, why: bytes) -> bool:
    """Ask for the record at once; return whether the program answered."""
    with suppress(OSError):
        control.write(why)
    try:
        child.wait(_WRITING)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        child.kill()
        child.wait()
        return False
    return True
