"""`scopecli schema`."""

import click

from scopecli.cli.output import file_option, write_lines


@click.command(
    short_help="Print the language's JSON Schema, for editors.",
    epilog="""\b
    Examples:
      scopecli schema -o scopecli.schema.json
    """,
)
@file_option
def schema(*, file: str | None) -> None:
    """Print the JSON Schema of scenarios, with which editors complete and check them."""
    import json  # noqa: PLC0415 - not for `--help`

    from scopecli.scenario.schema import language_schema  # noqa: PLC0415 - likewise

    write_lines(file, [json.dumps(language_schema(), indent=2, ensure_ascii=False)])
