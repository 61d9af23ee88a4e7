"""The plain side of the comparison: the steps of a scenario taken the long way, with `tf.compat.v1` alone.

Nothing of scopecli is used here. What came of the steps is told in the words of the JSON report.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import plain_objects as objects
import plain_report as report
import tensorflow.compat.v1 as tf

Step = dict[str, Any]


class NeverMadeError(Exception):
    """A step refers to what a failed step should have made."""


def run_plainly(
    program: dict[str, Any], *, as_written: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Build a program in a graph of its own, and run its session, or one that initialises everything.

    A step that TensorFlow refuses is noted, and the program goes on after it; one that refers to what such a
    step should have made is left out. Inside a function or a loop a refusal ends all of it.

    Args:
        program: a scenario as YAML has it.
        as_written: whether a refusal where the program has no `raises` ends it.

    Returns:
        The program, with `raises` at each step that was refused and `expect` for what the report does not
        tell; and what came of it.
    """
    graph = tf.Graph()
    with _tf1_control_flow(), graph.as_default():
        tf.get_variable_scope().set_use_resource(program.get("use_resource") or False)
        tf.set_random_seed(program["seed"])
        plain = Plain(program.get("functions", {}), as_written=as_written)
        try:
            steps = plain.take(program["steps"])
        except Exception as error:  # noqa: BLE001 - whatever TensorFlow raises is what is compared
            return program, plain.ended(error)
        known: set[str] = set()
        taken = {"steps": _with_references_met(steps, known)}
        collections = {key: report.names(tf.get_collection(key)) for key in report.collection_keys()}
        with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as session:
            entries, facts = plain.run(session, program.get("session"))
        if entries is not None:
            taken["session"] = _with_references_met(entries, known)
        return {**program, **taken, "expect": {"collections": collections}}, facts


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

    def __init__(self, functions: dict[str, list[Step]], *, as_written: bool) -> None:
        self._functions = functions
        self._as_written = as_written
        self._template_functions: dict[str, str] = {}
        self._results: dict[str, Any] = {}
        self._repeated = False  # in a function or a loop, where a step may be taken again
        self._yielded: list[Any] = []  # by each call, None where it failed
        self._calls: list[dict[str, Any]] = []
        self._scopes: list[dict[str, Any]] = []
        self._operations: list[dict[str, Any]] = []
        self._failures: list[dict[str, Any]] = []
        self._snapshots: list[dict[str, Any]] = []
        self._regularized: dict[str, str] = {}  # the variable of each loss

    def take(self, steps: list[Step]) -> list[Step]:
        """Take the steps in turn; return them as scopecli is to be given them."""
        return [taken for step in steps if (taken := self._taken(step)) is not None]

    def _taken(self, step: Step) -> Step | None:
        word = next(iter(step))
        method = getattr(self, f"_{word}")
        if self._repeated:
            return {**step, **(method(step) or {})}
        try:
            self._require_made(step)
            return {**step, **(method(step) or {})}
        except NeverMadeError:
            return None
        except Exception as error:
            if self._as_written and "raises" not in step:
                raise
            self._failures.append(report.told(error))
            return {**step, "raises": type(error).__name__}

    def _require_made(self, step: Step) -> None:
        """Refuse a step that refers to what was never made; in a loop, wherever it does."""
        if "for" not in step:
            step = {key: value for key, value in step.items() if key != "steps"}
        if not objects.names_in(step) - objects.names_given(step) <= self._results.keys():
            raise NeverMadeError

    # --- blocks ---

    def _variable_scope(self, step: Step) -> Step:
        opened = tf.variable_scope(
            self._value(step["variable_scope"]),
            default_name=step.get("default_name"),
            reuse=tf.AUTO_REUSE if step.get("reuse") == "AUTO_REUSE" else step.get("reuse"),
            initializer=self._scope_initializer(step.get("initializer")),
            regularizer=self._regularizer(step.get("regularizer")),
            caching_device=step.get("caching_device"),
            partitioner=objects.partitioner(step.get("partitioner")),
            dtype=objects.dtype(step),
            use_resource=step.get("use_resource"),
            constraint=objects.constraint(step.get("constraint")),
            auxiliary_name_scope=step.get("auxiliary_name_scope", True),
        )
        with opened as scope:
            self._keep(step, scope)
            self._note_scope(step, scope)
            return {"steps": self.take(step["steps"])}

    def _name_scope(self, step: Step) -> Step:
        with tf.name_scope(self._value(step["name_scope"])) as full_name:
            self._keep(step, full_name)
            return {"steps": self.take(step["steps"])}

    def _device(self, step: Step) -> Step:
        with tf.device(step["device"]):
            return {"steps": self.take(step["steps"])}

    def _for(self, step: Step) -> None:
        items = range(step["in"]) if isinstance(step["in"], int) else step["in"]
        with self._repeating():
            for item in items:
                self.take(objects.put_in(step["steps"], {step["for"]: item}))

    def _call(self, step: Step) -> None:
        template = objects.reference(step["call"])
        function = self._template_functions[template[0]] if template else step["call"]
        body = objects.put_in(self._functions[function], step.get("with", {}))
        with self._repeating():
            if template:
                self._results[template[0]](step, body)
            else:
                self.take(body)

    @contextmanager
    def _repeating(self) -> Iterator[None]:
        before, self._repeated = self._repeated, True
        try:
            yield
        finally:
            self._repeated = before

    def _make_template(self, step: Step) -> None:
        template = tf.make_template(
            step["make_template"],
            self._in_template,
            create_scope_now_=step.get("create_scope_now", False),
            unique_name_=step.get("unique_name"),
        )
        self._keep(step, template)
        self._template_functions[step["as"]] = step["function"]

    def _in_template(self, call: Step, steps: list[Step]) -> None:
        """Do what a template does, in the scope that it has opened."""
        self._note_scope(call, tf.get_variable_scope())
        self.take(steps)

    # --- scopes ---

    def _get_variable_scope(self, step: Step) -> None:
        scope = tf.get_variable_scope()
        self._keep(step, scope)
        self._note_scope(step, scope)

    def _reuse_variables(self, step: Step) -> None:
        scope = self._value(step["reuse_variables"]) or tf.get_variable_scope()
        scope.reuse_variables()

    def _set_initializer(self, step: Step) -> None:
        self._chosen(step).set_initializer(self._scope_initializer(step["set_initializer"]))

    def _set_regularizer(self, step: Step) -> None:
        self._chosen(step).set_regularizer(self._regularizer(step["set_regularizer"]))

    def _set_partitioner(self, step: Step) -> None:
        self._chosen(step).set_partitioner(objects.partitioner(step["set_partitioner"]))

    def _set_dtype(self, step: Step) -> None:
        self._chosen(step).set_dtype(tf.as_dtype(step["set_dtype"]))

    def _set_use_resource(self, step: Step) -> None:
        self._chosen(step).set_use_resource(step["set_use_resource"])

    def _set_caching_device(self, step: Step) -> None:
        self._chosen(step).set_caching_device(step["set_caching_device"])

    def _chosen(self, step: Step) -> Any:
        return self._value(step["scope"]) if "scope" in step else tf.get_variable_scope()

    def _note_scope(self, step: Step, scope: Any) -> None:
        facts = {"name": scope.name, "original_name_scope": scope.original_name_scope}
        self._scopes.append({"handle": step.get("as"), "reuse": report.mode(scope), **facts})

    # --- operations and variables ---

    def _constant(self, step: Step) -> None:
        tensor = tf.constant(step.get("value", 0), name=step["constant"])
        self._keep(step, tensor.op.name)
        self._operations.append({"name": tensor.op.name, "handle": step.get("as")})

    def _get_variable(self, step: Step) -> None:
        self._get(step, tf.get_variable)

    def _get_local_variable(self, step: Step) -> None:
        self._get(step, tf.get_local_variable)

    def _get(self, step: Step, function: Callable[..., Any]) -> None:
        self._make(
            step,
            lambda: function(
                next(iter(step.values())),
                shape=step.get("shape"),
                dtype=objects.dtype(step),
                initializer=self._initializer(step),
                regularizer=self._regularizer(step.get("regularizer")),
                trainable=step.get("trainable"),
                collections=objects.collections(step),
                caching_device=step.get("caching_device"),
                partitioner=objects.partitioner(step.get("partitioner")),
                validate_shape=step.get("validate_shape", True),
                use_resource=step.get("use_resource"),
                constraint=objects.constraint(step.get("constraint")),
                synchronization=getattr(tf.VariableSynchronization, step.get("synchronization", "AUTO")),
                aggregation=getattr(tf.VariableAggregation, step.get("aggregation", "NONE")),
            ),
        )

    def _Variable(self, step: Step) -> None:  # noqa: N802 - named after the step
        self._make(
            step,
            lambda: tf.Variable(
                initial_value=self._initial_value(step),
                trainable=step.get("trainable"),
                collections=objects.collections(step),
                validate_shape=step.get("validate_shape", True),
                caching_device=step.get("caching_device"),
                name=step["Variable"],
                dtype=objects.dtype(step),
                constraint=objects.constraint(step.get("constraint")),
                use_resource=step.get("use_resource"),
            ),
        )

    def _make(self, step: Step, make: Callable[[], Any]) -> None:
        """Call what makes or finds a variable, and note how that went."""
        scope = tf.get_variable_scope()
        word, name = next(iter(step.items()))
        call = {"index": len(self._calls), "step": word, "handle": step.get("as"), "name": name}
        call |= {"scope": scope.name, "reuse": report.mode(scope)}
        call |= {"outcome": "raised", "first_call": None, "error": None}
        self._calls.append(call)
        self._yielded.append(None)
        try:
            variable = make()
        except Exception as error:
            call["error"] = report.told(error)
            raise
        yielded = (index for index, each in enumerate(self._yielded) if report.yields(each, variable))
        first = next(yielded, None)
        call["outcome"] = "created" if first is None else "reused"
        call["first_call"] = call["index"] if first is None else first
        self._yielded[-1] = variable
        self._keep(step, variable)

    # --- values ---

    def _keep(self, step: Step, result: Any) -> None:
        if "as" in step:
            self._results[step["as"]] = result

    def _value(self, written: Any) -> Any:
        """Return a name or what it refers to."""
        referred = objects.reference(written)
        if referred is None:
            return written
        result = self._results[referred[0]]
        return getattr(result, referred[1]) if referred[1] else result

    def _initializer(self, step: Step) -> Any:
        return self._made_initializer(step.get("initializer"), objects.dtype(step))

    def _scope_initializer(self, written: Any) -> Any:
        """Return an initializer for a scope: of a tensor that is written out, what was written."""
        if isinstance(written, dict) and "value" in written:
            return written["value"]
        is_literal = isinstance(written, bool | int | float | list)
        return written if is_literal else self._made_initializer(written, None)

    def _made_initializer(self, written: Any, dtype: Any) -> Any:
        """Return an initializer, a tensor, or none."""
        if isinstance(written, dict) and "initialized_value" in written:
            return self._value(written["initialized_value"]).initialized_value()
        return None if written is None else objects.made_initializer(written, dtype)

    def _regularizer(self, written: Any) -> Callable[[Any], Any] | None:
        """Return a regularizer that also notes what it was asked about."""
        made = objects.regularizer(written)

        def noting(weights: Any) -> Any:
            loss = made(weights)
            if loss is not None:
                self._regularized[loss.op.name] = weights.op.name
            return loss

        return noting if made else None

    def _initial_value(self, step: Step) -> Any:
        written = step.get("initial_value")
        if not isinstance(written, dict):
            return written
        if "value" in written:
            return written["value"]
        return self._value(written["initialized_value"]).initialized_value()

    # --- the session ---

    def run(
        self, session: tf.Session, entries: list[Step] | None
    ) -> tuple[list[Step] | None, dict[str, Any]]:
        """Do what the entries of a session say, or initialise everything and show it.

        Returns:
            The entries, as scopecli is to be given them; and what came of the whole program.
        """
        self._session = session
        try:
            if entries is None:
                self._initialize({"initialize": None})
            else:
                entries = self.take(entries)
            values = report.values(session, self._yielded)
        except Exception as error:  # noqa: BLE001 - as above
            return entries, self.ended(error)
        facts = self._facts(values)
        if entries is None and any(each is not None for each in self._yielded):
            facts["snapshots"] = [self._by_handle(values)]
        return entries, facts

    def _initialize(self, entry: Step) -> None:
        chosen = entry["initialize"]
        if chosen is None:
            chosen = [tf.global_variables_initializer(), tf.local_variables_initializer()]
            self._session.run(chosen)
        else:
            variables = [part for each in chosen for part in report.parts(self._value(each))]
            self._session.run(tf.variables_initializer(report.each_once(variables)))

    def _assign(self, entry: Step) -> None:
        self._change(entry, "assign")

    def _assign_add(self, entry: Step) -> None:
        self._change(entry, "assign_add")

    def _assign_sub(self, entry: Step) -> None:
        self._change(entry, "assign_sub")

    def _change(self, entry: Step, how: str) -> None:
        variable = self._value(entry[how])
        value = tf.constant(entry["value"], dtype=variable.dtype.base_dtype)
        if report.is_in_parts(variable):
            self._session.run(getattr(variable, how)(value))
        else:
            self._session.run(getattr(tf, how)(variable, value))

    def _show(self, entry: Step) -> None:
        if entry["show"] is None:
            self._snapshots.append(self._by_handle(report.values(self._session, self._yielded)))
        else:
            values = report.values(self._session, [self._value(each) for each in entry["show"]])
            handles = [objects.reference(each)[0] for each in entry["show"]]
            self._snapshots.append(dict(zip(handles, values, strict=True)))

    # --- what came of it ---

    def ended(self, error: Exception) -> dict[str, Any]:
        """Return what came of a program that a failure has ended."""
        return {**self._facts(None), "error": report.told(error)}

    def _by_handle(self, values: list[Any]) -> dict[str, Any]:
        """Return the values of what each call yielded, by the name it was given."""
        named = zip(self._calls, self._yielded, values, strict=True)
        return {
            call["handle"]: value
            for call, variable, value in named
            if call["handle"] and variable is not None
        }

    def _facts(self, values: list[Any] | None) -> dict[str, Any]:
        """Return what came of the program; without values, if its session failed."""
        shown = values or [None] * len(self._calls)
        told = zip(self._calls, self._yielded, shown, strict=True)
        rows = {"variables": tf.global_variables(), "local_variables": tf.local_variables()}
        return {
            "calls": [{**call, **report.found(variable), "value": value} for call, variable, value in told],
            "scopes": self._scopes,
            "ops": self._operations,
            **{
                key: [report.row(each, self._yielded) for each in report.each_once(variables)]
                for key, variables in rows.items()
            },
            "snapshots": self._snapshots,
            "losses": report.losses(None if values is None else self._session, self._regularized),
            "expected_failures": self._failures,
            "error": None,
        }


def _with_references_met(steps: list[Step], known: set[str]) -> list[Step]:
    """Leave out each step that refers to a name that no step before it gives any more."""
    kept = []
    for step in steps:
        inside = [] if "for" in step else step.get("steps", [])
        written = {key: each for key, each in step.items() if each is not inside}
        if objects.names_in(written) - objects.names_given(step) <= known:
            known |= {step["as"]} if "as" in step else set()
            inner = {"steps": _with_references_met(inside, known)} if inside else {}
            kept.append({**step, **inner})
    return kept
