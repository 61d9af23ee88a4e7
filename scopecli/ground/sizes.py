"""Numbers of bytes, as people write and read them."""

import re
from typing import Final

_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_MOST_DIGITS: Final = 100  # of more a float has no idea
_WRITTEN: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[KMGTPE]?)(?:i?B)?", re.IGNORECASE)


def format_bytes(count: int) -> str:
    """Return a number of bytes with three digits and a unit of a power of 1024."""
    amount, unit = float(count), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:  # noqa: PLR2004 - what the units are made of
        amount, unit = amount / 1024, unit + 1
    return f"{amount:.3g} {_UNITS[unit]}" if amount < 1000 else f"{amount:.0f} {_UNITS[unit]}"  # noqa: PLR2004 - three digits


def parse_bytes(text: str) -> int:
    """Return the number of bytes that `512`, `64M` or `1.5 GiB` says; units are powers of 1024.

    Raises:
        ValueError: if it is no such number.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None or len(match["number"]) > _MOST_DIGITS:
        raise ValueError(text)
    return int(float(match["number"]) * 1024 ** " KMGTPE".index(match["unit"].upper() or " "))
