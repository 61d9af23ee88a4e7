"""What a program calls: sources are loaded and compared in the process that imports this."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from scopecli.analysis.diff import Changes, compare, read_rule
from scopecli.commands.engine import SESSION_BYTES, Engine
from scopecli.commands.sources import SessionSettings, open_all, open_one
from scopecli.ground.escapes import json_for_yaml
from scopecli.report.model import Report
from scopecli.sources.opening import SourceChoice, the_one

Path: TypeAlias = str | os.PathLike[str]


def load(
    source: Path,
    *,
    parameters: Mapping[str, object] | None = None,
    allow_python: bool = False,
    step: int | None = None,
    tag: str | None = None,
) -> Report:
    """Return the report of a source, of whatever kind.

    A scenario is built in a graph of its own, and its session is run: its calls have their values, whole. A
    step that TensorFlow refuses is no exception: it is the report's `error`. Of a checkpoint, a SavedModel, a
    MetaGraph or a GraphDef, the report has the variables, also where files with values are missing or too
    short: its `warnings` say so. TensorFlow is imported where it is needed, as
    anybody imports it; the default graph stays as it is.

    Args:
        source: a scenario, a saved report, a checkpoint (its prefix, one of its files, or its directory), a
            SavedModel's directory, a MetaGraph (`.meta`) or a GraphDef (`.pb`, `.pbtxt`).
        parameters: values for a scenario's parameters: numbers, strings, and lists and dictionaries of these.
        allow_python: whether a scenario may name objects of the user's own code, which is run.
        step: of a directory with several checkpoints, which; None is its newest.
        tag: of a SavedModel with several MetaGraphs, a tag of the one; None is the one that is served.

    Returns:
        The report; it has `variables`, `calls`, `totals` and the rest, and a notebook shows it as a table.

    Raises:
        InvalidSourceError: if the source can't be read, does not say what it must, or is several reports.
        SessionTooLargeError: if a scenario's variables take more than 2 GiB.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    path = os.fspath(source)
    given = {name: json_for_yaml(value) for name, value in (parameters or {}).items()}
    engine = Engine(parameters=given, allow_python=allow_python)
    opened = the_one(
        path, open_all([path], engine, choice=SourceChoice(step, tag), session=SessionSettings(SESSION_BYTES))
    )
    report = opened.report
    return replace(report, warnings=(*report.warnings, *opened.damage))


def diff(a: Report | Path, b: Report | Path, *, rules: Iterable[str] = (), renames: bool = True) -> Changes:
    r"""Return every difference of two sources: in names, shapes and dtypes.

    Args:
        a: a report, or a source to load; no session is run.
        b: likewise. With a checkpoint here, `Changes` tells what of A would be restored from it.
        rules: what A's variables are called in B, each as `REGEX=REPLACEMENT`: `old/(.*)=new/\1`.
        renames: whether to look for variables that were probably renamed.

    Raises:
        InvalidSourceError: if a source can't be read, or the rules give two variables one name.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
        ValueError: if a rule is none.
    """
    return compare(_report(a), _report(b), rules=[read_rule(rule) for rule in rules], renames=renames)


def _report(source: Report | Path) -> Report:
    if isinstance(source, Report):
        return source
    return open_one(os.fspath(source), Engine()).report
