"""What will take long is announced before it begins, to whoever listens: the command line says it."""

from collections.abc import Callable
from math import ceil
from typing import Final

LONG: Final = 10
"""Seconds from which on work is announced."""

_listeners: list[Callable[[str], None]] = []


def listen(listener: Callable[[str], None]) -> None:
    """Have a function told of long work from now on, in place of any other."""
    _listeners[:] = [listener]


def announce(work: str, seconds: float) -> None:
    """Say what work is about to begin, and what it may take, if that is long."""
    if seconds > LONG:
        rounded = ceil(seconds / LONG) * LONG
        for listener in _listeners:
            listener(f"{work}, which may take {rounded:,} seconds")
