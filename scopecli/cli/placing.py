"""`--by device` and `--what-if`: where variables are, and where they would be."""

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from scopecli.cli.clusters import task_counts
from scopecli.cli.common import finish, shown_of
from scopecli.cli.formats import Formats
from scopecli.cli.output import Output

if TYPE_CHECKING:
    from scopecli.analysis.devices import Balance
    from scopecli.analysis.selection import Selection
    from scopecli.commands.engine import Engine
    from scopecli.commands.placing import Placed, WhatIf
    from scopecli.ground.diagnostics import Diagnostic
    from scopecli.sources.opened import Unread
    from scopecli.sources.opening import SourceChoice

_SERVERS: Final = "ps"

FORMATS: Final = Formats()


@FORMATS.add("table")
def _table(balances: "Sequence[Balance]", limit: int | None, output: Output) -> Iterator[str]:
    from scopecli.render.devices_drawing import devices_table  # noqa: PLC0415 - needs rich

    return devices_table(balances, limit, output.canvas())


@FORMATS.add("plain")
def _plain(balances: "Sequence[Balance]", limit: int | None, _: Output) -> Iterator[str]:
    from scopecli.render.devices import devices_plain  # noqa: PLC0415 - not for `--help`

    return devices_plain(balances, limit)


@FORMATS.add("json")
def _json(balances: "Sequence[Balance | Unread]", _limit: int | None, _: Output) -> Iterator[str]:
    from scopecli.render.devices import devices_json  # noqa: PLC0415 - not for `--help`

    return devices_json(balances)


@FORMATS.add("csv", "tsv")
def _delimited_lines(balances: "Sequence[Balance]", limit: int | None, output: Output) -> Iterator[str]:
    from scopecli.render.devices import devices_delimited  # noqa: PLC0415 - not for `--help`

    return devices_delimited(balances, limit, "," if output.format == "csv" else "\t")


@FORMATS.add("markdown")
def _markdown(balances: "Sequence[Balance]", limit: int | None, _: Output) -> Iterator[str]:
    from scopecli.render.devices import devices_markdown  # noqa: PLC0415 - not for `--help`

    return devices_markdown(balances, limit)


class Placing(NamedTuple):
    """What is asked for of devices.

    Attributes:
        what_if: another cluster; None for where variables are.
    """

    what_if: "WhatIf | None"


def _servers(ctx: click.Context, param: click.Parameter, given: str | None) -> int | None:
    counts = task_counts(ctx, param, given)
    if counts is None:
        return None
    if list(counts) != [_SERVERS]:
        message = f"{given!r} has no parameter servers alone; give their number, such as ps=40"
        raise click.BadParameter(message, ctx, param)
    return counts[_SERVERS]


_OPTIONS: Final[tuple[Callable[..., Any], ...]] = (
    click.option("--by", type=click.Choice(["device"]), help="Sum up by job, task and device."),
    click.option(
        "--what-if", callback=_servers, metavar="ps=N", help="Place the variables on N parameter servers."
    ),
    click.option(
        "--strategy",
        type=click.Choice(["round_robin", "greedy"]),
        help="How --what-if chooses a task: in turn, or that with the fewest bytes.  [default: round_robin]",
    ),
    click.option(
        "--partitioner",
        metavar="YAML",
        help="What --what-if cuts variables with, such as '{fixed_size: {num_shards: 40}}'.",
    ),
)


def placing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options about devices; the command gets them as `placing`, None where none is given."""

    @wraps(command)
    def with_placing(
        *, by: str | None, what_if: int | None, strategy: str | None, partitioner: str | None, **options: Any
    ) -> Any:
        if what_if is None and (strategy or partitioner):
            raise click.UsageError(
                "--strategy and --partitioner need --what-if; give it the number, as ps=40"
            )
        placing = _placing(what_if, strategy, partitioner) if by or what_if is not None else None
        return command(placing=placing, **options)

    for option in reversed(_OPTIONS):
        option(with_placing)
    return with_placing


def _placing(tasks: int | None, strategy: str | None, partitioner: str | None) -> Placing:
    from scopecli.commands.placing import WhatIf  # noqa: PLC0415 - not for `--help`

    return Placing(None if tasks is None else WhatIf(tasks, strategy or "round_robin", partitioner))


def show_devices(  # noqa: PLR0913 - what a listing has
    sources: Sequence[str],
    engine: "Engine",
    selection: "Selection",
    placing: Placing,
    *,
    choice: "SourceChoice",
    limit: int | None,
    output: Output,
) -> None:
    """Show what is on each device, or would be."""
    from scopecli.analysis.devices import DEVICE_SORT_KEYS  # noqa: PLC0415 - not for `--help`
    from scopecli.commands.placing import placed_sources  # noqa: PLC0415 - likewise
    from scopecli.sources.opened import Unread  # noqa: PLC0415 - likewise

    if output.chosen_format not in FORMATS.names:
        known = ", ".join(FORMATS.names)
        raise click.UsageError(f"--by device has no format {output.chosen_format}; it has {known}")
    if selection.sort not in DEVICE_SORT_KEYS:
        raise click.UsageError(f"devices have no {selection.sort} to sort by; give graph, name or size")
    found = placed_sources(sources, engine, selection, choice, placing.what_if)
    shown = [one if isinstance(one, Unread) else one.balance for one in shown_of(found, output)]
    output.write(FORMATS.render(output, shown, limit))
    finish_placed(found, selection, output)


def finish_placed(found: "Sequence[Placed | Unread]", selection: "Selection", output: Output) -> None:
    """Say what could not be read, what is damaged, and that filters let nothing through."""
    from scopecli.analysis.unmatched_filters import (  # noqa: PLC0415 - not for `--help`
        unless_one_matched,
        unmatched_filter,
    )
    from scopecli.sources.opened import Unread, read_ones  # noqa: PLC0415 - likewise

    opened = [placed.opened for placed in read_ones(found)]
    unmatched: list[Diagnostic] = unless_one_matched(
        unmatched_filter(one.report.variables, selection, one.shown_path) for one in opened
    )
    reports = [one if isinstance(one, Unread) else one.opened.report for one in found]
    finish(reports, output, [problem for one in opened for problem in one.damage], unmatched=unmatched)
