"""What a plan says of the variables of a source."""

from collections.abc import Iterable, Iterator, Sequence

from scopecli.analysis.diff.plan import Plan, PlanEntry, plan_problems
from scopecli.converting.choosing import FLOATS, Chosen, is_float
from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.errors import ConversionError
from scopecli.report.model import Variable


def planned_variables(
    rows: Sequence[Variable], selected: Iterable[Variable], plan: Plan, path: str
) -> list[Chosen]:
    """Return what a plan makes of variables, in its order; what it does not name is left out.

    Args:
        rows: all of the source's.
        selected: those that are to be written, if the plan names them.
        plan: what it says.
        path: the source.

    Raises:
        ConversionError: if the plan names what the source does not have, or can't be done.
    """
    by_name = {row.name: row for row in reversed(rows)}
    problems = list(plan_problems(plan, by_name, path))
    made = [] if problems else [(by_name[entry.source or ""], entry) for entry in plan.made]
    problems += (problem for row, entry in made for problem in _cast_problems(row, entry))
    if problems:
        raise ConversionError(problems)
    wanted = {id(row) for row in selected}
    return [
        Chosen(row, entry.target or "", entry.cast or row.dtype, entry.transpose)
        for row, entry in made
        if id(row) in wanted
    ]


def _cast_problems(row: Variable, entry: PlanEntry) -> Iterator[Diagnostic]:
    """Yield why a variable is not cast as a plan says; nothing if it can be."""
    if entry.cast in (None, row.dtype):
        return
    if not is_float(row.dtype):
        message = f"`{row.name}` is of {row.dtype}, and only floats are cast"
        yield Diagnostic("SC662", message, entry.location, "leave out `cast`")
    elif entry.cast not in FLOATS:
        message = f"floats are cast to one of {', '.join(FLOATS)}, and {entry.cast} is none"
        yield Diagnostic("SC662", message, entry.location)
