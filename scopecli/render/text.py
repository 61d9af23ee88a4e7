"""Pieces of text that every rendering shares."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from scopecli.ground.diagnostics import Location
from scopecli.ground.escapes import safe as safe  # noqa: PLC0414 - text is rendered from here
from scopecli.ground.sizes import format_bytes
from scopecli.report.model import Call, OpenedSession, Report, Shape, Totals, Variable
from scopecli.report.roles import Role
from scopecli.report.source_kinds import SourceKind
from scopecli.report.values import Plain, Value

ROLE_NOUNS: Final[dict[Role, str]] = {
    "weight": "weights",
    "slot": "optimizer slots",
    "average": "moving averages",
    "statistic": "batch statistics",
    "step": "steps",
    "bookkeeping": "bookkeeping",
}
"""What variables of a role are called."""


def safe_lines(text: str) -> str:
    """Return the same with its line breaks kept, and its tabs as spaces."""
    return "\n".join(safe(line.expandtabs(4)) for line in text.split("\n"))


def can_write(text: str, encoding: str) -> bool:
    """Tell whether an encoding is known, and has every character of a text."""
    try:
        text.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def shape_text(shape: Shape) -> str:
    """Return a shape as TensorFlow writes it in a variable's `repr`."""
    return "<unknown>" if shape is None else str(shape)


def facts_of(row: Variable) -> str:
    """Return shape and dtype of a variable, and that it is none any more in a frozen graph."""
    constant = " constant" if row.kind == "constant" else ""
    return f"{shape_text(row.shape)} {row.dtype}{constant}"


def value_text(call: Call, text: Callable[[Value], str]) -> str:
    """Return a call's value as `text` has it, or why there is none."""
    if call.value is not None:
        return text(call.value)
    return "uninitialized" if call.uninitialized else "-"


def one_line(text: str) -> str:
    """Return numpy's text of an array on one line."""
    return re.sub(r"\s*\n\s*", " ", text)


def is_traced(report: Report) -> bool:
    """Tell whether a report is of a program, whose calls have places and no handles."""
    return report.source.kind is SourceKind.PROGRAM


def extras(report: Report) -> Iterator[tuple[str, list[str]]]:
    """Yield what a report has beside calls and variables: a heading, and lines.

    That is the snapshots of a session with several or with none at its end, and what regularizers add.
    """
    final = {call.handle: call.value for call in report.calls if call.handle and call.variable}
    if [dict(snapshot) for snapshot in report.snapshots] not in ([], [final]):
        for number, snapshot in enumerate(report.snapshots, start=1):
            yield (
                f"snapshot {number}",
                [f"{handle} : {_shape_or_value(value)}" for handle, value in snapshot.items()],
            )
    if report.losses:
        traced = is_traced(report)
        lines = [
            f"{loss.variable or loss.name} : {loss.name if traced else _shape_or_value(loss.value)}"
            for loss in report.losses
        ]
        yield "regularization losses", lines
    if report.cluster:
        yield "cluster", [f"{job}: {', '.join(tasks)}" for job, tasks in report.cluster.items()]
    if report.servers:
        yield "servers", [f"{server.task} at {_place_text(server.location)}" for server in report.servers]
    with_options = [session for session in report.sessions if session.config or session.target]
    if with_options:
        yield "sessions", list(map(_session_text, with_options))


def _session_text(session: OpenedSession) -> str:
    """Return where a session was opened, and with which options: `train.py:9, gpu_options.allow_growth`."""
    place = _place_text(session.location)
    return ", ".join([f"session at {place}", *filter(None, [session.target]), *_options(session.config, "")])


def _place_text(location: Location) -> str:
    return f"{location.file}:{location.line}"


def _options(fields: Mapping[str, Plain], prefix: str) -> Iterator[str]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _options(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}" if value is True else f"{prefix}{name}={json.dumps(value)}"


def _shape_or_value(value: Value | None) -> str:
    return one_line(value.text()) if value else "uninitialized"


def count_noun(count: int, noun: str) -> str:
    """Return a number with its noun: `1 variable`, `2 variables`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def totals_text(totals: Totals, of: Totals | None = None) -> str:
    """Return totals as a sentence's worth of text, and of how much they are a part."""
    if of is None:
        trainable = totals.trainable_parameters
        known = "" if trainable is None else f" ({trainable:,} trainable)"
        variables, parameters = (
            count_noun(count, noun)
            for count, noun in ((totals.variables, "variable"), (totals.parameters, "parameter"))
        )
        return f"{variables}, {parameters}{known}, {format_bytes(totals.bytes)}"
    return (
        f"{totals.variables:,} of {count_noun(of.variables, 'variable')},"
        f" {totals.parameters:,} of {count_noun(of.parameters, 'parameter')},"
        f" {format_bytes(totals.bytes)} of {format_bytes(of.bytes)}"
    )
