"""Turns what TensorFlow raises into one exception of ours, without the Python frames in its text."""

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from scopecli.ground.errors import EngineError

# What building a graph or running a session can raise of bad arguments; OpError is no common base of these.
_RAISED: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)

# The frames would be scopecli's own; the scenario's places stand for them.
_FRAMES: Final = re.compile(
    r"""
    [ ]?Originally\ defined\ at:\n(?:[ ]*\n)*(?:[ ]+File\ .*\n?)*  # "Variable w already exists": who made it
    # what a template says of itself; the operation that failed
    | \n*^(?:originally\ defined\ at:|Original\ stack\ trace\ for\ .*)\n(?:[ ]+File\ .*\n?|[ ]{4}.*\n?)*
    | ^Detected\ at\ node\ .*\ defined\ at\ \(most\ recent\ call\ last\):\n
      (?:[ ]+File\ .*\n?|[ ]{6}.*\n?|[ ]*\n)*
    """,
    re.VERBOSE | re.MULTILINE,
)

_NODE: Final = re.compile(r"\{\{node ([^{}]+)\}\}|[Nn]ode:? '([^']+)'")


@contextmanager
def translate_errors(op_error: type[Exception]) -> Iterator[None]:
    """Raise what TensorFlow raises inside as an `EngineError`; `op_error` is TensorFlow's `OpError`."""
    try:
        yield
    except (*_RAISED, op_error) as error:
        raise engine_error(error) from error


def engine_error(error: BaseException) -> EngineError:
    """Return TensorFlow's exception in plain values."""
    names = tuple(kind.__name__ for kind in type(error).__mro__ if issubclass(kind, BaseException))
    message = without_frames(_text(error))
    op = getattr(error, "op", None)
    return EngineError(names, message, getattr(op, "name", None) or _node(message))


def _text(error: BaseException) -> str:
    try:
        return str(getattr(error, "message", None) or error)
    except Exception:  # noqa: BLE001 - the class is anybody's; Python's own traceback says the same of it
        return "<exception str() failed>"


def _node(message: str) -> str | None:
    """Return the operation that a message is about, where the exception itself has none."""
    found = _NODE.search(message)
    return found and next(filter(None, found.groups()))


def stack_of(error: EngineError) -> str:
    """Return TensorFlow's Python stack, as Python prints it."""
    cause = error.__cause__
    return "".join(traceback.format_exception(cause)) if cause else ""


def without_frames(message: str) -> str:
    """Cut the Python frames out of a message of TensorFlow's."""
    return _FRAMES.sub("", message).strip()
