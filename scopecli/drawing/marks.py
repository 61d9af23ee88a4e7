"""What stands beside a variable in a drawing: the calls that made it, found it or were refused it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from scopecli.analysis.unique_names import requested_name
from scopecli.drawing.labels import labels_of, short_place
from scopecli.ground.escapes import safe
from scopecli.render.columns import full_name
from scopecli.report.model import Call, Outcome, Report, Variable

MOST_MARKS: Final = 6
"""Beside one variable; what is more is counted."""

_REASONS: Final = {
    "already exists": "already exists",
    "does not exist": "does not exist",
    "specified shape": "another shape",
    "specified dtype": "another dtype",
}

MarkKind: TypeAlias = Outcome | Literal["used"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Calls that stand beside a variable, or lines of a program that use its object.

    Attributes:
        kind: what came of the calls; `used` of lines that use the object which an earlier call yielded.
        label: what they are known by: a handle, or file and line.
        told: a sentence for each, at the most `MOST_MARKS`.
        code: of what TensorFlow refused, the code of the problem.
        reason: of what it refused, why, in a word or two.
        call: the index of the first.
        count: how many there are.
    """

    kind: MarkKind
    label: str
    told: tuple[str, ...]
    code: str = ""
    call: int | None = None
    count: int = 1
    reason: str = ""


def marks_of(variable: Variable, report: Report, refused: Iterable[Call] = ()) -> tuple[Mark, ...]:
    """Return what stands beside a variable: the call that made it, those that found it, and those refused.

    Args:
        variable: the variable.
        report: whose calls they are.
        refused: the calls that asked for its name and failed.
    """
    calls = [report.calls[index] for index in variable.calls if index < len(report.calls)]
    calls += refused
    labelled = zip(labels_of(calls, report), calls, strict=True)
    marks = [mark for label, call in labelled for mark in _marks_of_call(call, label, report)]
    return tuple(_shorten(_together(marks)))


def refused_calls(report: Report) -> dict[str, list[Call]]:
    """Return the calls that TensorFlow refused, by the full name that they asked for."""
    found: dict[str, list[Call]] = {}
    for call in report.calls:
        if call.outcome == "raised":
            found.setdefault(requested_name(call), []).append(call)
    return found


def _marks_of_call(call: Call, label: str, report: Report) -> Iterator[Mark]:
    told = safe(f"{_place_and_mode(call)}: {_outcome(call, report)}")
    code, reason = (call.error.code, _reason(call.error.message)) if call.error else ("", "")
    yield Mark(call.outcome, safe(label), (told,), code, call.index, reason=reason)
    if len(call.uses) > 1:  # the first is where it was made for
        for use in call.uses:
            sentence = safe(f"{use.location}: the same object is used here, by {use.op}")
            yield Mark("used", safe(short_place(use.location)), (sentence,), "", call.index)


def _reason(message: str) -> str:
    """Return in a word or two why TensorFlow refused a call, as far as its message is one that many meet."""
    return next((words for phrase, words in _REASONS.items() if phrase in message), "")


def _outcome(call: Call, report: Report) -> str:
    if call.error:
        return call.error.full_message.partition("\n")[0]
    if call.first_call is None or call.outcome == "created":
        return f"{call.outcome} {full_name(call)}"
    made_by = report.calls[call.first_call]
    return f"reused {full_name(call)}, made by {made_by.handle or 'the call'} at {made_by.location}"


def _place_and_mode(call: Call) -> str:
    """Return where a call is, what it calls, and the reuse mode in force there, with the line that set it."""
    handle = f"{call.handle} " if call.handle else ""
    set_at = f", set at {call.reuse_set_at}" if call.reuse_set_at else ""
    return f"{handle}{call.location} {call.library or call.step}, reuse={call.reuse}{set_at}"


def _together(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield the marks with those of one kind and label as one."""
    groups: dict[tuple[str, str, str], list[Mark]] = {}
    for mark in marks:
        groups.setdefault((mark.kind, mark.label, mark.code), []).append(mark)
    for alike in groups.values():
        count = len(alike)
        told = tuple(mark.told[0] for mark in alike[:MOST_MARKS])
        more = (f"and {count - MOST_MARKS:,} more",) if count > MOST_MARKS else ()
        label = f"{alike[0].label} ×{count:,}" if count > 1 else alike[0].label
        yield replace(alike[0], label=label, told=told + more, count=count)


def _shorten(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Yield the first of each kind, and one for the rest of it; what was refused is never left out."""
    marks = list(marks)
    room = Counter({"created": 2, "reused": MOST_MARKS - 2, "used": MOST_MARKS - 2, "raised": MOST_MARKS})
    rest: dict[MarkKind, list[Mark]] = {}
    for mark in marks:
        if room[mark.kind] > 0:
            room[mark.kind] -= 1
            yield mark
        else:
            rest.setdefault(mark.kind, []).append(mark)
    for kind, left in rest.items():
        count = sum(mark.count for mark in left)
        told = tuple(mark.label for mark in left[:MOST_MARKS])
        yield Mark(kind, f"{count:,} more", told, left[0].code, left[0].call, count)
