"""Opens sources whose calls are asked for."""

from collections.abc import Sequence
from shlex import quote

from scopecli.commands.engine import Engine
from scopecli.commands.sources import check_each, open_sources
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.sources.opened import Opened, Unread


def open_with_calls(paths: Sequence[str], engine: Engine) -> list[Opened | Unread]:
    """Return sources, in order: a scenario is built without a session, a saved report is read.

    A source that tells of variables and of no calls, as a listing or a checkpoint does, is none of them.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    return check_each(open_sources(paths, engine), _without_calls)


def _without_calls(opened: Opened) -> Diagnostic | None:
    report = opened.report
    if report.calls or not report.variables:
        return None
    hint = "explain and lint read scenarios, and what `run -f json` and `trace -f json` save"
    if report.source.kind.has_calls:
        message = "there are variables in it and no calls, so that nothing can be said of any"
    else:
        message = f"this is a {report.source.kind}: it has variables and no calls, of which alone this tells"
        hint = f"`scopecli list {quote(opened.shown_path)}` shows what is in it; {hint}"
    return Diagnostic("SC605", message, Location(opened.shown_path), hint)
