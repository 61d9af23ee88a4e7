"""Functions that were called twice and made their variables twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scopecli.analysis.lint.finding import Finding
from scopecli.ground.diagnostics import Location, Note
from scopecli.report.model import Call, Report
from scopecli.report.source_kinds import SourceKind


def built_again(report: Report) -> Iterator[Finding]:
    """Yield the places where a function made again what it had made, under names that were made unique."""
    again: dict[tuple[Location, Location], list[Call]] = defaultdict(list)
    for call in report.calls:
        if call.repeats:
            again[call.repeats.before, call.repeats.at].append(call)
    told: set[Location] = set()
    for (before, at), calls in again.items():
        if at not in told:  # of a function called by more than two ways, each is told beside the first
            told.add(at)
            yield _finding(report, before, at, calls)


def _finding(report: Report, before: Location, at: Location, calls: Sequence[Call]) -> Finding:
    name, first = calls[0], report.calls[calls[0].repeats.call if calls[0].repeats else 0]
    made, made_first = (text.variable.name if text.variable else "" for text in (name, first))
    more = f", and {len(calls) - 1:,} more" if len(calls) > 1 else ""
    message = f"this makes variables anew: `{made}`{more}, and shares none with `{made_first}`"
    return Finding(at, message, _help(report, calls[0]), Note(f"`{made_first}` came about here", before))


def _help(report: Report, call: Call) -> str:
    if call.library.startswith(("tf.keras", "keras")):
        return "to share them, make the layer once and call it twice: Keras ignores variable scopes"
    if report.source.kind is SourceKind.SCENARIO:
        return _help_of_scenario(report, call)
    function = call.repeats.function if call.repeats else ""
    scope = function if function.isidentifier() and not function.startswith("_") else "net"
    opened = (
        f'`with tf.variable_scope("{scope}"):` around the first call, and with `reuse=True` around this one'
    )
    if call.step == "Variable":
        return f"to share them, make them with `tf.get_variable`, {opened}"
    return f'to share them, put {opened}; for others, give them a scope or a `name="…"` of their own'


def _help_of_scenario(report: Report, call: Call) -> str:
    if call.step == "Variable":
        return "to share it, write `get_variable` in a scope that is opened with `reuse: AUTO_REUSE`"
    index = call.scope_index
    while index is not None:
        scope = report.scopes[index]
        if scope.template:
            return "to share them, call the one template again; for others, give it another name"
        if scope.uniquified:
            opened = f"`variable_scope: {scope.requested_name}`, `reuse: AUTO_REUSE`"
            return f"to share them, open the scope by name: {opened}"
        index = scope.parent_index
    return "to share them, open a scope around both calls, the second time with `reuse: true`"
