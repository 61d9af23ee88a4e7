"""`scopecli run`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from scopecli.cli.common import engine_options, finish, scenarios_argument
from scopecli.cli.output import Output, output_options
from scopecli.commands.engine import SESSION_BYTES
from scopecli.ground.sizes import format_bytes, parse_bytes

if TYPE_CHECKING:
    from scopecli.commands.engine import Engine
    from scopecli.interpret import SessionOptions
    from scopecli.report.model import Report


class Bytes(click.ParamType[int]):
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
    type=Bytes(),
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
@output_options("table", "plain", "json", "jsonl", "tf", "markdown")
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

    session = replace(session, full_values=values == "full")
    reports = run_scenarios(scenarios, engine, seed=seed, session=session)
    output.write(rendered(reports, output))
    finish(reports, output)


def rendered(reports: Sequence["Report"], output: Output) -> Iterator[str]:
    """Yield the lines of reports, in the format that is asked for."""
    from scopecli.render import delimited, json_lines, plain  # noqa: PLC0415 - not for `--help`

    def table(reports: Sequence["Report"]) -> Iterator[str]:
        from scopecli.render.tables import run_table  # noqa: PLC0415 - needs rich, which only tables do

        return run_table(reports, output.canvas())

    renderers: dict[str, Callable[[Sequence[Report]], Iterator[str]]] = {
        "table": table,
        "plain": plain.run_plain,
        "json": json_lines.run_json,
        "jsonl": json_lines.run_jsonl,
        "tf": plain.run_tf,
        "markdown": delimited.run_markdown,
    }
    return renderers[output.chosen_format](reports)
