"""Keeps frames of ours out of what TensorFlow tells of a watched program."""

from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")

_NAME: Final = "watching_for_scopecli.py"


def _unseen_file() -> str:
    """Return the name of a file, which is not there, among TensorFlow's own.

    TensorFlow leaves frames with `tensorflow/python` in their file's name out of "Originally defined at", and
    shows five others: ours would stand in the place of the program's own. AutoGraph leaves out those below
    the folder of `tensorflow.python` (`traceback_utils.include_frame`).
    """
    spec = PathFinder.find_spec("tensorflow")
    root = Path(spec.origin).parent if spec and spec.origin else Path("tensorflow")
    return str(root / "python" / _NAME)


STARTER: Final = f"scopecli/for/tensorflow/python/{_NAME}"
"""The file that starts a program, below a folder of ours: TensorFlow takes it for its own as well."""

_UNSEEN: Final = _unseen_file()


def hide_frames(function: T) -> T:
    """Return a function whose frames TensorFlow takes for its own."""
    function.__code__ = function.__code__.replace(co_filename=_UNSEEN)  # type: ignore[attr-defined]  # it has
    return function


def is_unseen(file: str) -> bool:
    """Tell whether a frame of this file is one of these."""
    return file.endswith(_NAME)
