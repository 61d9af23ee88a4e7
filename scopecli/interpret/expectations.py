"""Judges what a scenario expects against what the report says."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from scopecli.ground.diagnostics import Location
from scopecli.ground.words import shorten
from scopecli.interpret.literals import Comparison, Tolerance, compare_with_literal
from scopecli.report.model import Call, Expectation, Report, Variable
from scopecli.report.values import Plain, Value, plain, strict
from scopecli.scenario.expect import Expect, ExpectedScope, Handle
from scopecli.scenario.objects import Tensor
from scopecli.scenario.vocabulary import DTYPE_ALIASES, GRAPH_KEYS


def judge_expectations(expect: Expect, report: Report) -> tuple[Expectation, ...]:
    """Return each expectation with what was found, in the file's order."""
    judge = _Judge(expect, report)
    order = {name: number for number, name in enumerate(expect.node.entries)}
    results = [verdict for name in order for verdict in judge.judge(name)]
    return tuple(results)


class _Judge:
    def __init__(self, expect: Expect, report: Report) -> None:
        self._expect = expect
        self._report = report
        self._tolerance = Tolerance(expect.rtol, expect.atol)
        # A name given again in a loop or a function stands for the last call that yielded something.
        self._calls = {call.handle: call for call in report.calls if call.handle and call.variable}

    def judge(self, name: str) -> Iterator[Expectation]:
        """Yield what became of one key of `expect`; a tolerance is judged with the values it is for."""
        expected = getattr(self._expect, name)
        if expected is None or name in ("rtol", "atol"):
            return
        place = self._expect.node.entries[name].key.location
        if name in _NUMBERS:
            found = _NUMBERS[name](self._report)
            yield Expectation(name, found == expected, expected, found, place)
        else:
            judge: Callable[[Any, Location], Iterator[Expectation]] = getattr(self, f"_judge_{name}")
            yield from judge(expected, place)

    def _judge_variables(self, expected: Sequence[str], place: Location) -> Iterator[Expectation]:
        yield _same_names("variables", expected, [row.name for row in self._report.variables], place)

    def _judge_local_variables(self, expected: Sequence[str], place: Location) -> Iterator[Expectation]:
        names = [row.name for row in self._report.local_variables]
        yield _same_names("local_variables", expected, names, place)

    def _judge_trainable(self, expected: Sequence[str], place: Location) -> Iterator[Expectation]:
        names = list(self._report.collections.get(GRAPH_KEYS["TRAINABLE_VARIABLES"], ()))
        yield _same_names("trainable", expected, names, place)

    def _judge_values(self, expected: dict[Handle, Tensor], _: Location) -> Iterator[Expectation]:
        for handle, literal in expected.items():
            call = self._calls.get(handle.name)
            ok, difference = self._compare_call(call, literal)
            found = _plain_value(call.value) if call and call.value else None
            yield Expectation(
                f"values.{handle.name}", ok, strict(literal), found, handle.location, difference
            )

    def _compare_call(self, call: Call | None, literal: Tensor) -> Comparison:
        if call is None:
            return Comparison(ok=False, difference="no call yielded it")
        if call.value is None:
            return Comparison(ok=False, difference="it is not initialized")
        return compare_with_literal(literal, call.value.whole, self._tolerance)

    def _judge_shapes(self, expected: dict[Handle, Any], _: Location) -> Iterator[Expectation]:
        for handle, shape in expected.items():
            row = self._row(handle)
            found: Plain = None if row is None or row.shape is None else list(row.shape)
            wanted = [shape] if isinstance(shape, int) else list(shape)
            yield Expectation(
                f"shapes.{handle.name}", row is not None and found == wanted, wanted, found, handle.location
            )

    def _judge_dtypes(self, expected: dict[Handle, str], _: Location) -> Iterator[Expectation]:
        for handle, dtype in expected.items():
            row = self._row(handle)
            found = row.dtype if row else None
            ok = found == DTYPE_ALIASES.get(dtype, dtype)
            yield Expectation(f"dtypes.{handle.name}", ok, dtype, found, handle.location)

    def _judge_shared(
        self, expected: tuple[tuple[Handle, ...], ...], place: Location
    ) -> Iterator[Expectation]:
        for group in expected:
            names = {handle.name: self._variable(handle) for handle in group}
            ok = len(self._yielded_rows(group)) == 1 and None not in names.values()
            where = group[0].location if group else place
            yield Expectation("shared", ok, _names(group), dict(names), where)

    def _judge_distinct(self, expected: tuple[Handle, ...], place: Location) -> Iterator[Expectation]:
        names = {handle.name: self._variable(handle) for handle in expected}
        ok = len(self._yielded_rows(expected)) == len(expected) and None not in names.values()
        yield Expectation("distinct", ok, _names(expected), dict(names), place)

    def _judge_ops(self, expected: dict[Handle, str], _: Location) -> Iterator[Expectation]:
        ops = {op.handle: op.name for op in self._report.ops if op.handle}
        for handle, name in expected.items():
            found = ops.get(handle.name) or self._variable(handle)
            yield Expectation(f"ops.{handle.name}", found == name, name, found, handle.location)

    def _judge_scopes(self, expected: dict[Handle, ExpectedScope], _: Location) -> Iterator[Expectation]:
        scopes = {scope.handle: scope for scope in self._report.scopes if scope.handle}
        for handle, wanted in expected.items():
            scope = scopes.get(handle.name)
            for name in ("name", "reuse", "original_name_scope"):
                value = getattr(wanted, name)
                found = getattr(scope, name, None)
                if value is not None:
                    yield Expectation(
                        f"scopes.{handle.name}.{name}", found == value, value, found, handle.location
                    )

    def _judge_collections(self, expected: dict[Handle, Sequence[str]], _: Location) -> Iterator[Expectation]:
        for handle, names in expected.items():
            key = GRAPH_KEYS.get(handle.name, handle.name)
            found = list(self._report.collections.get(key, ()))
            yield _same_names(f"collections.{handle.name}", names, found, handle.location)

    def _judge_losses(self, expected: dict[Handle, float], _: Location) -> Iterator[Expectation]:
        import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

        for handle, number in expected.items():
            values = self._losses(self._variable(handle) or handle.name)
            found = np.asarray(sum(values)) if values else None
            ok, difference = (
                Comparison(ok=False, difference="no regularizer added one that has a value")
                if found is None
                else compare_with_literal(number, found, self._tolerance)
            )
            shown = None if found is None else plain(found)
            yield Expectation(f"losses.{handle.name}", ok, strict(number), shown, handle.location, difference)

    def _losses(self, name: str) -> list[Any]:
        """Return what regularizers add for a variable, or its parts, or the operation of this name."""
        return [
            loss.value.whole
            for loss in self._report.losses
            if loss.value is not None
            and (name in (loss.name, loss.variable) or (loss.variable or "").startswith(f"{name}/part_"))
        ]

    def _row(self, handle: Handle) -> Variable | None:
        call = self._calls.get(handle.name)
        return call.variable if call else None

    def _yielded_rows(self, handles: Iterable[Handle]) -> set[int]:
        """Return the identities of the rows of what calls yielded: two variables may have one name."""
        return {id(self._row(handle)) for handle in handles}

    def _variable(self, handle: Handle) -> str | None:
        row = self._row(handle)
        return row.name if row else None


_NUMBERS: Final[dict[str, Callable[[Report], int]]] = {
    "count": lambda report: len(report.variables),
    "parameters": lambda report: report.totals.parameters,
    "created": lambda report: sum(call.outcome == "created" for call in report.calls),
    "reused": lambda report: sum(call.outcome == "reused" for call in report.calls),
}
"""What the keys that are numbers count."""


def _names(handles: Iterable[Handle]) -> list[Plain]:
    return [handle.name for handle in handles]


def _same_names(name: str, expected: Sequence[str], found: list[str], place: Location) -> Expectation:
    ok = list(expected) == found
    difference = "" if ok else _names_differ(expected, found)
    return Expectation(name, ok, list(expected), list(found), place, difference)


def _names_differ(expected: Sequence[str], found: Sequence[str]) -> str:
    missing, others = set(expected) - set(found), set(found) - set(expected)
    told = [
        f"{what} {shorten(', '.join(sorted(names)))}"
        for what, names in (("missing", missing), ("not expected", others))
        if names
    ]
    return "; ".join(told) or "the order is another"


def _plain_value(found: Value) -> Plain:
    return found.summary.plain() if found.summary else found.plain()
