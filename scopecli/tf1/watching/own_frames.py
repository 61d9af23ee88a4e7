"""Keeps frames of ours out of what TensorFlow tells of a watched program."""

from typing import Final, TypeVar

T = TypeVar("T")

# TensorFlow leaves frames with `tensorflow/python` in their file's name out of "Originally defined at", and
# shows five others: ours would stand in the place of the program's own.
UNSEEN: Final = "scopecli/for/tensorflow/python/watching.py"


def unseen(function: T) -> T:
    """Return a function whose frames TensorFlow takes for its own."""
    function.__code__ = function.__code__.replace(co_filename=UNSEEN)  # type: ignore[attr-defined]  # it has
    return function


def is_unseen(file: str) -> bool:
    """Tell whether a frame of this file is one of these."""
    return file.endswith(UNSEEN)
