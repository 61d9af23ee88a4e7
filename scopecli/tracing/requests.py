"""What the command line and the process that runs the program tell each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from scopecli.ground.diagnostics import Diagnostic
from scopecli.report.model import Report
from scopecli.tracing.notebooks import Cell

Values: TypeAlias = Literal["none", "summary", "full"]


@dataclass(frozen=True, slots=True)
class Request:
    """What to run, and how.

    Attributes:
        target: as the user wrote it.
        script: the file to run; empty for a function.
        cells: of a notebook, those to run in its place.
        module: where the function is.
        function: its name; empty for a script.
        arguments: the script's own.
        positional: the function's arguments, and those by name in `keywords`.
        path: what is put before `sys.path`.
        folder: what places in the report are relative to.
        stop_after_build: whether the program ends where it first runs a session.
        tf1: whether `import tensorflow` gives TF1's API.
        stacks: whether the user's whole stack is kept of each call.
        values: how much is kept of what variables hold when a session last ran.
        verbose: whether TensorFlow's log lines are let through while it loads, and what it says of deprecated
            functions.
    """

    target: str
    script: str = ""
    cells: tuple[Cell, ...] = ()
    module: str = ""
    function: str = ""
    arguments: tuple[str, ...] = ()
    positional: tuple[object, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    folder: str = ""
    stop_after_build: bool = False
    tf1: bool = False
    stacks: bool = False
    values: Values = "none"
    verbose: bool = False


How: TypeAlias = Literal[
    "finished", "left", "raised", "stopped", "interrupted", "timeout", "refused", "killed"
]
"""How a program ended: by itself, by `sys.exit` or `os._exit`, by an exception, at its first session, by the
user, out of time; not begun at all; by a signal."""

JOURNAL: Final = ".journal"
"""How the file is called, beside that of the record, in which calls are noted as they end."""

TIMEOUT: Final = b"t"
INTERRUPT: Final = b"i"
"""What the process is told: to write its record at once, and why."""


class Record(NamedTuple):
    """What the process that ran the program hands back.

    Attributes:
        how: how the program ended.
        status: the exit status, or the number of the signal.
        reports: one a graph; at least one, if anything was run.
        eager: how many variables were made in no graph.
        eagerly_got: whether `get_variable` made one of them.
        lost: whether the program could not be asked for more.
        failure: what ended the program, where it is not that of a call.
        problems: why it could not be run.
        tensorflow: whether the program imported TensorFlow.
        warnings: what was left out of the program, and what it does otherwise than it seems to.
        functions: those that the script defines, and that could be called.
    """

    how: How
    status: int = 0
    reports: tuple[Report, ...] = ()
    eager: int = 0
    failure: Diagnostic | None = None
    problems: tuple[Diagnostic, ...] = ()
    tensorflow: bool = False
    eagerly_got: bool = False
    lost: bool = False
    warnings: tuple[Diagnostic, ...] = ()
    functions: tuple[str, ...] = ()
