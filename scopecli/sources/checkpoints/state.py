"""Reads the file `checkpoint` of a directory: which checkpoints were saved there, and which one last."""

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

from scopecli.ground.limits import MAX_STATE_BYTES
from scopecli.sources.checkpoints.files import as_text, read_file

NAME: Final = "checkpoint"

# Patterns are compiled where they are needed: few paths are directories.
_PATH: Final = rb"""(?mx)^\s*(?P<which>all_model_checkpoint_paths|model_checkpoint_path)\s*:\s*
    (?:"(?P<double>(?:[^"\\\n]|\\.)*)"|'(?P<single>(?:[^'\\\n]|\\.)*)')"""
_WINDOWS: Final = r"[A-Za-z]:[\\/]"
_ESCAPE: Final = rb"\\(?:(?P<octal>[0-7]{1,3})|[xX](?P<hex>[0-9a-fA-F]{1,2})|(?P<other>.))"
_CONTROLS: Final = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


class State(NamedTuple):
    """What the file says: the prefixes of checkpoints, within the directory.

    Attributes:
        newest: the one saved last; None where the file says none.
        all: those that were kept, the oldest first.
    """

    newest: str | None
    all: tuple[str, ...]


def read_state(directory: str) -> State:
    """Read the file of a directory.

    Raises:
        InvalidSourceError: if it can't be read.
    """
    found: dict[bytes, list[str]] = {}
    for match in re.finditer(_PATH, read_file(str(Path(directory, NAME)), MAX_STATE_BYTES)):
        written = match["double"] if match["double"] is not None else match["single"]
        path = _within(directory, as_text(re.sub(_ESCAPE, _unescape, written)))
        found.setdefault(match["which"], []).append(path)
    newest = found.get(b"model_checkpoint_path")
    return State(newest[-1] if newest else None, tuple(found.get(b"all_model_checkpoint_paths", ())))


def _within(directory: str, path: str) -> str:
    """Return a path in the directory: one that leads out of it is of before the directory was moved.

    Of a path that Windows wrote, the last component is.
    """
    if re.match(_WINDOWS, path) or "\\" in path:
        return os.path.join(directory, re.split(r"[\\/]", path)[-1])  # noqa: PTH118 - as below
    here = os.path.abspath(directory)  # noqa: PTH100 - `..` counts as it is written
    whole = os.path.abspath(os.path.join(here, path))  # noqa: PTH100, PTH118 - as above
    inside = os.path.relpath(whole, here) if whole.startswith(here + os.sep) else os.path.basename(whole)  # noqa: PTH119 - as above
    return os.path.join(directory, inside)  # noqa: PTH118 - as above


def _unescape(match: re.Match[bytes]) -> bytes:
    if match["octal"]:
        return bytes([int(match["octal"], 8) & 0xFF])
    if match["hex"]:
        return bytes([int(match["hex"], 16)])
    return _CONTROLS.get(match["other"], match["other"])
