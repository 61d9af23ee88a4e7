"""Reads sources of any kind: scenarios are built, without a session, everything else is read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scopecli.analysis.selection import Selection
from scopecli.commands.engine import Engine
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.sources.opened import Opened, Unread, raise_unread, read_ones
from scopecli.sources.opening import ONLY_ONE, SourceChoice, open_source, the_one
from scopecli.sources.paths import source_files

if TYPE_CHECKING:
    from scopecli.report.model import Report, Variable


_HAVE_STEPS: Final = "directories of checkpoints have steps: leave the option out"


class SessionSettings(NamedTuple):
    """How the sessions of scenarios are run that are asked for their values.

    Attributes:
        max_bytes: the most that the variables may take together.
        seed: the graphs' seed, in place of the scenarios' own.
    """

    max_bytes: int
    seed: int | None = None


def open_sources(
    paths: Sequence[str],
    engine: Engine,
    *,
    choice: SourceChoice = ONLY_ONE,
    session: SessionSettings | None = None,
) -> list[Opened | Unread]:
    """Return what is read of each source, in order; a file of several reports is as many.

    Args:
        paths: the sources; directories that are none and patterns stand for what is in them.
        engine: how scenarios are built.
        choice: which of several checkpoints or MetaGraphs.
        session: how the sessions of scenarios are run, of which their values are; None for none.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    read = [_read(file, choice) for file in source_files(paths)]
    scenarios = [opened for opened in read if isinstance(opened, str)]
    built = _build_scenarios(scenarios, engine, session)
    found: list[Opened | Unread] = []
    for opened in read:
        found += opened if isinstance(opened, list) else [next(built) if isinstance(opened, str) else opened]
    return check_each(found, lambda opened: misfit_of(opened, choice))


def open_all(
    paths: Sequence[str],
    engine: Engine,
    *,
    choice: SourceChoice = ONLY_ONE,
    session: SessionSettings | None = None,
) -> list[Opened]:
    """Return what is read of each source, where all are needed.

    Raises:
        InvalidSourceError: with every problem of every source.
        SessionTooLargeError: if a session would need more memory than it may.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    found = open_sources(paths, engine, choice=choice, session=session)
    raise_unread(found)
    return read_ones(found)


def open_one(path: str, engine: Engine, choice: SourceChoice = ONLY_ONE) -> Opened:
    """Return what is read of a source that is one report.

    Raises:
        InvalidSourceError: with every problem of the source.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    return the_one(path, open_all([path], engine, choice=choice))


def check_each(
    found: Iterable[Opened | Unread], problem_of: Callable[[Opened], Diagnostic | None]
) -> list[Opened | Unread]:
    """Return sources, with what stands for those that `problem_of` finds a problem with."""
    checked: list[Opened | Unread] = []
    for opened in found:
        problem = None if isinstance(opened, Unread) else problem_of(opened)
        if problem and isinstance(opened, Opened):
            checked.append(Unread(opened.shown_path, InvalidSourceError([problem])))
        else:
            checked.append(opened)
    return checked


def _read(file: str | Unread, choice: SourceChoice) -> list[Opened] | Unread | str:
    """Return what is read of a source, or why it can't be; of a scenario its path."""
    if isinstance(file, Unread):
        return file
    try:
        opened = open_source(file, choice)
    except InvalidSourceError as error:
        return Unread(file, error)
    return file if opened is None else opened


def _build_scenarios(
    files: Sequence[str], engine: Engine, session: SessionSettings | None
) -> Iterator[Opened | Unread]:
    if not files and not engine.parameters:
        return iter(())
    from scopecli.commands.run import run_scenarios  # noqa: PLC0415 - only scenarios need the interpreter

    if session is None:
        reports = run_scenarios(files, engine, seed=None, session=None)
        return (report if isinstance(report, Unread) else Opened(report) for report in reports)
    from scopecli.interpret import SessionOptions  # noqa: PLC0415 - likewise

    options = SessionOptions(session.max_bytes, full_values=True)
    reports = run_scenarios(files, engine, seed=session.seed, session=options)
    return (
        report if isinstance(report, Unread) else Opened(report, partial(_fetched_value, report))
        for report in reports
    )


def _fetched_value(report: "Report", variable: "Variable") -> Any:
    """Return what a session fetched of a whole variable; None where it had no value."""
    value = report.calls[variable.calls[0]].value
    return value.sample if value else None


def unknown_fact(report: "Report", selection: Selection) -> Diagnostic | None:
    """Return that a source does not know of its variables what a selection asks for."""
    if selection.trainable is not None and _facts_unknown(
        variable.trainable for variable in report.variables
    ):
        return _cannot_tell(report, "which of its variables are trainable", "--trainable")
    if selection.collection is not None and not report.source.kind.has_collections:
        return _cannot_tell(report, "which collections its variables were in", "--collection")
    return None


def _facts_unknown(facts: "Iterable[bool | None]") -> bool:
    told = set(facts)
    return told == {None}


def _cannot_tell(report: "Report", what: str, option: str) -> Diagnostic:
    kind, path = report.source
    return Diagnostic("SC653", f"a {kind} does not say {what}", Location(path), f"leave out `{option}`")


def misfit_of(opened: Opened, choice: SourceChoice) -> Diagnostic | None:
    """Return that a source has nothing to choose from."""
    kind, path = opened.report.source
    if choice.step is not None and not kind.has_steps:
        return Diagnostic("SC652", "it has no steps to choose from", Location(path), _HAVE_STEPS)
    if choice.tag is not None and not kind.has_tags:
        return Diagnostic("SC652", "it has no tags to choose from", Location(path), "leave out `--tag`")
    return None
