"""Holds back what TensorFlow writes to standard error: it does so below Python, whatever its log level."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Final

_STDERR: Final = 2


@dataclass(slots=True)
class Held:
    """Decides at the end what becomes of the lines held back."""

    show: bool = False


@contextmanager
def captured_stderr() -> Iterator[Held]:
    """Keep the lines written to file descriptor 2; show them afterwards if asked to, or on an error."""
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
            decision.show = True
            raise
        finally:
            with suppress(OSError):
                sys.stderr.flush()
            os.dup2(original, _STDERR)
            os.close(original)
            if decision.show:
                _show(kept)


def _show(kept: IO[bytes]) -> None:
    kept.seek(0)
    with suppress(OSError):  # nobody reads it
        sys.stderr.write(kept.read().decode("utf-8", "replace"))
        sys.stderr.flush()
