"""A progress bar on standard error, where that is a terminal and there is much to do."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import click

T = TypeVar("T")


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
