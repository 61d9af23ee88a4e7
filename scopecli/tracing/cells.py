"""Runs the cells of a notebook in one namespace: by IPython where that is installed, else by Python."""

import ast
import linecache
import os
import pprint
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from warnings import filterwarnings

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.tf1.watching.own_frames import hide_frames
from scopecli.tracing.notebooks import Cell, cell_file

_HELP: Final = "`pip install ipython` has it run as a notebook runs it"


@hide_frames
def run_cells(notebook: str, cells: Sequence[Cell], scratch: Path, warnings: list[Diagnostic]) -> None:
    """Run cells in order, until one raises; what it raises, it raises here.

    Args:
        notebook: the notebook's path, as it is shown.
        cells: what to run.
        scratch: a folder for what IPython writes.
        warnings: gets those of lines that were skipped, since they are IPython's and it is not there.
    """
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    try:
        from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415 - the user's own, if there
    except ImportError:
        _run_by_python(notebook, cells, module, warnings)
    else:
        _run_by_ipython(notebook, cells, module, InteractiveShell, scratch)


@hide_frames
def _run_by_ipython(
    notebook: str, cells: Sequence[Cell], module: ModuleType, shell_class: Any, scratch: Path
) -> None:
    """Run cells as IPython would, whose code it names by the cell, and whose errors are reported by us."""
    os.environ["IPYTHONDIR"] = str(scratch)  # none of the user's history
    shell = shell_class.instance(user_module=module, user_ns=module.__dict__)
    del os.environ["IPYTHONDIR"]
    shell.history_manager.enabled = False
    filterwarnings("ignore", "To exit: use", UserWarning, append=True)  # of what a program may do
    shell.showtraceback = shell.showsyntaxerror = lambda *_, **__: None
    for cell in cells:
        shell.compile.get_code_name = lambda *_, cell=cell: cell_file(notebook, cell.number)
        shell.run_cell(cell.source, store_history=True).raise_error()


@hide_frames
def _run_by_python(
    notebook: str, cells: Sequence[Cell], module: ModuleType, skipped: list[Diagnostic]
) -> None:
    for cell in cells:
        file = cell_file(notebook, cell.number)
        lines = cell.source.splitlines()
        source = "\n".join(_python_lines(lines, file, skipped))
        linecache.cache[file] = (len(source), None, [f"{line}\n" for line in source.splitlines()], file)
        tree = ast.parse(source, file)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, file, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - the user asked for it
        if isinstance(last, ast.Expr):
            expression = ast.Expression(last.value)
            value = eval(compile(expression, file, "eval", dont_inherit=True), module.__dict__)  # noqa: S307 - as above
            if value is not None and not source.rstrip().endswith(";"):
                print(pprint.pformat(value))  # noqa: T201 - as a notebook does


def _python_lines(lines: Sequence[str], file: str, skipped: list[Diagnostic]) -> list[str]:
    """Return the lines of a cell with what is only IPython's left out, which is told of in `skipped`."""
    if lines and lines[0].startswith("%%"):
        skipped.append(_skip_warning(file, 1, lines[0], "this cell is skipped"))
        return []
    kept = []
    for number, line in enumerate(lines, start=1):
        text = line.lstrip()
        if text.startswith(("%", "!")):
            skipped.append(_skip_warning(file, number, line, "this line is skipped"))
            kept.append(f"{line[: len(line) - len(text)]}pass")
        else:
            kept.append(line)
    return kept


def _skip_warning(file: str, number: int, line: str, what: str) -> Diagnostic:
    begin = len(line) - len(line.lstrip()) + 1
    place = Location(file, number, begin, number, len(line) + 1)
    return Diagnostic(
        "SC809", f"{what}: it is IPython's, which is not installed", place, _HELP, severity="warning"
    )
