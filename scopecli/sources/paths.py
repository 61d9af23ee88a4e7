"""Which scenario files are meant: a file itself, those in a directory, those that a pattern matches."""

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError

_SUFFIXES: Final = (".yaml", ".yml")
_NONE_IN_IT: Final = "there is no scenario in it: no file ends in .yaml or .yml"


def scenario_files(paths: Iterable[str]) -> list[str]:
    """Return the files that are meant, each once.

    A directory stands for every `*.yaml` and `*.yml` in it and below, in the order of their names.

    Raises:
        InvalidSourceError: if a directory or a pattern stands for none.
    """
    files: dict[str, None] = {}
    empty: list[Diagnostic] = []
    for path in paths:
        found = dict.fromkeys(_files(path))
        if not found:
            message = _NONE_IN_IT if _is_directory(path) else "no scenario matches this pattern"
            empty.append(Diagnostic("SC001", message, Location(path)))
        files.update(found)
    if empty:
        raise InvalidSourceError(empty)
    return list(files)


def _files(path: str) -> Iterator[str]:
    if path != "-" and _is_directory(path):
        found = (str(file) for file in sorted(Path(path).rglob("*")) if file.suffix in _SUFFIXES)
        yield from (file for file in found if not _is_directory(file))
    elif glob.has_magic(path) and not os.path.lexists(path):
        for file in sorted(glob.glob(path, recursive=True)):  # noqa: PTH207 - absolute patterns too
            yield from _files(file)
    else:
        yield path


def _is_directory(path: str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - of a path that can't be, such as a very long one, this is False
