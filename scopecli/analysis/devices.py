"""How much is where: variables, parameters and bytes of each device, task and job."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from scopecli.analysis.scope_tree import Sums
from scopecli.ground.clusters import DevicePlace, place_of
from scopecli.report.model import Report, Source, Totals, Variable

NOWHERE: Final = "no device"
"""What stands for the device of variables that have none."""


class DeviceLoad(NamedTuple):
    """What is on a device.

    Attributes:
        device: its name, as TensorFlow writes it; empty for no device.
    """

    device: str
    place: DevicePlace
    sums: Sums


@dataclass(frozen=True, slots=True)
class JobLoad:
    """What is on the tasks of a job.

    Attributes:
        tasks: by the name of each task: `/job:ps/task:0`.
    """

    job: str
    tasks: dict[str, Sums]

    @property
    def sums(self) -> Sums:
        """The sums over its tasks."""
        return sum_of(self.tasks.values())

    @property
    def mean_bytes(self) -> float:
        """The bytes that a task has on average."""
        return self.sums.bytes / len(self.tasks)

    @property
    def largest(self) -> str:
        """The task with the most bytes."""
        return max(self.tasks, key=self._bytes)

    @property
    def smallest(self) -> str:
        """The task with the fewest."""
        return min(self.tasks, key=self._bytes)

    def _bytes(self, task: str) -> int:
        return self.tasks[task].bytes


class Loads(NamedTuple):
    """What is on each device, and on the tasks of each job."""

    devices: tuple[DeviceLoad, ...]
    jobs: tuple[JobLoad, ...]


class Balance(NamedTuple):
    """Where the variables of a source are.

    Attributes:
        path: the source as the user named it.
        totals: of the variables that are asked for; on the other cluster, if that is asked for.
        before: what is on each device.
        after: what would be on each; None where that is not asked for.
    """

    source: Source
    path: str
    totals: Totals
    before: Loads
    after: Loads | None = None

    @property
    def shown(self) -> Loads:
        """What is asked for: how it would be, or else how it is."""
        return self.before if self.after is None else self.after


DEVICE_SORT_KEYS: Final[dict[str, Callable[[DeviceLoad], Any] | None]] = {
    "graph": lambda load: (load.place.job or "", -1 if load.place.task is None else load.place.task),
    "name": lambda load: load.device,
    "size": lambda load: load.sums.bytes,
}


def loads_of(
    variables: Iterable[Variable], tasks: Iterable[str] = (), *, sort: str = "graph", reverse: bool = False
) -> Loads:
    """Return what is on each device.

    Args:
        variables: whose devices count.
        tasks: names of tasks that are told even if nothing is on them.
        sort: a key of `DEVICE_SORT_KEYS`; the order of jobs and tasks stands for that of the graph.
        reverse: whether the order is the opposite one.
    """
    sums = dict.fromkeys(tasks, Sums())
    for row in variables:
        before = sums.get(row.device, Sums())
        sums[row.device] = Sums(
            before.variables + 1, before.parameters + row.parameters, before.bytes + (row.bytes or 0)
        )
    devices = [DeviceLoad(device, place_of(device), load) for device, load in sums.items()]
    jobs: dict[str, dict[str, list[Sums]]] = {}
    for _, place, load in devices:
        if place.job is not None:
            jobs.setdefault(place.job, {}).setdefault(place.task_name, []).append(load)
    order = DEVICE_SORT_KEYS.get(sort)
    in_order = sorted(devices, key=order) if order else devices
    return Loads(
        tuple(in_order[::-1] if reverse else in_order),
        tuple(
            JobLoad(job, {task: sum_of(loads) for task, loads in of_job.items()})
            for job, of_job in sorted(jobs.items())
        ),
    )


def task_names(report: Report) -> list[str]:
    """Return the names of the tasks that a report's cluster has."""
    counts = ((job, len(tasks)) for job, tasks in report.cluster.items())
    return [f"/job:{job}/task:{index}" for job, count in counts for index in range(count)]


def empty_tasks(report: Report, variables: Sequence[Variable]) -> list[str]:
    """Return the tasks with no variable on them, of the jobs that have some on others."""
    places = [place_of(row.device) for row in variables]
    jobs, tasks = {place.job for place in places}, {place.task_name for place in places}
    return [name for name in task_names(report) if place_of(name).job in jobs and name not in tasks]


def sum_of(sums: Iterable[Sums]) -> Sums:
    """Return several sums as one."""
    columns = list(zip(*sums, strict=True))
    return Sums(*map(sum, columns)) if columns else Sums()


def below_their_devices(variables: Iterable[Variable]) -> list[Variable]:
    """Return variables whose names begin with the device, each part of it a scope: `job:ps/task:0/w`."""
    return [
        replace(row, name=f"{row.device.strip('/') or NOWHERE}/{row.name}", judged_role=row.role)
        for row in variables
    ]
