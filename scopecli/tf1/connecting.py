"""Connects to TensorFlow's servers: by itself, TensorFlow waits for a task that is not up for ever.

A session asks every task of its cluster for its devices when it is first used (`Master::CreateSession`).
With `operation_timeout_in_ms` it gives up, and does not say which task it waited for; with `device_filters`
it asks the tasks alone that they name, so that each can be asked by itself.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from scopecli.ground.clusters import SCHEME, Servers, place_of
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import EngineError, ServersError
from scopecli.ground.words import shorten
from scopecli.tf1.apart import run_apart
from scopecli.tf1.refusals import translate_errors
from scopecli.tf1.startup import TensorFlow, lazy, load

_ASKED_ALONE: Final = 2.0  # seconds, at the most, for each once it is known that one does not answer
_AT_ONCE: Final = 32
_NONE_ELSE: Final = "/job:none"  # a filter that lets no task but the target's own through
_MOST_NAMED: Final = 5


def connect(
    tf: TensorFlow, servers: Servers, tasks: Iterable[str] = (), filters: Sequence[str] = ()
) -> frozenset[str]:
    """Wait until every task of a cluster answers, and return their names: `/job:ps/task:0`.

    Args:
        tf: TensorFlow's objects.
        servers: where they are.
        tasks: names of those that are asked alone if one does not answer, beside the cluster's own.
        filters: the session's `device_filters`: it waits for no task that they leave out.

    Raises:
        ServersError: if one does not, and which; or if the servers have other tasks than the cluster.
        EngineError: if TensorFlow refuses the target.
    """
    names = {task.name for task in servers.cluster.tasks} if servers.cluster else set()
    found = _task_names(tf, servers, servers.connect_timeout, *filters)
    if found is None:
        raise ServersError([_not_up(tf, servers, sorted({*names, *tasks}))])
    if names and (not found <= names if filters else found != names):
        raise ServersError([_other_layout(servers, found, names)])
    return found


def master_task(tf: TensorFlow, servers: Servers) -> str:
    """Return the task that drives sessions of a target: what has no device is on it."""
    return next(iter(_task_names(tf, servers, servers.connect_timeout, _NONE_ELSE) or ()), "")


def silent_tasks(tf: TensorFlow, servers: Servers, names: Iterable[str]) -> list[str]:
    """Return the tasks that do not answer, where one does not; `names` are those to ask.

    If the target itself does not, each task of the cluster is asked at its own address; where that is not
    known, the target alone is returned.
    """
    if _task_names(tf, servers, servers.connect_timeout) is not None:
        return []
    return _ask_alone(tf, servers, names)


def _ask_alone(tf: TensorFlow, servers: Servers, names: Iterable[str]) -> list[str]:
    """Return the tasks that do not answer when each is asked by itself."""
    seconds = min(_ASKED_ALONE, servers.connect_timeout)
    if _task_names(tf, servers, seconds, _NONE_ELSE) is not None:
        asked = [(name, servers, name) for name in names]
    elif servers.cluster:
        at_home = ((task.name, f"{SCHEME}{task.address}") for task in servers.cluster.tasks)
        asked = [(name, replace(servers, target=target), _NONE_ELSE) for name, target in at_home]
    else:
        return [servers.master_name]

    def answers(one: tuple[str, Servers, str]) -> bool:
        name, there, only = one
        return name in (_task_names(tf, there, seconds, only) or ())

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [one[0] for one, is_up in zip(asked, pool.map(answers, asked), strict=True) if not is_up]


def reset(target: str) -> None:
    """Have the servers of a target forget the variables that sessions left on them."""
    tf = load()
    with translate_errors(tf.OpError):
        tf.Session.reset(target)


def _task_names(tf: TensorFlow, servers: Servers, seconds: float, *filters: str) -> frozenset[str] | None:
    """Return the tasks that answer, of those that pass the filters; None if one does not in this time."""
    config = tf.ConfigProto(operation_timeout_in_ms=max(1, int(seconds * 1000)), device_filters=filters)
    try:
        with translate_errors(tf.OpError):
            devices = run_apart(lambda: _devices(tf, servers.target, config)).result()
    except EngineError as error:
        if isinstance(error.__cause__, (lazy.DeadlineExceededError, lazy.UnavailableError)):
            return None
        raise
    return frozenset(place_of(device).task_name for device in devices)


def _devices(tf: TensorFlow, target: str, config: Any) -> list[str]:
    """Return the names of the devices that a session of no other use finds."""
    with tf.Graph().as_default() as graph:
        asked = tf.constant(0)
        session = tf.Session(target, graph=graph, config=config)
        try:
            session.run(asked)
            return [device.name for device in session.list_devices()]
        finally:
            session.close()


def _not_up(tf: TensorFlow, servers: Servers, names: list[str]) -> Diagnostic:
    place = Location(servers.target)
    after = f"after {servers.connect_timeout:g} seconds"
    silent = _ask_alone(tf, servers, names)
    if silent:
        message = f"{listed_tasks(servers, silent)} {_verb(silent)} not answer {after}"
    else:
        message = f"a task of the cluster does not answer {after}: one that only {servers.master_name} knows"
    named = "" if servers.cluster else "; with --cluster FILE each can be asked by itself"
    hint = f"`scopecli serve` runs a task; --connect-timeout sets how long one may take to answer{named}"
    return Diagnostic("SC111", message, place, hint)


def listed_tasks(servers: Servers, names: Iterable[str]) -> str:
    """Return tasks with their addresses, as a message lists them."""
    addresses = {task.name: task.address for task in servers.cluster.tasks} if servers.cluster else {}
    told = [f"{name} at {addresses[name]}" if name in addresses else name for name in names]
    more = f" and {len(told) - _MOST_NAMED:,} more" if len(told) > _MOST_NAMED else ""
    return ", ".join(map(shorten, told[:_MOST_NAMED])) + more


def _verb(names: list[str]) -> str:
    return "does" if len(names) == 1 else "do"


def _other_layout(servers: Servers, found: frozenset[str], names: set[str]) -> Diagnostic:
    lacking, beside = sorted(names - found), sorted(found - names)
    told = [
        *([f"it has no {listed_tasks(servers, lacking)}"] if lacking else []),
        *([f"it has {listed_tasks(servers, beside)} beside"] if beside else []),
    ]
    message = f"{servers.master_name} belongs to another cluster: {'; '.join(told)}"
    hint = "start every task, and the session, with the same cluster"
    return Diagnostic("SC112", message, Location(servers.target), hint)
