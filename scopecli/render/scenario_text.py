"""A scenario that builds the variables of a report: the same names, shapes, dtypes and sharing."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final, NamedTuple

from scopecli.render.columns import how_text, place_text
from scopecli.render.text import safe
from scopecli.report import Call, Report, Variable

_GLOBAL: Final = "variables"
_TRAINABLE: Final = "trainable_variables"
_LOCAL: Final = "local_variables"
_PART: Final = "/part_0"


class _Block(NamedTuple):
    """What consecutive steps share: the full name of their scope, whether it reuses, the device."""

    scope: str
    reuse: bool
    device: str


class _Step(NamedTuple):
    """A step to come: a variable that a call yielded, there already or not.

    Attributes:
        parts: of a partitioned variable, the rows of its parts.
    """

    block: _Block
    row: Variable
    parts: tuple[Variable, ...]
    call: Call


def scenario_lines(report: Report) -> Iterator[str]:
    """Yield the lines of the scenario.

    Names do not depend on how scopes are nested: each block opens the whole scope of its variables, without a
    name scope, so that no name is taken that the program has not taken.
    """
    resources = sum(row.kind == "resource" for row in report.variables)
    use_resource = 2 * resources > len(report.variables)
    yield f"# The variables of {safe(report.source.path)}, made and shared as its calls make and share them."
    yield f"title: {_quoted(report.title or report.source.path)}"
    if use_resource:
        yield "use_resource: true"
    blocks = groupby(_steps(report), key=lambda step: step.block)
    lines = [line for block, steps in blocks for line in _block(block, steps, use_resource=use_resource)]
    yield "steps:" if lines else "steps: []"
    yield from lines


def _steps(report: Report) -> Iterator[_Step]:
    """Yield a step for each variable that a call yielded: several where a custom getter took several."""
    rows = {row.name: row for row in (*report.variables, *report.local_variables)}
    there: set[str] = set()
    for call in report.calls:
        names = call.derived or ((call.variable.name,) if call.variable else ())
        for name in names:
            row = rows.get(name) or call.variable
            if row is None or row.shape is None or None in row.shape:
                continue
            scope, _, _ = name.rpartition("/")
            parts = _parts(name, rows)
            device = parts[0].device if parts else row.device
            yield _Step(_Block(scope, name in there, device), replace(row, name=name), parts, call)
            there.add(name)


def _parts(name: str, rows: dict[str, Variable]) -> tuple[Variable, ...]:
    if f"{name}{_PART}" not in rows:
        return ()
    found = (rows.get(f"{name}/part_{number}") for number in range(len(rows)))
    return tuple(each for each in found if each is not None)


def _block(block: _Block, steps: Iterable[_Step], *, use_resource: bool) -> Iterator[str]:
    """Yield the block that opens a scope, and a step a line."""
    indent = "  "
    if block.device:
        yield f"{indent}- device: {_quoted(block.device)}"
        yield f"{indent}  steps:"
        indent += "    "
    if block.scope or block.reuse:
        yield f"{indent}- variable_scope: {_quoted(block.scope)}"
        yield f"{indent}  auxiliary_name_scope: false"
        if block.reuse:
            yield f"{indent}  reuse: true"
        yield f"{indent}  steps:"
        indent += "    "
    for step in steps:
        told = ", ".join(f"{key}: {value}" for key, value in _entries(step, use_resource=use_resource))
        yield f"{indent}- {{{told}}}  # {safe(place_text(step.call))} {safe(how_text(step.call))}"


def _entries(step: _Step, *, use_resource: bool) -> Iterator[tuple[str, str]]:
    """Yield the keys and values of a step."""
    row = step.parts[0] if step.parts else step.row
    word = "get_local_variable" if row.collections == (_LOCAL,) else "get_variable"
    yield word, _quoted(step.row.name.rpartition("/")[2])
    yield "shape", json.dumps(step.row.shape)
    if row.dtype != "float32":
        yield "dtype", row.dtype
    if len(step.parts) > 1:
        yield "partitioner", _partitioner(step)
    if step.block.reuse:
        return
    if row.dtype.startswith("complex"):
        yield "initializer", "zeros"
    if word == "get_variable" and not row.trainable:
        yield "trainable", "false"
    others = [each for each in row.collections if each != _TRAINABLE]
    if word == "get_variable" and others != [_GLOBAL]:
        yield "collections", json.dumps(others)
    if (row.kind == "resource") != use_resource:
        yield "use_resource", json.dumps(row.kind == "resource")


def _partitioner(step: _Step) -> str:
    shape, first = step.row.shape or (), step.parts[0].shape or ()
    axis = next((axis for axis, pair in enumerate(zip(shape, first, strict=False)) if pair[0] != pair[1]), 0)
    return f"{{fixed_size: {{num_shards: {len(step.parts)}, axis: {axis}}}}}"


def _quoted(text: str) -> str:
    return json.dumps(text).replace("$", "$$")
