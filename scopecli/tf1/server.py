"""One task of a cluster: `tf.train.Server`, kept to this machine where its address says so."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from scopecli.ground.clusters import Cluster, Task
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import ServersError
from scopecli.tf1.refusals import translate_errors
from scopecli.tf1.startup import lazy, load

_LOOPBACK: Final = b"lo"
_DESCRIPTORS: Final = Path("/proc/self/fd")


class RunningServer(NamedTuple):
    """A task that runs as long as this is kept.

    Attributes:
        server: the `tf.train.Server`.
        reachable: whether other machines can reach it.
    """

    server: Any
    reachable: bool


def start_server(cluster: Cluster, task: Task) -> RunningServer:
    """Run a task of a cluster.

    TensorFlow listens on every address of the machine, whatever the cluster says (`GrpcServer::Init`). Where
    the task's own address is this machine's alone, its socket is bound to the loopback device before the
    first call is answered; only Linux can do that.

    Raises:
        ServersError: if the port is taken.
        EngineError: if TensorFlow refuses otherwise.
    """
    tf = load()
    with translate_errors(tf.OpError):
        spec = lazy.ClusterSpec({job: list(addresses) for job, addresses in cluster.jobs.items()})
        try:
            server = lazy.Server(spec, job_name=task.job, task_index=task.index, start=False)
        except lazy.UnknownError:  # it says no more than that it could not start
            if is_taken(task.port):
                raise ServersError([port_taken(task)]) from None
            raise
        confined = task.is_local and _confine(task.port)
        server.start()
    return RunningServer(server, not confined)


def is_taken(port: int) -> bool:
    """Tell whether something listens on a port, on any of the machine's addresses."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def port_taken(task: Task) -> Diagnostic:
    """Return that something else listens where a task is to."""
    message = f"cannot run {task.name}: port {task.port} is taken"
    hint = "end what listens there, or give the task another port in the cluster"
    return Diagnostic("SC114", message, Location(task.address), hint)


def _confine(port: int) -> bool:
    """Bind the sockets that listen on a port to the loopback device; return whether there were some."""
    option = getattr(socket, "SO_BINDTODEVICE", None)
    if option is None:
        return False
    bound = 0
    for descriptor in _sockets():
        with suppress(OSError), closing(socket.socket(fileno=os.dup(descriptor))) as listening:
            listens = listening.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            if listens and listening.getsockname()[1] == port:
                listening.setsockopt(socket.SOL_SOCKET, option, _LOOPBACK)
                bound += 1
    return bound > 0


def _sockets() -> Iterator[int]:
    """Yield the descriptors of this process's sockets."""
    for entry in list(_DESCRIPTORS.iterdir()) if _DESCRIPTORS.is_dir() else ():
        with suppress(OSError):
            if str(entry.readlink()).startswith("socket:"):
                yield int(entry.name)
