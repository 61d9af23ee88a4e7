"""Regular expressions that come from a file or a command line.

They are matched by RE2, in time that grows with the text alone: Python's `re` may take for ever over a
pattern such as `(a|a)*b`. RE2 has no backreferences within a pattern, and no looking ahead or behind.
"""

from typing import Any


def compile_pattern(text: str) -> Any:
    """Return a pattern, with `search`, `fullmatch` and `sub` as Python's have them.

    Raises:
        ValueError: with what is wrong with it.
    """
    import re2  # noqa: PLC0415 - few commands need it

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "it can't be read"
        raise ValueError(
            reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        ) from None
