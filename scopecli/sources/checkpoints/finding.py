"""Finds out which checkpoint a path means."""

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.sources.checkpoints import state
from scopecli.sources.checkpoints.files import INDEX, is_file, open_file
from scopecli.sources.checkpoints.first_version import SHARDS
from scopecli.sources.checkpoints.table import MAGIC

_MOST_NAMED: Final = 5
_DATA: Final = r"(?s)(?P<prefix>.*)\.data-\d{5}-of-\d{5}"
_STEP: Final = r"(?s)(?P<base>.*)-(?P<step>\d{1,18})"


class Found(NamedTuple):
    """A checkpoint that is there.

    Attributes:
        prefix: what TensorFlow is given as its path.
        has_index: whether it has an index beside its data; those of the first version have none.
        steps: of a directory, the steps of the checkpoints in it, in order.
    """

    prefix: str
    has_index: bool = True
    steps: tuple[int, ...] = ()


def is_checkpoint(path: str) -> bool:
    """Tell whether a path means a checkpoint, whatever state that is in."""
    named = path.endswith(INDEX) or re.fullmatch(_DATA, path) or _is_state(path)
    return bool(named) or _holds_some(path) or _at(path) is not None or _was_meant(path)


def _is_state(path: str) -> bool:
    """Tell whether a path is the file of a directory that says which checkpoints are in it."""
    return os.path.basename(path) == state.NAME and is_file(path)  # noqa: PTH119 - a path of any kind


def _was_meant(path: str) -> bool:
    """Tell whether nothing is at a path, but beside it a checkpoint of another step, or only its data."""
    if not path or os.path.lexists(path):
        return False
    directory, name = os.path.split(path)
    base = _base(name)
    others = (_base(Path(prefix).name) for prefix in _saved_prefixes(directory or "."))
    return base in others or _has_data(directory or ".", name)


def _base(name: str) -> str:
    match = re.fullmatch(_STEP, name)
    return match["base"] if match else name


def _has_data(directory: str, name: str) -> bool:
    try:
        return any(file.startswith(f"{name}.data-") for file in os.listdir(directory))  # noqa: PTH208 - names alone
    except (OSError, ValueError):
        return False


def find(path: str, step: int | None) -> Found:
    """Return the checkpoint that a path means; of several steps, the newest or the one asked for.

    Raises:
        InvalidSourceError: if there is none.
    """
    if _is_state(path):
        path = os.path.dirname(path) or "."  # noqa: PTH120 - a path of any kind
    if _holds_some(path):
        chosen = _newest(path) if step is None else _of_step(path, step)
        return chosen._replace(steps=_steps(path))
    data = re.fullmatch(_DATA, path)
    prefix = data["prefix"] if data else path.removesuffix(INDEX)
    if step is not None:
        match = re.fullmatch(_STEP, prefix)
        prefix = f"{match['base'] if match else prefix}-{step}"
    found = _at(prefix)
    if found:
        return found
    if _is_directory(path):
        raise _none_in(path)
    message = f"there is no checkpoint of this name: no file {Path(prefix).name}{INDEX}"
    raise _missing(prefix, message, str(Path(prefix).parent))


def _newest(directory: str) -> Found:
    """Return the checkpoint that the directory's own file names, or else that of the highest step."""
    newest = _state(directory).newest
    if newest is None:
        saved = _saved_prefixes(directory)
        if not saved:
            raise _none_in(directory)
        return Found(saved[-1])
    found = _at(newest)
    if found is None:
        message = f"its file `{state.NAME}` names {Path(newest).name}, which is not there"
        raise _missing(directory, message, directory)
    return found


def _of_step(directory: str, step: int) -> Found:
    for prefix in reversed([*_saved_prefixes(directory), *_state(directory).all]):
        found = _at(prefix) if _step(prefix) == step else None
        if found:
            return found
    first = _of_first_version(directory, step)
    if first:
        return first
    raise _missing(directory, f"there is no checkpoint of step {step} in it", directory)


def _of_first_version(directory: str, step: int) -> Found | None:
    """Return the checkpoint of a step that has no index: a table, or several."""
    for name in sorted(os.listdir(directory)):  # noqa: PTH208 - names alone
        match = re.fullmatch(rf"(?s)(?P<prefix>.*-0*{step})(-\d{{5}}-of-(?P<count>\d{{5}}))?", name)
        if match:
            shards = f"-?????-of-{match['count']}" if match["count"] else ""
            found = _at(os.path.join(directory, match["prefix"] + shards))  # noqa: PTH118 - as it was given
            if found:
                return found
    return None


def steps_in(path: str) -> tuple[int, ...]:
    """Return the steps of the checkpoints in a directory, in order; none of what is no such directory."""
    return _steps(path) if _is_directory(path) else ()


def _steps(directory: str) -> tuple[int, ...]:
    return tuple(sorted({step for prefix in _saved_prefixes(directory) if (step := _step(prefix)) >= 0}))


def _state(directory: str) -> state.State:
    there = is_file(f"{directory}/{state.NAME}")
    return state.read_state(directory) if there else state.State(None, ())


def _holds_some(path: str) -> bool:
    return _is_directory(path) and (is_file(f"{path}/{state.NAME}") or bool(_saved_prefixes(path)))


def _is_directory(path: str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - of a path that can't be, such as a very long one, this is False


def _at(prefix: str) -> Found | None:
    """Return the checkpoint of exactly this prefix, if it is there."""
    if os.path.lexists(prefix + INDEX):
        return Found(prefix)
    shards = re.fullmatch(SHARDS, prefix)
    table = f"{shards['prefix']}-00000-of-{shards['count']}" if shards else prefix
    if is_table(table):
        return Found(prefix, has_index=False)
    return None if shards else _at_shards(prefix)


def _at_shards(prefix: str) -> Found | None:
    """Return the checkpoint of the first version that is in tables of this prefix, as session bundles are."""
    directory, name = os.path.split(prefix)
    try:
        names = os.listdir(directory or ".") if name else []  # noqa: PTH208 - names alone
    except (OSError, ValueError):
        return None
    first = re.compile(rf"(?s){re.escape(name)}-00000-of-(?P<count>\d{{5}})")
    found = next((match["count"] for file in names if (match := first.fullmatch(file))), None)
    return None if found is None else _at(f"{prefix}-?????-of-{found}")


def is_table(path: str) -> bool:
    """Tell whether a file ends as tables do."""
    if not is_file(path):
        return False
    try:
        stream, size = open_file(path)
        with stream:
            stream.seek(max(0, size - len(MAGIC)))
            return stream.read(len(MAGIC)) == MAGIC
    except (OSError, InvalidSourceError):
        return False


def _saved_prefixes(directory: str) -> list[str]:
    """Return the prefixes of the checkpoints whose indexes are in a directory, the newest last."""
    try:
        indexes = [path for path in Path(directory).iterdir() if path.suffix == INDEX]
    except (OSError, ValueError):
        return []
    return sorted((str(index.with_suffix("")) for index in indexes), key=_age)


def _step(prefix: str) -> int:
    match = re.fullmatch(_STEP, prefix)
    return int(match["step"]) if match else -1


def _age(prefix: str) -> tuple[int, float, str]:
    try:
        return _step(prefix), Path(prefix + INDEX).stat().st_mtime, prefix
    except OSError:
        return _step(prefix), 0, prefix


def _none_in(directory: str) -> InvalidSourceError:
    message = f"no checkpoint is in it: no file `{state.NAME}` that names one, none that ends in {INDEX}"
    return _missing(directory, message, directory)


def _missing(path: str, message: str, directory: str) -> InvalidSourceError:
    """Return the error for a checkpoint that is not there, with what there is instead."""
    there = [Path(prefix).name for prefix in _saved_prefixes(directory)]
    named = ", ".join(there[-_MOST_NAMED:])
    more = f" and {len(there) - _MOST_NAMED:,} older ones" if len(there) > _MOST_NAMED else ""
    found = f"there is {named}{more}" if there else None
    return InvalidSourceError([Diagnostic("SC601", message, Location(path), found)])
