"""`scopecli run`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click

from scopecli.cli.common import engine_options, finish, scenarios_argument, shown_of
from scopecli.cli.formats import Formats
from scopecli.cli.output import Output, output_options
from scopecli.commands.engine import SESSION_BYTES
from scopecli.ground.sizes import format_bytes, parse_bytes

if TYPE_CHECKING:
    from scopecli.commands.engine import Engine
    from scopecli.interpret import SessionOptions
    from scopecli.report.model import Report


REPORT_FORMATS: Final = Formats()
"""Of what `run` and `trace` show."""


@REPORT_FORMATS.add("table")
def _table(reports: Sequence["Report"], output: Output) -> Iterator[str]:
    from scopecli.render.tables import run_table  # noqa: PLC0415 - needs rich

    return run_table(reports, output.canvas())


@REPORT_FORMATS.add("plain")
def _plain(reports: Sequence["Report"], _: Output) -> Iterator[str]:
    from scopecli.render.plain import run_plain  # noqa: PLC0415 - not for `--help`

    return run_plain(reports)


@REPORT_FORMATS.add("json")
def _json(reports: Sequence["Report"], _: Output) -> Iterator[str]:
    from scopecli.render.json_lines import run_json  # noqa: PLC0415 - not for `--help`

    return run_json(reports)


@REPORT_FORMATS.add("jsonl")
def _jsonl(reports: Sequence["Report"], _: Output) -> Iterator[str]:
    from scopecli.render.json_lines import run_jsonl  # noqa: PLC0415 - not for `--help`

    return run_jsonl(reports)


@REPORT_FORMATS.add("tf")
def _tf(reports: Sequence["Report"], _: Output) -> Iterator[str]:
    from scopecli.render.plain import run_tf  # noqa: PLC0415 - not for `--help`

    return run_tf(reports)


@REPORT_FORMATS.add("markdown")
def _markdown(reports: Sequence["Report"], _: Output) -> Iterator[str]:
    from scopecli.render.delimited import run_markdown  # noqa: PLC0415 - not for `--help`

    return run_markdown(reports)


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


@click.command(
    short_help="Build scenarios and run their sessions: calls, values, variables.",
    epilog="""\b
    Examples:
      scopecli run scenarios/reuse_true.yaml
      scopecli run scenarios/*.yaml -f json -o reports.json
      scopecli run - -f tf < scenario.yaml
      scopecli run model.yaml -p n_layer=2 -p n_embd=64
    """,
)
@scenarios_argument("scenarios")
@click.option(
    "--values",
    type=click.Choice(["summary", "full"]),
    default="summary",
    show_default=True,
    help="Of values above 1,000 elements, report statistics or every element.",
)
@output_options(*REPORT_FORMATS.names)
@session_options
@engine_options
def run(  # noqa: PLR0913 - an option each
    *,
    scenarios: tuple[str, ...],
    seed: int | None,
    session: "SessionOptions",
    values: str,
    engine: "Engine",
    output: Output,
) -> None:
    """Build each SCENARIO in a TF1 graph, run its session, and show every call with its value.

    After the calls come the global variables, each once, as TensorFlow shows them. A SCENARIO of `-` is
    standard input.
    """
    from scopecli.commands.run import run_scenarios  # noqa: PLC0415 - leads to the YAML parser
    from scopecli.sources.paths import scenario_files  # noqa: PLC0415 - likewise

    session = replace(session, full_values=values == "full")
    files = scenario_files(scenarios, repeated=True)
    found = run_scenarios(files, engine, seed=seed, session=session)
    output.write(REPORT_FORMATS.render(output, shown_of(found, output)))
    finish(found, output)
