"""Pieces of text that every rendering shares."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from scopecli.report import Call, Report, Shape, Totals
from scopecli.sizes import format_bytes
from scopecli.values import Value

# Control characters and those that reorder text: a terminal acts on them instead of showing them.
_ACTIVE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def safe(text: str) -> str:
    """Return text from a file with everything that a terminal would act on written as an escape."""
    return _ACTIVE.sub(_escaped, text)


def safe_lines(text: str) -> str:
    """Return the same with its line breaks kept, and its tabs as spaces."""
    return "\n".join(safe(line.expandtabs(4)) for line in text.split("\n"))


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def shape_text(shape: Shape) -> str:
    """Return a shape as TensorFlow writes it in a variable's `repr`."""
    return "<unknown>" if shape is None else str(shape)


def value_text(call: Call, text: Callable[[Call], str]) -> str:
    """Return a call's value as `text` has it, or why there is none."""
    if call.value is not None:
        return text(call)
    return "uninitialized" if call.uninitialized else "-"


def one_line(text: str) -> str:
    """Return numpy's text of an array on one line."""
    return re.sub(r"\s*\n\s*", " ", text)


def extras(report: Report) -> Iterator[tuple[str, list[str]]]:
    """Yield what a report has beside calls and variables: a heading, and lines.

    That is the snapshots of a session with several or with none at its end, and what regularizers add.
    """
    final = {call.handle: call.value for call in report.calls if call.handle and call.variable}
    if [dict(each) for each in report.snapshots] not in ([], [final]):
        for number, snapshot in enumerate(report.snapshots, start=1):
            yield f"snapshot {number}", [f"{handle} : {_shown(value)}" for handle, value in snapshot.items()]
    if report.losses:
        lines = [f"{loss.variable or loss.name} : {_shown(loss.value)}" for loss in report.losses]
        yield "regularization losses", lines


def _shown(value: Value | None) -> str:
    return one_line(value.text()) if value else "uninitialized"


def counted(count: int, noun: str) -> str:
    """Return a number with its noun: `1 variable`, `2 variables`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def totals_text(totals: Totals, of: Totals | None = None) -> str:
    """Return totals as a sentence's worth of text, and of how much they are a part."""
    if of is None:
        trainable = totals.trainable_parameters
        known = "" if trainable is None else f" ({trainable:,} trainable)"
        return (
            f"{counted(totals.variables, 'variable')}, {counted(totals.parameters, 'parameter')}{known},"
            f" {format_bytes(totals.bytes)}"
        )
    return (
        f"{totals.variables:,} of {counted(of.variables, 'variable')},"
        f" {totals.parameters:,} of {counted(of.parameters, 'parameter')},"
        f" {format_bytes(totals.bytes)} of {format_bytes(of.bytes)}"
    )
