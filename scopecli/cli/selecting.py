"""The options that say which variables of a source are meant."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click

from scopecli.analysis.selection import Selection
from scopecli.analysis.views import CallSelection
from scopecli.cli.completing import ANY_SOURCE, SourceFile, scopes
from scopecli.cli.messages import say_waiting
from scopecli.cli.output import Output
from scopecli.render.columns import ALL_CALL_COLUMNS
from scopecli.report.model import OUTCOMES
from scopecli.report.roles import ROLES

if TYPE_CHECKING:
    from scopecli.analysis.diff import Rule


def sources_argument(name: str, *, count: int = -1) -> Callable[..., Any]:
    """Return the argument for sources of any kind; a shell completes files."""
    metavar = "SOURCE" if count == 1 else "SOURCE..."
    argument: Callable[..., Any] = click.argument(
        name,
        nargs=count,
        required=True,
        type=SourceFile(*ANY_SOURCE),
        metavar=metavar,
        callback=_announce_waiting,
    )
    return argument


def _announce_waiting(ctx: click.Context, param: click.Parameter, given: Any) -> Any:
    del param
    if not ctx.resilient_parsing:
        say_waiting([given] if isinstance(given, str) else given)
    return given


def some_of(known: Sequence[str], noun: str) -> dict[str, Any]:
    """Return the arguments of an option that takes some of a few names, separated by commas."""

    def read(
        ctx: click.Context, param: click.Parameter, given: str | Iterable[str] | None
    ) -> tuple[str, ...] | None:
        if given is None:
            return None
        written = [given] if isinstance(given, str) else given
        names = tuple(name.strip() for text in written for name in text.split(","))
        unknown = [name for name in names if name not in known]
        if unknown:
            from scopecli.ground.words import closest  # noqa: PLC0415 - seldom needed

            near = closest(unknown[0], known)
            hint = f"did you mean {near!r}?" if near else f"the {noun}s are {', '.join(known)}"
            message = f"there is no {noun} {unknown[0]!r}; {hint}"
            raise click.BadParameter(message, ctx, param)
        return names

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        del ctx, param
        written, comma, begun = incomplete.rpartition(",")
        return [f"{written}{comma}{name}" for name in known if name.startswith(begun)]

    return {"callback": read, "shell_complete": complete}


def selection_options(*sort_keys: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the options that select and order variables; the command gets them as `selection`."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_selection(**options: Any) -> Any:
            fields = {name: options.pop(name) for name in _FIELDS}
            return command(selection=Selection(**fields), **options)

        for option in reversed([*_FILTERS, _sort_option(sort_keys), _REVERSE]):
            option(with_selection)
        return with_selection

    return decorate


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that select by what any source knows; the command gets them as `selection`."""

    @wraps(command)
    def with_selection(**options: Any) -> Any:
        fields = {name: options.pop(name) for name in _KNOWN_EVERYWHERE}
        return command(selection=Selection(**fields), **options)

    for option in reversed([*_FILTERS[:3], _FILTERS[-1]]):
        option(with_selection)
    return with_selection


def map_rules(ctx: click.Context, param: click.Parameter, texts: Iterable[str]) -> "tuple[Rule, ...]":
    """Return the rules that are given as `REGEX=REPLACEMENT`."""
    from scopecli.analysis.diff.rules import read_rule  # noqa: PLC0415 - not for `--help`

    try:
        return tuple(map(read_rule, texts))
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


_KNOWN_EVERYWHERE: Final = ("match", "exclude", "scope", "roles")
_FIELDS: Final = ("match", "exclude", "scope", "trainable", "collection", "roles", "sort", "reverse")
_FILTERS: Final[tuple[Callable[..., Any], ...]] = (
    click.option("--match", multiple=True, metavar="GLOB", help="Only full names that match; repeatable."),
    click.option("--exclude", multiple=True, metavar="GLOB", help="No full names that match; repeatable."),
    click.option(
        "--scope",
        shell_complete=scopes,
        metavar="PREFIX",
        help="Only variables in this scope and below: s is not s2.",
    ),
    click.option(
        "--trainable/--no-trainable", default=None, help="Only trainable variables, or only others."
    ),
    click.option("--collection", metavar="NAME", help="Only variables in this graph collection."),
    click.option(
        "--role",
        "roles",
        **some_of(ROLES, "role"),
        multiple=True,
        metavar="A,B,…",
        help=f"Only variables of these roles: {', '.join(ROLES)}.",
    ),
)
_CALL_FILTERS: Final[tuple[Callable[..., Any], ...]] = (
    *_FILTERS[:3],
    click.option(
        "--outcome",
        "outcomes",
        **some_of(OUTCOMES, "outcome"),
        multiple=True,
        metavar="A,B,…",
        help=f"Only calls that ended so: {', '.join(OUTCOMES)}.",
    ),
    click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Show N calls at the most."),
    click.option(
        "--columns", **some_of(ALL_CALL_COLUMNS, "column"), metavar="A,B,…", help="The columns of the calls."
    ),
)


def call_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that select calls; the command gets them as `selection` and `columns`."""

    @wraps(command)
    def with_selection(*, output: Output, **options: Any) -> Any:
        given = {name: options.pop(name) for name in ("match", "exclude", "scope", "limit")}
        outcomes, columns = options.pop("outcomes") or (), options.pop("columns")
        selection = CallSelection(Selection(**given), outcomes)
        if output.chosen_format in _WHOLE and (columns or not selection.is_all):
            message = f"a report as {output.chosen_format} is whole: choose another format, or select with jq"
            raise click.UsageError(message)
        return command(selection=selection, columns=columns, output=output, **options)

    for option in reversed(_CALL_FILTERS):
        option(with_selection)
    return with_selection


_WHOLE: Final = ("json", "jsonl")
_REVERSE: Final = click.option("--reverse", is_flag=True, help="In the opposite order.")


def _sort_option(keys: Sequence[str]) -> Callable[..., Any]:
    return click.option(
        "--sort",
        type=click.Choice(keys),
        default=keys[0],
        show_default=True,
        help="In which order; graph is the source's own.",
    )


EVERY_STEP: Final = "all"


def _step(ctx: click.Context, param: click.Parameter, given: str | None) -> int | str | None:
    """Return a step, or the word for all of them."""
    if given is None or given == EVERY_STEP:
        return given
    try:
        return int(given)
    except ValueError:
        message = f"{given!r} is no step: give a number, or `{EVERY_STEP}`"
        raise click.BadParameter(message, ctx, param) from None


_STEP: Final = click.option(
    "--step", type=int, metavar="N", help="Of a directory of checkpoints, that of step N."
)
_STEP_OR_ALL: Final = click.option(
    "--step",
    callback=_step,
    shell_complete=lambda _ctx, _param, begun: [EVERY_STEP] if EVERY_STEP.startswith(begun) else [],
    metavar="N|all",
    help="Of a directory of checkpoints, that of step N; with --stats, all of them side by side.",
)
_TAG: Final = click.option(
    "--tag", metavar="TAG", help="Of a SavedModel with several MetaGraphs, the one with this tag."
)


def choice_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose one of several, and hand them on as `choice`."""

    @wraps(command)
    def with_choice(*, step: int | None, tag: str | None, **options: Any) -> Any:
        from scopecli.sources.opening import SourceChoice  # noqa: PLC0415 - not for `--help`

        return command(choice=SourceChoice(step, tag), **options)

    return _STEP(_TAG(with_choice))


def choice_or_series_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the same, with a step that may be all of them; the command gets that as `every_step`."""

    @wraps(command)
    def with_choice(*, step: int | str | None, tag: str | None, **options: Any) -> Any:
        from scopecli.sources.opening import SourceChoice  # noqa: PLC0415 - not for `--help`

        every_step = step == EVERY_STEP
        choice = SourceChoice(None if isinstance(step, str) else step, tag)
        return command(choice=choice, every_step=every_step, **options)

    return _STEP_OR_ALL(_TAG(with_choice))
