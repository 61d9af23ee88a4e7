"""Keeps what the hooks tell, as cheaply as can be: it is made sense of at the end."""

import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary, ref

from scopecli.tf1.watching.hooks import Opening
from scopecli.tf1.watching.session_values import SessionValues
from scopecli.tf1.watching.surroundings import Surroundings
from scopecli.tf1.watching.watched_graph import is_eager


@dataclass(slots=True, eq=False)
class RecordedCall:
    """A call as it was heard of.

    Attributes:
        step: `get_variable` or `Variable`.
        name: what was asked for.
        scope: the `VariableScope` it was asked in, None where none was made.
        given: the arguments.
        stack: where the program was.
        graph: the graph that was current.
        opened: the index of the scope around it.
        reuse_set_at: the stack of what set the mode of its scope.
        full_name: the name in the store.
        mode: the `reuse` in force: that of the scope, or what came to the store.
        touched: the variables that the store found or made for it.
        around: the call that it is a part of: that of a custom getter.
        is_eager: whether it yielded a variable of eager execution.
        tracing: which tracing of a function it is a part of; 0 outside of any.
        made_before: of such a call, the one that made another variable of the same name.
    """

    step: str
    name: Any
    scope: Any
    given: dict[str, Any]
    stack: Any
    graph: Any
    opened: int | None = None
    reuse_set_at: Any = None
    full_name: str | None = None
    mode: Any = None
    touched: list[Any] = field(default_factory=list)
    around: "RecordedCall | None" = None
    result: Any = None
    error: BaseException | None = None
    is_eager: bool = False
    tracing: int = 0
    made_before: "RecordedCall | None" = None


@dataclass(slots=True, eq=False)
class RecordedScope:
    """A variable scope that was opened: where, in which graph, in which other scope, with which defaults."""

    opening: Opening
    reuse: Any
    stack: Any
    graph: Any
    name_scope: str
    around: int | None
    reopens: int | None
    reuse_set_at: Any
    given: dict[str, Any]


@dataclass(slots=True, eq=False)
class RecordedSession:
    """A session that was opened: where, on which graph, with which target and options."""

    stack: Any
    graph: Any
    target: Any
    config: Any


@dataclass(slots=True, eq=False)
class RecordedServer:
    """A server that was started: where, of which task, and what sessions name it by."""

    stack: Any
    task: str
    target: Any


@dataclass(slots=True)
class _Getting:
    """The store looks for a variable, or makes it, for a call; None where it was asked by itself."""

    call: RecordedCall | None
    makes: bool = False


class _Thread(threading.local):
    """What the calling thread is doing."""

    def __init__(self) -> None:
        self.calls: list[RecordedCall] = []
        self.getting: list[_Getting] = []

    def call(self) -> RecordedCall | None:
        return self.calls[-1] if self.calls else None


def _defaults(opened: Opening) -> dict[str, Any]:
    """Return what a scope gives to the variables in it that it has not from the scope it is made of."""
    scope, outer, asked, *_ = opened
    inherited = outer if isinstance(asked, str) else asked
    facts = {name: getattr(scope, name, None) for name in ("initializer", "regularizer")}
    return {name: value for name, value in facts.items() if value is not getattr(inherited, name, None)}


class Recording:
    """The record of a program, while it runs.

    Attributes:
        calls: in the order in which they began, of all threads and graphs.
        finished: those that came to an end, in the order of that.
        scopes: every variable scope that was opened.
        sessions: every session that was.
        cluster: the jobs that were named, with the addresses of their tasks.
        servers: every server that was started.
        values: reads what variables hold; None where nobody asks.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        at_session: Callable[[], None] | None = None,
        at_call_end: Callable[[RecordedCall], None] = lambda _: None,
    ) -> None:
        """Begin with nothing.

        Args:
            surroundings: where the program is at the moment.
            at_session: what is called where a session is about to run.
            at_call_end: what is called with each call that ended.
        """
        self._here = surroundings
        self._at_call_end = at_call_end
        self._at_session = at_session
        self._is_at_end = False
        self._thread = _Thread()
        # By the identity of scope objects, which the record keeps alive.
        self._opened: dict[int, int] = {}
        self._reuse_set_at: dict[int, Any] = {}
        self.calls: list[RecordedCall] = []
        self.finished: list[RecordedCall] = []
        self.scopes: list[RecordedScope] = []
        self.sessions: list[RecordedSession] = []
        self.cluster: dict[str, tuple[str, ...]] = {}
        self.servers: list[RecordedServer] = []
        self._tracings: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self._numbers = count(1)  # a function's graph that is gone takes its own with it
        self._eager: dict[str, tuple[Callable[[], Any], RecordedCall | None]] = {}
        self._kept: list[Any] = []
        self.values: SessionValues | None = None

    def default_graph(self) -> Any:
        """Return the default graph of the moment."""
        return self._here.graph()

    def begin_call(self, name: Any, scope: Any, given: dict[str, Any]) -> RecordedCall:
        """Record a `get_variable`."""
        return self._begin("get_variable", name, scope, given)

    def begin_variable(self, name: Any, given: dict[str, Any], *, by_any_class: bool) -> RecordedCall | None:
        """Record a variable that the program asks for itself, be it for the initial value of another."""
        thread = self._thread
        if thread.getting and not thread.getting[-1].makes:
            thread.getting[-1].makes = True
            return None
        if not by_any_class and (thread.getting or (thread.calls and thread.calls[-1].step == "Variable")):
            return None
        return self._begin("Variable", name, self._here.scope(), given)

    def in_store(self, full_name: str, reuse: Any, given: dict[str, Any]) -> RecordedCall | None:
        """Complete the call that reached the store, or record one that came there by itself."""
        calls = self._thread.calls
        if calls and calls[-1].step == "get_variable" and calls[-1].full_name is None:
            calls[-1].full_name, calls[-1].mode = full_name, reuse
            return None
        call = self._begin("get_variable", full_name, None, given)
        call.full_name, call.mode = full_name, reuse
        return call

    def begin_getting(self) -> None:
        """Note that what is made next is made for the store."""
        thread = self._thread
        thread.getting.append(_Getting(thread.call()))

    def end_getting(self, variable: Any) -> None:
        """Note what the store found or made; the parts of a partitioned variable are no calls."""
        getting = self._thread.getting
        call = getting.pop().call
        if variable is not None and call is not None and not (getting and getting[-1].call is call):
            call.touched.append(variable)

    def end_call(self, call: RecordedCall, result: Any) -> None:
        """Note what a call yielded; of a variable of eager execution, which is only counted, hold nothing."""
        call.is_eager = is_eager(result)
        if call.is_eager:
            self._note_eager(call, result)
            call.given, call.touched, result = {}, [], None
        call.result = result
        self._end(call)

    def _note_eager(self, call: RecordedCall, variable: Any) -> None:
        """Note whether another of this name was made before, and whether the program asked to share."""
        call.mode = bool(call.given.get("reuse") or call.reuse_set_at)  # that of the scope says nothing here
        name = call.full_name or ""
        first, maker = self._eager.get(name, (lambda: None, None))
        if first() is not variable:
            call.made_before = maker
            self._eager[name] = (ref(variable), maker or call)

    def refuse_call(self, call: RecordedCall, error: BaseException) -> None:
        """Note what a call raised."""
        call.error = error
        self._end(call)

    def open_scope(self, opened: Opening) -> None:
        """Record a scope, and what set the mode that is in force in it."""
        scope, outer, asked, reuse, *_ = opened
        stack = self._here.stack()
        identity, inherited = id(scope), id(outer) if isinstance(asked, str) else id(asked)
        set_at = stack if reuse else self._reuse_set_at.get(inherited)
        reopens = None if isinstance(asked, str) else self._opened.get(id(asked))
        around = self._opened.get(id(outer))
        self._opened[identity] = len(self.scopes)
        self._reuse_set_at[identity] = set_at
        graph, name_scope = self._here.graph(), self._here.name_scope()
        self.scopes.append(
            RecordedScope(
                opened, scope.reuse, stack, graph, name_scope, around, reopens, set_at, _defaults(opened)
            )
        )

    def set_reuse(self, scope: Any) -> None:
        """Note that a scope was told to reuse."""
        self._kept.append(scope)
        self._reuse_set_at[id(scope)] = self._here.stack()

    def open_session(self, session: Any, config: Any) -> None:
        """Record a session; it is not held on to."""
        here = self._here.stack()
        self.sessions.append(RecordedSession(here, session.graph, session.sess_str, deepcopy(config)))

    def name_cluster(self, spec: Any) -> None:
        """Record the jobs of a cluster, with the addresses of their tasks; some may have none."""
        for job in spec.jobs:
            self.cluster[job] = tuple(address or "" for address in spec.job_tasks(job))

    def start_server(self, server: Any) -> None:
        """Record a server; it is not held on to."""
        definition = server.server_def
        task = f"/job:{definition.job_name}/task:{definition.task_index}"
        self.servers.append(RecordedServer(self._here.stack(), task, server.target))

    def run_session(self, session: Any) -> None:
        """Let end the program here whoever asked for that."""
        if self._at_session:
            self._is_at_end = True
            self._at_session()
        if self.values:
            self.values.note_run(session)

    def close_session(self, session: Any) -> None:
        """Read what variables hold, where that is asked for."""
        if self.values:
            self.values.read(session)

    def results(self) -> Iterator[Any]:
        """Yield what calls yielded so far."""
        return (call.result for call in [*self.finished] if call.error is None and not call.is_eager)

    def _begin(self, step: str, name: Any, scope: Any, given: dict[str, Any]) -> RecordedCall:
        if self._is_at_end and self._at_session:  # the program caught what should have ended it
            self._at_session()
        calls, identity = self._thread.calls, id(scope)
        call = RecordedCall(step, name, scope, given, self._here.stack(), self._here.graph())
        call.mode = getattr(scope, "reuse", False)  # which may change later
        call.opened = self._opened.get(identity)
        call.reuse_set_at = self._reuse_set_at.get(identity)
        call.around = self._thread.call()
        function = self._here.function()
        if function is not None:
            call.tracing = self._tracings.setdefault(function, next(self._numbers))
        self.calls.append(call)
        calls.append(call)
        return call

    def _end(self, call: RecordedCall) -> None:
        self.finished.append(call)
        self._at_call_end(call)
        calls = self._thread.calls
        if calls and calls[-1] is call:
            calls.pop()
        if call.around is not None and call.result is not None:
            call.around.touched.append(call.result)
