"""What is being done, on standard error where that is a terminal: a line that goes away, or a bar."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

import click

from scopecli.ground.escapes import safe

T = TypeVar("T")

_FROM_THE_LEFT = "\r\x1b[K"  # over what stands in the line


def show_work(what: str | None) -> None:
    """Show what is being done in a line that goes away, where standard error is a terminal."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return
    with suppress(OSError):
        sys.stderr.write(f"{_FROM_THE_LEFT}{safe(what)} …" if what else _FROM_THE_LEFT)
        sys.stderr.flush()


def in_turn(items: Sequence[T], label: str, *, amount: Callable[[T], int], much: int) -> Iterator[T]:
    """Yield items, and show how much of the whole amount is done if that is at least `much`."""
    whole = sum(map(amount, items))
    if whole < much or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(length=whole, label=label, file=sys.stderr) as bar:
        for item in items:
            yield item
            bar.update(amount(item))
