"""Judges what a scenario expects against what the report says."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from scopecli.diagnostics import Location
from scopecli.report import Call, Expectation, Report
from scopecli.scenario.expect import Expect, ExpectedScope, Handle
from scopecli.scenario.vocabulary import GRAPH_KEYS
from scopecli.values import Plain, Value, plain

_RTOL: Final = 1e-5
_ATOL: Final = 1e-8
"""What `numpy.allclose` takes."""


def judged(expect: Expect, report: Report) -> tuple[Expectation, ...]:
    """Return each expectation with what was found, in the file's order."""
    judge = _Judge(expect, report)
    order = {name: number for number, name in enumerate(expect.node.entries)}
    results = [each for name in order for each in judge.judge(name)]
    return tuple(results)


class _Judge:
    def __init__(self, expect: Expect, report: Report) -> None:
        self._expect = expect
        self._report = report
        # A name given again in a loop or a function stands for the last call.
        self._calls = {call.handle: call for call in report.calls if call.handle}

    def judge(self, name: str) -> Iterator[Expectation]:
        """Yield what became of one key of `expect`."""
        expected = getattr(self._expect, name)
        judge: Callable[[Any, Location], Iterator[Expectation]] | None = getattr(self, f"_judge_{name}", None)
        place = self._expect.node.entries[name].key.location
        if expected is None:
            return
        if judge:
            yield from judge(expected, place)
        elif name not in ("rtol", "atol"):
            found = self._total(name)
            yield Expectation(name, found == expected, expected, found, place)

    def _total(self, name: str) -> int:
        report = self._report
        match name:
            case "count":
                return len(report.variables)
            case "parameters":
                return report.totals.parameters
            case _:
                return sum(call.outcome == name for call in report.calls)

    def _judge_variables(self, expected: Sequence[str], place: Location) -> Iterator[Expectation]:
        yield _same_names("variables", expected, [row.name for row in self._report.variables], place)

    def _judge_local_variables(self, expected: Sequence[str], place: Location) -> Iterator[Expectation]:
        names = [row.name for row in self._report.local_variables]
        yield _same_names("local_variables", expected, names, place)

    def _judge_trainable(self, expected: Sequence[str], place: Location) -> Iterator[Expectation]:
        names = list(self._report.collections.get(GRAPH_KEYS["TRAINABLE_VARIABLES"], ()))
        yield _same_names("trainable", expected, names, place)

    def _judge_values(self, expected: dict[Handle, Any], _: Location) -> Iterator[Expectation]:
        for handle, value in expected.items():
            call = self._calls.get(handle.name)
            found = call.value if call else None
            ok = found is not None and self._close(found, value)
            yield Expectation(f"values.{handle.name}", ok, _plain(value), _shown(found), handle.location)

    def _close(self, found: Value, expected: Any) -> bool:
        """Compare as `numpy.allclose` does; NaN equals NaN, and what is no number must be the same."""
        import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

        array = found.whole
        wanted = _array(expected, array)
        if wanted is None or wanted.shape != array.shape:
            return False
        if array.dtype.kind in "OSb" or wanted.dtype.kind not in "iufbc":
            return wanted.dtype.kind == array.dtype.kind and bool((array == wanted).all())
        rtol = _RTOL if self._expect.rtol is None else self._expect.rtol
        atol = _ATOL if self._expect.atol is None else self._expect.atol
        kind = complex if array.dtype.kind == "c" else float
        return bool(np.allclose(array.astype(kind), wanted, rtol=rtol, atol=atol, equal_nan=True))

    def _judge_shapes(self, expected: dict[Handle, Any], _: Location) -> Iterator[Expectation]:
        for handle, shape in expected.items():
            row = self._row(handle)
            found = None if row is None or row.shape is None else list(row.shape)
            wanted = [shape] if isinstance(shape, int) else list(shape)
            yield Expectation(
                f"shapes.{handle.name}", row is not None and found == wanted, wanted, found, handle.location
            )

    def _judge_dtypes(self, expected: dict[Handle, str], _: Location) -> Iterator[Expectation]:
        for handle, dtype in expected.items():
            row = self._row(handle)
            found = row.dtype if row else None
            yield Expectation(f"dtypes.{handle.name}", found == dtype, dtype, found, handle.location)

    def _judge_shared(
        self, expected: tuple[tuple[Handle, ...], ...], place: Location
    ) -> Iterator[Expectation]:
        for group in expected:
            names = {handle.name: self._variable(handle) for handle in group}
            ok = len(self._yielded(group)) == 1 and None not in names.values()
            where = group[0].location if group else place
            yield Expectation("shared", ok, list(names), dict(names), where)

    def _judge_distinct(self, expected: tuple[Handle, ...], place: Location) -> Iterator[Expectation]:
        names = {handle.name: self._variable(handle) for handle in expected}
        ok = len(self._yielded(expected)) == len(names) and None not in names.values()
        yield Expectation("distinct", ok, list(names), dict(names), place)

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
        for handle, value in expected.items():
            name = self._variable(handle) or handle.name
            found = self._loss(name)
            ok = found is not None and abs(found - value) <= self._tolerance(value)
            yield Expectation(f"losses.{handle.name}", ok, value, found, handle.location)

    def _loss(self, name: str) -> float | None:
        """Return what regularizers add for a variable, or its parts, or the operation of this name."""
        values = [
            float(loss.value.sample)
            for loss in self._report.losses
            if loss.value is not None
            and (name in (loss.name, loss.variable) or (loss.variable or "").startswith(f"{name}/part_"))
        ]
        return sum(values) if values else None

    def _tolerance(self, value: float) -> float:
        rtol = _RTOL if self._expect.rtol is None else self._expect.rtol
        atol = _ATOL if self._expect.atol is None else self._expect.atol
        return atol + rtol * abs(value)

    def _row(self, handle: Handle) -> Any:
        call: Call | None = self._calls.get(handle.name)
        return call.variable if call else None

    def _yielded(self, handles: Iterable[Handle]) -> set[int]:
        """Return the identities of the rows of what calls yielded: two variables may have one name."""
        return {id(self._row(handle)) for handle in handles}

    def _variable(self, handle: Handle) -> str | None:
        row = self._row(handle)
        return row.name if row else None


def _same_names(name: str, expected: Sequence[str], found: list[str], place: Location) -> Expectation:
    return Expectation(name, list(expected) == found, list(expected), list(found), place)


def _array(expected: Any, like: Any) -> Any:
    """Return a literal as an array to compare with another; None where it has no shape."""
    import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

    try:
        if like.dtype.kind in "OS":
            return np.vectorize(lambda text: str(text).encode(), otypes=[object])(np.array(expected, object))
        array = np.array(expected, dtype=bool if like.dtype.kind == "b" else None)
    except ValueError:
        return None
    if like.dtype.kind == "c" and array.shape == (*like.shape, 2):  # as a report writes it: [re, im]
        array = array[..., 0] + 1j * array[..., 1]
    return array


def _plain(value: Any) -> Plain:
    import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

    return plain(np.asarray(value)) if isinstance(value, float) else value


def _shown(found: Value | None) -> Plain:
    if found is None:
        return None
    return found.summary.plain() if found.summary else found.plain()
