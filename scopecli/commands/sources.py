"""Reads sources of any kind: scenarios are built, without a session, everything else is read."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from scopecli.analysis.selection import Selection
from scopecli.commands.engine import Engine
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.sources.opened import Opened
from scopecli.sources.opening import ONLY_ONE, SourceChoice, open_sources, the_one

if TYPE_CHECKING:
    from scopecli.report.model import Report, Variable


class SessionSettings(NamedTuple):
    """How the sessions of scenarios are run that are asked for their values.

    Attributes:
        max_bytes: the most that the variables may take together.
        seed: the graphs' seed, in place of the scenarios' own.
    """

    max_bytes: int
    seed: int | None = None


def open_all(
    paths: Sequence[str],
    engine: Engine,
    *,
    choice: SourceChoice = ONLY_ONE,
    session: SessionSettings | None = None,
) -> list[Opened]:
    """Return what is read of each source, in order; a file of several reports is as many.

    Args:
        paths: the sources.
        engine: how scenarios are built.
        choice: which of several checkpoints or MetaGraphs.
        session: how the sessions of scenarios are run, of which their values are; None for none.

    Raises:
        InvalidSourceError: with every problem of every source.
        SessionTooLargeError: if a session would need more memory than it may.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    problems: list[Diagnostic] = []
    read = [_read(path, choice, problems) for path in paths]
    scenarios = [path for path, opened in zip(paths, read, strict=True) if opened is None]
    built = _build_scenarios(scenarios, engine, problems, session)
    found = [source for opened in read for source in ([next(built)] if opened is None else opened)]
    _refuse_choice(found, choice)
    return found


def open_one(path: str, engine: Engine, choice: SourceChoice = ONLY_ONE) -> Opened:
    """Return what is read of a source that is one report.

    Raises:
        InvalidSourceError: with every problem of the source.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    return the_one(path, open_all([path], engine, choice=choice))


def _read(path: str, choice: SourceChoice, problems: list[Diagnostic]) -> list[Opened] | None:
    """Return what is read of a source, nothing where there is a problem; None of a scenario."""
    try:
        return open_sources(path, choice)
    except InvalidSourceError as error:
        problems += error.diagnostics
        return []


def _build_scenarios(
    paths: Sequence[str], engine: Engine, problems: list[Diagnostic], session: SessionSettings | None
) -> Iterator[Opened]:
    """Return the scenarios as they are built; raise the problems, with theirs, before anything is."""
    if not paths and not engine.parameters:
        if problems:
            raise InvalidSourceError(problems)
        return iter(())
    from scopecli.commands.run import run_scenarios  # noqa: PLC0415 - only scenarios need the interpreter

    if session is None:
        return map(Opened, run_scenarios(paths, engine, seed=None, session=None, others=problems))
    from scopecli.interpret import SessionOptions  # noqa: PLC0415 - likewise

    options = SessionOptions(session.max_bytes, full_values=True)
    reports = run_scenarios(paths, engine, seed=session.seed, session=options, others=problems)
    return (Opened(report, partial(_fetched_value, report)) for report in reports)


def _fetched_value(report: "Report", variable: "Variable") -> Any:
    """Return what a session fetched of a whole variable; None where it had no value."""
    value = report.calls[variable.calls[0]].value
    return value.sample if value else None


def refuse_unknown(reports: "Iterable[Report]", selection: Selection) -> None:
    """Raise for each source that does not know of its variables what a selection asks for."""
    problems = []
    for report in reports:
        if selection.trainable is not None and _facts_unknown(
            variable.trainable for variable in report.variables
        ):
            problems.append(_cannot_tell(report, "which of its variables are trainable", "--trainable"))
        if selection.collection is not None and not report.source.kind.has_collections:
            problems.append(_cannot_tell(report, "which collections its variables were in", "--collection"))
    if problems:
        raise InvalidSourceError(problems)


def _facts_unknown(facts: "Iterable[bool | None]") -> bool:
    told = set(facts)
    return told == {None}


def _cannot_tell(report: "Report", what: str, option: str) -> Diagnostic:
    kind, path = report.source
    return Diagnostic("SC653", f"a {kind} does not say {what}", Location(path), f"leave out `{option}`")


def _refuse_choice(sources: Iterable[Opened], choice: SourceChoice) -> None:
    """Raise for each source that has nothing to choose from."""
    problems: list[Diagnostic] = []
    for opened in sources:
        kind, path = opened.report.source
        if choice.step is not None and not kind.has_steps:
            message = "it has no steps to choose from"
            problems.append(Diagnostic("SC652", message, Location(path), "leave out `--step`"))
        if choice.tag is not None and not kind.has_tags:
            message = "it has no tags to choose from"
            problems.append(Diagnostic("SC652", message, Location(path), "leave out `--tag`"))
    if problems:
        raise InvalidSourceError(problems)
