"""A private TF1 graph: scopes and variables are made in it, and described in plain values."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, Final, NewType

from scopecli.ground.clusters import Cluster, Servers
from scopecli.ground.collector import collector_held
from scopecli.report.model import Variable as VariableRow
from scopecli.tf1.arguments import device, keyword_arguments
from scopecli.tf1.describing import VariableDescriber, each_once, full_name, parts
from scopecli.tf1.refusals import translate_errors
from scopecli.tf1.session import Session
from scopecli.tf1.startup import TensorFlow, lazy, load

Scope = NewType("Scope", object)
"""A `tf.VariableScope`, to be handed back and asked about through the graph."""

Variable = NewType("Variable", object)
"""What a call yielded, mostly a `tf.Variable`, to be handed back and asked about through the graph."""

Template = NewType("Template", object)
"""What `tf.make_template` returned, to be handed back."""

Loss = NewType("Loss", object)
"""A tensor that a regularizer made, to be handed to a session."""

_HOLD_A_VARIABLE: Final = frozenset({"VariableV2", "VarHandleOp"})  # the types of these operations


class Graph:
    """A graph of its own, current while the `with` block lasts; the process's default graph is left alone.

    TF1's defaults hold in it whatever the process has switched on: ref variables unless `use_resource` says
    otherwise, and TF1's control flow. Every method that asks TensorFlow for something raises `EngineError`
    where TensorFlow refuses.
    """

    def __init__(
        self,
        *,
        seed: int | None = None,
        use_resource: bool = False,
        allow_python: bool = False,
        cluster: Cluster | None = None,
    ) -> None:
        self._tf = load()
        self._graph = self._tf.Graph()
        self._seed = seed
        self._use_resource = use_resource
        self._cluster = cluster
        self._converted = partial(keyword_arguments, self._tf, allow_python=allow_python)
        self._entered = ExitStack()

    def __enter__(self) -> "Graph":  # noqa: PYI034 - `typing.Self` is there from Python 3.11 on
        self._entered.enter_context(_tf1_control_flow(self._tf))
        self._entered.enter_context(collector_held())
        self._entered.enter_context(self._graph.as_default())
        self._tf.get_variable_scope().set_use_resource(self._use_resource)
        if self._seed is not None:
            self._tf.set_random_seed(self._seed)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        stack: TracebackType | None,
    ) -> None:
        self._entered.__exit__(kind, error, stack)

    @property
    def tensorflow_version(self) -> str:
        """TensorFlow's version."""
        return str(self._tf.version)

    @property
    def size(self) -> int:
        """The number of operations in the graph."""
        return int(self._graph.version)

    @contextmanager
    def variable_scope(self, name: object, given: Mapping[str, object]) -> Iterator[Scope]:
        """Open `tf.variable_scope(name, ...)`, with a name or a scope object."""
        with self._enter(
            lambda: self._tf.variable_scope(name, **self._converted(given, of_scope=True))
        ) as scope:
            yield scope

    @contextmanager
    def name_scope(self, name: object) -> Iterator[str]:
        """Open `tf.name_scope(name)` and yield its full name, which ends in a slash."""
        with self._enter(lambda: self._tf.name_scope(name)) as full_name:
            yield full_name

    @contextmanager
    def device(self, given: object) -> Iterator[None]:
        """Open `tf.device(...)`, with a string or a setter."""
        with self._enter(lambda: self._tf.device(device(given, self._cluster))):
            yield

    @contextmanager
    def _enter(self, make: Any) -> Iterator[Any]:
        """Enter what `make` returns, and translate what its making and entering raise, but not its body."""
        with ExitStack() as stack:
            with self._translate():
                entered = stack.enter_context(make())
            yield entered

    def get_variable(self, name: object, given: Mapping[str, object]) -> Variable:
        """Call `tf.get_variable`."""
        return self._call(self._tf.get_variable, name, given)

    def get_local_variable(self, name: object, given: Mapping[str, object]) -> Variable:
        """Call `tf.get_local_variable`."""
        return self._call(self._tf.get_local_variable, name, given)

    def new_variable(self, name: object, given: Mapping[str, object]) -> Variable:
        """Call `tf.Variable`."""
        with self._translate():
            return Variable(self._tf.Variable(name=name, **self._converted(given)))

    def _call(self, function: Any, name: object, given: Mapping[str, object]) -> Variable:
        with self._translate():
            made = function(name, **self._converted(given))
            if not (hasattr(made, "dtype") and hasattr(made, "name")):
                kind = type(made).__name__
                raise TypeError(f"a custom getter returned {made!r:.80}, a {kind}, and no variable or tensor")
            return Variable(made)

    def constant(self, name: object, value: object) -> str:
        """Call `tf.constant(value, name=name)` and return the operation's name."""
        with self._translate():
            return str(self._tf.constant(value, name=name).op.name)

    def make_template(self, name: object, given: Mapping[str, object]) -> Template:
        """Call `tf.make_template` for a function that is handed what it does in each call."""
        arguments = {f"{argument}_": value for argument, value in given.items()}
        with self._translate():
            return Template(lazy.make_template(name, lambda take: take(), **arguments))

    def call_template(self, template: Any, take: Callable[[], None]) -> None:
        """Call a template, for the time of which `take` does what its function does."""
        with self._translate():
            template(take)

    def initialized_value(self, variable: Variable) -> object:
        """Return the tensor `variable.initialized_value()`."""
        with self._translate(), lazy.deprecation.silence():  # its remark would name our own line
            return variable.initialized_value()  # type: ignore[attr-defined]  # a tf.Variable

    def reuse_variables(self, scope: Scope) -> None:
        """Call `scope.reuse_variables()`."""
        with self._translate():
            scope.reuse_variables()  # type: ignore[attr-defined]  # a tf.VariableScope

    def set_default(self, scope: Scope, argument: str, value: object) -> None:
        """Call a setter of a scope, such as `scope.set_initializer(value)`."""
        with self._translate():
            getattr(scope, f"set_{argument}")(self._converted({argument: value}, of_scope=True)[argument])

    def current_scope(self) -> Scope:
        """Return `tf.get_variable_scope()`."""
        return Scope(self._tf.get_variable_scope())

    def current_name_scope(self) -> str:
        """Return the prefix that operations get here, with a slash at its end; empty at the top."""
        name = self._graph.get_name_scope()
        return f"{name}/" if name else ""

    def is_scope(self, value: object) -> bool:
        """Tell whether this is a scope object."""
        return isinstance(value, self._tf.VariableScope)

    def scope_facts(self, scope: Any) -> tuple[str, str, str]:
        """Return a scope's name, its reuse mode as a word, and its original name scope."""
        reuse = "AUTO_REUSE" if scope.reuse is self._tf.AUTO_REUSE else str(bool(scope.reuse))
        return scope.name, reuse, scope.original_name_scope

    def variable_name(self, variable: Variable) -> str:
        """Return a variable's full name, without `:0`."""
        return full_name(variable)

    def parts(self, variable: Variable) -> list[Variable]:
        """Return the variables that one is made of: the parts of a partitioned one, else itself."""
        return parts(self._tf, variable)

    def _translate(self) -> AbstractContextManager[None]:
        return translate_errors(self._tf.OpError)

    def global_variables(self) -> list[Variable]:
        """Return `tf.global_variables()`, each variable once, in graph order."""
        return each_once(self._tf.global_variables())

    def local_variables(self) -> list[Variable]:
        """Return `tf.local_variables()`, each variable once, in graph order."""
        return each_once(self._tf.local_variables())

    def describe(self, variables: Iterable[Variable]) -> list[VariableRow]:
        """Return the facts about some variables."""
        describing = VariableDescriber(self._tf, self._graph)
        return [describing.describe(variable) for variable in variables]

    def rows(self, made: Sequence[Variable | None]) -> dict[int, VariableRow]:
        """Return the facts about every variable that is collected or that a call yielded, by its identity.

        Names would not do: a partitioned variable may have the name of another one.

        Args:
            made: what each call yielded, None for a failed one.
        """
        called = [variable for variable in made if variable is not None]
        everything = [*self.global_variables(), *self.local_variables(), *called]
        everything += [part for call in called for part in self.parts(call)]
        unique = {id(variable): variable for variable in everything}
        calls: dict[int, list[int]] = {}
        for index, variable in enumerate(made):
            if variable is not None:
                for identity in {id(variable), *map(id, self.parts(variable))}:
                    calls.setdefault(identity, []).append(index)
        described = self.describe(unique.values())
        rows = zip(unique, described, strict=True)
        return {identity: replace(row, calls=tuple(calls.get(identity, ()))) for identity, row in rows}

    def regularization_losses(self) -> list[Loss]:
        """Return what is in the collection REGULARIZATION_LOSSES."""
        return each_once(self._graph.get_collection(self._tf.GraphKeys.REGULARIZATION_LOSSES))

    def loss_names(self) -> list[tuple[str, str | None]]:
        """Return the operation's name of each of these, and the variable it is of, if it is of one alone."""
        operations = [loss.op for loss in self.regularization_losses()]  # type: ignore[attr-defined]  # a tensor
        return [(str(operation.name), _variable_behind(operation)) for operation in operations]

    @property
    def _initializer_texts(self) -> tuple[str, str]:
        return (self._tf.GraphKeys.GLOBAL_VARIABLES, self._tf.GraphKeys.LOCAL_VARIABLES)

    def collections(self) -> dict[str, list[str]]:
        """Return the full names of the variables in each collection, in the collection's order.

        What is in a collection twice is told twice, but for the global and the local variables.
        """
        found = {}
        for key in sorted(
            self._graph.get_all_collection_keys(), key=str
        ):  # whose own order differs each time
            members = [part for variable in self._graph.get_collection(key) for part in self.parts(variable)]
            if members:
                kept = each_once(members) if key in self._initializer_texts else members
                found[str(key)] = [full_name(variable) for variable in kept]
        return found

    @contextmanager
    def session(
        self, config: Mapping[str, Any] | None = None, servers: Servers | None = None
    ) -> Iterator[Session]:
        """Open a session over the graph as it is now; `config` has fields of `tf.ConfigProto`.

        Raises:
            ServersError: if one of the servers that it is to run on does not answer.
        """
        session = Session(self._tf, self._graph, config, servers)
        try:
            yield session
        finally:
            session.close()

    def operation_index(self, name: str) -> int | None:
        """Return how many operations the graph had when the one of this name was added; None if none was."""
        names = (get_operation.name for get_operation in self._graph.get_operations())
        return next((index for index, text in enumerate(names) if text == name), None)


def _variable_behind(operation: Any) -> str | None:
    """Return the only variable that an operation is reckoned from."""
    variables: set[str] = set()
    seen: set[Any] = set()
    ahead = {operation}
    while ahead:
        operation = ahead.pop()
        seen.add(operation)
        if operation.type in _HOLD_A_VARIABLE:
            variables.add(str(operation.name))
        else:
            ahead |= {tensor.op for tensor in operation.inputs} - seen
    return variables.pop() if len(variables) == 1 else None


@contextmanager
def _tf1_control_flow(tf: TensorFlow) -> Iterator[None]:
    """Have `tf.cond` make TF1's operations; TF2 switches this for the whole process."""
    before = tf.control_flow_util.ENABLE_CONTROL_FLOW_V2
    tf.control_flow_util.ENABLE_CONTROL_FLOW_V2 = False
    try:
        yield
    finally:
        tf.control_flow_util.ENABLE_CONTROL_FLOW_V2 = before
