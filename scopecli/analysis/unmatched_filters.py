"""Says of filters that let nothing through which of them it is, and what was probably meant."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from scopecli.analysis.selection import Selection, chosen_variables
from scopecli.analysis.views import CallSelection, view_of
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.words import closest, quote_text
from scopecli.report.model import Report, Variable

_WILD: Final = "*?["


def unmatched_filter(variables: Sequence[Variable], selection: Selection, path: str) -> Diagnostic | None:
    """Return why no variable of a source is listed; None if some are, or it has none.

    Args:
        variables: all of the source's.
        selection: what is asked for.
        path: the source, as the user named it.
    """
    if not variables or chosen_variables(variables, selection):
        return None
    message, hint = next(_reasons(variables, selection), ("no variable passes all of the filters", None))
    return Diagnostic("SC656", message, Location(path), hint)


def unless_one_matched(told: Iterable[Diagnostic | None]) -> list[Diagnostic]:
    """Return why nothing is shown of several sources; nothing if something is of one of them."""
    reasons = list(told)
    found = [reason for reason in reasons if reason]
    return found if len(found) == len(reasons) else []


def unmatched_call(report: Report, selection: CallSelection) -> Diagnostic | None:
    """Return why no call of a report is shown; None if some are, or it has none."""
    if not report.calls or view_of(report, selection).calls:
        return None
    rows = (*report.variables, *report.local_variables, *report.other_variables)
    told = unmatched_filter(rows, replace(selection.names, limit=None), report.source.path)
    if told or selection.names.limit == 0:
        return told
    hint = f"its calls were {', '.join(dict.fromkeys(call.outcome for call in report.calls))}"
    message = f"no call that passes the other filters was {' or '.join(selection.outcomes)}"
    return Diagnostic("SC656", message, Location(report.source.path), hint)


def _reasons(variables: Sequence[Variable], selection: Selection) -> Iterator[tuple[str, str | None]]:
    """Yield what is said of each filter that no variable passes by itself."""
    scope = selection.scope
    if scope is not None and not chosen_variables(variables, Selection(scope=scope)):
        yield (
            f"no variable is in the scope {quote_text(scope)}",
            _meant(scope.rstrip("/"), _scopes(variables)),
        )
    collection = selection.collection
    if collection is not None and not chosen_variables(variables, Selection(collection=collection)):
        known = dict.fromkeys(name for row in variables for name in row.collections)
        yield f"no variable is in the collection {quote_text(collection)}", _meant(collection, list(known))
    for glob in selection.match:
        if not chosen_variables(variables, Selection(match=(glob,))):
            yield f"no full name matches {quote_text(glob)}", _meant_glob(glob, variables)
    if selection.trainable is not None and not chosen_variables(
        variables, Selection(trainable=selection.trainable)
    ):
        yield f"{'no' if selection.trainable else 'every'} variable is trainable", None
    for role in selection.roles:
        if not chosen_variables(variables, Selection(roles=(role,))):
            roles = ", ".join(dict.fromkeys(row.role for row in variables))
            yield f"no variable has the role `{role}`", f"the roles of its variables are {roles}"
    if selection.exclude and chosen_variables(variables, replace(selection, exclude=())):
        yield "`--exclude` leaves none of them", None


def _scopes(variables: Sequence[Variable]) -> list[str]:
    """Return the scopes that variables are in, those around others too."""
    parts = (row.name.split("/")[:-1] for row in variables)
    return list(
        dict.fromkeys(
            scope for names in parts for scope in accumulate(names, lambda outer, inner: f"{outer}/{inner}")
        )
    )


def _meant(word: str, known: Sequence[str]) -> str | None:
    near = closest(word, known)
    return f"did you mean {quote_text(near)}?" if near else None


def _meant_glob(glob: str, variables: Sequence[Variable]) -> str | None:
    """Return what to write for a glob: globs are of whole names."""
    if not any(sign in glob for sign in _WILD):
        if chosen_variables(variables, Selection(match=(f"*{glob}*",))):
            return f"globs are of whole names: {quote_text(f'*{glob}*')}"
        return _meant(glob, [row.name for row in variables])
    whole = glob if glob.startswith("*") else f"*{glob}"
    return (
        f"globs are of whole names: {quote_text(whole)}"
        if chosen_variables(variables, Selection(match=(whole,)))
        else None
    )
