"""Reads names and their new ones out of what `scopecli diff --emit` wrote: data, of which nothing is run.

Either is of a comparison of A and B, and says what the tensors of B are called in A.
"""

import ast
import json
from collections.abc import Iterable
from typing import Any, Final

from scopecli.ground.diagnostics import Location
from scopecli.ground.errors import InvalidSourceError, source_error
from scopecli.ground.files import point, read_utf8
from scopecli.ground.limits import MAX_MAP_BYTES
from scopecli.ground.words import quote_text

_HELP: Final = "a map is what `scopecli diff A B --emit assignment-map`, or `--emit json`, printed"
_JSON: Final = '{"'  # of what `--emit json` prints; a map of Python's has its keys in single quotes
_MOST_NAMED: Final = 5


def read_map_file(path: str) -> dict[str, list[str]]:
    """Return the new names of each name, mostly one.

    Raises:
        InvalidSourceError: if the file can't be read, or is no such map, or has renames that are not sure.
    """
    text = read_utf8(path, MAX_MAP_BYTES, "a map of names")
    if "".join(text[:1000].split()).startswith(f"{_JSON}schema_version"):
        return _by_old_name(path, _renames(path, text))
    return _by_old_name(path, _pairs(path, text))


def _by_old_name(path: str, pairs: Iterable[tuple[Any, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for old, new in pairs:
        if not isinstance(old, str) or not isinstance(new, str):
            raise _no_map_error(path, "it has something else than names")
        found.setdefault(old, []).append(new)
    return found


def _pairs(path: str, text: str) -> Iterable[tuple[Any, Any]]:
    """Return the pairs of a map as Python: a dict, or a list of pairs."""
    try:
        found = ast.literal_eval(text.strip())
    except SyntaxError as error:
        place = point(path, max(error.lineno or 1, 1) - 1, max(error.offset or 1, 1) - 1)
        raise source_error("SC668", f"it is no map of names: {error.msg}", place, _HELP) from None
    except (ValueError, TypeError, MemoryError, RecursionError):
        raise _no_map_error(path, "it has something else than names") from None
    if isinstance(found, dict):
        return found.items()
    if not isinstance(found, list) or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in found):  # noqa: PLR2004 - a pair
        raise _no_map_error(path, "it is no dict, and no list of pairs")
    return found


def _renames(path: str, text: str) -> list[tuple[Any, Any]]:
    """Return the renames that `--emit json` tells."""
    try:
        found = json.loads(text)
        renames = [(rename["b"], rename["a"], rename["is_sure"]) for rename in found["renames"]]
    except json.JSONDecodeError as error:
        place = point(path, error.lineno - 1, error.colno - 1)
        raise source_error("SC668", f"this is no JSON: {error.msg}", place, _HELP) from None
    except (KeyError, TypeError, ValueError, RecursionError):
        raise _no_map_error(path, "it tells no renames") from None
    unsure = [(old, new) for old, new, is_sure in renames if is_sure is not True]
    if unsure:
        raise _unsure_error(path, unsure)
    return [(old, new) for old, new, _ in renames]


def _unsure_error(path: str, unsure: list[tuple[Any, Any]]) -> InvalidSourceError:
    named = ", ".join(
        f"{quote_text(str(old))} to {quote_text(str(new))}" for old, new in unsure[:_MOST_NAMED]
    )
    rest = f" and {len(unsure) - _MOST_NAMED:,} more" if len(unsure) > _MOST_NAMED else ""
    message = f"{len(unsure):,} of its renames are not sure: {named}{rest}"
    hint = 'look at them: write `"is_sure": true` for those that are right, and take out the others'
    return source_error("SC668", message, Location(path), hint)


def _no_map_error(path: str, why: str) -> InvalidSourceError:
    return source_error("SC668", f"it is no map of names: {why}", Location(path), _HELP)
