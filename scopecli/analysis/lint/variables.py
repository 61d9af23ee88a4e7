"""Variables that are not shared, or not as the call says."""

from collections.abc import Iterable, Iterator
from typing import Final

from scopecli.analysis.lint.finding import Finding
from scopecli.analysis.unique_names import first_users_of_names, is_made_unique, requested_name
from scopecli.ground.diagnostics import Location, Note
from scopecli.report.model import Call, Report, Variable
from scopecli.report.source_kinds import SourceKind

_INITIALISED: Final = ("variables", "local_variables")
_WITHOUT_EFFECT: Final = (
    "trainable",
    "initializer",
    "regularizer",
    "dtype",
    "use_resource",
    "constraint",
    "caching_device",
    "collections",
)
_WITHOUT_OBJECTS: Final = ("trainable", "dtype", "use_resource", "collections")


def without_effect(report: Report) -> Iterator[Finding]:
    """Yield what is asked for of a variable that was there, and is otherwise."""
    yield from _without_effect_on_call(report)
    yield from _without_effect_of_scope(report)
    yield from _local_that_is_global(report)


def _without_effect_on_call(report: Report) -> Iterator[Finding]:
    """Yield arguments of calls that found a variable, where they ask for another than there is."""
    for call in report.calls:
        row = call.variable
        if call.outcome != "reused" or call.first_call is None or row is None:
            continue
        if row.name != requested_name(call):
            continue  # a custom getter answered with another variable
        first = report.calls[call.first_call]
        is_the_line = first.location == call.location and report.source.kind is SourceKind.PROGRAM
        # The objects that a program's line makes differ each time that it runs.
        compared = _WITHOUT_OBJECTS if is_the_line else _WITHOUT_EFFECT
        for location, names in _ignored_arguments(compared, call, row, first).items():
            told = " and ".join(f"`{name}`" for name in names)
            message = (
                f"{told} {'has' if len(names) == 1 else 'have'} no effect: `{row.name}` was there already"
            )
            hint = (
                f"leave {told} out, or give {'it' if len(names) == 1 else 'them'} where the variable is made"
            )
            yield Finding(location, message, hint, Note("it was made here", first.location))


def _without_effect_of_scope(report: Report) -> Iterator[Finding]:
    """Yield defaults of scopes under `reuse=True` that the variables there were not made with."""
    for call in report.calls:
        row, opened = call.variable, call.scope_index
        if call.outcome != "reused" or call.reuse != "True" or row is None or call.first_call is None:
            continue
        if opened is None or row.name != requested_name(call) or report.scopes[opened].library:
            continue
        first = report.calls[call.first_call]
        for name, given in report.scopes[opened].given.items():
            if name not in call.given and _effective(report, first, name) != given.value:
                message = f"`{name}` has no effect on `{row.name}`, which was there already"
                hint = "leave it out, or give it to the scope where the variable is made"
                yield Finding(given.location, message, hint, Note("it was made here", first.location))


def _effective(report: Report, call: Call, name: str) -> object:
    """Return what a call was given, or the innermost scope around it that was; None for nothing."""
    if name in call.given:
        return call.given[name].value
    index = call.scope_index
    while index is not None:
        scope = report.scopes[index]
        if name in scope.given:
            return scope.given[name].value
        index = scope.parent_index if scope.reopens_index is None else scope.reopens_index
    return None


def _local_that_is_global(report: Report) -> Iterator[Finding]:
    """Yield calls of `get_local_variable` that found a global variable, which it stays."""
    for call in report.calls:
        row = call.variable
        found = call.step == "get_local_variable" and call.outcome == "reused" and call.first_call is not None
        if found and row and "variables" in row.collections:
            message = f"`get_local_variable` finds `{row.name}`, which is a global variable and stays one"
            hint = "write `get_variable`, or give the local variable another name"
            first = report.calls[call.first_call or 0]
            yield Finding(call.location, message, hint, Note("it was made here", first.location))


def _ignored_arguments(
    compared: Iterable[str], call: Call, variable: Variable, first: Call
) -> dict[Location, list[str]]:
    """Return the arguments that had no effect, by where they are given: a program's are all on one line."""
    found: dict[Location, list[str]] = {}
    for name in compared:
        given = call.given.get(name)
        if given and not _is_so(name, given.value, variable, first):
            found.setdefault(given.location, []).append(name)
    return found


def _is_so(name: str, value: object, variable: Variable, first: Call) -> bool:
    """Tell whether the variable is what an argument asks for."""
    if name in first.given:
        return first.given[name].value == value
    facts = {
        "trainable": variable.trainable,
        "dtype": variable.dtype,
        "use_resource": variable.kind == "resource",
    }
    return name in facts and facts[name] == value


def never_shared(report: Report) -> Iterator[Finding]:
    """Yield `Variable` calls under reuse, and names that one of `Variable` and `get_variable` took."""
    taken = first_users_of_names(report)
    steps = {call.variable.name: call.step for call in report.calls if call.variable}
    spelled = {name.lower(): name for name in reversed(steps)}
    for call in report.calls:
        row = call.variable
        if call.outcome != "created" or row is None or row.kind == "tensor":
            continue
        by_variable = call.step == "Variable"
        if by_variable and call.reuse != "False":
            yield _always_made(call, row)
        elif is_made_unique(call):
            wanted = spelled.get(requested_name(call).lower(), requested_name(call))
            step = steps.get(wanted)
            if not (by_variable and step in (None, "Variable")):  # several of one name are meant
                yield _name_taken(call, row, wanted, step, taken.get(wanted.lower()))


def _always_made(call: Call, row: Variable) -> Finding:
    message = f"`Variable` makes `{row.name}` here, also in a scope that reuses"
    place = call.reuse_set_at
    set_at = Note(f"reuse was set to {call.reuse} here", place) if place else None
    return Finding(call.location, message, "write `get_variable` to share it", set_at)


def _name_taken(call: Call, row: Variable, wanted: str, by_step: str | None, by: Location | None) -> Finding:
    message = f"the variable is named `{row.name}`, since `{wanted}` was taken"
    both = by_step is not None and "Variable" in (call.step, by_step)
    hint = "choose another name, or use `get_variable` for both" if both else "choose another name"
    if wanted != requested_name(call):
        hint = "choose another name: operations take no notice of the case of letters"
    return Finding(call.location, message, hint, Note(f"`{wanted}` was made here", by) if by else None)


def not_initialised(report: Report) -> Iterator[Finding]:
    """Yield variables that `global_variables_initializer` and the local one leave out."""
    for call in report.calls:
        row = call.variable
        if call.outcome == "created" and row and row.kind != "tensor":
            if any(collection in _INITIALISED for collection in row.collections):
                continue
            given = call.given.get("collections")
            place = given.location if given else call.location
            message = f"`{row.name}` is in no collection that is initialised"
            yield Finding(place, message, "add GLOBAL_VARIABLES or LOCAL_VARIABLES to its `collections`")


def shared_by_object(report: Report) -> Iterator[Finding]:
    """Yield variables of a library's layer or cell that are used in a scope which has none of its own.

    The scope looks as if it had weights, and it shares those of the object that is called in it.
    """
    tops = {_top(call.variable.name) for call in report.calls if call.variable}
    opened = {(scope.location, _top(scope.name)) for scope in report.scopes if scope.name}
    empty = [(location, top) for location, top in opened if top not in tops]
    for call in report.calls:
        for use in call.uses[1:] if call.library else ():
            for top in sorted(top for location, top in empty if location == use.location):
                message = f"`{call.name}` of `{call.scope}` is used in `{top}/` too, which has no variables"
                hint = "one object has one set of weights; where they are to be others, make another object"
                yield Finding(use.location, message, hint, Note("it was made here", call.location))


def _top(name: str) -> str:
    return name.partition("/")[0]


def imported_again(report: Report) -> Iterator[Finding]:
    """Yield variables of an imported graph whose name was taken: their nodes are nobody's."""
    first = {call.variable.name: call for call in reversed(report.calls) if call.variable and not call.orphan}
    for call in report.calls:
        if call.orphan and call.variable:
            message = f"`{call.variable.name}` was there: the imported node `{call.orphan}` is of no variable"
            hint = "call `tf.reset_default_graph()` before the import, or give it an `import_scope`"
            earlier = first.get(call.variable.name)
            note = Note(f"`{call.variable.name}` was made here", earlier.location) if earlier else None
            yield Finding(call.location, message, hint, note)
