"""Variables of a cluster that are not where its parameter servers are, or not in balance."""

from collections.abc import Iterator
from typing import Final

from scopecli.analysis.lint.finding import Finding
from scopecli.ground.clusters import PARAMETER_SERVERS, place_of
from scopecli.ground.sizes import format_bytes
from scopecli.report.model import Report, Variable
from scopecli.report.source_kinds import SourceKind

_LOP_SIDED: Final = 2  # times the mean
_IN_A_SCENARIO: Final = "device: {replica_device_setter: {}}"
_SMALL: Final = 1 << 20  # bytes of a task, below which no balance matters


def on_no_server(report: Report) -> Iterator[Finding]:
    """Yield variables that no parameter server got, where the cluster has some.

    Local variables are each worker's own, and are meant to be there.
    """
    if PARAMETER_SERVERS not in report.cluster:
        return
    by_call: dict[int, list[Variable]] = {}
    for row in report.variables:
        for index in row.calls:
            by_call.setdefault(index, []).append(row)
    for call in report.calls:
        rows = by_call.get(call.index, []) if call.outcome == "created" else []
        elsewhere = next((row for row in rows if place_of(row.device).job != PARAMETER_SERVERS), None)
        if elsewhere:
            where = f"on {elsewhere.device}" if elsewhere.device else "on no device"
            message = f"`{elsewhere.name}` is {where}, and the cluster has parameter servers"
            yield Finding(call.location, message, f"make it inside of {_setter(report)}")


def out_of_balance(report: Report) -> Iterator[Finding]:
    """Yield the largest variable of each task that has twice the mean of its job, or more."""
    from scopecli.analysis.devices import loads_of, task_names  # noqa: PLC0415 - not for `--help`

    largest: dict[str, Variable] = {}
    for row in report.variables:
        task = place_of(row.device).task_name
        if task not in largest or (row.bytes or 0) > (largest[task].bytes or 0):
            largest[task] = row
    for job in loads_of(report.variables, task_names(report)).jobs:
        for task, sums in job.tasks.items():
            if sums.bytes >= max(_LOP_SIDED * job.mean_bytes, _SMALL) and largest[task].calls:
                yield _finding(report, task, sums.bytes, job.mean_bytes, largest[task])


def _setter(report: Report) -> str:
    """Return what places variables, in the words of the source."""
    is_program = report.source.kind is SourceKind.PROGRAM
    written = "with tf.device(tf.train.replica_device_setter(…)):" if is_program else _IN_A_SCENARIO
    return f"`{written}`"


def _finding(report: Report, task: str, size: int, mean: float, largest: Variable) -> Finding:
    message = (
        f"{task} has {format_bytes(size)}, and a task of its job {format_bytes(int(mean))} on average; "
        f"the largest on it is `{largest.name}` with {format_bytes(largest.bytes or 0)}"
    )
    hint = "cut it with a partitioner, or place by bytes: `scopecli list --what-if` shows the balance before"
    return Finding(report.calls[largest.calls[0]].location, message, hint)
