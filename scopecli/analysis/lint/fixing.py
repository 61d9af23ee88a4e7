"""Writes a scenario's text as its findings say, where there is one right answer."""

import re
from collections.abc import Iterable

from scopecli.ground.diagnostics import Correction, Diagnostic, Location
from scopecli.ground.files import offset_in


def fixed_text(text: str, found: Iterable[Diagnostic]) -> tuple[str, int]:
    """Return a scenario's text without what was found, as far as it can be put right, and how much was.

    What does not stand in the text as it was read, such as a name that a reference stands in, is left alone.
    """
    number = 0
    for finding in sorted(found, key=lambda finding: finding.location, reverse=True):  # places before it stay
        stretch = _stretch(text, finding.location, finding.fix) if finding.fix else None
        if stretch:
            begin, end, written = stretch
            text = text[:begin] + written + text[end:]
            number += 1
    return text, number


def _stretch(text: str, place: Location, fix: Correction) -> tuple[int, int, str] | None:
    """Return from where to where a text is wrong, and what to write there; None if there is doubt."""
    begin = offset_in(text, place.line, place.column)
    if fix.meant is None:
        return _left_out(text, begin, fix)
    end = offset_in(text, place.end_line, place.end_column)
    value = rf"""(?<!\w){fix.key}["']?\s*:\s*["']?[\w./-]*?(?<![^\W\d_]){fix.word}(?![^\W\d_])"""
    matches = list(re.finditer(value, text[begin:end]))
    if len(matches) != 1:
        return None
    end = begin + matches[0].end()
    return end - len(fix.word), end, fix.meant


def _left_out(text: str, begin: int, fix: Correction) -> tuple[int, int, str] | None:
    """Return the stretch of a key and its value, with the comma or the line that is theirs."""
    match = re.compile(rf"{fix.key}[ ]*:[ ]*{fix.word}\b", re.IGNORECASE).match(text, begin)
    if not match:
        return None
    end = match.end()
    before = text[text.rfind("\n", 0, begin) + 1 : begin]
    if comma := re.compile(r"[ ]*,[ ]*").match(text, end):
        end = comma.end()
    elif comma := re.search(r"[ ]*,[ ]*$", before):
        begin -= len(comma[0])
    rest = re.compile(r"[ ]*(?:#[^\r\n]*)?(?:\r?\n|$)").match(text, end)
    if rest and not before.strip():
        return begin - len(before), rest.end(), ""  # nothing else is in the line
    if rest and before.strip() == "-":  # the next key takes the first one's place
        indent = re.compile(rf"[ ]{{{len(before)}}}(?=[^ #\r\n])").match(text, rest.end())
        return (begin, indent.end(), "") if indent else None
    return None if rest and end == match.end() else (begin, end, "")
