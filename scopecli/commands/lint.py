"""Warns of what is legal in scenarios and saved reports, and probably not meant."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scopecli.analysis.lint import RULES, lint
from scopecli.analysis.lint.fixing import fixed_text
from scopecli.analysis.suppressions import Suppressions
from scopecli.commands.check import check_scenarios
from scopecli.commands.engine import Engine
from scopecli.commands.reports import open_with_calls
from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.files import lines_of
from scopecli.report.model import Report
from scopecli.report.source_kinds import SourceKind
from scopecli.sources.opened import Opened, Unread


class Linted(NamedTuple):
    """What the rules find in a source.

    Attributes:
        report: the source's; or why there is none.
        found: in the file's order; of a source that can't be read nothing.
        scenario: the file of a scenario that was built; None of a saved report, which may name any file.
    """

    report: Report | Unread
    found: list[Diagnostic]
    scenario: str | None = None


def lint_sources(paths: Sequence[str], engine: Engine, codes: Sequence[str]) -> list[Linted]:
    """Return what the rules of these codes find in sources; scenarios are built without a session.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    suppressions = Suppressions(lines_of)
    found = open_with_calls(paths, engine)
    return [_lint(one, codes, suppressions, engine.parameters) for one in found]


def _lint(
    opened: Opened | Unread, codes: Sequence[str], suppressions: Suppressions, parameters: Mapping[str, str]
) -> Linted:
    if isinstance(opened, Unread):
        return Linted(opened, [])
    scenario = opened.report.source.path if opened.file is None else None
    return Linted(opened.report, _findings(opened.report, codes, suppressions, parameters), scenario)


def fixed_scenarios(linted: Iterable[Linted]) -> dict[str, tuple[str, int]]:
    """Return the scenarios that can be put right, by their files: the texts then, and how much was wrong.

    A report is nobody's to write, nor is standard input or another stream.
    """
    fixed: dict[str, tuple[str, int]] = {}
    for _, found, path in linted:
        if path and path not in fixed and any(finding.fix for finding in found) and Path(path).is_file():
            own = [finding for finding in found if finding.location.file == path]
            text, number = fixed_text(Path(path).read_bytes().decode(), own)
            if number:
                fixed[path] = text, number
    return fixed


def _findings(
    report: Report, codes: Sequence[str], suppressions: Suppressions, parameters: Mapping[str, str]
) -> list[Diagnostic]:
    """Return what the rules find and no comment suppresses, and the comments that suppress nothing."""
    found = suppressions.filter(lint(report, codes))
    files = {call.location.file for call in report.calls} | {report.source.path}
    if "SC409" in codes and any(suppressions.in_file(file) for file in files):
        suppressions.filter(lint(report, [code for code in RULES if code not in codes]))
        if report.source.kind is SourceKind.SCENARIO and report.source.path != "-":
            check_scenarios(
                [report.source.path], parameters, suppressions
            )  # it may be for what `check` tells
        found += (problem for file in sorted(files) for problem in suppressions.tell_unused(file))
    return sorted(found, key=lambda diagnostic: (diagnostic.location, diagnostic.code))
