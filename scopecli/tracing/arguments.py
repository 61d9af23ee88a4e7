"""The arguments of a recorded call, as plain values that can be compared."""

import math
from collections.abc import Mapping
from typing import Any, Final

from scopecli.report.values import Plain

_UNTOLD: Final = frozenset({"name", "reuse", "initial_value", "custom_getter", "shape"})
_DEFAULTS: Final = {"validate_shape": True, "synchronization": "AUTO", "aggregation": "NONE"}


def given_values(given: Mapping[str, Any]) -> dict[str, Plain]:
    """Return the arguments that were given, by name: what TensorFlow fills in is left out."""
    values = {key: _plain(value) for key, value in given.items() if value is not None and key not in _UNTOLD}
    return {key: value for key, value in values.items() if _DEFAULTS.get(key, ...) != value}


def _plain(value: Any) -> Plain:
    """Return something that is equal for equal arguments."""
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)  # JSON has no others
    if isinstance(value, (list, tuple)):
        return [_plain(element) for element in value]
    dtype = getattr(value, "base_dtype", None)
    if dtype is not None:
        return str(dtype.name)
    named = getattr(value, "name", None) or getattr(value, "__qualname__", None)
    return str(named) if isinstance(named, str) else _configuration_text(value)


def _configuration_text(value: Any) -> str:
    """Return an object's class, and its settings where it tells them."""
    try:
        settings = value.get_config()
    except Exception:  # noqa: BLE001 - the user's own class: whatever it raises, it tells nothing
        settings = None
    told = settings if isinstance(settings, dict) else {}
    return f"{type(value).__name__}({', '.join(f'{key}={told[key]}' for key in sorted(told, key=str))})"
