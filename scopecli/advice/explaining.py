"""What an error means, what usually causes it and what to do: of any text that has one in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from string import Template
from typing import Final

from scopecli.advice.askers import Asked, who_asked
from scopecli.advice.known import Fix, Known
from scopecli.advice.pasted import last_error, message_lines
from scopecli.advice.table import KNOWN

_EXAMPLE: Final = "layer/kernel"  # stands for a variable that is not named
_LONGEST: Final = 300  # characters of a message that is not known
_NEAREST: Final = 3
_BY_KEY: Final = {known.key: known for known in KNOWN}
_FOR_A_VARIABLE: Final = ("average-under-reuse", "slot-under-reuse")  # what is kept beside another
_ALIKE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Mention:
    """A message by the key of its entry, and in words."""

    known: str
    message: str


@dataclass(frozen=True, slots=True)
class ErrorExplanation:
    """What is known of one message.

    Attributes:
        known: the key of its entry.
        message: the message as it was found, on one line.
        variable: the variable that it names, as far as it names one.
        hint: what helps, in a line.
        asked_by: the function that asked for it, and where the program called that, as a traceback tells.
    """

    known: str
    message: str
    variable: str | None
    meaning: str
    causes: tuple[str, ...]
    fixes: tuple[Fix, ...]
    asked_by: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorReading:
    """What was made of a text.

    Attributes:
        message: the message that it is about, on one line.
        explanation: of the last known message, since a traceback ends with its error; None if none is known.
        others: the other known messages in the text, in its order, each entry once.
        nearest: where none is known, the known messages that are most like it, the likest first.
    """

    message: str
    explanation: ErrorExplanation | None
    others: tuple[Mention, ...] = ()
    nearest: tuple[Mention, ...] = ()


def explain_error(text: str, stack: str = "") -> ErrorReading:
    """Return what a pasted error means: a message, a traceback, or a log with either in it.

    Args:
        text: what was pasted.
        stack: the traceback, where the text is a message alone.
    """
    lines = message_lines(text)
    # A line may have been broken at a space, or anywhere.
    found = _known_messages(" ".join(lines)) or _known_messages("".join(lines))
    if not found:
        message = _one_line(last_error(lines).message)[:_LONGEST]
        return ErrorReading(message, None, nearest=_nearest(message))
    last = last_error(lines)
    if last.line is not None and _stands_before(found, lines, last.line):
        others = tuple(Mention(known.key, _one_line(match[0])) for known, match in found)
        message = _one_line(last.message)[:_LONGEST]
        return ErrorReading(message, None, others, _nearest(message))
    *before, (known, match) = found
    others = tuple(Mention(earlier.key, _one_line(its_match[0])) for earlier, its_match in before)
    asked = who_asked(stack or text)
    by_asker = asked.asker.entries.get(known.key) if asked else None
    explanation = _explanation(_BY_KEY[by_asker] if by_asker else known, match, asked)
    return ErrorReading(explanation.message, explanation, others)


def _stands_before(found: Sequence[tuple[Known, re.Match[str]]], lines: Sequence[str], number: int) -> bool:
    """Tell whether every known message stands in a text before a line, where another error is told."""
    start, end = (sum(len(line) for line in lines[:many]) for many in (number, number + 1))
    whole = found[-1][1].string
    if len(whole) != sum(map(len, lines)):  # the lines are joined by spaces
        start, end = start + number, end + number
    is_before = all(match.end() <= start for _, match in found)
    return is_before and end - start > 0


def _known_messages(text: str) -> list[tuple[Known, re.Match[str]]]:
    """Return the last match of each entry, in the order of the text; no part of the text counts twice."""
    found = []
    for known in KNOWN:
        matches = list(re.finditer(known.pattern, text))
        if matches:
            found.append((known, matches[-1]))
            text = re.sub(known.pattern, lambda match: " " * len(match[0]), text)
    return sorted(found, key=lambda pair: pair[1].start())


def _explanation(known: Known, match: re.Match[str], asked: Asked | None) -> ErrorExplanation:
    values = values_of(match)
    if "slot" not in values and values["variable"]:  # it is told by who asked that the variable is one
        whose, _, slot = values["variable"].rpartition("/")
        values = {**values, "slot": slot, "name": f"`{whose}`"} if known.key in _FOR_A_VARIABLE else values

    def fill(text: str) -> str:
        return _Text(text).substitute(values)

    fixes = (
        replace(
            fix,
            text=fill(fix.text),
            code=fix.code and fill(fix.code),
            scenario=fix.scenario and fill(fix.scenario),
        )
        for fix in known.fixes
    )
    return ErrorExplanation(
        known=known.key,
        message=_one_line(match[0]),
        variable=values["variable"] or None,
        meaning=_sentence(fill(known.meaning)),
        causes=tuple(_sentence(fill(cause)) for cause in known.causes),
        fixes=tuple(fixes),
        asked_by=asked.told if asked else None,
        hint=_hint(known, fill),
    )


def _hint(known: Known, filled: Callable[[str], str]) -> str | None:
    hint = known.program_hint or (known.fixes[0].text if known.fixes else None)
    return None if hint is None else filled(hint)


class _Text(Template):
    delimiter = "%"  # `$` refers to something in a scenario


def values_of(match: re.Match[str]) -> Mapping[str, str]:
    """Return what the texts of an entry may refer to, of the message that was found."""
    groups = {name: text or "" for name, text in match.groupdict().items()}
    named = groups.get("variable", "").removesuffix(":0").strip("/")
    scope, _, leaf = (named or _EXAMPLE).rpartition("/")
    return groups | {
        "variable": named,
        "name": f"`{named}`" if named else "the variable",
        "leaf": leaf,
        "base": scope.rpartition("/")[2] or "layer",
        "opened": f'"{scope}"' if scope else "tf.get_variable_scope()",
        "steps_of": scope or '""',
        "identifier": re.sub(r"\W", "_", leaf),
        "found_list": _as_list(groups.get("found", "")),
    }


def _as_list(shape: str) -> str:
    """Return a shape as a scenario writes it."""
    dimensions = [size.strip() for size in shape.strip("()").split(",") if size.strip()]
    if not all(dimension.isdecimal() or dimension in ("?", "None") for dimension in dimensions):
        return "null"
    return f"[{', '.join(dimension if dimension.isdecimal() else 'null' for dimension in dimensions)}]"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _nearest(message: str) -> tuple[Mention, ...]:
    examples = {known.example: known.key for known in KNOWN}
    near = get_close_matches(message, examples, _NEAREST, _ALIKE)
    return tuple(Mention(examples[example], example) for example in near)
