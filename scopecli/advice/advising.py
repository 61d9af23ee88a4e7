"""What to write instead where TensorFlow refuses a step of a scenario, and the other place that matters."""

import re
from typing import Final, NamedTuple

from scopecli.advice.known import Situation
from scopecli.advice.pasted import message_lines
from scopecli.advice.table import KNOWN
from scopecli.ground.diagnostics import Note

# NotImplementedError says nothing: a resource variable's `initialized_value()`.
_SILENT: Final = (
    "TensorFlow has no initialised value of a resource variable: set `use_resource: false` for it"
)


class Advice(NamedTuple):
    """A help line, and notes about other places."""

    help: str | None
    notes: tuple[Note, ...]


def advise(message: str, situation: Situation) -> Advice:
    """Return what helps against TensorFlow's message, as far as it is known."""
    text = " ".join(message_lines(message)).strip()
    if not text:
        return Advice(_SILENT, ())
    for known in KNOWN:
        match = re.search(known.pattern, text)
        if match:
            hint = known.hint(match, situation) if callable(known.hint) else known.hint
            return Advice(hint, _notes(match, situation))
    return Advice(None, ())


def _notes(match: re.Match[str], situation: Situation) -> tuple[Note, ...]:
    name = match.groupdict().get("variable") or ""
    created = situation.created.get(name)
    if created and created.step == "Variable" and "already exists" in match[0]:
        created = None  # it is never in the way: what is was made by a call that failed
    notes = [Note(f"`{name}` was first created here", created.location)] if created else []
    notes += (
        [Note(f"that time, {caller.message}", caller.location) for caller in created.trail] if created else []
    )
    if situation.reuse_set_at and "does not exist" in match[0]:
        notes.append(Note(f"reuse was set to {situation.reuse} here", situation.reuse_set_at))
    return tuple(notes)
