"""Numbers as a file has them: Python takes a boolean for an integer, and no file means that."""

from typing import TypeGuard


def is_integer(value: object) -> TypeGuard[int]:
    """Tell whether a value is an integer, and no boolean."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is an integer or a floating number, and no boolean."""
    return is_integer(value) or isinstance(value, float)
