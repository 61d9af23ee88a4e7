"""Starts the tasks of a cluster on this machine, a process each, and ends them whatever happens."""

import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from scopecli.ground.clusters import Cluster, Task
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import ServersError

READY: Final = "ready"
"""What a task that was started so says on its standard output when it is up."""

_HOST: Final = "127.0.0.1"
_ROOT: Final = str(Path(__file__).parent.parent.parent)
_START: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); from scopecli.__main__ import main; main()"
_TRIES: Final = 3  # a port may be taken between its choice and its use
_UP_WITHIN: Final = 60.0  # seconds, and some more for each task: all of them load TensorFlow
_SECONDS_A_TASK: Final = 2.0
_MOST_SAID: Final = 2000  # characters of what a task said before its end


class _Process:
    """A task's process: it lives as long as its standard input is held open, and no longer."""

    def __init__(self, task: Task, file: str, said: Path) -> None:
        """Start it; what it says on standard error goes to the file `said`."""
        self.task = task
        self._said = said
        options = ("--job", task.job, "--task", str(task.index), "--cluster", file, "--with-parent")
        with said.open("wb") as stderr:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-c", _START, _ROOT, "serve", *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,  # an interrupt of the terminal is for its parent
            )

    def is_up(self, seconds: float) -> bool:
        """Wait until it says so; tell whether it did."""
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe
        ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, seconds))
        return bool(ready) and self.process.stdout.readline().strip() == READY.encode()

    def end(self) -> None:
        """End it, and wait until it has ended."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()

    def last_words(self) -> str:
        """Return the end of what it said on standard error."""
        return self._said.read_text("utf-8", "replace").strip()[-_MOST_SAID:]


class LocalCluster:
    """A cluster on this machine, for the time of a `with` block.

    Its tasks start at once; `wait` returns when they are up, so that TensorFlow can be loaded meanwhile.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Take how many tasks each job has."""
        self._counts = counts
        self._processes: list[_Process] = []
        self._entered = ExitStack()

    def __enter__(self) -> "LocalCluster":  # noqa: PYI034 - `typing.Self` is there from Python 3.11 on
        self._folder = Path(self._entered.enter_context(tempfile.TemporaryDirectory(prefix="scopecli-")))
        self._entered.callback(self._end)
        try:
            self._start()
        except BaseException:
            self._entered.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, stack: TracebackType | None
    ) -> None:
        self._entered.close()

    def wait(self) -> Cluster:
        """Return the cluster when all of its tasks are up.

        Raises:
            ServersError: if one does not come up.
        """
        for left in reversed(range(_TRIES)):
            end = time.monotonic() + _UP_WITHIN + _SECONDS_A_TASK * len(self._processes)
            down = next((one for one in self._processes if not one.is_up(end - time.monotonic())), None)
            if down is None:
                return self._cluster
            if not left or "SC114" not in down.last_words():
                raise ServersError([_not_up(down)])
            self._end()
            self._start()
        raise AssertionError("the last try returns or raises")

    def process_of(self, job: str, index: int) -> "subprocess.Popen[bytes]":
        """Return the process of a task."""
        return next(one.process for one in self._processes if (one.task.job, one.task.index) == (job, index))

    def _start(self) -> None:
        self._cluster = _free_cluster(self._counts)
        file = self._folder / "cluster.json"
        file.write_text(_json(self._cluster), encoding="utf-8")
        for task in self._cluster.tasks:
            said = self._folder / f"{task.job}-{task.index}"
            self._processes.append(_Process(task, str(file), said))

    def _end(self) -> None:
        for one in self._processes:
            with suppress(OSError):
                one.process.kill()
        while self._processes:
            self._processes.pop().end()


def _free_cluster(counts: Mapping[str, int]) -> Cluster:
    """Return a cluster on ports that are free: all are held until the last is chosen."""
    with ExitStack() as held:

        def address() -> str:
            chosen = held.enter_context(closing(socket.socket()))
            chosen.bind((_HOST, 0))
            return f"{_HOST}:{chosen.getsockname()[1]}"

        return Cluster({job: tuple(address() for _ in range(count)) for job, count in counts.items()})


def _json(cluster: Cluster) -> str:
    import json  # noqa: PLC0415 - only here

    return json.dumps(dict(cluster.jobs))


def _not_up(down: _Process) -> Diagnostic:
    words = down.last_words()
    status = down.process.poll()
    ended = "it is still starting" if status is None else f"it ended with status {status}"
    message = f"{down.task.name} did not come up: {ended}" + (f"\n{words}" if words else "")
    return Diagnostic("SC116", message, Location("--local-cluster"))
