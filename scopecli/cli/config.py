"""The project's own defaults: `[tool.scopecli]` in the nearest `pyproject.toml`."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.words import did_you_mean

_FILE: Final = "pyproject.toml"
_TABLE: Final = "[tool.scopecli"


def project_defaults() -> dict[str, Any]:
    """Return what the project says instead of options, by the names of their parameters; empty if nothing.

    Raises:
        InvalidSourceError: if what it says is no TOML, or none of the keys that there are.
    """
    path = _nearest()
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}  # it is the file of other tools too, and these will tell
    if _TABLE not in text:
        return {}
    table = _parse(text, path).get("tool", {}).get("scopecli", {})
    return _check_keys(table, str(path), text)


def _nearest() -> Path | None:
    here = Path.cwd()
    files = (folder / _FILE for folder in (here, *here.parents))
    return next((file for file in files if file.is_file()), None)


def _parse(text: str, path: Path) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - only where there is something to read
    else:
        import tomli as tomllib  # noqa: PLC0415 - likewise
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidSourceError([Diagnostic("SC203", f"not TOML: {error}", Location(str(path)))]) from None


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


class _Key(NamedTuple):
    """What may be said.

    Attributes:
        parameter: of commands, for which it stands.
        suits: tells whether a value is of its type.
        wanted: the type, as a message says it.
    """

    parameter: str
    suits: Callable[[object], bool]
    wanted: str


_KEYS: Final = {
    "ignore": _Key("ignore", _is_texts, 'a list of codes such as ["SC405"]'),
    "select": _Key("select", _is_texts, 'a list of codes such as ["SC401"]'),
    "paths": _Key("paths", _is_texts, 'a list of paths such as ["scenarios"]'),
    "allow-python": _Key("allow_python", lambda value: isinstance(value, bool), "true or false"),
    "color": _Key("color", lambda value: value in ("auto", "always", "never"), '"auto", "always" or "never"'),
}


def _check_keys(table: object, path: str, text: str) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise InvalidSourceError([_problem("`tool.scopecli` is no table", path, text, "scopecli")])
    problems: list[Diagnostic] = []
    for name, value in table.items():
        key = _KEYS.get(name)
        if key is None:
            hint = did_you_mean(name, _KEYS) or f"the keys are {', '.join(_KEYS)}"
            problems.append(_problem(f"`[tool.scopecli]` has no key `{name}`", path, text, name, hint))
        elif not key.suits(value):
            problems.append(_problem(f"`{name}` is to be {key.wanted}", path, text, name))
    if problems:
        raise InvalidSourceError(problems)
    return {_KEYS[name].parameter: value for name, value in table.items()}


def _problem(message: str, path: str, text: str, name: str, hint: str | None = None) -> Diagnostic:
    """Return a problem with the first line behind the table's head that begins with a name."""
    lines = text.splitlines()
    head = next((number for number, line in enumerate(lines) if line.strip().startswith(_TABLE)), 0)
    found = (number for number in range(head, len(lines)) if lines[number].strip().startswith(name))
    number = next(found, head) + 1
    return Diagnostic("SC203", message, Location(path, number, 1, number, len(lines[number - 1]) + 1), hint)
