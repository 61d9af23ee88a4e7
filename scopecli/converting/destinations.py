"""The kinds of files that are written: how their names end, and what they can hold."""

import os
import re
from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from scopecli.converting import npz, safetensors
from scopecli.converting.choosing import Chosen, is_float, problems_of
from scopecli.ground.dtypes import DTYPES_BY_NAME
from scopecli.ground.errors import ConversionError
from scopecli.sources.arrays import ARRAY_SUFFIX
from scopecli.sources.arrays.safetensors_header import METADATA
from scopecli.sources.checkpoints.state import NAME as STATE_NAME

_MOST_NAMED: Final = 5  # of one dtype
_FOLDER: Final = "name the checkpoint in it, such as {}"
_PREFIX: Final = "a checkpoint is named by its prefix: {}"
_KNOWN: Final = (
    "convert writes a checkpoint (`model.ckpt`, `model.ckpt-1000`, or a name without an ending), "
    "`.safetensors` and `.npz`"
)
_FILES: Final = re.compile(r"(?s)(?P<prefix>.*)(\.index|\.meta|\.data-\d{5}-of-\d{5})")
_PREFIX_NAME: Final = re.compile(r"(?s)[^.]+|.*\.ckpt(-[^.]*)?|.*[.-]\d+")


class DestinationKind(NamedTuple):
    """A kind of file that is written.

    Attributes:
        noun: what it is called in messages.
        ending: how its name ends; empty for a checkpoint, whose files have names that begin alike.
        dtypes: what it can hold.
        bad_name: returns what is wrong with a name; None if it can be one.
    """

    noun: str
    ending: str
    dtypes: frozenset[str]
    bad_name: Callable[[str], str | None]

    @property
    def is_checkpoint(self) -> bool:
        """Whether it is a checkpoint, of several files, which keeps slices."""
        return not self.ending


def _bad_in_checkpoint(name: str) -> str | None:
    if not name:
        return "it is empty"
    return "it begins with a zero byte, as keys of slices do" if name.startswith("\0") else None


def _bad_in_safetensors(name: str) -> str | None:
    return "the format has it for itself" if name == METADATA else None


def _bad_in_npz(name: str) -> str | None:
    if "\0" in name:
        return "names in a zip archive have no zero byte"
    if name.endswith(ARRAY_SUFFIX):
        return f"numpy takes {ARRAY_SUFFIX} for the ending of its own files"
    return "names in a zip archive are not as long" if len(name.encode()) > npz.LONGEST_NAME else None


class Destination(NamedTuple):
    """Where something is written, and what."""

    path: str
    kind: DestinationKind


CHECKPOINT: Final = DestinationKind(
    "a checkpoint", "", frozenset(DTYPES_BY_NAME) - {"resource"}, _bad_in_checkpoint
)
KINDS: Final = (
    CHECKPOINT,
    DestinationKind("safetensors", ".safetensors", frozenset(safetensors.DTYPES), _bad_in_safetensors),
    DestinationKind("npz", ".npz", npz.DTYPES, _bad_in_npz),
)


def kind_of(path: str) -> DestinationKind:
    """Return what is to be written at a path, told by how its name ends.

    Raises:
        ValueError: with what is wrong with it as a destination, and what to write instead.
    """
    name = os.path.basename(path)  # noqa: PTH119 - a path of any kind
    if path == "-":
        raise ValueError(f"standard output is no place for what is written; {_KNOWN}")
    if not name or name in (".", "..") or os.path.isdir(path):  # noqa: PTH112 - likewise
        inside = os.path.join(path, "model.ckpt")  # noqa: PTH118 - likewise
        raise ValueError(f"{path} is a folder; {_FOLDER.format(inside)}")
    if name == STATE_NAME:
        raise ValueError(f"a file {name} is where TensorFlow keeps which one is the newest; {_KNOWN}")
    kind = next((kind for kind in KINDS if kind.ending and path.endswith(kind.ending)), CHECKPOINT)
    files = _FILES.fullmatch(path)
    if files:
        raise ValueError(f"{path} is a file of a checkpoint; {_PREFIX.format(files['prefix'])}")
    if kind is CHECKPOINT and not _PREFIX_NAME.fullmatch(name):
        raise ValueError(f"nothing that is written ends in {Path(name).suffix}; {_KNOWN}")
    folder = os.path.dirname(path)  # noqa: PTH120 - likewise
    if folder and not os.path.isdir(folder):  # noqa: PTH112 - likewise
        raise ValueError(f"there is no folder {folder}; make it first")
    return kind


def refuse_unholdable(
    kind: DestinationKind, chosen: Sequence[Chosen], path: str, no_text: Container[str] = ()
) -> None:
    """Raise ConversionError with every variable that a destination can't hold, and with what to do.

    Args:
        kind: what the destination is.
        chosen: what is to be written.
        path: the source.
        no_text: the names there that stand for bytes which are no text.
    """
    by_dtype: dict[str, list[str]] = {}
    for one in chosen:
        if one.dtype not in kind.dtypes:
            by_dtype.setdefault(one.dtype, []).append(one.row.name)
    told: list[tuple[str, str | None]] = [
        (f"{kind.noun} can't hold {dtype}, which {_names_in_words(names)}", _what_to_do(kind, dtype))
        for dtype, names in by_dtype.items()
    ]
    told += [
        (f"{kind.noun} can't hold a variable called {one.name!r}: {reason}", "rename it with `--map`")
        for one in chosen
        if (reason := _reason_against(kind, one, no_text))
    ]
    told += [
        (f"{one.row.name!r} is of shape {one.shape}, which is not known in full", None)
        for one in chosen
        if one.shape is None or None in one.shape
    ]
    if told:
        raise ConversionError(problems_of("SC663", told, path))


def _reason_against(kind: DestinationKind, one: Chosen, no_text: Container[str]) -> str | None:
    """Return why a variable can't have its name in a destination; None if it can."""
    if one.name == one.row.name and one.name in no_text and not kind.is_checkpoint:
        return "it is no UTF-8"
    return kind.bad_name(one.name)


def _names_in_words(names: Sequence[str]) -> str:
    shown = ", ".join(map(repr, names[:_MOST_NAMED]))
    rest = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return f"{shown}{rest} {'is' if len(names) == 1 else 'are'}"


def _what_to_do(kind: DestinationKind, dtype: str) -> str:
    ways = ["leave out what is of it with `--exclude`"]
    if is_float(dtype):
        ways.insert(0, f"`--cast {dtype}=float32`")
    if not kind.is_checkpoint:
        ways.append("write a checkpoint, which holds all")
    return ", or ".join(ways)
