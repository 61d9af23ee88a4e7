"""A scenario that builds the variables of a report: the same names, shapes, dtypes and sharing."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, NamedTuple

from scopecli.codegen.folding import (
    MARK,
    Block,
    Called,
    Line,
    Loop,
    Node,
    Passes,
    fold_functions,
    fold_loops,
)
from scopecli.ground.diagnostics import Diagnostic, Note
from scopecli.ground.escapes import json_for_yaml, safe
from scopecli.render.columns import how_text, place_text
from scopecli.report.model import Call, Report, Variable

_GLOBAL: Final = "variables"
_TRAINABLE: Final = "trainable_variables"
_LOCAL: Final = "local_variables"
_SHORTEST_PASS: Final = 2  # steps that are worth a loop


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
    for call in left_out(report):
        yield f"# {safe(call.message)}: {safe(str(call.location))}"
    yield f"title: {_quote_scalar(report.title or report.source.path)}"
    if use_resource:
        yield "use_resource: true"
    nodes = _nodes(list(_steps(report)), use_resource=use_resource)
    functions, nodes = fold_functions(nodes)
    if functions:
        yield "functions:"
        for function in functions:
            yield f"  {function.name}:"
            yield from _block_lines(function.block, "    ")
    yield "steps:" if nodes else "steps: []"
    for node in nodes:
        yield from _node_lines(node, "  ")


def _nodes(steps: Sequence[_Step], *, use_resource: bool) -> list[Node]:
    """Return the steps in blocks, folded: a pass over variables that are there is one more of the first."""
    nodes: list[Node] = []
    there: dict[str, int] = {}
    at = begin = 0
    while at < len(steps):
        first = there.setdefault(steps[at].row.name, at)
        rounds = _rounds(steps, first, at) if begin <= first < at else 1
        if rounds > 1:
            nodes += fold_loops(_blocks(steps[begin:first], use_resource=use_resource))
            blocks = _blocks(steps[first:at], use_resource=use_resource)
            nodes.append(Passes(rounds, tuple(fold_loops(blocks))))
            at = begin = first + (at - first) * rounds
        else:
            at += 1
    return [*nodes, *fold_loops(_blocks(steps[begin:], use_resource=use_resource))]


def _rounds(steps: Sequence[_Step], first: int, second: int) -> int:
    """Return how many times the steps from `first` to `second` are taken, one time behind another."""
    length, rounds = second - first, 1
    if length < _SHORTEST_PASS:
        return rounds
    while _is_pass(steps, first, length, first + length * rounds):
        rounds += 1
    is_new = rounds > 1 and not any(step.block.reuse for step in steps[first:second])
    return rounds if is_new else 1


def _is_pass(steps: Sequence[_Step], first: int, length: int, later: int) -> bool:
    """Tell whether steps take the variables that others took; what is not the same is seen at once."""
    if later + length > len(steps):
        return False
    pairs = ((steps[first + number], steps[later + number]) for number in range(length))
    return all(
        one.row.name == other.row.name and one.block.device == other.block.device for one, other in pairs
    )


def _blocks(steps: Iterable[_Step], *, use_resource: bool) -> list[Block]:
    return [
        Block(
            block.scope,
            block.device,
            block.reuse,
            tuple(
                Line(
                    step.row.name.rpartition("/")[2],
                    tuple(_entries(step, use_resource=use_resource)),
                    f"{safe(place_text(step.call))} {safe(how_text(step.call))}",
                    step.call.function,
                )
                for step in grouped
            ),
        )
        for block, grouped in groupby(steps, key=lambda step: step.block)
    ]


def _node_lines(node: Node, indent: str) -> Iterator[str]:
    match node:
        case Loop(variable, start, rounds, body):
            yield f"{indent}- for: {variable}"
            yield f"{indent}  in: {rounds if start == 0 else list(range(start, start + rounds))}"
            yield f"{indent}  steps:"
        case Passes(rounds, body):
            yield f"{indent}- for: round"
            yield f"{indent}  in: {rounds}"
            yield f"{indent}  steps:"
            indent += "    "
            yield f'{indent}- variable_scope: ""'
            yield f"{indent}  auxiliary_name_scope: false"
            yield f"{indent}  reuse: AUTO_REUSE"
            yield f"{indent}  steps:"
        case Called(function, scope, shapes):
            given = "".join(f", {name}: {shape}" for name, shape in shapes)
            yield f"{indent}- {{call: {function}, with: {{scope: {_scope_text(scope)}{given}}}}}"
            return
        case Block():
            yield from _block_lines(node, indent)
            return
    for inner in body:
        yield from _node_lines(inner, indent + "    ")


def _scope_text(scope: str) -> str:
    """Return the name of a scope as YAML has it, with references to loops' variables."""
    parts = scope.split(MARK)
    quoted = (
        f"${{{part}}}" if number % 2 else _quote_scalar(part)[1:-1] for number, part in enumerate(parts)
    )
    return f'"{"".join(quoted)}"'


def left_out(report: Report) -> Iterator[Diagnostic]:
    """Yield a warning for each variable of a report that the scenario does not make."""
    for call in report.calls:
        if call.outcome == "created" and call.variable and not _has_shape(call.variable):
            message = f"`{call.variable.name}` is left out, since its shape is known when it has a value"
            yield Diagnostic("SC808", message, call.location, severity="warning")
    for call, first in _of_a_taken_name(report):
        message = f"`{call.variable.name if call.variable else call.name}` is left out: another has its name"
        note = Note("this one is in the scenario", first.location)
        yield Diagnostic("SC808", message, call.location, notes=(note,), severity="warning")


def _of_a_taken_name(report: Report) -> Iterator[tuple[Call, Call]]:
    """Yield each call that made another variable of a name, with that which made the first.

    A partitioned whole may have the name of a variable, and `get_variable` finds nothing of `tf.Variable`'s.
    """
    first: dict[str, tuple[Call, bool]] = {}
    for call in _in_order_of_making(report):
        if call.outcome != "created" or call.variable is None or call.derived:
            continue
        is_whole = call.variable.repr.startswith("<tf.PartitionedVariable")
        maker, was_whole = first.setdefault(call.variable.name, (call, is_whole))
        if was_whole != is_whole:
            yield call, maker


def _steps(report: Report) -> Iterator[_Step]:
    """Yield a step for each variable that a call yielded: several where a custom getter took several."""
    rows = {row.name: row for row in (*report.variables, *report.local_variables)}
    there: set[str] = set()
    taken = {call.index for call, _ in _of_a_taken_name(report)}
    for call in _in_order_of_making(report):
        if call.index in taken or call.first_call in taken:
            continue
        names = call.derived or ((call.variable.name,) if call.variable else ())
        for name in names:
            row = rows.get(name) or call.variable
            if row is None or not _has_shape(row) or call.has_no_variable:
                continue
            scope, _, _ = name.rpartition("/")
            parts = () if name in rows else _parts(name, rows)
            device = parts[0].device if parts else row.device
            yield _Step(_Block(scope, name in there, device), replace(row, name=name), parts, call)
            there.add(name)


def _in_order_of_making(report: Report) -> list[Call]:
    """Return the calls, that for another's initial value, which began later, before the other."""
    keys: dict[int, tuple[int, int]] = {}
    for rows in (report.variables, report.local_variables):
        latest = 0
        for rank, row in enumerate(rows):
            for call in row.calls[:1]:
                latest = max(latest, call)
                keys.setdefault(call, (latest, rank))
    return sorted(report.calls, key=lambda call: keys.get(call.index, (call.index, 0)))


def _has_shape(row: Variable) -> bool:
    return row.shape is not None and None not in row.shape


def _parts(name: str, rows: dict[str, Variable]) -> tuple[Variable, ...]:
    found: list[Variable] = []
    while part := rows.get(f"{name}/part_{len(found)}"):
        found.append(part)
    return tuple(found)


def _block_lines(block: Block, indent: str) -> Iterator[str]:
    """Yield the block that opens a scope, and a step a line."""
    if block.device:
        yield f"{indent}- device: {_quote_scalar(block.device)}"
        yield f"{indent}  steps:"
        indent += "    "
    if block.scope or block.reuse:
        yield f"{indent}- variable_scope: {_scope_text(block.scope)}"
        yield f"{indent}  auxiliary_name_scope: false"
        if block.reuse:
            yield f"{indent}  reuse: true"
        yield f"{indent}  steps:"
        indent += "    "
    for line in block.lines:
        told = ", ".join(f"{key}: {value}" for key, value in line.entries)
        yield f"{indent}- {{{told}}}  # {line.comment}"


def _entries(step: _Step, *, use_resource: bool) -> Iterator[tuple[str, str]]:
    """Yield the keys and values of a step."""
    row = step.parts[0] if step.parts else step.row
    word = "get_local_variable" if row.collections == (_LOCAL,) else "get_variable"
    yield word, _quote_scalar(step.row.name.rpartition("/")[2])
    yield "shape", json.dumps(step.row.shape)
    if row.dtype != "float32":
        yield "dtype", row.dtype
    if step.parts:
        yield "partitioner", _partitioner(step)
    if step.block.reuse:
        return
    if row.dtype.startswith("complex"):
        yield "initializer", "zeros"
    if word == "get_variable" and not row.trainable:
        yield "trainable", "false"
    others = [collection for collection in row.collections if collection != _TRAINABLE]
    if word == "get_variable" and others != [_GLOBAL]:
        yield "collections", f"[{', '.join(map(_quote_scalar, others))}]"
    if (row.kind == "resource") != use_resource:
        yield "use_resource", json.dumps(row.kind == "resource")


def _partitioner(step: _Step) -> str:
    shape, first = step.row.shape or (), step.parts[0].shape or ()
    axis = next((axis for axis, pair in enumerate(zip(shape, first, strict=False)) if pair[0] != pair[1]), 0)
    return f"{{fixed_size: {{num_shards: {len(step.parts)}, axis: {axis}}}}}"


def _quote_scalar(text: str) -> str:
    return json_for_yaml(text).replace("$", "$$")
