"""`scopecli diff`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click

from scopecli.analysis.selection import SORT_KEYS
from scopecli.cli.clusters import look_options
from scopecli.cli.common import engine_options, finish
from scopecli.cli.formats import Formats
from scopecli.cli.messages import show, show_failure
from scopecli.cli.output import Output, output_options
from scopecli.cli.progress import in_turn
from scopecli.cli.run import max_bytes_option, seed_option
from scopecli.cli.selecting import map_rules, selection_options

if TYPE_CHECKING:
    from scopecli.analysis.diff import Changes, Pair, Rule
    from scopecli.analysis.selection import Selection
    from scopecli.commands.engine import Engine
    from scopecli.commands.on_servers import ServerChoice
    from scopecli.ground.diagnostics import Diagnostic
    from scopecli.report.model import Report

_COULD_NOT_RUN: Final = 2
_MUCH: Final = 1 << 27  # bytes that take a while to read
_NEEDS_B: Final = "compare A with another source, B, or --steps M:N of A, a directory of checkpoints"
_LISTED: Final = 20  # of each kind of difference, on a terminal


def _two_steps(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[int, int] | None:
    """Return the steps that are given as `M:N`."""
    match = None if text is None else re.fullmatch(r"([0-9]{1,18}):([0-9]{1,18})", text)
    if text is not None and match is None:
        raise click.BadParameter(f"{text!r} is not of the form M:N, such as 100:200", ctx, param)
    return (int(match[1]), int(match[2])) if match else None


FORMATS: Final = Formats()


@FORMATS.add("table")
def _table(changes: "Changes", limit: int | None, output: Output) -> Iterator[str]:
    from scopecli.render.changes_drawing import changes_drawn  # noqa: PLC0415 - measures text as rich does

    most = _LISTED if limit is None and output.on_terminal else limit
    return output.styled_lines(changes_drawn(changes, output.drawn_width, most))


@FORMATS.add("plain")
def _plain(changes: "Changes", _limit: int | None, _: Output) -> Iterator[str]:
    from scopecli.render.changes import changes_plain  # noqa: PLC0415 - not for `--help`

    return changes_plain(changes)


@FORMATS.add("json")
def _json(changes: "Changes", _limit: int | None, _: Output) -> Iterator[str]:
    from scopecli.render.changes import changes_json  # noqa: PLC0415 - not for `--help`

    return changes_json(changes)


@FORMATS.add("markdown")
def _markdown(changes: "Changes", _limit: int | None, _: Output) -> Iterator[str]:
    from scopecli.render.changes import changes_markdown  # noqa: PLC0415 - not for `--help`

    return changes_markdown(changes)


@click.command(
    short_help="Compare two sources; with a checkpoint as B, see what would restore.",
    epilog=r"""\b
    Examples:
      scopecli diff model.yaml logs/model.ckpt-1200
      scopecli diff old.ckpt new.ckpt --values --rtol 1e-5 --role weight
      scopecli diff model.meta old.ckpt --map 'new/(.*)=old/\1' --exclude '*/Adam*'
      scopecli diff model.yaml old.ckpt --emit assignment-map > map.py
      scopecli diff model.ckpt-1200 graph.meta --values --target grpc://127.0.0.1:2223
      scopecli diff model.yaml model.ckpt -q && python train.py
      scopecli diff model.ckpt model.safetensors --values --emit plan > plan.yaml
      scopecli diff model.ckpt model.safetensors --plan plan.yaml --values
      scopecli diff logs/ --steps 1000:2000 --values --role weight
      scopecli diff before.json after.json -q || echo 'variables have changed'

    Exit status: 0 no difference, or all of a graph would restore from a checkpoint; 1 the answer is no;
    2 it could not run.
    """.replace(r"\b", "\b", 1),
)
@click.argument("a", type=click.Path(allow_dash=True, readable=False))
@click.argument("b", required=False, type=click.Path(allow_dash=True, readable=False))
@click.option(
    "--steps",
    callback=_two_steps,
    metavar="M:N",
    help="Compare two steps of a directory of checkpoints, which is A: step M with step N.",
)
@click.option(
    "--map",
    "rules",
    multiple=True,
    callback=map_rules,
    metavar="REGEX=NAME",
    help=r"What A's names are in B: REGEX for a whole name, \1 in NAME for its first group; repeatable.",
)
@click.option("--renames/--no-renames", default=True, help="Look for what was probably renamed, or not.")
@click.option(
    "--values",
    is_flag=True,
    help="Compare the values too; of a scenario, its session's; with --target, the cluster's of B.",
)
@click.option(
    "--rtol", type=click.FloatRange(min=0), metavar="X", help="How far values may be apart, of B's."
)
@click.option("--atol", type=click.FloatRange(min=0), metavar="X", help="How far values may be apart.")
@selection_options(*SORT_KEYS)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help=f"In a table, list N of each kind at the most.  [default: {_LISTED} on a terminal, else all]",
)
@click.option(
    "--emit",
    type=click.Choice(["assignment-map", "json", "plan"]),
    help="Instead, print the map for tf.train.init_from_checkpoint, everything as JSON, or a plan to edit.",
)
@click.option(
    "--plan",
    type=click.Path(allow_dash=True, readable=False),
    metavar="FILE",
    help="Compare as this plan says, that --emit plan wrote: names, transpositions, dtypes.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing: the exit status tells.")
@output_options(*FORMATS.names)
@seed_option
@max_bytes_option
@look_options
@engine_options
def diff(  # noqa: PLR0913 - an option each
    *,
    a: str,
    b: str | None,
    steps: tuple[int, int] | None,
    rules: "tuple[Rule, ...]",
    renames: bool,
    values: bool,
    rtol: float | None,
    atol: float | None,
    selection: "Selection",
    limit: int | None,
    emit: str | None,
    plan: str | None,
    quiet: bool,
    seed: int | None,
    max_bytes: int,
    look: "ServerChoice | None",
    engine: "Engine",
    output: Output,
) -> None:
    """Tell every difference of the sources A and B, and what was probably renamed.

    A source is of any kind that `scopecli list` takes. With a graph as A and a checkpoint as B this tells
    what would restore before TensorFlow tries: what is missing, what has another shape or dtype, what is not
    used. A partitioned variable is one variable, in whatever parts it is. Values are compared with --values,
    one tensor at a time; NaN equals NaN. Beside safetensors and npz, whose kernels may be transposed, values
    are compared transposed too, and names with dots under what TensorFlow's programs would call them.
    """
    if (b is None) != (steps is not None):
        raise click.UsageError(_NEEDS_B if b is None else "--steps compares two steps of A: leave out B")
    if not values and (rtol is not None or atol is not None):
        raise click.UsageError("--rtol and --atol need --values")
    if plan and (rules or emit in ("assignment-map", "plan")):
        raise click.UsageError("--plan says what A's variables are in B: leave out --map and --emit")
    if emit and output.format != "auto":
        raise click.UsageError("--emit is a format of its own: leave out --format")
    from scopecli.analysis.diff.values import ValueTolerance  # noqa: PLC0415 - likewise
    from scopecli.commands.diff import DiffSettings, diff_sources  # noqa: PLC0415 - not for `--help`
    from scopecli.commands.sources import SessionSettings  # noqa: PLC0415 - likewise
    from scopecli.ground.errors import InvalidSourceError  # noqa: PLC0415 - likewise

    comparison = DiffSettings(
        selection, rules, renames, ValueTolerance(rtol or 0, atol or 0) if values else None, plan, steps
    )
    session = SessionSettings(max_bytes, seed) if values else None
    reports, changes, damage = diff_sources(
        (a, a if b is None else b),
        engine,
        comparison,
        session=session,
        progress=_progress,
        look=look,
    )
    if changes is None:
        _end_failed(reports, damage, output)
        return
    if emit and damage:
        raise InvalidSourceError(damage)
    if not quiet:
        emitted = _emitted_lines(emit, reports[0], changes) if emit else None
        output.write(emitted or FORMATS.render(output, changes, limit))
    finish(reports, output, damage)
    if changes.answers_no:
        click.get_current_context().exit(1)


def _end_failed(reports: "Sequence[Report]", told: "Iterable[Diagnostic]", output: Output) -> None:
    """Say what failed, once of one; what it made until then is not compared."""
    a, b = reports
    for report in (a,) if a.error == b.error else (a, b):
        show_failure(report, verbose=output.verbose)
    for diagnostic in told:
        show(diagnostic)
    click.get_current_context().exit(_COULD_NOT_RUN)


def _progress(pairs: "tuple[Pair, ...]") -> "Iterator[Pair]":
    return in_turn(pairs, "comparing", amount=_bytes, much=_MUCH)


def _bytes(pair: "Pair") -> int:
    return (pair.a.bytes or 0) + (pair.b.bytes or 0)


def _emitted_lines(emit: str, report: "Report", changes: "Changes") -> Iterator[str]:
    from scopecli.analysis.diff.assignment import assignments, left_out  # noqa: PLC0415 - not for `--help`
    from scopecli.render.changes import assignment_map, changes_json  # noqa: PLC0415 - likewise

    if emit == "json":
        return changes_json(changes)
    if emit == "plan":
        from scopecli.render.plans import plan_lines  # noqa: PLC0415 - likewise

        return plan_lines(changes)
    if not changes.is_preflight:
        raise click.UsageError("an assignment map needs a graph as A, and a checkpoint as B")
    return assignment_map(assignments(report, changes), left_out(report, changes))
