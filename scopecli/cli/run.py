"""`scopecli run`."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from scopecli.cli.common import engine, finish
from scopecli.cli.output import Output, output_options
from scopecli.sizes import format_bytes, parse_bytes

if TYPE_CHECKING:
    from scopecli.report import Report

_DEFAULT_LIMIT = 2 * 1024**3


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


@click.command(
    epilog="""\b
    Examples:
      scopecli run scenarios/reuse_true.yaml
      scopecli run scenarios/*.yaml -f json -o reports.json
      scopecli run - -f tf < scenario.yaml
    """
)
@click.argument(
    "scenarios",
    nargs=-1,
    required=True,
    type=click.Path(allow_dash=True, readable=False),
    metavar="SCENARIO...",
)
@click.option("--seed", type=int, help="The graph's seed, in place of the scenario's own.")
@click.option(
    "--max-bytes",
    type=Bytes(),
    default=_DEFAULT_LIMIT,
    metavar="SIZE",
    help=f"The most that the variables of a session may take, such as 512M.  "
    f"[default: {format_bytes(_DEFAULT_LIMIT)}]",
)
@click.option(
    "--values",
    type=click.Choice(["summary", "full"]),
    default="summary",
    show_default=True,
    help="Of values above 1,000 elements, report statistics or every element.",
)
@output_options("table", "plain", "json", "jsonl", "tf", "markdown")
def run(*, scenarios: tuple[str, ...], seed: int | None, max_bytes: int, values: str, output: Output) -> None:
    """Build each SCENARIO in a TF1 graph, run its session, and show every call with its value.

    After the calls come the global variables, each once, as TensorFlow shows them. A SCENARIO of `-` is
    standard input.
    """
    from scopecli import commands  # noqa: PLC0415 - leads to the YAML parser
    from scopecli.interpret import SessionOptions  # noqa: PLC0415 - likewise

    session = SessionOptions(max_bytes, full_values=values == "full")
    reports = commands.run(scenarios, engine(output), seed=seed, session=session)
    output.write(_rendered(reports, output))
    finish(reports, output)


def _rendered(reports: Sequence["Report"], output: Output) -> Iterator[str]:
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
