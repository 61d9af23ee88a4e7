"""What to write instead where TensorFlow refuses, and the other place that matters."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

from scopecli.diagnostics import Location, Note
from scopecli.report import Call
from scopecli.scenario.problems import closest


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known about the program where TensorFlow refused.

    Attributes:
        created: the call that created each variable so far, by full name.
        reuse: the reuse mode in force.
        reuse_set_at: where it was set; None for the root's.
    """

    created: Mapping[str, Call]
    reuse: str
    reuse_set_at: Location | None


class Advice(NamedTuple):
    """A help line, and notes about other places."""

    help: str | None
    notes: tuple[Note, ...]


_COMPARED: Final = 1_000  # names that a mistyped one is held against: each costs some microseconds

_Hint: TypeAlias = str | Callable[[re.Match[str], Situation], str]


def advise(message: str, situation: Situation) -> Advice:
    """Return what helps against TensorFlow's message, as far as it is known."""
    for pattern, hint in _KNOWN:
        match = pattern.search(message)
        if match:
            text = hint if isinstance(hint, str) else hint(match, situation)
            return Advice(text, _notes(match, situation))
    return Advice(None, ())


def _notes(match: re.Match[str], situation: Situation) -> tuple[Note, ...]:
    name = match.groupdict().get("variable", "")
    created = situation.created.get(name)
    notes = [Note(f"`{name}` was first created here", created.location)] if created else []
    if situation.reuse_set_at and "does not exist" in match[0]:
        notes.append(Note(f"reuse was set to {situation.reuse} here", situation.reuse_set_at))
    return tuple(notes)


def _made_by_variable(name: str, situation: Situation) -> bool:
    return name in situation.created and situation.created[name].step == "Variable"


def _already_exists(match: re.Match[str], situation: Situation) -> str:
    if _made_by_variable(match["variable"], situation):
        return "a `Variable` is never shared: make it with `get_variable`, or choose another name"
    return (
        "to share it, open the scope around this call with `reuse: true` or `reuse: AUTO_REUSE`, "
        "or put `reuse_variables` before the call; for a variable of its own, choose another name or scope"
    )


def _does_not_exist(match: re.Match[str], situation: Situation) -> str:
    name = match["variable"]
    if _made_by_variable(name, situation):
        return f"`{name}` was made by `Variable`, which is never shared: make it with `get_variable`"
    near = closest(name, islice(situation.created, _COMPARED))
    meant = f"did you mean `{near}`? otherwise " if near else ""
    return f"{meant}create it before this step, or open the scope with `reuse: AUTO_REUSE` to create it here"


def _shared_otherwise(match: re.Match[str], _: Situation) -> str:
    return (
        f"leave `{match['what']}` out, or give what the variable has: {match['found'].removesuffix('_ref')}"
    )


_KNOWN: Final[tuple[tuple[re.Pattern[str], _Hint], ...]] = tuple(
    (re.compile(pattern), hint)
    for pattern, hint in (
        (r"Variable (?P<variable>\S+) already exists, disallowed", _already_exists),
        (
            r"Variable (?P<variable>\S+) does not exist, or was not created with tf\.get_variable",
            _does_not_exist,
        ),
        (
            r"share variable (?P<variable>\S+), but specified (?P<what>\w+) .* and found \w+ (?P<found>.*)\.",
            _shared_otherwise,
        ),
        (
            r"If initializer is a constant, do not specify shape",
            "leave `shape` out, since the tensor has its own; or fill a shape with `{constant: value}`",
        ),
        (
            r"Initializer type '.*' and explicit dtype '.*' don't match",
            "leave `dtype` out, or write the tensor's elements in that type",
        ),
        (
            r"did not get an initializer, so its `?shape`? argument must be specified",
            "give it a `shape`, or a tensor as `initializer`",
        ),
        (
            r"The initializer passed is not valid",
            "give a `shape` without unknown dimensions, or a tensor as `initializer`",
        ),
        (r"An initializer for variable \S+ of .* is required", "give it an `initializer`, such as zeros"),
        (
            r"is not a valid (?:root )?scope name",
            "use letters, digits and _ . - / in names, and begin the first with a letter, a digit or a dot",
        ),
        (
            r"If default_name is None then name_or_scope is required",
            "give the scope a name, or null with a `default_name` to be made unique",
        ),
        (
            r"reuse=True cannot be used without a name_or_scope",
            "name the scope to reuse: a `default_name` is always made unique, so nothing could be shared",
        ),
        (r"initial_value must be specified", "give the variable an `initial_value`"),
        (r"Dimension -\d+ must be >= 0", "write dimensions of 0 or more, or null for an unknown one"),
        (
            r"Attempting to use uninitialized value (?P<variable>\S+)|Could not find variable [^\s.]+",
            "start from `{initialized_value: $handle}` of that variable, and keep it in GLOBAL_VARIABLES",
        ),
        (
            r"^$",  # NotImplementedError says nothing: a resource variable's `initialized_value()`
            "TensorFlow has no initialised value of a resource variable: set `use_resource: false` for it",
        ),
        (r"Need minval < maxval", "give `random_uniform` a `maxval` above its `minval`"),
        (
            r"Duplicate node name in graph",
            "leave out the slash at the end: it asks for exactly this name, which an operation has already",
        ),
    )
)
"""TensorFlow's messages, as 2.16 to 2.21 write them, with what helps."""
