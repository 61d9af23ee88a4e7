"""Watches the variable calls of a program, where TensorFlow itself makes them.

The hooks are put in here and nowhere else, and taken out again. Each only tells the recorder what happens:
what TensorFlow does, and what it returns or raises, stays as it is.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, NamedTuple, Protocol
from weakref import WeakSet

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import TensorFlowUnavailableError
from scopecli.tf1.startup import lazy, load
from scopecli.tf1.watching.own_frames import hide_frames

_NAME: Final = 6  # the position of `name` among the arguments of `tf.Variable`, after the class
_CONFIG: Final = 2  # the position of `config` among those of a session, after itself
_REUSE: Final = 8  # the position of `reuse` among those of `tf.variable_scope`


class Recorder(Protocol):
    """What is told of the program's calls, in the thread that makes them."""

    def begin_call(self, name: Any, scope: Any, given: dict[str, Any]) -> Any:
        """Hear of `get_variable` in a scope; what is returned is handed back at its end."""

    def begin_variable(self, name: Any, given: dict[str, Any], *, by_any_class: bool) -> Any:
        """Hear of a variable that is made, where TensorFlow chooses its class or of a class of its own.

        None is returned if it is part of another call.
        """

    def in_store(self, full_name: str, reuse: Any, given: dict[str, Any]) -> Any:
        """Hear of a call that reached the store; return a call if it came there by itself."""

    def begin_getting(self) -> None:
        """Hear that the store looks for one variable, or makes it."""

    def end_getting(self, variable: Any) -> None:
        """Hear what it found or made; None if it refused."""

    def end_call(self, call: Any, result: Any) -> None:
        """Hear what a call yielded."""

    def refuse_call(self, call: Any, error: BaseException) -> None:
        """Hear what a call raised."""

    def open_scope(self, opened: "Opening") -> None:
        """Hear that a variable scope was opened."""

    def set_reuse(self, scope: Any) -> None:
        """Hear that `scope.reuse_variables()` was called."""

    def open_session(self, session: Any, config: Any) -> None:
        """Hear that a session was opened, with these options; None for none."""

    def name_cluster(self, spec: Any) -> None:
        """Hear of a cluster: a `tf.train.ClusterSpec` was made."""

    def start_server(self, server: Any) -> None:
        """Hear that a `tf.train.Server` was made."""

    def run_session(self, session: Any) -> None:
        """Hear that a session is about to run."""

    def close_session(self, session: Any) -> None:
        """Hear that a session is about to be closed."""


class Opening(NamedTuple):
    """A variable scope that was opened.

    Attributes:
        scope: the `VariableScope` that is current now.
        outer: the one that was before.
        asked: what it was opened with: a name or a `VariableScope`.
        reuse: the `reuse` given; None where none was.
        made_unique: whether TensorFlow was asked to make the name unique.
        auxiliary_name_scope: whether a name scope was opened too.
    """

    scope: Any
    outer: Any
    asked: Any
    reuse: Any
    made_unique: bool = False
    auxiliary_name_scope: bool = True


class _Hook(NamedTuple):
    """What is put in the place of a method of TensorFlow's."""

    owner: Any
    name: str
    around: Callable[[Any, Recorder], Any]


@contextmanager
def watch_calls(recorder: Recorder) -> Iterator[None]:
    """Tell a recorder of every call for the time of the block.

    Raises:
        TensorFlowUnavailableError: if this TensorFlow has not the methods that are watched.
    """
    take_out = put_in(recorder)
    try:
        yield
    finally:
        take_out()


def put_in(recorder: Recorder) -> Callable[[], None]:
    """Put the hooks in; return what takes them out again.

    Raises:
        TensorFlowUnavailableError: if this TensorFlow has not the methods that are watched.
    """
    hooks = _hooks()
    missing = [hook for hook in hooks if not callable(vars(hook.owner).get(hook.name))]
    if missing:
        raise _missing(missing)
    before = [(hook, vars(hook.owner)[hook.name]) for hook in hooks]
    for hook, original in before:
        setattr(hook.owner, hook.name, hide_frames(wraps(original)(hook.around(original, recorder))))

    def take_out() -> None:
        for hook, original in before:
            setattr(hook.owner, hook.name, original)

    return take_out


def _hooks() -> tuple[_Hook, ...]:
    module = lazy.variable_scope_module
    try:
        store, pure, opened = module._VariableStore, module._pure_variable_scope, module.variable_scope  # noqa: SLF001
    except AttributeError as error:
        raise _unwatchable(str(error)) from None
    return (
        _Hook(load().VariableScope, "get_variable", _telling(_begin_call)),
        _Hook(load().VariableScope, "reuse_variables", _reuse_variables),
        _Hook(store, "get_variable", _telling(_begin_in_store)),
        _Hook(store, "_get_single_variable", _getting),
        _Hook(store, "_get_partitioned_variable", _getting),
        _Hook(lazy.VariableMetaclass, "__call__", _telling(_begin_variable)),
        _Hook(opened, "__init__", _new_variable_scope),
        _Hook(opened, "__enter__", _variable_scope),
        _Hook(pure, "__enter__", _pure_variable_scope),
        _Hook(lazy.ClusterSpec, "__init__", _new_cluster),
        _Hook(lazy.Server, "__init__", _new_server),
        _Hook(lazy.BaseSession, "__init__", _new_session),
        _Hook(lazy.BaseSession, "run", _run),
        _Hook(lazy.BaseSession, "close", _close),
    )


def _missing(hooks: list[_Hook]) -> TensorFlowUnavailableError:
    names = ", ".join(f"{hook.owner.__name__}.{hook.name}" for hook in hooks)
    return _unwatchable(f"it has no {names}")


def _unwatchable(why: str) -> TensorFlowUnavailableError:
    message = f"this TensorFlow {load().version} can't be watched: {why}"
    hint = "scopecli is tested with TensorFlow 2.16 to 2.21"
    return TensorFlowUnavailableError([Diagnostic("SC802", message, Location("tensorflow"), hint)])


# What a hook hears: the positional arguments, with `self` or the class, and the named ones.
_Begin = Callable[[Recorder, tuple[Any, ...], dict[str, Any]], Any]


def _telling(begin: _Begin) -> Callable[[Any, Recorder], Any]:
    """Return a hook that does what TensorFlow does, and tells the recorder what came of it."""

    def around(original: Any, recorder: Recorder) -> Any:
        # All of a call's arguments are passed on in one frame: TensorFlow walks the stack for each operation.
        def wrapper(*arguments: Any, **given: Any) -> Any:
            call = begin(recorder, arguments, given)
            if call is None:
                return original(*arguments, **given)
            try:
                result = original(*arguments, **given)
            except BaseException as error:
                recorder.refuse_call(call, error)
                raise
            recorder.end_call(call, result)
            return result

        return wrapper

    return around


def _argument_named(position: int, arguments: tuple[Any, ...], given: dict[str, Any]) -> Any:
    return arguments[position] if len(arguments) > position else given.get("name")


def _begin_call(recorder: Recorder, arguments: tuple[Any, ...], given: dict[str, Any]) -> Any:
    return recorder.begin_call(_argument_named(2, arguments, given), arguments[0], given)


def _begin_in_store(recorder: Recorder, arguments: tuple[Any, ...], given: dict[str, Any]) -> Any:
    return recorder.in_store(_argument_named(1, arguments, given), given.get("reuse"), given)


def _begin_variable(recorder: Recorder, arguments: tuple[Any, ...], given: dict[str, Any]) -> Any:
    # `tf.Variable` makes one of another class: only it has this in a namespace of its own.
    by_any_class = "_variable_call" in vars(arguments[0])
    return recorder.begin_variable(_argument_named(_NAME, arguments, given), given, by_any_class=by_any_class)


def _getting(original: Any, recorder: Recorder) -> Any:
    def get(self: Any, /, *arguments: Any, **given: Any) -> Any:
        recorder.begin_getting()
        variable = None
        try:
            variable = original(self, *arguments, **given)
        finally:
            recorder.end_getting(variable)
        return variable

    return get


def _reuse_variables(original: Any, recorder: Recorder) -> Any:
    def reuse_variables(self: Any) -> Any:
        recorder.set_reuse(self)
        return original(self)

    return reuse_variables


# The blocks with `reuse=False`, of which TensorFlow makes None at once.
_not_to_reuse: Final[WeakSet[Any]] = WeakSet()


def _new_variable_scope(original: Any, recorder: Recorder) -> Any:
    del recorder

    def init(self: Any, *arguments: Any, **given: Any) -> None:
        original(self, *arguments, **given)
        if (arguments[_REUSE] if len(arguments) > _REUSE else given.get("reuse")) is False:
            _not_to_reuse.add(self)

    return init


class _Pending(threading.local):
    """The `tf.variable_scope` block that this thread is entering."""

    opening: Any = None


_pending: Final = _Pending()


def _variable_scope(original: Any, recorder: Recorder) -> Any:
    del recorder

    def enter(self: Any) -> Any:
        before = _pending.opening
        _pending.opening = self
        try:
            return original(self)
        finally:
            _pending.opening = before

    return enter


def _pure_variable_scope(original: Any, recorder: Recorder) -> Any:
    def enter(self: Any) -> Any:
        asked, reuse = self._name_or_scope, self._reuse or None
        block = _pending.opening
        scope = original(self)
        opening = Opening(scope, self._old, asked, reuse)
        recorder.open_scope(opening if block is None else _as_written(opening, block))
        return scope

    return enter


def _as_written(opening: Opening, block: Any) -> Opening:
    """Return how the user's `tf.variable_scope` opened a scope: TensorFlow has worked it out since."""
    given = vars(block)
    made_unique = given["_name_or_scope"] is None
    return opening._replace(
        asked=given["_default_name"] if made_unique else given["_name_or_scope"],
        reuse=False if block in _not_to_reuse else given["_reuse"],
        made_unique=made_unique,
        auxiliary_name_scope=given["_auxiliary_name_scope"],
    )


def _new_session(original: Any, recorder: Recorder) -> Any:
    def init(self: Any, *arguments: Any, **given: Any) -> None:
        original(self, *arguments, **given)
        asked = arguments[_CONFIG] if len(arguments) > _CONFIG else given.get("config")
        recorder.open_session(self, asked)

    return init


def _new_cluster(original: Any, recorder: Recorder) -> Any:
    def init(self: Any, *arguments: Any, **given: Any) -> None:
        original(self, *arguments, **given)
        recorder.name_cluster(self)

    return init


def _new_server(original: Any, recorder: Recorder) -> Any:
    def init(self: Any, *arguments: Any, **given: Any) -> None:
        original(self, *arguments, **given)
        recorder.start_server(self)

    return init


def _run(original: Any, recorder: Recorder) -> Any:
    def run(self: Any, *arguments: Any, **given: Any) -> Any:
        recorder.run_session(self)
        return original(self, *arguments, **given)

    return run


def _close(original: Any, recorder: Recorder) -> Any:
    def close(self: Any) -> None:
        recorder.close_session(self)
        original(self)

    return close
