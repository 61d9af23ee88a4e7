"""What the commands that build graphs share."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from scopecli.cli.messages import show_failure
from scopecli.cli.output import Output

if TYPE_CHECKING:
    from scopecli.commands import Engine
    from scopecli.report import Report


def engine(output: Output) -> "Engine":
    """Return how TensorFlow is used: the fast way only by the program itself, never in another's process."""
    from scopecli.commands import Engine  # noqa: PLC0415 - leads to the YAML parser

    own_process = bool(click.get_current_context().find_root().obj)
    return Engine(own_process=own_process, verbose=output.verbose)


def finish(reports: Iterable["Report"], output: Output) -> None:
    """Say what ended reports before their end, and leave with status 1 if anything did."""
    failed = [report for report in reports if report.error]
    for report in failed:
        show_failure(report, verbose=output.verbose)
    if failed:
        click.get_current_context().exit(1)
