"""Lists the variables of sources."""

from collections.abc import Sequence

from scopecli.commands.engine import Engine
from scopecli.commands.run import run_scenarios
from scopecli.report import Report
from scopecli.selection import Listing, Selection, select


def list_variables(
    paths: Sequence[str], engine: Engine, selection: Selection
) -> tuple[list[Report], list[Listing]]:
    """Build each scenario without a session; return the reports, and what is asked for of each.

    Raises:
        InvalidSourceError: before anything is built, with every problem of every file.
        TensorFlowUnavailableError: if there is no TensorFlow to build on.
    """
    reports = run_scenarios(paths, engine, seed=None, session=None)
    return reports, [select(report, selection) for report in reports]
