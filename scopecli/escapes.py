"""Text from a file as it can be shown: nothing in it acts on what shows it."""

import re
from typing import Final

# Control characters and those that reorder text: a terminal acts on them instead of showing them.
_ACTIVE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def safe(text: str) -> str:
    """Return text from a file with everything that a terminal would act on written as an escape."""
    return _ACTIVE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
