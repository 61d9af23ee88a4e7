"""Runs one task of a cluster until it is to end."""

import os
import sys
from collections.abc import Callable
from threading import Event, Thread
from typing import NoReturn

from scopecli import tf1
from scopecli.commands.engine import Engine
from scopecli.commands.run import load_tensorflow
from scopecli.ground.clusters import Cluster, Task
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import EngineError, ServersError, source_error
from scopecli.sources.clusters import read_cluster


def task_of(path: str, job: str, index: int) -> tuple[Cluster, Task]:
    """Return the cluster that a file has, and one of its tasks.

    Raises:
        InvalidSourceError: if it can't be read, or has no such task.
    """
    cluster = read_cluster(path)
    task = cluster.find(job, index)
    if task is None:
        message = f"the cluster has no task {index} of a job {job!r}"
        raise source_error("SC115", message, Location(path), f"it has {cluster.in_words}")
    return cluster, task


def serve(
    cluster: Cluster, task: Task, engine: Engine, *, ready: Callable[[bool], None], with_parent: bool
) -> None:
    """Run a task until an interrupt or a signal ends the process.

    Args:
        cluster: which tasks there are.
        task: the one to run.
        engine: how TensorFlow is loaded.
        ready: is told when the task is up, and whether other machines can reach it.
        with_parent: whether the process ends when its standard input does: a parent that is killed, in
            whatever way, holds it open no more.

    Raises:
        ServersError: if the port is taken, or TensorFlow refuses to run the task.
        TensorFlowUnavailableError: if there is no TensorFlow.
    """
    if not engine.verbose:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if with_parent:
        Thread(target=_end_with_input, daemon=True).start()
    load_tensorflow(engine)
    running = _start(cluster, task, verbose=engine.verbose)
    if isinstance(running, ServersError):
        raise running
    ready(running.reachable)
    Event().wait()


def _start(cluster: Cluster, task: Task, *, verbose: bool) -> tf1.RunningServer | ServersError:
    """Return the server, or what is wrong: TensorFlow's log lines say no more of it."""
    with tf1.captured_stderr() as log:
        log.show = "all" if verbose else "nothing"
        try:
            return tf1.start_server(cluster, task)
        except ServersError as error:
            return error
        except EngineError as error:
            problem = Diagnostic("SC116", error.message, Location(task.address), type=error.type_names[0])
            return ServersError([problem])


def _end_with_input() -> NoReturn:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)
