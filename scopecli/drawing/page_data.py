"""What a page shows of one graph, as its scripts read it: columns of variables, and a list of calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scopecli.analysis.diff.changes import Changes
from scopecli.analysis.explain import Explanation, explain
from scopecli.analysis.selection import Selection, tags_of
from scopecli.drawing.against import picture_of_changes
from scopecli.drawing.histograms import Measured
from scopecli.drawing.labels import short_place
from scopecli.drawing.model import MOST_ROWS, DrawingExtent
from scopecli.drawing.picture import every_variable, global_totals, names_in_order, picture_of
from scopecli.drawing.svg import svg_lines
from scopecli.ground.codes import CODES
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.escapes import safe
from scopecli.render.columns import full_name
from scopecli.render.explain import explain_plain
from scopecli.render.short_values import line_of
from scopecli.report.model import Call, Report, Variable

COLUMNS: Final[dict[str, Callable[[Variable], Any]]] = {
    "name": lambda row: safe(row.name),
    "shape": lambda row: row.shape,
    "dtype": lambda row: safe(row.dtype),
    "trainable": lambda row: row.trainable,
    "role": lambda row: row.role,
    "size": lambda row: row.size,
    "bytes": lambda row: row.bytes,
    "kind": lambda row: safe(row.kind),
    "device": lambda row: safe(row.device),
    "calls": lambda row: row.calls,
    "key": lambda row: safe(row.key) if row.key else None,
}


@dataclass(frozen=True, slots=True)
class GraphPage:
    """What there is to show of one graph.

    Attributes:
        report: its report.
        findings: what `lint` finds in it.
        measured: of each variable, in the order of `every_variable`, what was read of its values; None where
            that was not asked for.
        changes: what it and another source differ in; None where it is compared with none.
    """

    report: Report
    findings: Sequence[Diagnostic] = ()
    measured: Sequence[Measured | None] | None = None
    changes: Changes | None = None

    @property
    def title(self) -> str:
        """What it is called."""
        return safe(self.report.title or self.report.source.path)


def graph_data(page: GraphPage) -> dict[str, Any]:
    """Return what a page shows of a graph, for JSON."""
    report = page.report
    rows = every_variable(report)
    numbers = {row.name: number for number, row in enumerate(rows)}
    sets = dict.fromkeys(row.collections for row in rows)
    set_numbers = {collections: number for number, collections in enumerate(sets)}
    problems = _Problems(report.expected_failures)
    calls = _calls(report, numbers, problems)
    if report.error:
        problems.number(report.error)
    for finding in page.findings:
        problems.number(finding)
    return {
        "path": safe(report.source.path),
        "kind": str(report.source.kind),
        "title": safe(report.title) if report.title else None,
        "description": report.description,
        "tensorflow": report.tensorflow,
        "notes": [safe(tags)] if (tags := tags_of(report)) else [],
        "totals": global_totals(report)._asdict(),
        "columns": [*COLUMNS, "collections"],
        "variables": {
            **{name: [fact(row) for row in rows] for name, fact in COLUMNS.items()},
            "collections": [set_numbers[row.collections] for row in rows],
        },
        "collection_sets": [list(map(safe, collections)) for collections in sets],
        "local": [safe(row.name) for row in report.local_variables],
        "calls": calls,
        "problems": problems.shown,
        "statistics": _statistics(page.measured),
        "drawing": _drawing(page),
    }


def _drawing(page: GraphPage) -> str:
    """Return who shares what; where the graph is compared, what differs instead."""
    extent = DrawingExtent(None, MOST_ROWS["svg"])
    if page.changes:
        picture = picture_of_changes(page.changes, extent, names_in_order(page.report))
    else:
        picture = picture_of(page.report, Selection(), extent)
    return "\n".join(svg_lines([picture]))


class _Problems:
    """The problems of a report, each once."""

    def __init__(self, expected: Sequence[Diagnostic]) -> None:
        self._expected = set(map(_key, expected))
        self.shown: list[dict[str, Any]] = []
        self._numbers: dict[tuple[str, Location, str], int] = {}

    def number(self, problem: Diagnostic) -> int:
        """Return which problem of the page this is; it is taken into it."""
        key = _key(problem)
        if key not in self._numbers:
            self._numbers[key] = len(self.shown)
            shown = _problem(problem)
            self.shown.append({**shown, "severity": "expected"} if key in self._expected else shown)
        return self._numbers[key]


def _key(problem: Diagnostic) -> tuple[str, Location, str]:
    return problem.code, problem.location, problem.message


def _problem(problem: Diagnostic) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "what": CODES.get(problem.code, ""),
        "message": problem.full_message,
        "place": safe(str(problem.location)),
        "notes": [{"place": safe(str(note.location)), "message": note.message} for note in problem.notes],
        "help": problem.help or "",
    }


def _calls(report: Report, numbers: Mapping[str, int], problems: _Problems) -> list[dict[str, Any]]:
    return [_call(explanation, numbers, problems) for explanation in explain(report)]


def _call(explanation: Explanation, numbers: Mapping[str, int], problems: _Problems) -> dict[str, Any]:
    call = explanation.call
    name = safe(full_name(call))
    return {
        "index": call.index,
        "label": safe(call.handle or short_place(call.location)),
        "step": safe(call.library or call.step),
        "name": safe(call.name),
        "scope": safe(call.scope),
        "reuse": call.reuse,
        "reuse_set_at": safe(str(call.reuse_set_at)) if call.reuse_set_at else None,
        "outcome": call.outcome,
        "variable": numbers.get(call.variable.name) if call.variable else None,
        "variable_name": name,
        "first_call": call.first_call,
        "place": safe(str(call.location)),
        "source_line": safe(call.source_line),
        "value": _value(call),
        "why": list(map(safe, explain_plain(explanation))),
        "uses": [{"place": safe(str(use.location)), "op": safe(use.op)} for use in call.uses],
        "problem": problems.number(call.error) if call.error else None,
    }


def _value(call: Call) -> str | None:
    if call.value is None:
        return "uninitialized" if call.uninitialized else None
    return safe(line_of(call.value, full=False))


def _statistics(measured: Sequence[Measured | None] | None) -> dict[str, Any] | None:
    """Return the statistics as columns; of a variable whose values could not be read there is nothing."""
    if measured is None:
        return None
    plain = [one.summary.plain() if one else {} for one in measured]
    names = ("min", "max", "mean", "std", "l2", "zeros", "nan", "inf")
    return {
        **{name: [statistics.get(name) for statistics in plain] for name in names},
        "flags": [one.flags if one else [] for one in measured],
        "histograms": [one.histogram._asdict() if one and one.histogram else None for one in measured],
    }
