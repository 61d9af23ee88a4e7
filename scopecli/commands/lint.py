"""Warns of what is legal in scenarios and saved reports, and probably not meant."""

from collections.abc import Sequence
from typing import NamedTuple

from scopecli.analysis.lint import lint
from scopecli.commands.engine import Engine
from scopecli.commands.reports import reports_with_calls
from scopecli.ground.diagnostics import Diagnostic
from scopecli.report.model import Report
from scopecli.sources.opened import Unread


class Linted(NamedTuple):
    """What the rules find in a source.

    Attributes:
        report: the source's; or why there is none.
        found: in the file's order; of a source that can't be read nothing.
    """

    report: Report | Unread
    found: list[Diagnostic]


def lint_sources(paths: Sequence[str], engine: Engine, codes: Sequence[str]) -> list[Linted]:
    """Return what the rules of these codes find in sources; scenarios are built without a session.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    reports = reports_with_calls(paths, engine)
    return [Linted(one, [] if isinstance(one, Unread) else lint(one, codes)) for one in reports]
