"""Where sessions run that are not to run in this process."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from scopecli import tf1
from scopecli.commands.local_cluster import LocalCluster
from scopecli.ground.clusters import CONNECT_TIMEOUT, SCHEME
from scopecli.interpret import SessionOptions
from scopecli.sources.clusters import read_cluster


@dataclass(frozen=True, slots=True)
class ServerChoice:
    """TensorFlow's servers, as the command line names them; none leaves it to the scenario.

    Attributes:
        cluster: a file with jobs and addresses.
        target: which server drives sessions.
        local: how many tasks of each job to start on this machine.
        connect_timeout: the seconds that a server may take to answer.
    """

    cluster: str | None = None
    target: str | None = None
    local: Mapping[str, int] | None = None
    connect_timeout: float = CONNECT_TIMEOUT


ON_NONE = ServerChoice()
"""Sessions run where their scenario says, and otherwise in this process."""


@contextmanager
def on_servers(choice: ServerChoice, session: SessionOptions) -> Iterator[Callable[[], SessionOptions]]:
    """Yield what returns how each next session is run, once the servers are up; local ones end afterwards.

    A session on local servers finds nothing of the one before it.

    Raises:
        InvalidSourceError: if the file with the cluster can't be read.
        ServersError: when a local server does not come up.
    """
    session = replace(session, target=choice.target, connect_timeout=choice.connect_timeout)
    if choice.cluster:
        session = replace(session, cluster=read_cluster(choice.cluster))
    if not choice.local:
        yield lambda: session
        return
    with LocalCluster(choice.local) as local:
        started: list[SessionOptions] = []

        def next_session() -> SessionOptions:
            if not started:
                started.append(replace(session, cluster=local.wait()))
            elif started[0].cluster:
                tf1.reset(f"{SCHEME}{started[0].cluster.master.address}")
            return started[0]

        yield next_session
