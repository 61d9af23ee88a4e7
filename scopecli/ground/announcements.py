"""What will take long is announced before it begins, to whoever listens: the command line says it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import Final

LONG: Final = 10
"""Seconds from which on work is announced."""

_listeners: list[Callable[[str], None]] = []
_watchers: list[Callable[[str | None], None]] = []


def listen(listener: Callable[[str], None], watcher: Callable[[str | None], None]) -> None:
    """Have functions told of work from now on, in place of any others.

    Args:
        listener: is told of what will take long.
        watcher: is told of what is being done, and by None that it is done.
    """
    _listeners[:] = [listener]
    _watchers[:] = [watcher]


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say what is being done, as long as it is."""
    for watcher in _watchers:
        watcher(what)
    try:
        yield
    finally:
        for watcher in _watchers:
            watcher(None)


def announce(work: str, seconds: float) -> None:
    """Say what work is about to begin, and what it may take, if that is long."""
    if seconds > LONG:
        rounded = ceil(seconds / LONG) * LONG
        for listener in _listeners:
            listener(f"{work}, which may take {rounded:,} seconds")
