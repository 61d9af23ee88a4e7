"""What a call of a program raised, or the program itself, with the places that matter."""

import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Final, NamedTuple

from scopecli.advice import Situation, advise, explain_error
from scopecli.ground.diagnostics import Diagnostic, Note
from scopecli.ground.errors import EngineError
from scopecli.report.model import Call
from scopecli.tf1.refusals import engine_error
from scopecli.trace.places import Place, Places, stack_text

# Of what helps in a scenario, this is so in a program too.
_NEAR: Final = "did you mean "
_OTHERWISE: Final = " otherwise"


class Creation(NamedTuple):
    """The call that created a variable, and the whole way to it."""

    call: Call
    place: Place


def failure_of_call(
    error: Exception, call: Call, place: Place, created: Mapping[str, Creation]
) -> Diagnostic:
    """Return what a call raised.

    Args:
        error: the exception.
        call: the call, as far as it is known.
        place: the whole way to it.
        created: who created each variable so far, by full name.
    """
    told = engine_error(error)
    situation = Situation({name: each.call for name, each in created.items()}, call.reuse, call.reuse_set_at)
    advice = advise(told.message, situation)
    ways = [note for each in advice.notes for note in _told_apart(each, place, created)]
    near = (advice.help or "").partition(_OTHERWISE)[0]
    hint = hint_for(told)
    if hint and near.startswith(_NEAR):
        hint = f"{near} {hint}"
    return Diagnostic(
        "SC101",
        told.message,
        call.location,
        hint,
        tuple(ways),
        type=told.type_names[0],
        stack=stack_text(error),
    )


def _told_apart(note: Note, place: Place, created: Mapping[str, Creation]) -> Iterator[Note]:
    """Yield a note, and where it points at the very line that fails, the callers that differ."""
    yield note
    first = next((each.place for name, each in created.items() if f"`{name}`" in note.message), None)
    if first is None or not note.location == first.location == place.location:
        return
    for theirs, ours in zip_longest(first.stack, place.stack):
        if theirs != ours:
            if theirs:
                yield Note("by way of this call", theirs.location)
            if ours:
                yield Note("and asked for again by way of this one", ours.location)
            return
    yield Note("and asked for again by the same line, when it ran another time", place.location)


def failure_of_program(error: BaseException, places: Places) -> Diagnostic:
    """Return what ended a program, at the user's line that led there."""
    location = places.place(traceback.extract_tb(error.__traceback__)).location
    told = engine_error(error)
    message = told.message
    if isinstance(error, SyntaxError) and error.filename:  # of a module that was imported
        location, message = places.location(error.filename, error.lineno or 0), error.msg
    operation = getattr(error, "op", None)
    notes: tuple[Note, ...] = ()
    if operation is not None and getattr(operation, "traceback", None):
        made = places.place(operation.traceback)
        notes = (Note(f"`{operation.name}` was made here", made.location),)
    return Diagnostic(
        "SC803",
        message,
        location,
        hint_for(told),
        notes,
        type=type(error).__name__,
        stack=stack_text(error),
    )


def with_cause(failure: Diagnostic, cause: Diagnostic) -> Diagnostic:
    """Return the failure of a program with what a call of it raised before."""
    note = Note(f"what came before: {cause.full_message}", cause.location)
    notes = (*failure.notes, note, *cause.notes)
    return replace(failure, notes=notes, help=failure.help or cause.help)


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield what an exception was raised from, or in the handling of, innermost last."""
    seen = {id(error)}
    cause: BaseException | None = error
    while cause is not None:
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
        if cause is None or id(cause) in seen:
            return
        seen.add(id(cause))
        yield cause


def hint_for(error: EngineError) -> str | None:
    """Return what usually helps against an error of TensorFlow's."""
    explanation = explain_error(error.message).explanation
    return explanation.fixes[0].text if explanation and explanation.fixes else None
