"""Calls that may take long, on threads of their own: inside TensorFlow Python is not told of an interrupt."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def run_apart(function: Callable[[], T]) -> "Future[T]":
    """Call a function on a thread that keeps no process from its end; return what will have its result."""
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(function())
        except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
            result.set_exception(error)

    Thread(target=run, daemon=True).start()
    return result
