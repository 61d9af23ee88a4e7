"""`%load_ext scopecli` in a notebook: `%%scopecli` traces a cell in the live graph."""

import linecache
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any

from click import unstyle

from scopecli.analysis.views import CallSelection, view_of
from scopecli.render.diagnostics import diagnostic_lines
from scopecli.render.tables import Canvas, run_table
from scopecli.report.model import Report
from scopecli.report.notebook import report_html
from scopecli.tf1 import load
from scopecli.tf1.watching.hooks import watch_calls
from scopecli.tf1.watching.own_frames import is_unseen
from scopecli.tf1.watching.surroundings import Surroundings
from scopecli.tf1.watching.watched_graph import variables_of_default_graph
from scopecli.tracing.ending import reports_of
from scopecli.tracing.places import Places
from scopecli.tracing.recording import Recording
from scopecli.tracing.reporting import describe_recording


def load_ipython_extension(shell: Any) -> None:
    """Add the magic `%%scopecli` to a shell of IPython's, as `%load_ext` asks for."""
    shell.register_magic_function(partial(_trace_cell, shell), "cell", "scopecli")


def _trace_cell(shell: Any, line: str, cell: str) -> None:
    """Run the cell as it is, and show the variable calls that it made, who shares what, and what failed."""
    from IPython.display import publish_display_data  # noqa: PLC0415 - where this runs, it is there

    del line
    load(own_process=False)
    existing = variables_of_default_graph()
    recording = Recording(Surroundings())
    with watch_calls(recording), _own_frames_left_out(shell):
        error = shell.run_cell(cell).error_in_exec
    numbers = shell.compile._filename_map  # noqa: SLF001 - nothing else tells the files of cells
    files = {f"In[{number}]": file for file, number in numbers.items()}
    places = Places(os.getcwd(), names={file: name for name, file in files.items()})  # noqa: PTH109 - as text
    found = describe_recording(recording, "this cell", places, stacks=False, existing=existing)
    for report in reports_of(found, error, "this cell", places):
        shown = {"text/plain": "\n".join(_text_lines(report, files)), "text/html": report_html(report)}
        publish_display_data(shown)  # type: ignore[no-untyped-call]  # of IPython


def _text_lines(report: Report, files: dict[str, str]) -> Iterator[str]:
    """Yield what a terminal shows of a report; `files` has those of the cells."""
    width = shutil.get_terminal_size().columns
    yield from run_table([view_of(report, CallSelection())], Canvas(width, color=False, boxed=True))
    if report.error:
        for line in diagnostic_lines(
            report.error, lambda name: linecache.getlines(files.get(name, name)), width
        ):
            yield unstyle(line)


@contextmanager
def _own_frames_left_out(shell: Any) -> Iterator[None]:
    """Have the shell show tracebacks without the frames that are there because a cell is traced."""
    show = shell.showtraceback

    def showtraceback(*arguments: Any, **given: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            error.__traceback__ = _without_own_frames(error.__traceback__)
        show(*arguments, **given)

    shell.showtraceback = showtraceback
    try:
        yield
    finally:
        del shell.showtraceback


def _without_own_frames(trace: TracebackType | None) -> TracebackType | None:
    kept = None
    for entry in reversed(list(_entries(trace))):
        if not is_unseen(entry.tb_frame.f_code.co_filename):
            entry.tb_next = kept
            kept = entry
    return kept


def _entries(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next
