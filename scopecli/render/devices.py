"""What is on each device: a table, rows for programs, JSON."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from scopecli.analysis.devices import NOWHERE, Balance, DeviceLoad, JobLoad, Loads
from scopecli.ground.sizes import format_bytes
from scopecli.render.delimited import delimited_line, escape_cell, markdown_table
from scopecli.render.json_lines import object_lines, strict_json, unread_json
from scopecli.render.text import count_noun, safe, totals_text
from scopecli.report.model import SCHEMA_VERSION
from scopecli.sources.opened import Unread

COLUMNS: Final = ("device", "variables", "parameters", "bytes")


def devices_plain(balances: Sequence[Balance], limit: int | None) -> Iterator[str]:
    """Yield a device a line, separated by tabs; on another cluster, if that is asked for."""
    for one in balances:
        source = [one.path] if len(balances) > 1 else []
        for load in one.shown.devices[:limit]:
            yield "\t".join(map(safe, [*source, *_facts(load)]))


def devices_delimited(balances: Sequence[Balance], limit: int | None, delimiter: str) -> Iterator[str]:
    """Yield a header and a row a device; with several sources, each row begins with its source."""
    yield delimited_line([*(["source"] if len(balances) > 1 else []), *COLUMNS], delimiter)
    for one in balances:
        source = [one.path] if len(balances) > 1 else []
        for load in one.shown.devices[:limit]:
            yield delimited_line(map(safe, [*source, *_facts(load)]), delimiter)


def devices_markdown(balances: Sequence[Balance], limit: int | None) -> Iterator[str]:
    """Yield for each source its devices, and its jobs."""
    for number, one in enumerate(balances):
        yield from [""] if number else []
        yield from [f"## {escape_cell(one.path)}", ""] if len(balances) > 1 else []
        for heading, loads in blocks(one):
            yield from [f"### {heading}", ""] if heading else []
            yield from markdown_table(COLUMNS, map(device_cells, loads.devices[:limit]))
            yield ""
            yield from (f"- {escape_cell(line)}" for line in job_lines(loads))
            yield from [""] if loads.jobs else []
        yield totals_text(one.totals)


def devices_json(balances: Sequence[Balance | Unread]) -> Iterator[str]:
    """Yield an object for one source, a list of them for several."""
    if len(balances) == 1:
        yield from object_lines(_source_json(balances[0]))
        return
    yield "["
    for number, one in enumerate(balances):
        yield f"  {strict_json(_source_json(one))}{',' if number < len(balances) - 1 else ''}"
    yield "]"


def blocks(balance: Balance) -> Iterator[tuple[str, Loads]]:
    """Yield what is shown of a source: where its variables are, and where they would be."""
    if balance.after is None:
        yield "", balance.before
    else:
        yield "now", balance.before
        yield "then", balance.after


def job_lines(loads: Loads) -> Iterator[str]:
    """Yield for each job its sums, and its largest task beside its smallest."""
    yield from map(_job_line, loads.jobs)


def device_cells(load: DeviceLoad) -> list[str]:
    """Return what a person reads of a device."""
    sums = load.sums
    size = format_bytes(sums.bytes)
    return [safe(load.device or NOWHERE), f"{sums.variables:,}", f"{sums.parameters:,}", size]


def _job_line(job: JobLoad) -> str:
    sums = job.sums
    told = f"{job.job}: {count_noun(len(job.tasks), 'task')}, {format_bytes(sums.bytes)}"
    most, least = job.tasks[job.largest].bytes, job.tasks[job.smallest].bytes
    if most == least:
        return told if len(job.tasks) == 1 else f"{told}; {format_bytes(most)} on each"
    return (
        f"{told}; the largest is {job.largest} with {format_bytes(most)}, {most / job.mean_bytes:.3g} times "
        f"the mean, the smallest {job.smallest} with {format_bytes(least)}"
    )


def _facts(load: DeviceLoad) -> list[str]:
    return [load.device, *map(str, load.sums)]


def _source_json(balance: Balance | Unread) -> dict[str, Any]:
    if isinstance(balance, Unread):
        return unread_json(balance)
    after = {} if balance.after is None else {"then": _loads_json(balance.after)}
    return {
        "schema_version": SCHEMA_VERSION,
        "source": balance.source._asdict(),
        **_loads_json(balance.before),
        **after,
        "totals": balance.totals._asdict(),
    }


def _loads_json(loads: Loads) -> dict[str, Any]:
    return {
        "devices": [
            {"device": device, "job": place.job, "task": place.task, **sums._asdict()}
            for device, place, sums in loads.devices
        ],
        "jobs": [
            {
                "job": job.job,
                "tasks": len(job.tasks),
                **job.sums._asdict(),
                "mean_bytes": job.mean_bytes,
                "largest": {"task": job.largest, "bytes": job.tasks[job.largest].bytes},
                "smallest": {"task": job.smallest, "bytes": job.tasks[job.smallest].bytes},
            }
            for job in loads.jobs
        ],
    }
