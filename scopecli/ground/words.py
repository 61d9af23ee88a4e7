"""Words in messages: texts of files shortened and quoted, and the known word that another was meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

_LONGEST_WORD: Final = 80  # no word that is known is nearly as long
_ALIKE: Final = 0.7
_ALIKE_SHORT: Final = 0.6  # two letters the wrong way round are much of a short word
_SHORT: Final = 4


def quote_text(text: str) -> str:
    """Quote a text of a file for a message, shortened where it is long."""
    return f'"{shorten(text)}"'


def shorten(text: str, limit: int = 60) -> str:
    """Cut a text that would drown the message it stands in, and put it on one line."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return cut.replace("\n", "\\n")


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return a help line with the known word that `word` was probably meant to be, if one is near."""
    near = closest(word, known)
    return f"did you mean `{near}`?" if near else None


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to `word`, whatever its case, if one is near."""
    return None if len(word) > _LONGEST_WORD else _closest(word, tuple(known))


@lru_cache
def _closest(word: str, known: tuple[str, ...]) -> str | None:
    by_lower_case = {candidate.lower(): candidate for candidate in known}
    cutoff = _ALIKE_SHORT if len(word) <= _SHORT else _ALIKE
    matches = get_close_matches(word.lower(), by_lower_case, n=1, cutoff=cutoff)
    return by_lower_case[matches[0]] if matches else None
