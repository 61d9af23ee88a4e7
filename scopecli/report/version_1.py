"""Reports of version 1, with the keys of version 2."""

from collections.abc import Mapping
from typing import Any, Final

_SCOPE_KEYS: Final = {
    "asked": "requested_name",
    "made_unique": "uniquified",
    "around": "parent_index",
    "reopens": "reopens_index",
}
_CALL_KEYS: Final = {"opened": "scope_index"}
_PROBLEM_KEYS: Final = {"hint": "help", "related": "notes"}
_OWN_TYPES: Final = frozenset(
    {"NotRaised", "RaisedOtherwise", "UnsetHandle", "TooManyParts", "PythonObject", "Path"}
)
"""Of what scopecli refused itself: no class of an exception."""


def upgrade(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report of version 1 says; what is not as version 1 has it is left as it is."""
    found = dict(report)
    for name, upgrade in (("calls", _call), ("scopes", _scope), ("expected_failures", _problem)):
        if isinstance(found.get(name), list):
            found[name] = [upgrade(record) if isinstance(record, dict) else record for record in found[name]]
    if isinstance(found.get("error"), dict):
        found["error"] = _problem(found["error"])
    return found


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    found = _rename_keys(call, _CALL_KEYS)
    if isinstance(found.get("error"), dict):
        found["error"] = _problem(found["error"])
    return found


def _scope(scope: Mapping[str, Any]) -> dict[str, Any]:
    return _rename_keys(scope, _SCOPE_KEYS)


def _problem(problem: Mapping[str, Any]) -> dict[str, Any]:
    found = {"code": "SC101", **_rename_keys(problem, _PROBLEM_KEYS)}
    if str(found.get("type")) in _OWN_TYPES:
        found["type"] = None
    return found


def _rename_keys(record: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    return {keys.get(name, name): value for name, value in record.items()}
