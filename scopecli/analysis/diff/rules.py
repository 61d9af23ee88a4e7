"""Rules to rename A's variables: a regular expression for whole names, and what to put for them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from scopecli.ground.patterns import compile_pattern
from scopecli.report.model import Variable


class Rule(NamedTuple):
    r"""What `--map` says.

    Attributes:
        pattern: what `compile_pattern` returned; it must match a whole name.
        replacement: the other name, with `\1` for what the first group matched.
    """

    pattern: Any
    replacement: str


def read_rule(text: str) -> Rule:
    """Return the rule that `REGEX=REPLACEMENT` says; no name has a `=`, a regular expression may.

    Raises:
        ValueError: with what is wrong with it.
    """
    regex, separator, replacement = text.rpartition("=")
    if not separator:
        raise ValueError(f"{text!r} is not of the form REGEX=REPLACEMENT")
    try:
        pattern = compile_pattern(regex)
    except ValueError as error:
        raise ValueError(f"{regex!r} is no regular expression: {error}") from None
    try:
        _check_replacement(pattern, replacement)
    except (re.error, IndexError) as error:
        raise ValueError(f"{replacement!r} can't replace what {regex!r} matches: {error}") from None
    # RE2's `expand` takes what is not ASCII apart into the bytes of its UTF-8, unless it is an escape.
    return Rule(pattern, replacement.encode("ascii", "backslashreplace").decode("ascii"))


def _check_replacement(pattern: Any, replacement: str) -> None:
    """Have Python read a replacement, by a pattern that has the same groups and matches nothing else."""
    names = {number: name for name, number in pattern.groupindex.items()}
    numbers = range(1, pattern.groups + 1)
    groups = (f"(?P<{names[number]}>)" if number in names else "()" for number in numbers)
    re.sub("".join(groups), replacement, "")


class Match(NamedTuple):
    """A rule that matches a name, and what it makes of it."""

    rule: Rule
    new_name: str


def first_match(name: str, rules: Iterable[Rule]) -> Match | None:
    """Return the first rule that matches a name, with what it makes of it; None if none does."""
    for rule in rules:
        match = rule.pattern.fullmatch(name)
        if match:
            return Match(rule, str(match.expand(rule.replacement)))
    return None


def apply_rules(name: str, rules: Iterable[Rule]) -> str:
    """Return what the first rule that matches makes of a name."""
    match = first_match(name, rules)
    return match.new_name if match else name


def names_of(variables: Sequence[Variable], rules: Sequence[Rule]) -> list[str]:
    """Return the names that variables are compared under; rules may give several one name."""
    return [apply_rules(row.name, rules) for row in variables]
