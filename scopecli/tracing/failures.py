"""What a call of a program raised, or the program itself, with the places that matter."""

import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from scopecli.advice import Situation, advise, explain_error
from scopecli.ground.diagnostics import Diagnostic, Note
from scopecli.ground.errors import EngineError
from scopecli.report.model import Call
from scopecli.tf1.refusals import engine_error
from scopecli.tf1.watching.origins import origins
from scopecli.tracing.places import Place, Places, stack_text

# What AutoGraph says of the code that it converted: the user's own lines, the innermost last.
_CONVERTED: Final = re.compile(
    r'^ +File "(?P<file>[^"\n]+)", line (?P<line>\d{1,9}), in [^\n]+ \*{1,2}$', re.MULTILINE
)
_IN_USER_CODE: Final = "in user code:"  # AutoGraph raises another exception for one of the user's code
_TRACED_AGAIN: Final = "and asked for again when TensorFlow traced the function once more"
_IN_A_FUNCTION: Final = (
    "a function is traced again for other arguments, and at times twice for the same: make the variable"
    " outside of it, or open its scope with `reuse=tf.AUTO_REUSE`"
)
_AGAIN: Final = "and asked for again by the same line, when it ran another time"
_IN_A_LOOP: Final = (
    "to share it, build once, before the loop, and only run it inside: with `tf.AUTO_REUSE` each round would"
    " share the variable, and add its operations to the graph anew; for a variable each round, give each a"
    " name of its own"
)
_CELL_AGAIN: Final = "and asked for again when the cell was run again"
_ANOTHER_RUN: Final = (
    "what the first run of the cell made is still in the graph: put `tf.reset_default_graph()` at the top of"
    " the cell that begins the model, and run all of its cells again; or open the scope with"
    " `reuse=tf.AUTO_REUSE`, which shares the variables and adds the operations anew"
)
# Of what helps in a scenario, this is so in a program too.
_NEAR: Final = "did you mean "
_OTHERWISE: Final = " otherwise"


class Creation(NamedTuple):
    """The call that created a variable, and the whole way to it."""

    call: Call
    place: Place


def failure_of_call(
    error: Exception, call: Call, place: Place, created: Mapping[str, Creation], *, is_run_again: bool
) -> Diagnostic:
    """Return what a call raised.

    Args:
        error: the exception.
        call: the call, as far as it is known.
        place: the whole way to it.
        created: who created each variable so far, by full name.
        is_run_again: whether it is in the cell of a notebook that ran before.
    """
    told = engine_error(error)
    situation = Situation(
        {name: creation.call for name, creation in created.items()}, call.reuse, call.reuse_set_at
    )
    advice = advise(told.message, situation)
    ways = [note for told_note in advice.notes for note in _told_apart(told_note, place, created)]
    near = (advice.help or "").partition(_OTHERWISE)[0]
    stack = stack_text(error)
    hint = hint_for(told, stack)
    if hint and near.startswith(_NEAR):
        hint = f"{near} {hint}"
    if any(note.message == _AGAIN for note in ways):
        hint = _ANOTHER_RUN if is_run_again else _IN_A_LOOP
    if is_run_again:
        ways = [note._replace(message=_CELL_AGAIN) if note.message == _AGAIN else note for note in ways]
    return Diagnostic(
        "SC101",
        told.message,
        call.location,
        hint,
        tuple(ways),
        type=told.type_names[0],
        stack=stack,
    )


def traced_again(failure: Diagnostic) -> Diagnostic:
    """Return the failure of a call whose line ran before, when TensorFlow traced the function around it."""
    notes = [note for note in failure.notes if note.message != _AGAIN]
    return replace(failure, notes=(*notes, Note(_TRACED_AGAIN, failure.location)), help=_IN_A_FUNCTION)


def _told_apart(note: Note, place: Place, created: Mapping[str, Creation]) -> Iterator[Note]:
    """Yield a note, and where it points at the very line that fails, the callers that differ."""
    yield note
    first = next((creation.place for name, creation in created.items() if f"`{name}`" in note.message), None)
    if first is None or not note.location == first.location == place.location:
        return
    for theirs, ours in zip_longest(first.stack, place.stack):
        if theirs != ours:
            if theirs:
                yield Note("by way of this call", theirs.location)
            if ours:
                yield Note("and asked for again by way of this one", ours.location)
            return
    yield Note(_AGAIN, place.location)


def failure_of_program(error: BaseException, places: Places, graphs: Iterable[Any]) -> Diagnostic:
    """Return what ended a program, at the user's line that led there.

    Args:
        error: what it raised.
        places: tells the user's lines.
        graphs: those that the program built.
    """
    location = places.place(traceback.extract_tb(error.__traceback__)).location
    told, stack = engine_error(error), stack_text(error)
    message = told.message
    converted = [frame.groups() for frame in _CONVERTED.finditer(message)]
    own = [(file, line) for file, line in converted if not places.is_library(file)]
    if own:  # the lines that run are AutoGraph's; it says whose they are
        location = places.location(own[-1][0], int(own[-1][1]))
    if isinstance(error, SyntaxError) and error.filename:  # of a module that was imported
        location, message = places.location(error.filename, error.lineno or 0), error.msg
    notes = [
        Note(told_of, places.place(stack).location) for told_of, stack in origins(error, told.message, graphs)
    ]
    return Diagnostic(
        "SC803",
        message,
        location,
        hint_for(told, stack),
        tuple(notes),
        type=type(error).__name__,
        stack=stack,
    )


def with_cause(failure: Diagnostic, cause: Diagnostic) -> Diagnostic:
    """Return the failure of a program with what a call of it raised before."""
    if cause.message in failure.message:  # it is the same, raised anew by AutoGraph
        return replace(failure, notes=(*failure.notes, *cause.notes), help=cause.help or failure.help)
    note = Note(f"what came before: {cause.full_message}", cause.location)
    notes = (*failure.notes, note, *cause.notes)
    return replace(failure, notes=notes, help=failure.help or cause.help)


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield what an exception was raised from, or in the handling of, innermost last."""
    seen = {id(error)}
    cause: BaseException | None = error
    while cause is not None:
        is_hidden = cause.__suppress_context__ and _IN_USER_CODE not in str(cause)
        cause = cause.__cause__ or (None if is_hidden else cause.__context__)
        if cause is None or id(cause) in seen:
            return
        seen.add(id(cause))
        yield cause


def hint_for(error: EngineError, stack: str) -> str | None:
    """Return what usually helps against an error of TensorFlow's, with the traceback that tells who asked."""
    explanation = explain_error(error.message, stack).explanation
    return explanation.hint if explanation else None
