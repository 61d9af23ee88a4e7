"""`scopecli list`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

import click

from scopecli.analysis.selection import SORT_KEYS
from scopecli.cli.clusters import look_options
from scopecli.cli.common import engine_options, finish, refuse_unread
from scopecli.cli.formats import Formats
from scopecli.cli.output import Output, output_options
from scopecli.cli.placing import Placing, placing_options, show_devices
from scopecli.cli.progress import in_turn
from scopecli.cli.selecting import choice_or_series_options, selection_options, some_of, sources_argument
from scopecli.cli.series import show_series
from scopecli.render.columns import COLUMNS, STATISTIC_COLUMNS

if TYPE_CHECKING:
    from scopecli.analysis.selection import Selection
    from scopecli.commands.engine import Engine
    from scopecli.commands.list import Listed
    from scopecli.commands.looking import ClusterView
    from scopecli.commands.on_servers import ServerChoice
    from scopecli.report.model import Variable
    from scopecli.sources.opening import SourceChoice

_MUCH: Final = 1 << 27  # bytes that take a while to read


FORMATS: Final = Formats()


@FORMATS.add("table")
def _table(listed: "Listed", columns: Sequence[str] | None, output: Output) -> Iterator[str]:
    from scopecli.render.listings import list_table  # noqa: PLC0415 - needs rich

    return list_table(listed.listings(), columns, output.canvas())


@FORMATS.add("plain")
def _plain(listed: "Listed", columns: Sequence[str] | None, _: Output) -> Iterator[str]:
    from scopecli.render.plain import list_plain  # noqa: PLC0415 - not for `--help`

    return list_plain(listed.listings(), columns)


@FORMATS.add("json")
def _json(listed: "Listed", columns: Sequence[str] | None, _: Output) -> Iterator[str]:
    from scopecli.render.json_lines import list_json  # noqa: PLC0415 - not for `--help`

    return list_json(listed.listings_and_unread(), columns)


@FORMATS.add("jsonl")
def _jsonl(listed: "Listed", columns: Sequence[str] | None, _: Output) -> Iterator[str]:
    from scopecli.render.json_lines import list_jsonl  # noqa: PLC0415 - not for `--help`

    return list_jsonl(listed.rows_and_unread(), columns)


@FORMATS.add("csv", "tsv")
def _delimited_lines(listed: "Listed", columns: Sequence[str] | None, output: Output) -> Iterator[str]:
    from scopecli.render.delimited import list_delimited  # noqa: PLC0415 - not for `--help`

    return list_delimited(listed.listings(), columns, "," if output.format == "csv" else "\t")


@FORMATS.add("markdown")
def _markdown(listed: "Listed", columns: Sequence[str] | None, _: Output) -> Iterator[str]:
    from scopecli.render.delimited import list_markdown  # noqa: PLC0415 - not for `--help`

    return list_markdown(listed.listings(), columns)


@FORMATS.add("tf")
def _tf(listed: "Listed", _columns: Sequence[str] | None, _: Output) -> Iterator[str]:
    from scopecli.render.plain import list_tf  # noqa: PLC0415 - not for `--help`

    return list_tf(listed.listings())


@click.command(
    "list",
    short_help="List the variables of any source; no session runs.",
    epilog="""\b
    Examples:
      scopecli list scenarios/gan.yaml
      scopecli list model.ckpt-1200 --match '*/kernel' --sort size --reverse
      scopecli list model.yaml --by device
      scopecli list model.ckpt-1200 --what-if ps=40 --strategy greedy
      scopecli list graph.meta --target grpc://127.0.0.1:2223 --match '*/kernel' --stats
      scopecli list logs/ --step 800 --role weight --stats
      scopecli list logs/ --step all --stats --match '*/kernel'
      scopecli list model.ckpt.meta scenarios/*.yaml -f csv --columns name,shape,bytes
    """,
)
@sources_argument("sources")
@selection_options(*SORT_KEYS)
@click.option("--columns", **some_of(COLUMNS, "column"), metavar="A,B,…", help=f"Of {', '.join(COLUMNS)}.")
@click.option(
    "--about", is_flag=True, help="Tell first what a source says of itself: signatures, tags, who wrote it."
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="List N variables at the most.")
@click.option("--stats", is_flag=True, help="Read the values, and show their statistics and what is odd.")
@click.option(
    "--values",
    type=click.Choice(["full", "summary", "none"]),
    default="none",
    show_default=True,
    help="Read the values, and show all of them, or of large ones the corners.",
)
@click.option(
    "--slices/--no-slices",
    default=None,
    help="One row for all parts of a partitioned variable, with or without the parts under it."
    "  [default: as the source has them]",
)
@placing_options
@look_options
@click.option(
    "--watch",
    type=click.FloatRange(min=0.1),
    metavar="SECONDS",
    help="With --target, look again every so often, and show what moved, until Ctrl-C ends it.",
)
@choice_or_series_options
@output_options(*FORMATS.names)
@engine_options
def list_(  # noqa: PLR0913 - an option each
    *,
    sources: tuple[str, ...],
    selection: "Selection",
    columns: tuple[str, ...] | None,
    about: bool,
    limit: int | None,
    stats: bool,
    values: str,
    slices: bool | None,
    placing: Placing | None,
    look: "ServerChoice | None",
    watch: float | None,
    choice: "SourceChoice",
    every_step: bool,
    engine: "Engine",
    output: Output,
) -> None:
    """List the variables of each SOURCE: one name a line, or a table on a terminal.

    A SOURCE is a scenario, a saved report, a checkpoint (its prefix or directory), a SavedModel, a MetaGraph,
    a GraphDef, or arrays of safetensors, npz or Keras: which one is found out by looking at it. No session
    runs, so that any size can be listed, and of values only what is asked for is read, one tensor at a time.
    """
    from scopecli.commands.list import Details, list_variables  # noqa: PLC0415 - not for `--help`

    if watch and not look:
        raise click.UsageError("--watch needs --target; give a running server, as grpc://host:port")
    given = {"columns": columns, "about": about, "values": values != "none", "slices": slices is not None}
    if placing:
        _refuse_with_devices(look, {**given, "stats": stats})
        show_devices(sources, engine, selection, placing, choice=choice, limit=limit, output=output)
        return
    selection = replace(selection, limit=limit)
    if every_step:
        _refuse_with("--step all", {**given, "target": look})
        if not stats:
            raise click.UsageError("--step all follows the values of variables: add --stats")
        show_series(sources, selection, output)
        return
    if output.chosen_format == "tf":
        _refuse_with("the format tf", {"columns": columns, "stats": stats, "values": values != "none"})
    details = Details(
        choice,
        stats=stats or watch is not None or bool({*STATISTIC_COLUMNS} & {*(columns or ())}),
        values="summary" if values == "none" and "value" in (columns or ()) else values,  # type: ignore[arg-type]
        slices=slices,
    )
    with _view(look, engine) as view:
        listed = list_variables(sources, engine, selection, details, _progress, view)
        refuse_unread(listed.found, output)
        told = _about(listed) if about and output.chosen_format not in ("json", "jsonl") else iter(())
        if view and watch:
            from scopecli.commands.looking import rounds  # noqa: PLC0415 - seldom needed

            with suppress(KeyboardInterrupt):  # the way to end it
                for moved in rounds(listed, view, watch):
                    replace(output, pager=False).write(FORMATS.render(output, moved, columns))
            return
        output.write(chain(told, FORMATS.render(output, listed, columns)))
        finish(listed.reports, output, listed.problems, unmatched=listed.unmatched)


def _view(look: "ServerChoice | None", engine: "Engine") -> "AbstractContextManager[ClusterView | None]":
    """Return what looks into a running cluster, None where none is named."""
    if look is None:
        return nullcontext()
    from scopecli.commands.looking import cluster_view  # noqa: PLC0415 - leads to the YAML parser

    return cluster_view(look, engine)


def _about(listed: "Listed") -> Iterator[str]:
    from scopecli.render.about import about_lines  # noqa: PLC0415 - not for `--help`

    return about_lines([source.report for source in listed.sources])


def _refuse_with_devices(look: object, given: Mapping[str, object]) -> None:
    if look:
        raise click.UsageError("where variables would be is told by the graph: leave out --target")
    if any(given.values()):
        raise click.UsageError("devices have sums alone: leave out what is about single variables")


def _refuse_with(what: str, given: Mapping[str, object]) -> None:
    for option, value in given.items():
        if value:
            raise click.UsageError(f"--{option} has no meaning with {what}")


def _progress(variables: "Sequence[Variable]") -> "Iterator[Variable]":
    return in_turn(variables, "reading", amount=lambda variable: variable.bytes or 0, much=_MUCH)
