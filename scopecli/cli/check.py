"""`scopecli check`."""

import sys

import click

from scopecli.cli.common import parameter_option, scenarios_argument
from scopecli.cli.findings import FINDING_FORMATS
from scopecli.cli.output import Output, output_options
from scopecli.cli.watch import watch_option


@click.command(
    short_help="Check scenarios without TensorFlow.",
    epilog="""\b
    Examples:
      scopecli check scenarios
      scopecli check model.yaml -p n_layer=2
      scopecli check scenarios -f github

    Exit status: 0 nothing to say, 1 warnings, 2 errors.
    """,
)
@scenarios_argument("scenarios")
@output_options(*FINDING_FORMATS.names)
@parameter_option
@watch_option("scenarios")
def check(*, scenarios: tuple[str, ...], parameters: dict[str, str], output: Output) -> None:
    """Judge each SCENARIO as a whole, without TensorFlow; a directory stands for every scenario in it.

    Errors are what can't be read; warnings are what TensorFlow would refuse of a name or of the arguments of
    one call, unless the step says so with `raises`, and what nothing refers to. Whether a name is made twice,
    or reused and not there, depends on all calls before: that is not looked at here, and `run` tells it.
    """
    from scopecli.analysis.suppressions import Suppressions  # noqa: PLC0415 - not for `--help`
    from scopecli.commands.check import check_scenarios  # noqa: PLC0415 - leads to the YAML parser
    from scopecli.ground.files import lines_of  # noqa: PLC0415 - likewise

    count, found = check_scenarios(scenarios, parameters, Suppressions(lines_of))
    output.write(FINDING_FORMATS.render(output, found))
    errors = sum(diagnostic.severity == "error" for diagnostic in found)
    if output.format in ("auto", "text") and sys.stderr.isatty():
        click.echo(_summary(count, errors, len(found) - errors), err=True)
    if found:
        click.get_current_context().exit(2 if errors else 1)


def _summary(files: int, errors: int, warnings: int) -> str:
    from scopecli.render.text import count_noun  # noqa: PLC0415 - not for `--help`

    told = (
        f"{count_noun(errors, 'error')}, {count_noun(warnings, 'warning')}"
        if errors or warnings
        else "all good"
    )
    return f"{told} in {count_noun(files, 'file')}"
