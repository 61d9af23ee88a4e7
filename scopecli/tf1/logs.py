"""Holds back what TensorFlow writes to standard error: it does so below Python, whatever its log level."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

_STDERR: Final = 2


@dataclass(slots=True)
class Held:
    """Decides at the end what becomes of the lines held back."""

    show: bool = False


@contextmanager
def held() -> Iterator[Held]:
    """Keep the lines written to file descriptor 2; show them afterwards if asked to, or on an error."""
    decision = Held()
    try:
        sys.stderr.flush()
        original = os.dup(_STDERR)
    except (OSError, AttributeError):  # no standard error: nothing to hold back
        yield decision
        return
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), _STDERR)
        try:
            yield decision
        except Exception:
            decision.show = True
            raise
        finally:
            sys.stderr.flush()
            os.dup2(original, _STDERR)
            os.close(original)
            if decision.show:
                _show(kept)


def _show(kept: IO[bytes]) -> None:
    kept.seek(0)
    sys.stderr.write(kept.read().decode("utf-8", "replace"))
    sys.stderr.flush()
