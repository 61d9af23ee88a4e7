"""The exceptions that scopecli raises; the command line catches this family and nothing else."""

from collections.abc import Iterable
from typing import NoReturn

from scopecli.ground.diagnostics import Diagnostic, Location


class ScopecliError(Exception):
    """A problem that ends a command, told as diagnostics.

    `exit_status` is the process's: 1 where something ran and the answer is no, 2 where it could not run.
    """

    exit_status = 2

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(map(_in_words, self.diagnostics)))


def _in_words(diagnostic: Diagnostic) -> str:
    hint = f"\nhelp: {diagnostic.help}" if diagnostic.help else ""
    return f"{diagnostic.location}: {diagnostic.message}{hint}"


class InvalidSourceError(ScopecliError):
    """A file that can't be read, or does not say what it must."""


def source_error(
    code: str,
    message: str,
    location: Location,
    help: str | None = None,  # noqa: A002 - the field's own name
) -> InvalidSourceError:
    """Return the error for one problem of a source, after which there is nothing left to read."""
    return InvalidSourceError([Diagnostic(code, message, location, help)])


class OutputError(ScopecliError):
    """The results could not be written where they were asked for."""


class ConversionError(ScopecliError):
    """A source can't be converted as it is asked for; nothing was written."""


class SessionTooLargeError(ScopecliError):
    """The session would need more memory than the limit allows."""


class ServersError(ScopecliError):
    """TensorFlow's servers are not there, or others than are meant."""


class TensorFlowUnavailableError(ScopecliError):
    """TensorFlow is missing, or lacks what scopecli builds on."""


class EngineError(Exception):
    """TensorFlow refused something: its exception, in plain values.

    Attributes:
        type_names: the exception's class name, then those of its bases.
        message: TensorFlow's message, whole but for the Python frames in it.
        __cause__: TensorFlow's exception itself.
        operation: the name of the operation that failed in a session; None while building.
        lost: which task of a cluster does not answer any more; empty for none.
    """

    def __init__(
        self, type_names: tuple[str, ...], message: str, operation: str | None, lost: str = ""
    ) -> None:
        super().__init__(message)
        self.lost = lost
        self.type_names = type_names
        self.message = message
        self.operation = operation


class PythonObjectError(Exception):
    """An object of the user's own code that can't be loaded."""

    def __init__(self, message: str, location: Location) -> None:
        super().__init__(message)
        self.location = location


class TooManyPartsError(Exception):
    """A partitioner that cuts a variable into more parts than can be made."""

    def __init__(self, parts: int, most: int) -> None:
        super().__init__(f"the partitioner cuts it into {parts:,} parts, and {most:,} is the most")


def assert_never(value: NoReturn) -> NoReturn:
    """Have the type checker prove that no case was left out; `typing` has this from Python 3.11 on."""
    raise AssertionError(value)
