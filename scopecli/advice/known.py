"""What an entry of the knowledge base says of one message of TensorFlow's."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from scopecli.ground.diagnostics import Location
from scopecli.report.model import Call


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known about the program where TensorFlow refused.

    Attributes:
        created: the call that created each variable so far, by full name.
        reuse: the reuse mode in force.
        reuse_set_at: where it was set; None for the root's.
        in_session: whether an entry of the scenario's session was refused.
    """

    created: Mapping[str, Call]
    reuse: str
    reuse_set_at: Location | None
    in_session: bool = False


Hint: TypeAlias = str | Callable[[re.Match[str], Situation], str]
"""One line of help inside a scenario."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out.

    Attributes:
        text: what to do.
        code: TF1 code that does it; `...` stands for arguments that are the reader's own.
        scenario: the steps of a scenario that does the same.
    """

    text: str
    code: str | None = None
    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A message of TensorFlow's, what it means and what helps.

    In the texts `%name` stands for the variable that the message names, the names of the pattern's groups for
    what these found, and the names of `explaining.values_of` for what follows from these.

    Attributes:
        key: names the entry to programs, and never changes.
        pattern: finds the message, in TensorFlow's words of today and of TF1; compiled when it is needed.
        example: the message, as TensorFlow words it.
        causes: the usual ones, the commonest first.
        fixes: likewise.
        hint: what helps inside a scenario; None for what no scenario can meet.
        program_hint: what helps in a program; None where that is the first fix.
    """

    key: str
    pattern: str
    example: str
    meaning: str
    causes: tuple[str, ...]
    fixes: tuple[Fix, ...]
    hint: Hint | None = None
    program_hint: str | None = None


NAME: Final = r"""["'`]?(?P<variable>[^\s"'`%{}()\[\]<>,;]{0,300}[^\s"'`%{}()\[\]<>,;.:])["'`]?"""
"""Matches the name of a variable, and no `%s`: tracebacks quote the lines that make messages."""

NAME_BEGINS: Final = r"""(?<![^\s"'`%{}()\[\]<>,;])"""
"""Stands before a name that a pattern begins with: it is looked for where it begins, not inside."""
