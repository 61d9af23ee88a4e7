"""What the commands that build graphs share."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from scopecli.cli.completing import SCENARIOS, WITH_CALLS, SourceFile, parameters
from scopecli.cli.messages import say_waiting, show, show_failure
from scopecli.cli.output import Output

if TYPE_CHECKING:
    from scopecli.commands.engine import Engine
    from scopecli.ground.diagnostics import Diagnostic
    from scopecli.report.model import Report
    from scopecli.sources.opened import Unread

T = TypeVar("T")


def _parameters(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return the values that are given as `name=value`."""
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} is not of the form name=value", ctx, param)
    return dict(value.split("=", 1) for value in values)


SCENARIO_FILE: Final = SourceFile(*SCENARIOS)
FILE_WITH_CALLS: Final = SourceFile(*WITH_CALLS)
COULD_NOT_READ: Final = 2
WITH_UNREAD: Final = ("json", "jsonl", "github", "sarif")
"""The formats that have a place for what could not be read, beside what is told of it on standard error."""


def scenarios_argument(
    name: str, noun: str = "SCENARIO", files: SourceFile = SCENARIO_FILE
) -> Callable[..., Any]:
    """Return the argument for the scenarios of a command, or for what else it takes, as its help calls it."""

    def paths(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
        """Return the paths that are given, or those of the project."""
        found = given or tuple((ctx.default_map or {}).get("paths", ()))
        if not found and not ctx.resilient_parsing:
            raise click.MissingParameter(ctx=ctx, param=param)
        say_waiting(found)
        return found

    argument: Callable[..., Any] = click.argument(
        name, nargs=-1, type=files, metavar=f"{noun}...", callback=paths
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


def shown_of(found: "Sequence[T | Unread]", output: Output) -> "Sequence[T | Unread]":
    """Return what a format shows: JSON has a place for what could not be read.

    Raises:
        ScopecliError: if there is nothing to show.
    """
    from scopecli.sources.opened import read_ones  # noqa: PLC0415 - not for `--help`

    refuse_unread(found, output)
    return found if output.chosen_format in WITH_UNREAD else read_ones(found)


def refuse_unread(found: "Sequence[object]", output: Output) -> None:
    """Raise what is wrong if no source could be read, unless it stands in the place of several in JSON."""
    from scopecli.sources.opened import raise_unread, read_ones  # noqa: PLC0415 - not for `--help`

    if not read_ones(found) and (len(found) == 1 or output.chosen_format not in WITH_UNREAD):
        raise_unread(found)


def finish(
    found: "Iterable[Report | Unread]",
    output: Output,
    damage: Iterable["Diagnostic"] = (),
    unmatched: Sequence["Diagnostic"] = (),
    *,
    status: int = 0,
) -> None:
    """Say what is to be warned of, what ended reports before their end, and what could not be read.

    The status is 1 if a report ended, or filters let nothing through, and 2 if something can't be read; at
    least `status`.
    """
    from scopecli.sources.opened import read_ones, unread_ones  # noqa: PLC0415 - not for `--help`

    found = list(found)
    reports = read_ones(found)
    for warning in (told for report in reports for told in report.warnings):
        show(warning)
    for report in reports:
        show_failure(report, verbose=output.verbose)
    unread = [problem for one in unread_ones(found) for problem in one.problems]
    unread += damage
    for diagnostic in [*unread, *unmatched]:
        show(diagnostic)
    if unmatched or any(report.error for report in reports):
        status = max(status, 1)
    if status or unread:
        click.get_current_context().exit(COULD_NOT_READ if unread else status)
