"""How JSON has the fields of a dataclass: always, only where they are not the default, or never."""

from collections.abc import Callable
from dataclasses import MISSING, Field, field
from typing import Any, Final

_IN_JSON: Final = "in JSON"
_WHERE_GIVEN: Final = "where given"
_NEVER: Final = "never"


def where_given(default: Any = None, *, factory: Callable[[], Any] | None = None) -> Any:
    """Return a field that JSON has only where it is not the default."""
    metadata = {_IN_JSON: _WHERE_GIVEN}
    if factory:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


def unsaved_field(default: Any) -> Any:
    """Return a field that JSON never has."""
    return field(default=default, metadata={_IN_JSON: _NEVER})


def is_where_given(declared: Field[Any]) -> bool:
    """Tell whether JSON has a field only where it is not the default."""
    return declared.metadata.get(_IN_JSON) == _WHERE_GIVEN


def left_out_value(declared: Field[Any]) -> Any:
    """Return the default of a field."""
    factory: Any = declared.default_factory
    return declared.default if factory is MISSING else factory()


def is_unsaved(declared: Field[Any]) -> bool:
    """Tell whether JSON never has a field."""
    return declared.metadata.get(_IN_JSON) == _NEVER
