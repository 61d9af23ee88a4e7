"""`scopecli export`."""

from shlex import quote

import click

from scopecli.cli.common import SCENARIO_FILE, parameter_option
from scopecli.cli.messages import say_waiting, say_written
from scopecli.cli.output import file_option, write_lines


@click.command(
    short_help="Write a scenario as a Python program.",
    epilog="""\b
    Examples:
      scopecli export scenarios/gan.yaml --to python
      scopecli export model.yaml --to python -p n_layer=2 -o model.py
    """,
)
@click.argument("scenario", type=SCENARIO_FILE)
@click.option(
    "--to", type=click.Choice(["python"]), default="python", show_default=True, help="What to write it as."
)
@parameter_option
@file_option
def export(*, scenario: str, to: str, parameters: dict[str, str], file: str | None) -> None:
    """Write a SCENARIO as a plain program of tf.compat.v1 that builds the same graph.

    Functions and loops are written out; the session and what is expected are left out. TensorFlow is not
    loaded. `scopecli trace` on the program gives the calls and variables that `scopecli run` gives.
    """
    from scopecli.codegen.python import python_lines  # noqa: PLC0415 - leads to the YAML parser
    from scopecli.sources.scenarios import read_scenario  # noqa: PLC0415 - likewise

    del to  # there is one
    say_waiting([scenario])
    write_lines(file, list(python_lines(read_scenario(scenario, parameters))))
    say_written(file, f"`scopecli trace {quote(file or '')}`")
