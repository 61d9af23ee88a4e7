"""TensorFlow's clusters: jobs, their tasks, and where those listen; devices by their names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, NamedTuple

CONNECT_TIMEOUT: Final = 10.0
"""Seconds that a task may take to answer, where nobody says otherwise."""

SCHEME: Final = "grpc://"
"""What the address of a server begins with where it is the target of a session."""

PARAMETER_SERVERS: Final = "ps"
"""The job whose tasks keep variables, as `tf.train.replica_device_setter` has it."""
_MASTERS: Final = ("chief", "master", "worker")  # the jobs whose tasks drive sessions, as TF_CONFIG has them
# A device as TensorFlow writes it (`DeviceNameUtils::ParseFullName`); `/cpu:0` is the short way.
_PART: Final = re.compile(
    r"/(?:job:(?P<job>[A-Za-z][A-Za-z0-9_]*)|replica:\d+|task:(?P<task>\d+)|device:(?P<device>\w+:(?:\d+|\*))"
    r"|(?P<short>[A-Za-z]\w*:(?:\d+|\*)))"
)
JOB_PATTERN: Final = "[A-Za-z][A-Za-z0-9_]*"
"""What a job may be called: a part of the names of devices."""


@dataclass(frozen=True, slots=True)
class Task:
    """One process of a cluster, and the `host:port` that it listens on."""

    job: str
    index: int
    address: str

    @property
    def name(self) -> str:
        """What devices of it begin with, as `tf.device` takes them."""
        return f"/job:{self.job}/task:{self.index}"

    @property
    def port(self) -> int:
        """The port of its address."""
        return int(self.address.rpartition(":")[2])

    @property
    def is_local(self) -> bool:
        """Whether its address is one that only this machine reaches."""
        host = self.address.rpartition(":")[0].strip("[]")
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Jobs with the addresses of their tasks, as `tf.train.ClusterSpec` takes them."""

    jobs: Mapping[str, tuple[str, ...]]

    @property
    def tasks(self) -> Iterator[Task]:
        """Every task, job by job."""
        for job, addresses in self.jobs.items():
            yield from (Task(job, index, address) for index, address in enumerate(addresses))

    @property
    def master(self) -> Task:
        """The task that drives a session unless another is named: the first that serves no parameters."""
        ranked = [job for job in (*_MASTERS, *self.jobs) if job in self.jobs and job != PARAMETER_SERVERS]
        job = ranked[0] if ranked else PARAMETER_SERVERS
        return Task(job, 0, self.jobs[job][0])

    @property
    def in_words(self) -> str:
        """How many tasks each job has: `ps=2, worker=1`."""
        return ", ".join(f"{job}={len(addresses)}" for job, addresses in self.jobs.items())

    def find(self, job: str, index: int) -> Task | None:
        """Return a task; None if there is none."""
        return next((task for task in self.tasks if (task.job, task.index) == (job, index)), None)


@dataclass(frozen=True, slots=True)
class Servers:
    """TensorFlow's servers that a session runs on.

    Attributes:
        target: the session's, such as `grpc://127.0.0.1:2222`.
        cluster: which there are; None where only the target knows.
        connect_timeout: the seconds that a task may take to answer.
    """

    target: str
    cluster: Cluster | None = None
    connect_timeout: float = CONNECT_TIMEOUT

    @property
    def master_name(self) -> str:
        """The target as a message tells it: with its task, where that is known."""
        address = self.target.removeprefix(SCHEME)
        tasks = self.cluster.tasks if self.cluster else ()
        name = next((task.name for task in tasks if task.address == address), None)
        return f"{name} at {address}" if name else f"the server at {address}"


class DevicePlace(NamedTuple):
    """Where a device is; None for what its name does not say.

    Attributes:
        device: its type and number, such as `CPU:0`.
    """

    job: str | None = None
    task: int | None = None
    device: str | None = None

    @property
    def task_name(self) -> str:
        """The job and the task, as `tf.device` takes them; empty where neither is said."""
        job = "" if self.job is None else f"/job:{self.job}"
        return job if self.task is None else f"{job}/task:{self.task}"


def place_of(device: str) -> DevicePlace:
    """Return where a device is, by its name: `/job:ps/task:0/device:CPU:0`, or a part of it."""
    job = task = kind = None
    for match in _PART.finditer(device):
        job = match["job"] or job
        task = task if match["task"] is None else int(match["task"])
        given = match["device"] or match["short"]
        kind = kind if given is None else given.upper()
    return DevicePlace(job, task, kind)
