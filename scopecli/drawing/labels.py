"""What calls are known by in a drawing: a handle, or a line, with the way to it where that matters."""

from collections.abc import Sequence
from itertools import zip_longest

from scopecli.ground.diagnostics import Location
from scopecli.report.model import Call, Report


def short_place(location: Location) -> str:
    """Return the last part of a file's path, and the line."""
    name = location.file.replace("\\", "/").rpartition("/")[2] or location.file  # a program may be of Windows
    return f"{name}:{location.line}" if location.line else name


def labels_of(calls: Sequence[Call], report: Report) -> list[str]:
    """Return what some calls are known by that yield one variable.

    Several that are made by one line are told apart by where the ways to them part: `model.py:11 < 49` is
    line 11, as it was reached from line 49.
    """
    labels = [call.handle or short_place(call.location) for call in calls]
    alike: dict[str, list[int]] = {}
    for number, label in enumerate(labels):
        alike.setdefault(label, []).append(number)
    for numbers in alike.values():
        ways = [_way_to(calls[number], report) for number in numbers] if len(numbers) > 1 else []
        parting = next((steps for steps in zip_longest(*ways) if len(set(steps)) > 1), ())
        for number, step in zip(numbers, parting, strict=False):
            if step:
                labels[number] += f" < {_beside(step, calls[number].location)}"
    return labels


def _way_to(call: Call, report: Report) -> list[Location]:
    """Return what led to a call, outermost first: the calls of functions, then the scopes around it."""
    scopes: list[Location] = []
    index = call.scope_index
    while index is not None:
        scopes.append(report.scopes[index].location)
        index = report.scopes[index].parent_index
    return [*(note.location for note in reversed(call.trail)), *reversed(scopes)]


def _beside(step: Location, location: Location) -> str:
    """Return a line, with its file where it is in another one."""
    return str(step.line) if step.file == location.file else short_place(step)
