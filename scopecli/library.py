"""What a program calls: sources are loaded and compared in the process that imports this."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from scopecli.analysis.diff import Changes, compare, read_rule
from scopecli.analysis.explain import Explanation
from scopecli.analysis.explain import explain as explain_report
from scopecli.analysis.lint import ON_BY_DEFAULT, RULES
from scopecli.analysis.lint import lint as lint_report
from scopecli.analysis.scope_tree import Node, grow
from scopecli.analysis.selection import Selection
from scopecli.commands.engine import SESSION_BYTES, Engine
from scopecli.commands.sources import SessionSettings, open_all, open_one
from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.escapes import json_for_yaml
from scopecli.ground.whole_files import write_file
from scopecli.report.model import Report
from scopecli.sources.opening import SourceChoice, the_one

if TYPE_CHECKING:
    from scopecli.drawing.drawn import Drawing
    from scopecli.drawing.formats import DrawingFormat

Source: TypeAlias = str | os.PathLike[str]


def load(
    source: Source,
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


def diff(
    a: Report | Source, b: Report | Source, *, rules: Iterable[str] = (), renames: bool = True
) -> Changes:
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


def tree(source: Report | Source, *, depth: int | None = None) -> Node:
    """Return the variables of a source by scope: each node has its sums, and its children by name.

    Args:
        source: a report, or a source to load; no session is run.
        depth: how many levels are told apart; None for all.

    Raises:
        InvalidSourceError: if the source can't be read.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    return grow(_report(source).variables, depth=depth)


def lint(source: Report | Source, *, select: Iterable[str] = ON_BY_DEFAULT) -> list[Diagnostic]:
    """Return what is legal in a source and probably not meant, in the order of its lines.

    Args:
        source: a report that has calls, or a source to load; no session is run.
        select: the codes of the rules, such as `SC401`; without it those that are on by default.

    Raises:
        InvalidSourceError: if the source can't be read.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
        ValueError: if there is no such rule.
    """
    codes = list(select)
    unknown = [code for code in codes if code not in RULES]
    if unknown:
        raise ValueError(f"there is no rule {unknown[0]!r}; the rules are {', '.join(RULES)}")
    return lint_report(_report(source), codes)


def explain(source: Report | Source) -> list[Explanation]:
    """Return of each call of a source why it yielded what it did.

    Args:
        source: a report that has calls, or a source to load; no session is run.

    Raises:
        InvalidSourceError: if the source can't be read.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    return list(explain_report(_report(source)))


def draw(
    source: Report | Changes | Source,
    *,
    format: "DrawingFormat" = "svg",  # noqa: A002 - what the command's option is called
    depth: int | None = None,
) -> "Drawing":
    """Return a drawing of who shares what; of changes, of what two sources differ in.

    A notebook shows it; `str` is its text, and `save` writes it.

    Args:
        source: a report, what `diff` returned, or a source to load; no session is run.
        format: `svg`, `html`, `mermaid`, `dot` or `text`.
        depth: how many levels of scopes are drawn; None for as many as there is room for.

    Raises:
        InvalidSourceError: if the source can't be read.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
        ValueError: if there is no such format.
    """
    from scopecli.drawing.against import picture_of_changes  # noqa: PLC0415 - needs rich
    from scopecli.drawing.drawn import Drawing  # noqa: PLC0415 - likewise
    from scopecli.drawing.formats import drawing_lines  # noqa: PLC0415 - likewise
    from scopecli.drawing.model import MOST_ROWS, DrawingExtent  # noqa: PLC0415 - likewise
    from scopecli.drawing.picture import picture_of  # noqa: PLC0415 - likewise

    if format not in MOST_ROWS:
        raise ValueError(f"there is no format {format!r}; the formats are {', '.join(MOST_ROWS)}")
    extent = DrawingExtent(depth, MOST_ROWS[format])
    if isinstance(source, Changes):
        picture = picture_of_changes(source, extent)
    else:
        picture = picture_of(_report(source), Selection(), extent)
    return Drawing(format, "\n".join(drawing_lines([picture], format)))


def page(source: Report | Source, path: Source, *, against: Report | Source | None = None) -> None:
    """Write a page to look at in a browser, and to send: one HTML file that needs no network.

    Args:
        source: a report, or a source to load; no session is run.
        path: the file to write, whole or not at all.
        against: what it is compared with.

    Raises:
        InvalidSourceError: if a source can't be read.
        OSError: if the file can't be written.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    from scopecli.drawing.page import page_lines  # noqa: PLC0415 - needs rich
    from scopecli.drawing.page_data import GraphPage  # noqa: PLC0415 - likewise

    report = _report(source)
    changes = None if against is None else compare(report, _report(against))
    found = lint_report(report, ON_BY_DEFAULT) if report.calls else []
    write_file(Path(path), page_lines(report.source.path, [GraphPage(report, found, None, changes)], changes))


def check(*sources: Source, parameters: Mapping[str, object] | None = None) -> list[Diagnostic]:
    """Judge scenarios without TensorFlow; return every problem and warning.

    Args:
        sources: files, directories or patterns.
        parameters: values for their parameters, as of `load`.
    """
    from scopecli.analysis.suppressions import Suppressions  # noqa: PLC0415 - not for `load`
    from scopecli.commands.check import check_scenarios  # noqa: PLC0415 - leads to the YAML parser
    from scopecli.ground.files import lines_of  # noqa: PLC0415 - not for `load`

    given = {name: json_for_yaml(value) for name, value in (parameters or {}).items()}
    return check_scenarios([os.fspath(source) for source in sources], given, Suppressions(lines_of))[1]


def trace(
    target: str,
    *arguments: str,
    tf1: bool = False,
    stop_after_build: bool = False,
    timeout: float | None = None,
) -> tuple[Report, ...]:
    """Run a Python program in a process of its own; return the report of each graph that it built.

    A program that fails is no exception: what it did until then is reported, and a report has its `error`.

    Args:
        target: a Python file, or `package.module:function`.
        arguments: the program's own.
        tf1: whether `import tensorflow` gives TF1's API.
        stop_after_build: whether the program ends where it first runs a session.
        timeout: the seconds after which it is ended.

    Raises:
        InvalidSourceError: if there is no such program, or it built nothing that is reported.
    """
    from scopecli.commands.trace import (  # noqa: PLC0415 - leads to the YAML parser
        Running,
        diagnostics_of,
        trace_program,
    )

    running = Running(tf1=tf1, stop_after_build=stop_after_build, timeout=timeout)
    record = trace_program(target, arguments, running, function_arguments=None)
    if not record.reports:
        raise InvalidSourceError(diagnostics_of(record, target))
    return record.reports


def _report(source: Report | Source) -> Report:
    if isinstance(source, Report):
        return source
    return open_one(os.fspath(source), Engine()).report
