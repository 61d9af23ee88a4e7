"""Draws programs of variable scopes: scenarios as YAML has them, from small pools, so that names meet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from hypothesis import strategies as st

Step = dict[str, Any]

_DEPTH: Final = 3
_NAMES: Final = (*["a", "b", "c", "d", "e"] * 2, "s/a", "a_1", "s", "a", "b")
_SCOPES: Final = ("s", "t", "s", "t", "s", "t", "s/t", "a")
_ODD: Final = ("", "a b", "a/", "/a", "_a", "a:0", "s//a")
_SHAPES: Final = (*[[2]] * 16, [], 2, [3], [2, 2], [2, 2], [2, 3], [0], [1, 0, 2], [None], [-1], *[[2]] * 16)
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
    "ones",
)
_SQUARE: Final = ("orthogonal", {"orthogonal": {"gain": 2, "seed": 1}}, "identity")

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
_REGULARIZERS: Final = ({"l2": 0.5}, {"l1": 2}, {"l1_l2": {"l1": 0.5, "l2": 2.0}}, "no_regularizer")
_PARTITIONERS: Final = (
    {"fixed_size": 2},
    {"fixed_size": {"num_shards": 2, "axis": 1}},
    {"variable_axis_size": {"max_shard_bytes": 4}},
    {"min_max_variable": {"max_partitions": 3, "min_slice_size": 4}},
    {"fixed_size": 3},
    {"fixed_size": 2},
)
_DEVICES: Final = (
    *["/cpu:0", "/job:localhost/cpu:0", "/job:localhost", "/device:CPU:0"] * 4,
    "nonsense",
    "/cpu:0",
)

# What a call of any kind may have besides, and what a call that gets a variable may.
_EXTRAS: Final = {
    "trainable": [False, False, True, None],
    "collections": _COLLECTIONS,
    "validate_shape": [False, True],
    "use_resource": [True, False],
    "caching_device": _DEVICES,
    "constraint": ["non_neg"],
}
_GETTING: Final = {
    **_EXTRAS,
    "regularizer": _REGULARIZERS,
    "partitioner": _PARTITIONERS,
    "synchronization": ["ON_READ", "NONE", "ON_WRITE", "AUTO"],
    "aggregation": ["SUM", "MEAN", "NONE"],
}
# What a scope gives the calls in it.
_INHERITED: Final = {
    "dtype": _DTYPES,
    "initializer": [*_INITIALIZERS, 1.5, "zeros"],
    "regularizer": _REGULARIZERS,
    "partitioner": _PARTITIONERS,
    "caching_device": _DEVICES,
    "use_resource": [True, False, None],
    "constraint": ["non_neg"],
}


@st.composite
def programs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a program: nested scopes, and calls in them that make, share and clash."""
    return _Drawing(draw, _Reach(count())).program()


@dataclass
class _Reach:
    """What the steps being drawn may refer to.

    Attributes:
        numbers: for names that no other step has.
        scopes, full_names, variables: names that steps have given, by what they stand for.
        templates: likewise, with the function of each.
        functions: with the names of their arguments.
        texts, sizes: loop variables and arguments that stand for a name or a dimension.
    """

    numbers: Iterator[int]
    scopes: list[str] = field(default_factory=list)
    full_names: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    templates: dict[str, str] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    sizes: list[str] = field(default_factory=list)

    def inside(self) -> "_Reach":
        """Return what a loop may refer to: all that is known here; what it gives is known inside alone."""
        lists = (self.scopes, self.full_names, self.variables)
        copies = (list(each) for each in lists)
        return _Reach(
            self.numbers, *copies, dict(self.templates), self.functions, list(self.texts), list(self.sizes)
        )


class _Drawing:
    """Steps being drawn: what may be referred to, and done again, depends on those so far."""

    def __init__(self, draw: st.DrawFn, reach: _Reach, *, careful: bool = False) -> None:
        self._draw = draw
        self._reach = reach
        self._careful = careful  # where one failure would end all: in a loop, in a function
        self._calls: list[Step] = []  # of get_variable, to be made again
        self._blocks: list[Step] = []  # of variable_scope, to be opened again
        self._here: list[Step] = []  # the steps of both kinds in the list that is being drawn
        self._reuse: Any = None  # the mode that the scope around gives, as far as that is known

    def program(self) -> dict[str, Any]:
        """Draw a whole program."""
        program: dict[str, Any] = {"seed": self._draw(st.integers(0, 3))}
        self._give(program, "use_resource", [True, False], one_in=4)
        functions = {}
        for number in range(self._choice([0, 0, 1, 2, 3])):
            functions[f"f{number}"] = self._function()
            self._reach.functions.append(f"f{number}")
        if functions:
            program["functions"] = functions
        program["steps"] = self.steps(_DEPTH, at_least=4)
        if self._one_in(5):
            program["session"] = self._session()
        return program

    def _function(self) -> list[Step]:
        reach = _Reach(self._reach.numbers, functions=list(self._reach.functions))
        reach.texts.append("name")
        reach.sizes.append("size")
        return self._careful_drawing(reach).steps(_DEPTH - 1)

    def _careful_drawing(self, reach: _Reach) -> "_Drawing":
        """Return what draws the steps of a function or a loop."""
        return _Drawing(self._draw, reach, careful=not self._one_in(4))

    def steps(self, depth: int, *, at_least: int = 1) -> list[Step]:
        """Draw a list of steps; blocks are no deeper than `depth`."""
        kinds = [self._get_variable] * 8 + [self._again] * 3 + [self._new_variable, self._get_local_variable]
        kinds += [self._reuse_variables, self._get_variable_scope, self._constant, self._setter]
        if depth:
            kinds += [self._variable_scope] * 6 + [self._reopened] * 6
            kinds += [self._name_scope, self._for, self._device]
        if self._reach.functions:
            kinds += [self._call] * 4 + [self._make_template] * 2 + [self._template_called_twice] * 4
        if self._reach.templates:
            kinds += [self._call] * 6
        drawn = self._draw(st.lists(st.sampled_from(kinds), min_size=at_least, max_size=5))
        before = self._here
        self._here = []
        steps = [kind(depth) for kind in drawn]
        self._here = before
        return steps

    # --- blocks ---

    def _variable_scope(self, depth: int) -> Step:
        step: Step = {"variable_scope": self._scope_name()}
        if self._one_in(20 if step["variable_scope"] is None else 12):
            step["default_name"] = self._choice([*_ODD, None])
        elif step["variable_scope"] is None or self._one_in(12):
            step["default_name"] = self._choice(["s", "t", "s/t"])
        self._give(step, "reuse", _MODES, one_in=2 if step["variable_scope"] else 10)
        self._give_some(step, _INHERITED, one_in=4)
        if self._one_in(20):
            step["initializer"] = self._initial_value()
        self._give(step, "auxiliary_name_scope", [False, False, True], one_in=8)
        self._name_it(step, self._reach.scopes)
        step["steps"] = self._inside(depth, reuse=step.get("reuse"))
        self._blocks.append(step)
        self._here.append(step)
        return step

    def _inside(self, depth: int, *, reuse: Any) -> list[Step]:
        """Draw the steps of a scope; one that shares alone has calls of another scope."""
        before = self._reuse
        self._reuse = self._reuse or reuse
        steps = self.steps(depth - 1)
        self._reuse = before
        return steps

    def _scope_name(self) -> str | None:
        if self._one_in(25):
            return self._choice(_ODD)
        if self._reach.scopes and self._one_in(4):
            return f"${self._choice(self._reach.scopes)}"
        return None if self._one_in(8) else self._choice([*_SCOPES, *self._given_texts()])

    def _reopened(self, depth: int) -> Step:
        """Open the scope of an earlier block again, and do there some of what was done in it."""
        beside = [each for each in self._here if "variable_scope" in each]
        captured = [each for each in self._blocks if "as" in each]
        if not beside and not captured:
            return self._variable_scope(depth)
        block = self._choice(self._blocks if self._one_in(8) else beside or captured)
        by_object = "as" in block and (not beside or self._one_in(2))
        name = f"${block['as']}" if by_object else block["variable_scope"]
        step: Step = {"variable_scope": name}
        if name is None:
            step["default_name"] = block["default_name"]
        self._give(step, "reuse", _MODES_AGAIN, one_in=1 if name else 10)
        calls = [each for each in block["steps"] if "get_variable" in each]
        repeated = st.lists(st.sampled_from(calls), min_size=1, max_size=4) if calls else st.just([])
        again = [self._repeated(call) for call in self._draw(repeated)]
        sharing = step.get("reuse") is True and not self._one_in(5)
        return {**step, "steps": again + ([] if sharing else self._inside(depth, reuse=step.get("reuse")))}

    def _name_scope(self, depth: int) -> Step:
        step: Step = {"name_scope": self._choice([*_SCOPES, "s/", "t/a/", None, *_SCOPES])}
        if self._one_in(12):
            step["name_scope"] = self._choice(_ODD)
        elif self._reach.scopes and self._one_in(4):
            attribute = self._choice(["name", "original_name_scope"])
            step["name_scope"] = f"${{{self._choice(self._reach.scopes)}.{attribute}}}"
        elif self._reach.full_names and self._one_in(3):
            step["name_scope"] = f"${self._choice(self._reach.full_names)}"
        self._name_it(step, self._reach.full_names)
        return {**step, "steps": self.steps(depth - 1)}

    def _device(self, depth: int) -> Step:
        return {"device": self._choice(_DEVICES), "steps": self.steps(depth - 1)}

    def _for(self, depth: int) -> Step:
        """Draw a loop over names or numbers."""
        inside = self._reach.inside()
        variable = f"i{next(inside.numbers)}"
        if self._one_in(2):
            items: Any = self._choice([["a", "b"], ["b", "b"], ["s", "t", "a"]])
            inside.texts.append(variable)
        else:
            items = self._choice([2, 3, [2, 3], 1])
            inside.sizes.append(variable)
        steps = self._careful_drawing(inside).steps(depth - 1)
        return {"for": variable, "in": items, "steps": steps}

    # --- functions and templates ---

    def _make_template(self, _: int) -> Step:
        step: Step = {"make_template": self._choice(_SCOPES), "function": self._choice(self._reach.functions)}
        self._give(step, "create_scope_now", [True, False], one_in=3)
        self._give(step, "unique_name", ["s", "u"], one_in=4)
        handle = f"t{next(self._reach.numbers)}"
        self._reach.templates[handle] = step["function"]
        return {**step, "as": handle}

    def _call(self, _: int) -> Step:
        called = self._choice([*self._reach.functions, *[f"${each}" for each in self._reach.templates] * 2])
        return {"call": called, "with": self._arguments()}

    def _arguments(self) -> Step:
        return {"name": self._choice(["a", "b", "s"]), "size": self._choice([2, 2, 3])}

    def _template_called_twice(self, depth: int) -> Step:
        """Draw a template that makes variables and shares them, in a scope around it all."""
        made = self._make_template(depth)
        call = {"call": f"${made['as']}", "with": self._arguments()}
        between = self.steps(0, at_least=0) if self._one_in(3) else []
        return {"variable_scope": self._choice(_SCOPES), "steps": [made, call, *between, call]}

    # --- scopes ---

    def _reuse_variables(self, _: int) -> Step:
        scope = self._choice([None, *self._scopes()])
        self._reuse = self._reuse if scope else True
        return {"reuse_variables": scope}

    def _get_variable_scope(self, _: int) -> Step:
        step: Step = {"get_variable_scope": None}
        return {**step, "as": self._new(self._reach.scopes)}

    def _setter(self, _: int) -> Step:
        values: dict[str, Sequence[Any]] = {
            "set_initializer": [*_INITIALIZERS, None, 1.5, "ones"],
            "set_regularizer": [*_REGULARIZERS, None, {"l2": 0.5}],
            "set_partitioner": [*_PARTITIONERS, None, None],
            "set_dtype": _DTYPES,
            "set_use_resource": [True, False],
            "set_caching_device": [*_DEVICES, None],
        }
        word = self._choice(list(values))
        step = {word: self._choice(values[word])}
        if word == "set_initializer" and self._one_in(3):
            step[word] = self._initial_value()
        if self._reach.scopes and self._one_in(2):
            step["scope"] = self._choice(self._scopes())
        return step

    def _scopes(self) -> list[str]:
        return [f"${scope}" for scope in self._reach.scopes]

    # --- operations and variables ---

    def _constant(self, _: int) -> Step:
        step: Step = {"constant": self._name()}
        self._give(step, "value", [*_LITERALS, *_TEXTS, 1], one_in=3)
        return step

    def _get_variable(self, _: int) -> Step:
        if self._reuse is True and self._calls_here() and not self._one_in(5):
            return self._repeated(self._choice(self._calls_here()))
        step = self._getting("get_variable")
        self._calls.append(step)
        self._here.append(step)
        return step

    def _get_local_variable(self, _: int) -> Step:
        return self._getting("get_local_variable")

    def _getting(self, word: str) -> Step:
        step: Step = {word: self._name()}
        if self._one_in(5):
            step["initializer"] = self._initial_value()
        else:
            sizes = [[each] for size in self._reach.sizes for each in (f"${size}", f"${{{size} + 1}}")]
            step["shape"] = self._choice([*([[2]] if self._careful else _SHAPES), *sizes * 6])
            fitting = (*_INITIALIZERS, *_SQUARE * 2) if step["shape"] in ([2, 2], [2, 3]) else _INITIALIZERS
            self._give(step, "initializer", fitting, one_in=2)
        self._give(step, "dtype", _DTYPES, one_in=6)
        return self._finished(step)

    def _again(self, depth: int) -> Step:
        """Ask once more for a variable that was asked for, wherever that was."""
        calls = self._calls if self._one_in(4) else self._calls_here()
        return self._repeated(self._choice(calls)) if calls else self._get_variable(depth)

    def _calls_here(self) -> list[Step]:
        return [each for each in self._here if "get_variable" in each]

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
        """Add what calls may have besides."""
        self._give_some(step, _EXTRAS if "Variable" in step else _GETTING, one_in=4)
        self._name_it(step, self._reach.variables)
        return step

    def _name(self) -> str:
        given = self._given_texts()
        if self._careful and given:
            return self._choice(given)
        return self._choice(_ODD if self._one_in(30) else [*_NAMES, *given * 4])

    def _given_texts(self) -> list[str]:
        """Return texts of what loops and calls give."""
        whole = [f"${each}" for each in self._reach.texts]
        every = (*self._reach.texts, *self._reach.sizes)
        return whole + [f"{letter}_${{{each}}}" for each in every for letter in "abcd"]

    def _initial_value(self) -> Any:
        if self._reach.variables and self._one_in(4):
            return {"initialized_value": f"${self._choice(self._reach.variables)}"}
        if self._one_in(3):
            return {"value": self._choice([*_LITERALS, *_TEXTS, 1])}
        return self._choice(_LITERALS)

    # --- the session ---

    def _session(self) -> list[Step]:
        """Draw the entries of a session.

        All variables are initialised at its beginning or never: later, one that starts from another's
        value would read that one while it changes.
        """
        first: list[Step] = [] if self._one_in(4) else [{"initialize": None}]
        variables = [f"${each}" for each in self._reach.variables]
        return first + [
            self._entry(variables) for _ in range(self._draw(st.integers(0, 5)) if variables else 0)
        ]

    def _entry(self, variables: list[str]) -> Step:
        if self._one_in(2):
            how = self._choice(["assign", "assign_add", "assign_sub"])
            return {how: self._choice(variables), "value": self._choice(_LITERALS)}
        if self._one_in(3):
            return {"initialize": [self._choice(variables)]}
        some = st.lists(st.sampled_from(variables), max_size=3, unique=True)
        return {"show": self._draw(st.none() | some)}

    # --- drawing ---

    def _name_it(self, step: Step, kind: list[str]) -> None:
        """Give what a step yields a name, mostly."""
        if self._one_in(2):
            step["as"] = self._new(kind)

    def _new(self, kind: list[str]) -> str:
        kind.append(f"h{next(self._reach.numbers)}")
        return kind[-1]

    def _give(self, step: Step, key: str, values: Sequence[Any], *, one_in: int) -> None:
        """Give a step an argument now and then."""
        if self._one_in(one_in):
            step[key] = self._choice(values)

    def _give_some(self, step: Step, arguments: dict[str, Sequence[Any]], *, one_in: int) -> None:
        """Give a step a few arguments now and then."""
        if self._one_in(one_in * 4 if self._careful else one_in):
            some = st.lists(st.sampled_from(sorted(arguments)), min_size=1, max_size=3, unique=True)
            for key in self._draw(some):
                step[key] = self._choice(arguments[key])

    def _choice(self, values: Sequence[Any]) -> Any:
        return self._draw(st.sampled_from(values))

    def _one_in(self, number: int) -> bool:
        # Not the first, so that a program made smaller has less, nor the last: hypothesis is fond of ends.
        return number == 1 or self._draw(st.integers(1, max(3, number))) == 2
