"""Holds back what TensorFlow writes to standard error: it does so below Python, whatever its log level."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Final, Literal

_STDERR: Final = 2
_REMARK: Final = re.compile(r"I\d{4} \d\d:\d\d:|WARNING: All log messages before absl")  # as absl writes them


@dataclass(slots=True)
class Held:
    """Decides at the end which of the lines held back are shown.

    Remarks are what TensorFlow logs below a warning.
    """

    show: Literal["nothing", "all but remarks", "all"] = "nothing"


@contextmanager
def captured_stderr() -> Iterator[Held]:
    """Keep the lines written to file descriptor 2; show them as asked for, on an error all but remarks."""
    decision = Held()
    with ExitStack() as opened:
        try:
            kept = opened.enter_context(tempfile.TemporaryFile())
            sys.stderr.flush()
            original = os.dup(_STDERR)
        except (OSError, AttributeError):  # no standard error to hold back, or no place to keep it
            yield decision
            return
        os.dup2(kept.fileno(), _STDERR)
        try:
            yield decision
        except Exception:
            decision.show = "all but remarks"
            raise
        finally:
            with suppress(OSError):
                sys.stderr.flush()
            os.dup2(original, _STDERR)
            os.close(original)
            if decision.show != "nothing":
                _show(kept, with_remarks=decision.show == "all")


def _show(kept: IO[bytes], *, with_remarks: bool) -> None:
    kept.seek(0)
    lines = kept.read().decode("utf-8", "replace").splitlines(keepends=True)
    with suppress(OSError):  # nobody reads it
        sys.stderr.writelines(line for line in lines if with_remarks or not _REMARK.match(line))
        sys.stderr.flush()
