"""`scopecli run`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click

from scopecli.cli.clusters import server_options
from scopecli.cli.common import engine_options, finish, scenarios_argument, shown_of
from scopecli.cli.formats import Formats
from scopecli.cli.output import Output, output_options
from scopecli.cli.selecting import call_options
from scopecli.cli.watch import watch_option
from scopecli.commands.engine import SESSION_BYTES
from scopecli.ground.sizes import format_bytes, parse_bytes

if TYPE_CHECKING:
    from scopecli.analysis.views import CallSelection, View
    from scopecli.commands.engine import Engine
    from scopecli.commands.on_servers import ServerChoice
    from scopecli.ground.diagnostics import Diagnostic
    from scopecli.interpret import SessionOptions
    from scopecli.report.model import Report
    from scopecli.sources.opened import Unread


REPORT_FORMATS: Final = Formats()
"""Of what `run` and `trace` show: views of reports, and whether their values are shown whole."""


@REPORT_FORMATS.add("table")
def _table(views: "Sequence[View]", output: Output, *, full_values: bool) -> Iterator[str]:
    from scopecli.render.tables import run_table  # noqa: PLC0415 - needs rich

    del full_values  # a table has no room for them
    return run_table(views, output.canvas())


@REPORT_FORMATS.add("plain")
def _plain(views: "Sequence[View]", _: Output, *, full_values: bool) -> Iterator[str]:
    from scopecli.render.plain import run_plain  # noqa: PLC0415 - not for `--help`

    return run_plain(views, full_values=full_values)


@REPORT_FORMATS.add("json")
def _json(views: "Sequence[View | Unread]", _: Output, *, full_values: bool) -> Iterator[str]:
    from scopecli.render.json_lines import run_json  # noqa: PLC0415 - not for `--help`

    del full_values  # a report has what was kept of them
    return run_json(views)


@REPORT_FORMATS.add("jsonl")
def _jsonl(views: "Sequence[View | Unread]", _: Output, *, full_values: bool) -> Iterator[str]:
    from scopecli.render.json_lines import run_jsonl  # noqa: PLC0415 - not for `--help`

    del full_values  # likewise
    return run_jsonl(views)


@REPORT_FORMATS.add("csv", "tsv")
def _delimited_lines(views: "Sequence[View]", output: Output, *, full_values: bool) -> Iterator[str]:
    from scopecli.render.delimited import run_delimited  # noqa: PLC0415 - not for `--help`

    return run_delimited(views, "," if output.format == "csv" else "\t", full_values=full_values)


@REPORT_FORMATS.add("tf")
def _tf(views: "Sequence[View]", _: Output, *, full_values: bool) -> Iterator[str]:
    from scopecli.render.plain import run_tf  # noqa: PLC0415 - not for `--help`

    del full_values  # numpy's own text is the contract
    return run_tf(views)


@REPORT_FORMATS.add("markdown")
def _markdown(views: "Sequence[View]", _: Output, *, full_values: bool) -> Iterator[str]:
    from scopecli.render.delimited import run_markdown  # noqa: PLC0415 - not for `--help`

    return run_markdown(views, full_values=full_values)


class ByteCount(click.ParamType[int]):
    """A number of bytes: `1000000`, `64M`, `1.5GiB`."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        if isinstance(value, int):
            return value
        try:
            return parse_bytes(value)
        except ValueError:
            self.fail(f"{value!r} is no number of bytes such as 64M or 1.5GiB", param, ctx)


def session_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how sessions are run; the command gets them as `seed` and `session`."""

    @wraps(command)
    def with_session(*, max_bytes: int, **options: Any) -> Any:
        from scopecli.interpret import SessionOptions  # noqa: PLC0415 - leads to the YAML parser

        return command(session=SessionOptions(max_bytes), **options)

    for option in (max_bytes_option, seed_option):
        option(with_session)
    return with_session


seed_option: Callable[..., Any] = click.option(
    "--seed", type=int, help="The graph's seed, in place of the scenario's own."
)
max_bytes_option: Callable[..., Any] = click.option(
    "--max-bytes",
    type=ByteCount(),
    default=SESSION_BYTES,
    metavar="SIZE",
    help=f"The most that the variables of a session may take, such as 512M.  "
    f"[default: {format_bytes(SESSION_BYTES)}]",
)


_WITHOUT_VALUES: Final = ("handle", "name", "variable", "outcome", "shape", "dtype", "train")


@click.command(
    short_help="Build scenarios and run their sessions: calls, values, variables.",
    epilog="""\b
    Examples:
      scopecli run scenarios/reuse_true.yaml
      scopecli run scenarios/*.yaml -f json -o reports.json
      scopecli run - -f tf < scenario.yaml
      scopecli run model.yaml -p n_layer=2 -p n_embd=64
      scopecli run model.yaml --local-cluster ps=2,worker=1
    """,
)
@scenarios_argument("scenarios")
@click.option(
    "--values",
    type=click.Choice(["summary", "full", "none"]),
    default="summary",
    show_default=True,
    help="Of large values, show the corners and report statistics, or every element; or no values at all.",
)
@output_options(*REPORT_FORMATS.names)
@call_options
@session_options
@server_options
@engine_options
@watch_option("scenarios")
def run(  # noqa: PLR0913 - an option each
    *,
    scenarios: tuple[str, ...],
    seed: int | None,
    session: "SessionOptions",
    servers: "ServerChoice",
    values: str,
    selection: "CallSelection",
    columns: tuple[str, ...] | None,
    engine: "Engine",
    output: Output,
) -> None:
    """Build each SCENARIO in a TF1 graph, run its session, and show every call with its value.

    After the calls come the global variables, each once, as TensorFlow shows them. A SCENARIO of `-` is
    standard input.
    """
    from scopecli.analysis.views import without_values  # noqa: PLC0415 - likewise
    from scopecli.commands.run import run_scenarios  # noqa: PLC0415 - leads to the YAML parser
    from scopecli.sources.opened import Unread  # noqa: PLC0415 - likewise
    from scopecli.sources.paths import scenario_files  # noqa: PLC0415 - likewise

    session = replace(session, full_values=values == "full")
    files = scenario_files(scenarios, repeated=True)
    found = run_scenarios(files, engine, seed=seed, session=session, servers=servers)
    if values == "none":
        found = [one if isinstance(one, Unread) else without_values(one) for one in found]
        columns = columns or _WITHOUT_VALUES
    show_reports(shown_of(found, output), selection, columns, output, full_values=values == "full")
    finish(found, output, unmatched=unmatched_calls(found, selection))


def show_reports(
    found: "Sequence[Report | Unread]",
    selection: "CallSelection",
    columns: tuple[str, ...] | None,
    output: Output,
    *,
    full_values: bool = False,
) -> None:
    """Write what is asked for of reports, and what stands for those that could not be read."""
    from scopecli.analysis.views import view_of  # noqa: PLC0415 - not for `--help`
    from scopecli.sources.opened import Unread  # noqa: PLC0415 - likewise

    views = [one if isinstance(one, Unread) else view_of(one, selection, columns) for one in found]
    output.write(REPORT_FORMATS.render(output, views, full_values=full_values))


def unmatched_calls(found: "Sequence[Report | Unread]", selection: "CallSelection") -> "list[Diagnostic]":
    """Return why nothing is shown, where filters let nothing through of any report."""
    from scopecli.analysis.unmatched_filters import (  # noqa: PLC0415 - not for `--help`
        unless_one_matched,
        unmatched_call,
    )
    from scopecli.sources.opened import read_ones  # noqa: PLC0415 - likewise

    return unless_one_matched(unmatched_call(report, selection) for report in read_ones(found))
