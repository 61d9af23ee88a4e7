"""Which files are meant: a file itself, those in a directory, those that a pattern matches."""

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.sources.opened import Unread
from scopecli.sources.opening import is_source, not_a_scenario

_SUFFIXES: Final = (".yaml", ".yml")
_NONE_IN_IT: Final = "there is no scenario in it: no file ends in .yaml or .yml"


def scenario_files(paths: Iterable[str], *, repeated: bool = False) -> list[str | Unread]:
    """Return the scenarios that are meant: of a directory every `*.yaml` and `*.yml` in it and below.

    Args:
        paths: files, directories, patterns; `-` is standard input.
        repeated: whether a file that is named twice is meant twice.

    Returns:
        The files, those of a directory or a pattern in the order of their names, and what stands for none.
    """
    files = _all_files(paths, lambda _: False, _no_scenario)
    return files if repeated else list(dict.fromkeys(files))


def source_files(paths: Iterable[str]) -> list[str | Unread]:
    """Return the sources that are meant: a directory that is none itself stands for the scenarios in it.

    Args:
        paths: files, directories, patterns; `-` is standard input.
    """
    return _all_files(paths, is_source, lambda path: path if _is_directory(path) else _no_scenario(path))


def _all_files(
    paths: Iterable[str], is_one: Callable[[str], bool], nothing: Callable[[str], str | Unread]
) -> list[str | Unread]:
    """Return what paths stand for, or what `nothing` makes of one that stands for no file."""
    files: list[str | Unread] = []
    for path in paths:
        found = dict.fromkeys(_files(path, is_one))
        files += found or [nothing(path)]
    return files


def _files(path: str, is_one: Callable[[str], bool]) -> Iterator[str]:
    if path != "-" and _is_directory(path) and not is_one(path):
        found = (file for file in sorted(Path(path).rglob("*")) if file.suffix in _SUFFIXES)
        yield from (str(file) for file in found if not _is_hidden(file, path) and not file.is_dir())
    elif glob.has_magic(path) and not os.path.lexists(path):
        for file in sorted(glob.glob(path, recursive=True)):  # noqa: PTH207 - absolute patterns too
            yield from _files(file, is_one)
    else:
        yield path


def _is_hidden(file: Path, below: str) -> bool:
    """Tell whether a file is in a folder such as `.git` or `.venv`, or is such a one."""
    return any(name.startswith(".") for name in file.relative_to(below).parts)


def _no_scenario(path: str) -> Unread:
    if not _is_directory(path):
        problem = Diagnostic(
            "SC001", "there is no such file, and as a pattern it matches none", Location(path)
        )
    else:
        problem = not_a_scenario(path) or Diagnostic("SC001", _NONE_IN_IT, Location(path))
    return Unread(path, InvalidSourceError([problem]))


def _is_directory(path: str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - of a path that can't be, such as a very long one, this is False
