"""Reads sources of any kind: scenarios are built, without a session, everything else is read."""

from collections.abc import Iterable, Iterator, Sequence

from scopecli.commands.engine import Engine
from scopecli.diagnostics import Diagnostic, Location
from scopecli.errors import InvalidSourceError
from scopecli.sources.opened import Opened
from scopecli.sources.opening import is_scenario, open_sources, the_one


def open_all(paths: Sequence[str], engine: Engine, *, step: int | None = None) -> list[Opened]:
    """Return what is read of each source, in order; a file of several reports is as many.

    Args:
        paths: the sources.
        engine: how scenarios are built.
        step: of a directory with several checkpoints, which; None is its newest.

    Raises:
        InvalidSourceError: with every problem of every source.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    problems: list[Diagnostic] = []
    read = [_read(path, engine, step, problems) for path in paths]
    scenarios = [path for path, opened in zip(paths, read, strict=True) if opened is None]
    built = _built(scenarios, engine, problems)
    found = [each for opened in read for each in ([next(built)] if opened is None else opened)]
    if step is not None:
        _refuse_step(found)
    return found


def open_one(path: str, engine: Engine, *, step: int | None = None) -> Opened:
    """Return what is read of a source that is one report.

    Raises:
        InvalidSourceError: with every problem of the source.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    return the_one(path, open_all([path], engine, step=step))


def _read(path: str, engine: Engine, step: int | None, problems: list[Diagnostic]) -> list[Opened] | None:
    """Return what is read of a source, nothing where there is a problem; None of a scenario."""
    try:
        if is_scenario(path):
            return None
        return open_sources(path, step=step, own_process=engine.own_process)
    except InvalidSourceError as error:
        problems += error.diagnostics
        return []


def _built(paths: Sequence[str], engine: Engine, problems: list[Diagnostic]) -> Iterator[Opened]:
    """Return the scenarios as they are built; raise the problems, with theirs, before anything is."""
    if not paths and not engine.parameters:
        if problems:
            raise InvalidSourceError(problems)
        return iter(())
    from scopecli.commands.run import run_scenarios  # noqa: PLC0415 - only scenarios need the interpreter

    return map(Opened, run_scenarios(paths, engine, seed=None, session=None, others=problems))


def _refuse_step(sources: Iterable[Opened]) -> None:
    """Raise for each source that has no steps to choose from."""
    problems = [
        Diagnostic(
            "SC652", "it has no steps to choose from", Location(each.report.source.path), "leave out `--step`"
        )
        for each in sources
        if each.report.source.kind != "checkpoint"
    ]
    if problems:
        raise InvalidSourceError(problems)
