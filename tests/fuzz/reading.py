"""Does with an input all that the commands do which run nothing of it."""

from contextlib import suppress
from pathlib import Path

from scopecli.analysis.explain import explain
from scopecli.analysis.lint import lint
from scopecli.analysis.views import CallSelection, view_of
from scopecli.codegen.python import python_lines
from scopecli.ground.codes import CODES
from scopecli.ground.errors import InvalidSourceError
from scopecli.render.json_lines import run_json
from scopecli.scenario.expansion import load_program
from scopecli.sources.opened import Opened
from scopecli.sources.opening import open_source


def read_fully(path: Path) -> None:
    """Read a source, its values and what is said of it; raise what is raised but for a value's own faults."""
    opened = open_source(str(path))
    if opened is None:
        "".join(python_lines(load_program(str(path))))
        return
    for each in opened:
        _look_at(each)


def _look_at(opened: Opened) -> None:
    report = opened.report
    "".join(run_json([view_of(report, CallSelection())]))
    lint(report, [code for code in CODES if code.startswith("SC4")])
    explain(report)
    if opened.read is None:
        return
    for variable in report.variables[:50]:
        if variable.size is not None and variable.size <= 1_000_000:
            with suppress(InvalidSourceError):
                opened.read(variable)
