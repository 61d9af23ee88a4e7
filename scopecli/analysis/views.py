"""Which calls of a report are shown, and with them which variables."""

from dataclasses import dataclass, replace

from scopecli.analysis.selection import Selection, chosen_variables, name_filter
from scopecli.analysis.unique_names import requested_name
from scopecli.report.model import Call, Outcome, Report, Totals, Variable, totals_of


@dataclass(frozen=True, slots=True)
class CallSelection:
    """What is asked for of the calls of a report.

    Attributes:
        names: filters over the full names of variables, and the most calls that are shown.
        outcomes: only calls that ended so; none means all.
    """

    names: Selection = Selection()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == CallSelection()


@dataclass(frozen=True, slots=True)
class View:
    """A report, and what of it is shown.

    Attributes:
        calls: in their order.
        variables: in the order of the graph.
        columns: of the calls; None for those that suit.
    """

    report: Report
    calls: tuple[Call, ...]
    variables: tuple[Variable, ...]
    columns: tuple[str, ...] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every call and every variable is shown."""
        counts = (len(self.calls), len(self.variables))
        return counts == (len(self.report.calls), len(self.report.variables))

    @property
    def totals(self) -> Totals:
        """The totals of the variables that are shown."""
        return self.report.totals if self.is_whole else totals_of(self.variables)


def view_of(report: Report, selection: CallSelection, columns: tuple[str, ...] | None = None) -> View:
    """Return what is asked for of a report."""
    if selection.is_all:
        return View(report, report.calls, report.variables, columns)
    passes = name_filter(selection.names)
    calls = tuple(
        call
        for call in report.calls
        if passes(call.variable.name if call.variable else requested_name(call))
        and (not selection.outcomes or call.outcome in selection.outcomes)
    )[: selection.names.limit]
    variables = chosen_variables(report.variables, replace(selection.names, limit=None))
    if selection.outcomes or selection.names.limit is not None:
        asked = {call.index for call in calls}
        variables = [row for row in variables if asked.intersection(row.calls)]
    return View(report, calls, tuple(variables), columns)


def without_values(report: Report) -> Report:
    """Return a report without the values that a session fetched."""
    return replace(report, calls=tuple(replace(call, value=None) for call in report.calls), snapshots=())
