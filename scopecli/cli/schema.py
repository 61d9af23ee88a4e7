"""`scopecli schema`."""

import click

from scopecli.cli.messages import say_written
from scopecli.cli.output import file_option, write_lines


@click.command(
    short_help="Print the language's JSON Schema, for editors; or that of reports.",
    epilog="""\b
    Examples:
      scopecli schema -o scopecli.schema.json
      scopecli schema --report
    """,
)
@click.option("--report", is_flag=True, help="The schema of what `run -f json` and `trace -f json` write.")
@file_option
def schema(*, report: bool, file: str | None) -> None:
    """Print the JSON Schema of scenarios, with which editors complete and check them."""
    import json  # noqa: PLC0415 - not for `--help`

    from scopecli.report.writing import report_schema  # noqa: PLC0415 - likewise
    from scopecli.scenario.schema import language_schema  # noqa: PLC0415 - likewise

    printed = report_schema() if report else language_schema()
    write_lines(file, [json.dumps(printed, indent=2, ensure_ascii=False)])
    if not report:
        say_written(file, f"begin scenarios with `# yaml-language-server: $schema={file}`")
