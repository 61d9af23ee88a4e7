"""What the commands that build graphs share."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click

from scopecli.cli.completion import ScenarioFile, parameters
from scopecli.cli.messages import show, show_failure
from scopecli.cli.output import Output

if TYPE_CHECKING:
    from scopecli.commands.engine import Engine
    from scopecli.ground.diagnostics import Diagnostic
    from scopecli.report.model import Report


def _parameters(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return the values that are given as `name=value`."""
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} is not of the form name=value", ctx, param)
    return dict(value.split("=", 1) for value in values)


SCENARIO_FILE: Final = ScenarioFile()
_COULD_NOT_READ: Final = 2


def scenarios_argument(name: str, noun: str = "SCENARIO") -> Callable[..., Any]:
    """Return the argument for the scenarios of a command, or for what else it takes, as its help calls it."""
    argument: Callable[..., Any] = click.argument(
        name, nargs=-1, required=True, type=SCENARIO_FILE, metavar=f"{noun}..."
    )
    return argument


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how scenarios are built; the command gets them as `engine`."""

    @wraps(command)
    def with_engine(*, parameters: dict[str, str], allow_python: bool, output: Output, **options: Any) -> Any:
        engine = _engine(parameters, output, allow_python=allow_python)
        return command(engine=engine, output=output, **options)

    options: Callable[..., Any] = parameter_option(_python_option(with_engine))
    return options


parameter_option: Callable[..., Any] = click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    callback=_parameters,
    shell_complete=parameters,
    metavar="NAME=VALUE",
    help="A value for a parameter, as YAML; may be repeated.",
)

_python_option: Callable[..., Any] = click.option(
    "--allow-python",
    is_flag=True,
    help="Let scenarios run code of yours, such as `{python: module:attribute}`.",
)


def _engine(parameters: dict[str, str], output: Output, *, allow_python: bool) -> "Engine":
    """Return how TensorFlow is used: the fast way only by the program itself, never in another's process."""
    from scopecli.commands.engine import Engine  # noqa: PLC0415 - not for `--help`

    if allow_python:
        sys.path.insert(0, os.getcwd())  # noqa: PTH109 - a path for Python, as `python -m` has it
    own_process = bool(click.get_current_context().find_root().obj)
    return Engine(own_process, output.verbose, parameters, allow_python)


def finish(
    reports: Iterable["Report"],
    output: Output,
    damage: Iterable["Diagnostic"] = (),
    unmatched: Sequence["Diagnostic"] = (),
) -> None:
    """Say what is to be warned of, what ended reports before their end, and what could not be read.

    The status is 1 if a report ended, or filters let nothing through, and 2 if files are damaged.
    """
    reports = list(reports)
    for warning in (told for report in reports for told in report.warnings):
        show(warning)
    failed = [report for report in reports if report.error]
    for report in failed:
        show_failure(report, verbose=output.verbose)
    damage = list(damage)
    for diagnostic in damage:
        show(diagnostic)
    for diagnostic in unmatched:
        show(diagnostic)
    if failed or damage or unmatched:
        click.get_current_context().exit(_COULD_NOT_READ if damage else 1)
