"""Hints for a scenario that depend on what is known where TensorFlow refused."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Final

from scopecli.advice.known import Hint, Situation
from scopecli.ground.words import closest

_COMPARED: Final = 1_000  # names that a mistyped one is held against: each costs some microseconds


def _made_by_variable(name: str, situation: Situation) -> bool:
    return name in situation.created and situation.created[name].step == "Variable"


def _does_not_exist(match: re.Match[str], situation: Situation) -> str:
    name = match["variable"]
    if _made_by_variable(name, situation):
        return f"`{name}` was made by `Variable`, which is never shared: make it with `get_variable`"
    near = closest(name, islice(situation.created, _COMPARED))
    meant = f"did you mean `{near}`? otherwise " if near else ""
    return f"{meant}create it before this step, or open the scope with `reuse: AUTO_REUSE` to create it here"


def _other_shape(match: re.Match[str], _situation: Situation) -> str:
    return f"leave `shape` out, or give what the variable has: {match['found']}"


def _other_dtype(match: re.Match[str], _situation: Situation) -> str:
    return f"leave `dtype` out, or give what the variable has: {match['found']}"


def _without_value(_match: re.Match[str], situation: Situation) -> str:
    if situation.in_session:
        return "put an entry `initialize`, or `initialize: [$handle]`, before this one"
    return "start from `{initialized_value: $handle}` of that variable, and keep it in GLOBAL_VARIABLES"


def _no_such_device(_match: re.Match[str], _situation: Situation) -> str:
    return (
        "with `config: {allow_soft_placement: true}` TensorFlow takes another device; or leave out `device`"
    )


HINTS: Final[Mapping[str, Hint]] = {
    "does-not-exist": _does_not_exist,
    "shared-with-other-shape": _other_shape,
    "shared-with-other-dtype": _other_dtype,
    "uninitialized": _without_value,
    "no-such-device": _no_such_device,
}
"""By the keys of messages; the others have theirs in their files."""
