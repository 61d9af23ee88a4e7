"""`scopecli trace`."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import wraps
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from scopecli.cli.answers import INTERRUPTED
from scopecli.cli.completing import program_files
from scopecli.cli.messages import say, show, show_failure
from scopecli.cli.output import Output, output_options
from scopecli.cli.run import REPORT_FORMATS, show_reports, unmatched_calls
from scopecli.cli.selecting import call_options

if TYPE_CHECKING:
    from scopecli.analysis.views import CallSelection
    from scopecli.commands.trace import Running
    from scopecli.ground.diagnostics import Diagnostic
    from scopecli.report.model import Report
    from scopecli.tracing import Record


def running_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how a program is run; the command gets them as `running`."""

    @wraps(command)
    def with_running(*, output: Output, call_site: str, **options: Any) -> Any:
        from scopecli.commands.trace import Running  # noqa: PLC0415 - leads to the YAML parser

        given = {name: options.pop(name) for name in _FIELDS}
        given["output"] = given.pop("program_output")
        running = Running(**given, stacks=call_site == "all", verbose=output.verbose)
        return command(running=running, output=output, **options)

    for option in reversed(_OPTIONS):
        option(with_running)
    return with_running


_FIELDS: Final = (
    *("folder", "path", "timeout", "program_output", "stop_after_build", "tf1"),
    *("cells", "again", "values"),
)
_OPTIONS: tuple[Callable[..., Any], ...] = (
    click.option(
        "--cwd",
        "folder",
        type=click.Path(exists=True, file_okay=False),
        metavar="FOLDER",
        help="Run the program in this folder; TARGET is looked for there.",
    ),
    click.option("--path", multiple=True, metavar="FOLDER", help="Put before sys.path; may be repeated."),
    click.option(
        "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End it after this."
    ),
    click.option("--stop-after-build", is_flag=True, help="End the program where it first runs a session."),
    click.option("--tf1", is_flag=True, help="Have `import tensorflow` give TF1's API."),
    click.option(
        "--cells",
        multiple=True,
        callback=lambda _ctx, _param, given: tuple(part for text in given for part in text.split(",")),
        metavar="N,N-M,…",
        help="Of a notebook, run only these code cells, counted from 1.",
    ),
    click.option(
        "--rerun",
        "again",
        type=click.IntRange(min=1),
        multiple=True,
        metavar="N",
        help="Of a notebook, run this code cell again when all ran; may be repeated.",
    ),
    click.option(
        "--call-site",
        type=click.Choice(["line", "all"]),
        default="line",
        show_default=True,
        help="Of each call, report the line in your code, or all lines that led there.",
    ),
    click.option(
        "--values",
        type=click.Choice(["summary", "full", "none"]),
        default="none",
        show_default=True,
        help="Show what each variable holds when its session last ran; of large ones the corners, and report"
        " statistics, or every element.",
    ),
    click.option(
        "--program-output",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Where the program's standard output goes.  [default: standard error]",
    ),
)


# No argument of a process has this character.
_NO_OPTION: Final = "\0"
_SEVERAL_LETTERS: Final = re.compile(r"-[^-].")


class _Trace(click.Command):
    """A command behind whose TARGET `-num_steps=3` is one word: click would take it apart."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options; what only looks like some of one letter goes to the program."""
        options = [param for param in self.params if isinstance(param, click.Option) and not param.is_flag]
        with_value = {name for option in options for name in option.opts}
        return super().parse_args(ctx, [*_kept_whole(args, with_value)])


def _kept_whole(args: Iterable[str], with_value: Container[str]) -> Iterator[str]:
    """Yield arguments, those of the program marked that begin with one dash and go on after a letter."""
    rest, is_behind = iter(args), False
    for report in rest:
        if report == "--":
            yield report
            yield from rest
        elif report in with_value:
            yield report
            yield from islice(rest, 1)
        else:
            yield f"{_NO_OPTION}{report}" if is_behind and _SEVERAL_LETTERS.match(report) else report
            is_behind = is_behind or not report.startswith("-")


@click.command(
    cls=_Trace,
    short_help="Run a Python program and report its variable calls.",
    context_settings={"ignore_unknown_options": True},
    epilog="""\b
    Examples:
      scopecli trace train.py
      scopecli trace train.py -f json -o run.json
      scopecli trace train.py --stop-after-build -- --steps 1 -o model
      scopecli trace notebook.ipynb --tf1 --cells 1-5 --rerun 3
      scopecli trace models.gan:build --args '{batch: 4}'

    Exit status: 0 the program ran to its end, 1 it failed or made no variables, 2 it could not run.
    """,
)
@click.argument("target", shell_complete=program_files)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGS]...")
@click.option(
    "--args", "function_arguments", metavar="YAML", help="A function's arguments: a list, or a mapping."
)
@click.option("--graph", type=click.IntRange(min=1), metavar="N", help="Report this graph of several alone.")
@click.option(
    "--emit",
    type=click.Choice(["scenario"]),
    help="Write instead a scenario that builds the same variables.",
)
@output_options(*REPORT_FORMATS.names)
@call_options
@running_options
def trace(  # noqa: PLR0913 - an option each
    *,
    target: str,
    arguments: tuple[str, ...],
    function_arguments: str | None,
    graph: int | None,
    emit: str | None,
    selection: "CallSelection",
    columns: tuple[str, ...] | None,
    running: "Running",
    output: Output,
) -> None:
    """Run a program as `python TARGET ARGS` would, and report every variable call that it makes.

    For each call: the line of yours that made it, the scope and the reuse mode in force, and whether the
    variable was created, shared or refused. TARGET is a Python file, a notebook, whose cells are run in
    order, or `package.module:function`, which is called in a fresh graph. What follows `--` is the program's
    own, and so are options that scopecli has not, and those behind TARGET that join letters (`-vf json`,
    `-fjson`).

    The program's standard output goes to standard error, so that the report stands alone.
    """
    from scopecli.commands.trace import trace_program  # noqa: PLC0415 - leads to the YAML parser

    own = [argument.removeprefix(_NO_OPTION) for argument in arguments]
    record = trace_program(target, own, running, function_arguments=function_arguments)
    chosen = record.reports[graph - 1 : graph] if graph else record.reports
    if emit:
        output.write(_scenario(chosen, len(record.reports)))
    else:
        # A run is not to be made again for a wrong number.
        full_values = running.values == "full"
        show_reports(chosen or record.reports, selection, columns, output, full_values=full_values)
    if graph and not chosen:
        raise click.UsageError(f"there is no graph {graph}: the program built {len(record.reports)}")
    _finish(record, target, output, unmatched_calls(chosen, selection))


def _scenario(reports: "Sequence[Report]", built: int) -> Iterator[str]:
    from scopecli.codegen.scenario import left_out, scenario_lines  # noqa: PLC0415 - seldom asked for

    if len(reports) != 1:
        raise click.UsageError(f"the program built {built} graphs: choose one of them by --graph N")
    for diagnostic in left_out(reports[0]):
        show(diagnostic)
    return scenario_lines(reports[0])


def _finish(record: "Record", target: str, output: Output, unmatched: "Sequence[Diagnostic]") -> None:
    """Say what ended the program before its end, and leave with the status for it."""
    from scopecli.commands.trace import diagnostics_of  # noqa: PLC0415 - leads to the YAML parser

    for warning in record.warnings:
        show(warning)
    for report in record.reports:
        show_failure(report, verbose=output.verbose)
    told = [] if record.how == "raised" else list(diagnostics_of(record, target))
    for diagnostic in [*told, *unmatched]:
        show(diagnostic)
    if record.how == "interrupted":
        say("interrupted")
        click.get_current_context().exit(INTERRUPTED)
    if told or unmatched or record.how == "raised":
        click.get_current_context().exit(1)
