"""A look at the variables of a running cluster, through a graph of its own that changes nothing there.

TensorFlow keeps a variable with the task that it is on, by the name it is shared under, for every session of
every graph (`ResourceMgr`). The operations here name what they read and assign nothing. One thing TensorFlow
does by itself: to name a ref variable that nobody has made yet makes its empty entry (`VariableOp`), as the
programs' own sessions do; a resource variable is only looked for.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from scopecli.ground.clusters import Servers
from scopecli.ground.collector import collector_held
from scopecli.report.model import Variable
from scopecli.tf1.connecting import master_task
from scopecli.tf1.refusals import translate_errors
from scopecli.tf1.session import Session, group_by_size
from scopecli.tf1.startup import lazy, load

_AHEAD: Final = 2  # groups that are fetched while others are worked on


class _Seen(NamedTuple):
    """The tensors that look at a variable, by name."""

    value: str
    is_initialized: str


class Look:
    """Variables of a running cluster. Every method raises `EngineError` where TensorFlow fails."""

    def __init__(self, servers: Servers, variables: Iterable[Variable]) -> None:
        """Connect.

        Args:
            servers: where they run.
            variables: by name, kind and device; without one, they are where TensorFlow puts such.

        Raises:
            ServersError: if a server does not answer, or they are others than are meant.
        """
        self._tf = load()
        graph = self._tf.Graph()
        with translate_errors(self._tf.OpError), collector_held(), graph.as_default():
            asked = lazy.GraphDef(versions=graph.graph_def_versions)
            self._seen = {row.name: _nodes(asked, number, row) for number, row in enumerate(variables)}
            lazy.import_graph_def(asked, name="")
        self._session = Session(self._tf, graph, servers=servers)
        self._master = master_task(self._tf, servers)
        self._pool = ThreadPoolExecutor(1)
        self._coming: deque[Variable] = deque()
        self._fetching: deque[tuple[list[str], Future[list[Any]]]] = deque()
        self._arrays: dict[str, Any] = {}

    def close(self) -> None:
        """End the session, of which nothing stays."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._session.close()

    def device_of(self, variable: Variable) -> str:
        """Return where a variable is: what has no device is with the server that drives the session."""
        return variable.device or self._master

    def which_have_values(self) -> dict[str, bool]:
        """Return which variables have a value."""
        answers = self._session.values_of([seen.is_initialized for seen in self._seen.values()])
        return {name: bool(answer) for name, answer in zip(self._seen, answers, strict=True)}

    def expect(self, variables: Sequence[Variable]) -> None:
        """Note what will be read, in this order, so that it is fetched before it is asked for."""
        self._coming = deque(part for variable in variables for part in parts_of(variable))
        self._fetching.clear()
        self._arrays.clear()
        self._fetch_ahead()

    def array_of(self, variable: Variable) -> Any:
        """Return the value of a variable, which is not kept."""
        while variable.name not in self._arrays and self._fetching:
            names, fetched = self._fetching.popleft()
            self._fetch_ahead()
            self._arrays = dict(zip(names, fetched.result(), strict=True))
        if variable.name in self._arrays:
            return self._arrays.pop(variable.name)
        return self._session.values_of([self._seen[variable.name].value])[0]

    def _fetch_ahead(self) -> None:
        while self._coming and len(self._fetching) < _AHEAD:
            group = next(group_by_size((row, row.bytes or 0) for row in self._coming))
            names = [self._coming.popleft().name for _ in group]
            values = [self._seen[name].value for name in names]
            self._fetching.append((names, self._pool.submit(self._session.values_of, values)))


def _nodes(graph: Any, number: int, variable: Variable) -> _Seen:
    """Add the operations that look at a variable to a GraphDef, which is much faster than one by one."""

    def add(name: str, op: str, *inputs: str, **attributes: Any) -> None:
        node = graph.node.add(name=name, op=op, device=variable.device, input=inputs)
        for key, value in attributes.items():
            node.attr[key].CopyFrom(value)

    value_of = lazy.AttrValue
    dtype = value_of(type=load().as_dtype(variable.dtype).as_datatype_enum)
    shape = value_of(shape=lazy.TensorShape(variable.shape).as_proto())
    names = {
        "shared_name": value_of(s=(variable.shared_name or variable.name).encode()),
        "container": value_of(s=variable.container.encode()),
    }
    kept, state, read = (f"{what}{number}" for what in ("kept", "state", "read"))
    if variable.kind == "resource":
        add(kept, "VarHandleOp", dtype=dtype, shape=shape, **names)
        add(state, "VarIsInitializedOp", kept)
        add(read, "ReadVariableOp", kept, dtype=dtype)
        return _Seen(f"{read}:0", f"{state}:0")
    add(kept, "VariableV2", dtype=dtype, shape=shape, **names)
    add(state, "IsVariableInitialized", kept, dtype=dtype)
    return _Seen(f"{kept}:0", f"{state}:0")


def parts_of(variable: Variable) -> list[Variable]:
    """Return the variables that keep one: the parts of a whole, each by its own name, or itself."""
    from dataclasses import replace  # noqa: PLC0415 - few are in parts

    if not variable.slices:
        return [variable]
    return [
        replace(variable, name=part.name or variable.name, shape=part.shape, slices=())
        for part in variable.slices
    ]
