"""Text from a file as it can be shown: nothing in it acts on what shows it."""

import json
import re
from typing import Any, Final

# Control characters and those that reorder text: a terminal acts on them instead of showing them.
_ACTIVE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")

# What JSON writes of a character beyond U+FFFF, which YAML does not know; or an escaped backslash.
_PAIR: Final = re.compile(r"\\\\|\\ud[89ab]..\\ud[c-f]..")


def safe(text: str) -> str:
    """Return text from a file with everything that a terminal would act on written as an escape."""
    return _ACTIVE.sub(_escape_of, text)


# Our own styles, or what acts on a terminal; tabs and line breaks have their places in outputs.
_STYLE_OR_ACTIVE: Final = re.compile(rf"(?P<style>\x1b\[[0-9;]{{0,20}}m)|(?![\t\n]){_ACTIVE.pattern}")


def guard_line(line: str, *, styled: bool) -> str:
    """Return a line as it may be written: what acts on a terminal is an escape, but for styles if `styled`.

    Every rendering makes its texts safe; this is for what one might forget.
    """
    if line.isascii() and line.isprintable():
        return line
    return _STYLE_OR_ACTIVE.sub(
        lambda match: match[0] if styled and match["style"] else _spell_controls(match[0]), line
    )


def _spell_controls(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")


def _escape_of(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def json_for_yaml(value: Any) -> str:
    """Return JSON that is YAML too, on a line."""
    return _PAIR.sub(_join_surrogates, json.dumps(value))


def _join_surrogates(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("\\\\") else json.loads(f'"{match[0]}"')
