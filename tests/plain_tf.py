"""The plain side of the comparison: the steps of a scenario taken the long way, with `tf.compat.v1` alone.

Nothing of scopecli is used here. What came of the steps is told in the words of the JSON report.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

Step = dict[str, Any]

_REFERENCE = re.compile(r"\$\{?(\w+)(?:\.(\w+))?\}?")


class NeverMadeError(Exception):
    """A step refers to what a failed step should have made."""


def run_plainly(program: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Build a program in a graph of its own, and run a session that initialises everything.

    A step that TensorFlow refuses is noted, and the program goes on after it; one that refers to what such a
    step should have made is left out.

    Returns:
        The program, with `raises` at each step that was refused and `expect` for what the report does not
        tell; and what came of it.
    """
    graph = tf.Graph()
    with _tf1_control_flow(), graph.as_default():
        tf.get_variable_scope().set_use_resource(program.get("use_resource") or False)
        tf.set_random_seed(program["seed"])
        plain = Plain()
        steps = _with_references_met(plain.take(program["steps"]), set())
        collections = {key: _names(tf.get_collection(key)) for key in _collection_keys()}
        return {**program, "steps": steps, "expect": {"collections": collections}}, plain.facts()


@contextmanager
def _tf1_control_flow() -> Iterator[None]:
    """Have `initialized_value` make TF1's operations, as a TF1 program does."""
    before = tf.control_flow_v2_enabled()
    tf.disable_control_flow_v2()
    try:
        yield
    finally:
        if before:
            tf.enable_control_flow_v2()


class Plain:
    """A program under way: what its steps made, and what was refused."""

    def __init__(self) -> None:
        self._results: dict[str, Any] = {}
        self._variables: list[Any] = []  # what each call yielded, None where it failed
        self._calls: list[dict[str, Any]] = []
        self._scopes: list[dict[str, Any]] = []
        self._operations: list[dict[str, Any]] = []
        self._failures: list[dict[str, Any]] = []

    def take(self, steps: list[Step]) -> list[Step]:
        """Take the steps in turn; return them as scopecli is to be given them."""
        return [taken for step in steps if (taken := self._taken(step)) is not None]

    def _taken(self, step: Step) -> Step | None:
        method = getattr(self, f"_{next(iter(step))}")
        try:
            return {**step, **(method(step) or {})}
        except NeverMadeError:
            return None
        except Exception as error:  # noqa: BLE001 - whatever TensorFlow raises is what is compared
            self._failures.append(_told(error))
            return {**step, "raises": type(error).__name__}

    def _variable_scope(self, step: Step) -> Step:
        opened = tf.variable_scope(
            self._value(step["variable_scope"]),
            default_name=step.get("default_name"),
            reuse=tf.AUTO_REUSE if step.get("reuse") == "AUTO_REUSE" else step.get("reuse"),
            initializer=self._initializer(step),
            dtype=_dtype(step),
            use_resource=step.get("use_resource"),
            auxiliary_name_scope=step.get("auxiliary_name_scope", True),
        )
        with opened as scope:
            self._keep(step, scope)
            self._note_scope(step, scope)
            return {"steps": self.take(step["steps"])}

    def _get_variable_scope(self, step: Step) -> None:
        scope = tf.get_variable_scope()
        self._keep(step, scope)
        self._note_scope(step, scope)

    def _reuse_variables(self, step: Step) -> None:
        scope = self._value(step["reuse_variables"]) or tf.get_variable_scope()
        scope.reuse_variables()

    def _name_scope(self, step: Step) -> Step:
        with tf.name_scope(self._value(step["name_scope"])) as full_name:
            self._keep(step, full_name)
            return {"steps": self.take(step["steps"])}

    def _constant(self, step: Step) -> None:
        tensor = tf.constant(step.get("value", 0), name=step["constant"])
        self._keep(step, tensor.op.name)
        self._operations.append({"name": tensor.op.name, "handle": step.get("as")})

    def _get_variable(self, step: Step) -> None:
        self._get(step, tf.get_variable)

    def _get_local_variable(self, step: Step) -> None:
        self._get(step, tf.get_local_variable)

    def _get(self, step: Step, function: Callable[..., Any]) -> None:
        name = self._value(next(iter(step.values())))
        self._require_made(step.get("initializer"))
        self._call(
            step,
            lambda: function(
                name,
                shape=step.get("shape"),
                dtype=_dtype(step),
                initializer=self._initializer(step),
                trainable=step.get("trainable"),
                collections=_collections(step),
                use_resource=step.get("use_resource"),
                validate_shape=step.get("validate_shape", True),
            ),
        )

    def _Variable(self, step: Step) -> None:  # noqa: N802 - named after the step
        self._require_made(step.get("initial_value"))
        self._call(
            step,
            lambda: tf.Variable(
                initial_value=self._initial_value(step),
                name=step["Variable"],
                dtype=_dtype(step),
                trainable=step.get("trainable"),
                collections=_collections(step),
                use_resource=step.get("use_resource"),
                validate_shape=step.get("validate_shape", True),
            ),
        )

    def _call(self, step: Step, make: Callable[[], Any]) -> None:
        """Call what makes or finds a variable, and note how that went."""
        scope = tf.get_variable_scope()
        word, name = next(iter(step.items()))
        call = {
            "index": len(self._calls),
            "step": word,
            "handle": step.get("as"),
            "name": name,
            "scope": scope.name,
            "reuse": _mode(scope),
            "outcome": "raised",
            "first_call": None,
            "error": None,
        }
        self._calls.append(call)
        self._variables.append(None)
        try:
            variable = make()
        except Exception as error:
            call["error"] = _told(error)
            raise
        first = next((index for index, each in enumerate(self._variables) if each is variable), None)
        call["outcome"] = "created" if first is None else "reused"
        call["first_call"] = call["index"] if first is None else first
        self._variables[-1] = variable
        self._keep(step, variable)

    def _keep(self, step: Step, result: Any) -> None:
        if "as" in step:
            self._results[step["as"]] = result

    def _note_scope(self, step: Step, scope: Any) -> None:
        facts = {"name": scope.name, "reuse": _mode(scope), "original_name_scope": scope.original_name_scope}
        self._scopes.append({"handle": step.get("as"), **facts})

    def _value(self, written: Any) -> Any:
        """Return a name or what it refers to."""
        match = _REFERENCE.fullmatch(written) if isinstance(written, str) else None
        if match is None:
            return written
        self._require_made(written)
        result = self._results[match[1]]
        return getattr(result, match[2]) if match[2] else result

    def _require_made(self, written: Any) -> None:
        if any(name not in self._results for name in _references(written)):
            raise NeverMadeError

    def _initializer(self, step: Step) -> Any:
        """Return the initializer that a step gives: an object, a tensor, or none."""
        written = step.get("initializer")
        name, argument = next(iter(written.items())) if isinstance(written, dict) else (written, None)
        if written is None:
            return None
        if name == "initialized_value":
            return self._value(argument).initialized_value()
        if name == "value" or not isinstance(name, str):
            return tf.constant(written if argument is None else argument, dtype=_dtype(step))
        name = name.removesuffix("_initializer")
        make = getattr(tf, f"{name}_initializer", None) or getattr(tf.initializers, name)
        if isinstance(argument, dict):
            return make(**argument)
        return make() if argument is None else make(argument)

    def _initial_value(self, step: Step) -> Any:
        written = step.get("initial_value")
        if not isinstance(written, dict):
            return written
        if "value" in written:
            return written["value"]
        return self._value(written["initialized_value"]).initialized_value()

    def facts(self) -> dict[str, Any]:
        """Run the session, and return what came of the program."""
        calls = [
            {**call, **self._found(variable)}
            for call, variable in zip(self._calls, self._variables, strict=True)
        ]
        values = self._values()
        for call, value in zip(calls, values, strict=True):
            call["value"] = value
        made = [(call, each) for call, each in zip(calls, self._variables, strict=True) if each is not None]
        snapshot = {call["handle"]: call["value"] for call, _ in made if call["handle"]}
        return {
            "calls": calls,
            "scopes": self._scopes,
            "ops": self._operations,
            "variables": [self._row(each) for each in _each_once(tf.global_variables())],
            "local_variables": [self._row(each) for each in _each_once(tf.local_variables())],
            "snapshots": [snapshot] if made else [],
            "expected_failures": self._failures,
        }

    def _found(self, variable: Any) -> dict[str, Any]:
        """Return what a call says of its variable."""
        if variable is None:
            return dict.fromkeys(("variable", "shape", "dtype", "trainable"))
        row = self._row(variable)
        return {"variable": row["name"], **{key: row[key] for key in ("shape", "dtype", "trainable")}}

    def _row(self, variable: Any) -> dict[str, Any]:
        """Return what the list of variables says of one."""
        shape = variable.shape
        return {
            "name": variable.op.name,
            "shape": None if shape.rank is None else shape.as_list(),
            "dtype": variable.dtype.base_dtype.name,
            "repr": repr(variable),
            "kind": "ref" if variable.dtype.name.endswith("_ref") else "resource",
            "trainable": _among(variable, tf.trainable_variables()),
            "collections": [key for key in _collection_keys() if _among(variable, tf.get_collection(key))],
            "device": variable.device,
            "size": shape.num_elements(),
            "calls": [index for index, each in enumerate(self._variables) if each is variable],
        }

    def _values(self) -> list[Any]:
        """Return the value of what each call yielded, None where there is none."""
        made = {id(each): each for each in self._variables if each is not None}
        with tf.Session() as session:
            session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
            known = session.run({name: tf.is_variable_initialized(each) for name, each in made.items()})
            arrays = session.run({name: each for name, each in made.items() if known[name]})
        return [_shown(arrays.get(id(each))) for each in self._variables]


def _told(error: Exception) -> dict[str, str]:
    """Return an exception's type and message, without the Python frames that TensorFlow puts into some."""
    return {"type": type(error).__name__, "message": str(error).split(" Originally defined at:")[0].strip()}


def _mode(scope: Any) -> str:
    return "AUTO_REUSE" if scope.reuse is tf.AUTO_REUSE else str(bool(scope.reuse))


def _dtype(step: Step) -> Any:
    return tf.as_dtype(step["dtype"]) if step.get("dtype") else None


def _collections(step: Step) -> list[str] | None:
    written = step.get("collections")
    return None if written is None else [getattr(tf.GraphKeys, each, each) for each in written]


def _collection_keys() -> list[str]:
    """Return the collections that hold variables: first those that are initialised, then by name."""
    first = (tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.LOCAL_VARIABLES)
    keys = sorted(tf.get_default_graph().get_all_collection_keys(), key=lambda key: (key not in first, key))
    return [key for key in keys if _names(tf.get_collection(key))]


def _names(collected: list[Any]) -> list[str]:
    return [each.op.name for each in _each_once(collected) if hasattr(each, "initializer")]


def _each_once(variables: list[Any]) -> list[Any]:
    once: list[Any] = []
    for each in variables:
        if not _among(each, once):
            once.append(each)
    return once


def _among(variable: Any, variables: list[Any]) -> bool:
    """Tell whether this very object is in a list: `in` would ask for equal values."""
    return any(each is variable for each in variables)


def _shown(value: Any) -> Any:
    """Return a fetched value as strict JSON has it."""
    if isinstance(value, np.ndarray):
        return [_shown(each) for each in value]
    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    if isinstance(value, bytes):
        return value.decode()
    if np.iscomplexobj(value):
        return [float(value.real), float(value.imag)]
    return int(value) if isinstance(value, np.integer) else float(value)


def _references(written: Any) -> list[str]:
    """Return the names that a value refers to."""
    if isinstance(written, dict):
        return [name for each in written.values() for name in _references(each)]
    return [match[1] for match in _REFERENCE.finditer(written)] if isinstance(written, str) else []


def _with_references_met(steps: list[Step], known: set[str]) -> list[Step]:
    """Leave out each step that refers to a name that no step before it gives any more."""
    kept = []
    for step in steps:
        written = {key: value for key, value in step.items() if key != "steps"}
        if known.issuperset(_references(written)):
            known |= {step["as"]} if "as" in step else set()
            inner = {"steps": _with_references_met(step["steps"], known)} if "steps" in step else {}
            kept.append({**step, **inner})
    return kept
