"""Draws programs of variable scopes: scenarios as YAML has them, from small pools, so that names meet."""

from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import strategies as st

Step = dict[str, Any]

_DEPTH: Final = 3
_NAMES: Final = ("a", "b", "a", "b", "a", "b", "s/a", "a_1", "s")
_SCOPES: Final = ("s", "t", "s", "t", "s", "t", "s/t", "a")
_ODD: Final = ("", "a b", "a/", "/a", "_a", "a:0", "s//a")
_SHAPES: Final = (*[[2]] * 12, [], 2, [3], [2, 2], [0], [1, 0, 2], [None], [-1], *[[2]] * 12)
_MODES: Final = (*["AUTO_REUSE"] * 4, True, False, None, *["AUTO_REUSE"] * 4)
_MODES_AGAIN: Final = (*["AUTO_REUSE", True] * 3, False, None, *["AUTO_REUSE", True] * 3)
_DTYPES: Final = (
    *["float32", "float64", "float32", "float64", "half", "bfloat16"] * 2,
    *["int32", "int64", "bool", "uint8", "complex64", "string", "float32"],
)
_INITIALIZERS: Final = (
    *["zeros", "ones", "zeros_initializer", {"constant": 2}, {"constant": {"value": [1, 2]}}] * 2,
    {"random_normal": {"stddev": 0.1, "seed": 3}},
    "truncated_normal",
    "glorot_normal",
    {"variance_scaling": {"mode": "fan_out"}},
    "orthogonal",
    "identity",
)
_LITERALS: Final = (*[1, 2.5, [1.0, 2.0]] * 3, True, [1, 2], [[1.5, 2.5]], [True, False], [], [3.0, 4.0])
_TEXTS: Final = ("x", ["x", "y"])
_COLLECTIONS: Final = (
    ["GLOBAL_VARIABLES"],
    ["LOCAL_VARIABLES"],
    ["mine"],
    ["mine", "GLOBAL_VARIABLES", "MODEL_VARIABLES"],
    ["GLOBAL_VARIABLES", "LOCAL_VARIABLES"],
    ["TRAINABLE_VARIABLES"],
    [],
)


@st.composite
def programs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a program: nested scopes, and calls in them that make, share and clash."""
    program: dict[str, Any] = {"seed": draw(st.integers(0, 3))}
    if draw(st.integers(1, 4)) == 2:
        program["use_resource"] = draw(st.booleans())
    return {**program, "steps": _Drawing(draw).steps(_DEPTH, at_least=2)}


@dataclass
class _Handles:
    """The names that steps have given so far, by what they stand for."""

    scopes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    count: int = 0

    def new(self, kind: list[str]) -> str:
        self.count += 1
        kind.append(f"h{self.count}")
        return kind[-1]


class _Drawing:
    """A program being drawn: what may be referred to, and done again, depends on the steps so far."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._handles = _Handles()
        self._calls: list[Step] = []  # of get_variable, to be made again
        self._blocks: list[Step] = []  # of variable_scope, to be opened again

    def steps(self, depth: int, *, at_least: int = 1) -> list[Step]:
        """Draw a list of steps; blocks are no deeper than `depth`."""
        calls = [self._get_variable] * 6 + [self._again] * 2 + [self._new_variable, self._get_local_variable]
        blocks = [self._variable_scope] * 5 + [self._reopened] * 4 + [self._name_scope] if depth else []
        others = [self._reuse_variables, self._get_variable_scope, self._constant]
        kinds = st.lists(st.sampled_from([*calls, *blocks, *others]), min_size=at_least, max_size=5)
        return [kind(depth) for kind in self._draw(kinds)]

    def _variable_scope(self, depth: int) -> Step:
        step: Step = {"variable_scope": self._scope_name()}
        if step["variable_scope"] is None or self._one_in(12):
            self._give(step, "default_name", ["s", "t", "s/t"], one_in=1)
        self._give(step, "reuse", _MODES, one_in=2 if step["variable_scope"] else 10)
        self._give(step, "dtype", _DTYPES, one_in=12)
        self._give(step, "initializer", [*_INITIALIZERS, 1.5], one_in=8)
        self._give(step, "use_resource", [True, False, None], one_in=12)
        self._give(step, "auxiliary_name_scope", [False, False, True], one_in=8)
        if self._one_in(2):
            step["as"] = self._handles.new(self._handles.scopes)
        step["steps"] = self.steps(depth - 1)
        self._blocks.append(step)
        return step

    def _scope_name(self) -> str | None:
        if self._one_in(25):
            return self._draw(st.sampled_from(_ODD))
        if self._handles.scopes and self._one_in(4):
            return f"${self._draw(st.sampled_from(self._handles.scopes))}"
        return None if self._one_in(8) else self._draw(st.sampled_from(_SCOPES))

    def _reopened(self, depth: int) -> Step:
        """Open the scope of an earlier block again, and do there some of what was done in it."""
        if not self._blocks:
            return self._variable_scope(depth)
        block = self._draw(st.sampled_from(self._blocks))
        name = f"${block['as']}" if "as" in block and self._one_in(2) else block["variable_scope"]
        step: Step = {"variable_scope": name}
        if name is None:
            step["default_name"] = block["default_name"]
        self._give(step, "reuse", _MODES_AGAIN, one_in=1 if name else 10)
        calls = [each for each in block["steps"] if "get_variable" in each]
        repeated = st.lists(st.sampled_from(calls), min_size=1, max_size=4) if calls else st.just([])
        again = [self._repeated(call) for call in self._draw(repeated)]
        return {**step, "steps": [*again, *self.steps(depth - 1, at_least=0)]}

    def _name_scope(self, depth: int) -> Step:
        step: Step = {"name_scope": self._draw(st.sampled_from([*_SCOPES, *_SCOPES, "s/", "t/a/", None]))}
        if self._one_in(12):
            step["name_scope"] = self._draw(st.sampled_from(_ODD))
        elif self._handles.scopes and self._one_in(4):
            attribute = self._draw(st.sampled_from(["name", "original_name_scope"]))
            step["name_scope"] = f"${{{self._draw(st.sampled_from(self._handles.scopes))}.{attribute}}}"
        elif self._handles.names and self._one_in(3):
            step["name_scope"] = f"${self._draw(st.sampled_from(self._handles.names))}"
        if self._one_in(2):
            step["as"] = self._handles.new(self._handles.names)
        return {**step, "steps": self.steps(depth - 1)}

    def _reuse_variables(self, _: int) -> Step:
        scopes = [f"${scope}" for scope in self._handles.scopes]
        return {"reuse_variables": self._draw(st.sampled_from([None, *scopes]))}

    def _get_variable_scope(self, _: int) -> Step:
        return {"get_variable_scope": None, "as": self._handles.new(self._handles.scopes)}

    def _constant(self, _: int) -> Step:
        step: Step = {"constant": self._name()}
        self._give(step, "value", [*_LITERALS, *_TEXTS], one_in=3)
        return step

    def _get_variable(self, _: int) -> Step:
        step = self._getting("get_variable")
        self._calls.append(step)
        return step

    def _get_local_variable(self, _: int) -> Step:
        return self._getting("get_local_variable")

    def _getting(self, word: str) -> Step:
        step: Step = {word: self._name()}
        if self._one_in(5):
            step["initializer"] = self._initial_value()
        else:
            self._give(step, "shape", _SHAPES, one_in=1)
            self._give(step, "initializer", _INITIALIZERS, one_in=2)
        self._give(step, "dtype", _DTYPES, one_in=6)
        return self._finished(step)

    def _again(self, depth: int) -> Step:
        """Ask once more for a variable that was asked for, wherever that was."""
        return (
            self._repeated(self._draw(st.sampled_from(self._calls)))
            if self._calls
            else self._get_variable(depth)
        )

    def _repeated(self, call: Step) -> Step:
        """Ask for a variable in the same way or in another."""
        step = {key: value for key, value in call.items() if key != "as"}
        if self._one_in(3):
            step.pop("shape", None)
            step.pop("initializer", None)
        self._give(step, "shape", _SHAPES, one_in=12)
        self._give(step, "dtype", _DTYPES, one_in=12)
        return self._finished(step)

    def _new_variable(self, _: int) -> Step:
        step: Step = {"Variable": self._name()}
        if not self._one_in(12):
            step["initial_value"] = self._initial_value()
        self._give(step, "dtype", _DTYPES, one_in=6)
        return self._finished(step)

    def _finished(self, step: Step) -> Step:
        """Add what every call may have."""
        self._give(step, "trainable", [False, False, True, None], one_in=6)
        self._give(step, "collections", _COLLECTIONS, one_in=10)
        self._give(step, "use_resource", [True, False], one_in=10)
        self._give(step, "validate_shape", [False, True], one_in=15)
        if self._one_in(2):
            step["as"] = self._handles.new(self._handles.variables)
        return step

    def _name(self) -> str:
        return self._draw(st.sampled_from(_ODD if self._one_in(25) else _NAMES))

    def _initial_value(self) -> Any:
        if self._handles.variables and self._one_in(4):
            return {"initialized_value": f"${self._draw(st.sampled_from(self._handles.variables))}"}
        if self._one_in(3):
            return {"value": self._draw(st.sampled_from([*_LITERALS, *_TEXTS]))}
        return self._draw(st.sampled_from(_LITERALS))

    def _give(self, step: Step, key: str, values: Any, *, one_in: int) -> None:
        """Give a step an argument now and then."""
        if self._one_in(number=one_in):
            step[key] = self._draw(st.sampled_from(values))

    def _one_in(self, number: int) -> bool:
        # Not the first, so that a program made smaller has less, nor the last: hypothesis is fond of ends.
        return number == 1 or self._draw(st.integers(1, max(3, number))) == 2
