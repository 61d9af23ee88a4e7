"""Compares two sources of any kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scopecli.analysis.diff import Changes, Pair, Rule, compare
from scopecli.analysis.diff.values import Read, ValueTolerance, with_values
from scopecli.analysis.selection import Selection
from scopecli.commands.engine import Engine
from scopecli.commands.sources import SessionSettings, open_all, open_one
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Report, Source
from scopecli.sources.opened import Opened, Unread
from scopecli.sources.opening import SourceChoice, the_one

if TYPE_CHECKING:
    from scopecli.commands.on_servers import ServerChoice

Progress: TypeAlias = Callable[[tuple[Pair, ...]], Iterator[Pair]]
"""Yields pairs in turn, and may show how far it is."""


@dataclass(frozen=True, slots=True)
class DiffSettings:
    """How two sources are compared.

    Attributes:
        selection: which variables are, and in which order.
        rules: say what A's variables are called in B.
        renames: whether to look for what was probably renamed.
        tolerance: how far values may be apart; None to compare none.
        plan: the file that says which variable of A is which of B; None for names and rules.
        steps: of a directory of checkpoints, those that A and B are; None where each is what its path says.
    """

    selection: Selection
    rules: tuple[Rule, ...] = ()
    renames: bool = True
    tolerance: ValueTolerance | None = None
    plan: str | None = None
    steps: tuple[int, int] | None = None


class Diffed(NamedTuple):
    """What came of comparing two sources.

    Attributes:
        reports: A's and B's.
        changes: every difference; None where a scenario or a traced program failed.
        damage: what is wrong with the files that values are in: names and shapes were compared all the same;
            where nothing was compared, why.
    """

    reports: tuple[Report, Report]
    changes: Changes | None
    damage: tuple[Diagnostic, ...] = ()


def diff_sources(  # noqa: PLR0913 - what a comparison has
    paths: tuple[str, str],
    engine: Engine,
    comparison: DiffSettings,
    *,
    session: SessionSettings | None,
    progress: Progress,
    look: "ServerChoice | None" = None,
) -> Diffed:
    """Compare two sources.

    Args:
        paths: A and B.
        engine: how scenarios are built.
        comparison: how they are compared.
        session: how the sessions of scenarios are run; None for none.
        progress: yields the pairs whose values are compared.
        look: the running cluster that has B's variables; None where B has them itself.

    Raises:
        InvalidSourceError: with every problem of both sources, and where values are asked for of a source
            that keeps none, or that is damaged.
        ServersError: if a server of that cluster does not answer.
        SessionTooLargeError: if a session would need more memory than it may.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    if look is None:
        a, b = open_both(paths, engine, session, comparison.steps)
        return diff_opened(a, b, comparison, progress)
    from scopecli.commands.looking import cluster_view  # noqa: PLC0415 - leads to the YAML parser

    with cluster_view(look, engine) as view:
        a, b = open_both(paths, view.engine, None, comparison.steps)
        seen = view.of(b, Selection())
        if isinstance(seen, Unread):
            raise seen.error
        return diff_opened(a, seen, comparison, progress)


def diff_opened(a: Opened, b: Opened, comparison: DiffSettings, progress: Progress) -> Diffed:
    """Compare two sources that were read.

    Raises:
        InvalidSourceError: where values are asked for of a source that keeps none, or that is damaged.
    """
    if comparison.tolerance is not None and (a.damage or b.damage):
        raise InvalidSourceError([*a.damage, *b.damage])
    reports = (a.report, b.report)
    damage = (*a.damage, *b.damage)
    failed = tuple(_not_compared(opened) for opened in (a, b) if opened.report.error)
    if failed:
        return Diffed(reports, None, tuple(dict.fromkeys(failed)))
    changes, read_a = _compare_both(a, b, comparison)
    changes = replace(changes, a=_source_as_given(a), b=_source_as_given(b))
    if comparison.tolerance is None:
        return Diffed(reports, changes, damage)
    if read_a is None or b.read is None:
        raise InvalidSourceError([_no_values(opened.report) for opened in (a, b) if opened.read is None])
    return Diffed(reports, with_values(changes, (read_a, b.read), comparison.tolerance, progress))


def _compare_both(a: Opened, b: Opened, comparison: DiffSettings) -> tuple[Changes, Read | None]:
    """Return the differences of names, shapes and dtypes, and what reads A's values as they are compared."""
    if comparison.plan is None:
        changes = compare(
            a.report,
            b.report,
            rules=comparison.rules,
            selection=comparison.selection,
            renames=comparison.renames,
        )
        return changes, a.read
    from scopecli.analysis.diff.plan import compare_by_plan  # noqa: PLC0415 - few have a plan
    from scopecli.sources.plans import read_plan  # noqa: PLC0415 - likewise

    planned = compare_by_plan(a.report, b.report, read_plan(comparison.plan), comparison.selection)
    return planned.changes, planned.read_by(a.read) if a.read else None


def open_both(
    paths: tuple[str, str],
    engine: Engine,
    session: SessionSettings | None,
    steps: tuple[int, int] | None = None,
) -> tuple[Opened, Opened]:
    """Return what is read of two sources, or of two steps of directories of checkpoints.

    Raises:
        InvalidSourceError: with every problem of both sources.
        SessionTooLargeError: if a session would need more memory than it may.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    if steps is not None:
        a, b = (open_one(path, engine, SourceChoice(step)) for path, step in zip(paths, steps, strict=True))
        return a, b
    found = open_all(paths, engine, session=session)
    if len(found) != len(paths):  # one of them is a file of several reports
        found = [the_one(path, open_all([path], engine, session=session)) for path in paths]
    a, b = found
    return a, b


def _source_as_given(opened: Opened) -> Source:
    """Return a source as it was given: a saved report by its own file, and not by what it is of."""
    source = opened.report.source
    return source._replace(path=opened.file) if opened.file else source


def _not_compared(opened: Opened) -> Diagnostic:
    message = f"nothing was compared: the {opened.report.source.kind} failed before its end"
    return Diagnostic("SC701", message, Location(opened.shown_path), "compare it once it runs to its end")


def _no_values(report: Report) -> Diagnostic:
    message = "there are no values in it, only what is known of the variables"
    return Diagnostic("SC702", message, Location(report.source.path), "compare it without `--values`")
