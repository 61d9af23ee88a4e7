"""`scopecli list`."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from scopecli.cli.common import engine_options, finish, scenarios_argument
from scopecli.cli.output import Output, output_options
from scopecli.render.columns import VARIABLE_COLUMNS
from scopecli.selection import SORT_KEYS, Selection

if TYPE_CHECKING:
    from scopecli.commands.engine import Engine
    from scopecli.selection import Listing


def _columns(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """Return the columns that are named, in their order."""
    if value is None:
        return None
    names = tuple(name.strip() for name in value.split(","))
    unknown = [name for name in names if name not in VARIABLE_COLUMNS]
    if unknown:
        known = ", ".join(VARIABLE_COLUMNS)
        raise click.BadParameter(f"there is no column {unknown[0]!r}; the columns are {known}", ctx, param)
    return names


def _complete_columns(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the columns that may follow those that are written."""
    del ctx, param
    written, _, begun = incomplete.rpartition(",")
    before = f"{written}," if written else ""
    return [f"{before}{name}" for name in VARIABLE_COLUMNS if name.startswith(begun)]


@click.command(
    "list",
    short_help="List the variables of scenarios; no session runs.",
    epilog="""\b
    Examples:
      scopecli list scenarios/gan.yaml
      scopecli list scenarios/gan.yaml --match '*/kernel' --sort size --reverse
      scopecli list scenarios/*.yaml -f csv --columns name,shape,bytes
    """,
)
@scenarios_argument("sources")
@click.option("--match", multiple=True, metavar="GLOB", help="Only full names that match; may be repeated.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="No full names that match; may be repeated.")
@click.option("--scope", metavar="PREFIX", help="Only variables in this scope and below: s is not s2.")
@click.option("--trainable/--no-trainable", default=None, help="Only trainable variables, or only others.")
@click.option(
    "--sort", type=click.Choice(list(SORT_KEYS)), default="graph", show_default=True, help="In which order."
)
@click.option("--reverse", is_flag=True, help="In the opposite order.")
@click.option(
    "--columns",
    callback=_columns,
    shell_complete=_complete_columns,
    metavar="A,B,…",
    help=f"Of {', '.join(VARIABLE_COLUMNS)}.",
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="List N variables at the most.")
@output_options("table", "plain", "json", "jsonl", "csv", "tsv", "markdown", "tf")
@engine_options
def list_(
    *,
    sources: tuple[str, ...],
    columns: tuple[str, ...] | None,
    engine: "Engine",
    output: Output,
    **selected: object,
) -> None:
    """List the global variables that each SCENARIO makes: one name a line, or a table on a terminal.

    The graph is built, and no session runs, so that any size can be listed.
    """
    from scopecli.commands.list import list_variables  # noqa: PLC0415 - leads to the YAML parser

    if columns and output.chosen_format == "tf":
        raise click.UsageError("--columns has no meaning with the format tf")
    selection = Selection(**selected)  # type: ignore[arg-type]  # click has made them of these types
    reports, listings = list_variables(sources, engine, selection)
    output.write(_rendered(listings, columns, output))
    finish(reports, output)


def _rendered(listings: Sequence["Listing"], columns: Sequence[str] | None, output: Output) -> Iterator[str]:
    from scopecli.render import delimited, json_lines, plain  # noqa: PLC0415 - not for `--help`

    def table(listings: Sequence["Listing"]) -> Iterator[str]:
        from scopecli.render.tables import list_table  # noqa: PLC0415 - needs rich, which only tables do

        return list_table(listings, columns, output.canvas())

    renderers: dict[str, Callable[[Sequence[Listing]], Iterator[str]]] = {
        "table": table,
        "plain": partial(plain.list_plain, columns=columns),
        "json": partial(json_lines.list_json, columns=columns),
        "jsonl": partial(json_lines.list_jsonl, columns=columns),
        "csv": partial(delimited.list_delimited, columns=columns, delimiter=","),
        "tsv": partial(delimited.list_delimited, columns=columns, delimiter="\t"),
        "markdown": partial(delimited.list_markdown, columns=columns),
        "tf": plain.list_tf,
    }
    return renderers[output.chosen_format](listings)
