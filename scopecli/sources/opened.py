"""What every kind of source is read into, and what stands for one that can't be read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.errors import InvalidSourceError, ScopecliError
from scopecli.report.model import Report, Variable

if TYPE_CHECKING:
    from scopecli.sources.checkpoints.bundle import Bundle

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unread:
    """A source that can't be read, or does not know what it is asked; the others are read all the same.

    Attributes:
        path: the source as the user named it.
        error: why, told by one problem or more.
    """

    path: str
    error: ScopecliError

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """Why, as diagnostics."""
        return self.error.diagnostics


def read_ones(found: Iterable[T | Unread]) -> list[T]:
    """Return what was read."""
    return [one for one in found if not isinstance(one, Unread)]


def unread_ones(found: Iterable[object]) -> list[Unread]:
    """Return what stands for those that could not be read."""
    return [one for one in found if isinstance(one, Unread)]


def raise_unread(found: Iterable[object]) -> None:
    """Raise what is wrong with those that could not be read: the error itself of one."""
    unread = unread_ones(found)
    if len(unread) == 1:
        raise unread[0].error
    if unread:
        raise InvalidSourceError(problem for one in unread for problem in one.problems)


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that was read.

    Attributes:
        read: returns the value of one of the report's variables as a numpy array, whole also where it is
            kept in parts, and raises InvalidSourceError where the source is damaged; None where the source
            keeps no values.
        damage: what is wrong with the files that the values are in.
        expect: is told what will be read, in this order, where that makes reading faster.
        file: the file that a report was saved in; None of the source itself.
        bundle: the index of a checkpoint that has one; None of everything else.
    """

    report: Report
    read: Callable[[Variable], Any] | None = None
    damage: tuple[Diagnostic, ...] = ()
    file: str | None = None
    bundle: "Bundle | None" = None
    expect: Callable[[Sequence[Variable]], None] | None = None

    @property
    def shown_path(self) -> str:
        """The source as the user named it."""
        return self.file or self.report.source.path
