"""Verdicts on scenarios: messages and a closing line for people, JSON, and JUnit's XML for build servers."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

import click

from scopecli.analysis.verdicts import Tested, Verdict, count
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.words import shorten
from scopecli.render.delimited import markdown_table
from scopecli.render.diagnostics import Lines, diagnostic_lines
from scopecli.render.json_lines import rows_json
from scopecli.render.text import safe
from scopecli.report.values import Plain
from scopecli.report.writing import location_json, problem_json

_MOST_LINES: Final = 8  # of a terminal, for one side of an expectation

# What XML 1.0 can't hold, not even as a reference.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def verdict_lines(
    tested: Iterable[Tested], lines_of: Lines, width: int, *, every: bool, failed_alone: bool
) -> Iterator[str]:
    """Yield a line a scenario and what is wrong with it, styled.

    Args:
        tested: the scenarios.
        lines_of: where the lines that are quoted come from.
        width: in columns.
        every: whether what is right is told too.
        failed_alone: whether of a scenario in which all is right nothing is.
    """
    for scenario in tested:
        if failed_alone and not scenario.failed and not scenario.problems:
            continue
        yield _heading(scenario)
        for verdict in scenario.verdicts:
            if verdict.problem:
                yield from diagnostic_lines(verdict.problem, lines_of, width)
                if verdict.name != "runs":
                    yield f"expected: {shorten(_json_text(verdict.expected), _MOST_LINES * width)}"
                    yield f"found:    {shorten(_json_text(verdict.found), _MOST_LINES * width)}"
            elif every:
                yield f"  {click.style('ok', fg='green')} {safe(verdict.name)}"
        if every and len(scenario.verdicts) == 1 and not scenario.failed:
            yield "  it expects nothing"
        for problem in scenario.problems:
            yield from diagnostic_lines(problem, lines_of, width)


def _heading(tested: Tested) -> str:
    failed, whole = len(tested.failed), len(tested.verdicts)
    if tested.problems:
        return f"{safe(tested.path)} {click.style('could not be run', fg='red')}"
    if failed:
        return f"{safe(tested.path)} {click.style(f'{failed} of {whole} failed', fg='red')}"
    return f"{safe(tested.path)} {click.style(f'{whole} passed', fg='green')}"


def summary_lines(tested: Sequence[Tested]) -> Iterator[str]:
    """Yield a line for each thing that failed, where there are several scenarios."""
    if len(tested) > 1:
        for problem in problems_of(tested):
            word = click.style("failed", fg="red")
            yield f"{word} {safe(str(problem.location))}: {safe(_first_line(problem.full_message))}"


def problems_of(tested: Iterable[Tested]) -> Iterator[Diagnostic]:
    """Yield what is wrong, in the order of the scenarios."""
    for scenario in tested:
        yield from (verdict.problem for verdict in scenario.verdicts if verdict.problem)
        yield from scenario.problems


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def verdicts_markdown(tested: Iterable[Tested]) -> Iterator[str]:
    """Yield a table with a row a verdict, and under it the sums."""
    tested = list(tested)
    rows = [
        ("failed" if verdict.problem else "passed", scenario.path, verdict.name, *_sides(verdict))
        for scenario in tested
        for verdict in scenario.verdicts
    ]
    rows += [("error", one.path, "runs", "-", one.problems[0].full_message) for one in tested if one.problems]
    yield from markdown_table(("outcome", "scenario", "expectation", "expected", "found"), rows)
    yield from ["", _sums_text(tested)]


def _sums_text(tested: Sequence[Tested]) -> str:
    sums = count(tested)
    parts = [(sums.failed, "failed"), (sums.passed, "passed"), (sums.errors, "error")]
    return ", ".join(
        f"{number} {word}{'s' if word == 'error' and number > 1 else ''}"
        for number, word in parts
        if number or word == "passed"
    )


def closing_line(tested: Sequence[Tested]) -> str:
    """Return the sums, as pytest says them."""
    sums, told = count(tested), _sums_text(tested)
    seconds = sum(scenario.seconds for scenario in tested)
    color = "red" if sums.failed or sums.errors else "green"
    return click.style(f" {told} in {seconds:.2f}s ".center(60, "="), fg=color, bold=True)


def verdicts_plain(tested: Iterable[Tested]) -> Iterator[str]:
    """Yield a line a verdict, tab-separated: outcome, place, name, what is expected, what was found."""
    for scenario in tested:
        for verdict in scenario.verdicts:
            outcome = "failed" if verdict.problem else "passed"
            yield _line(outcome, verdict.location, verdict.name, *_sides(verdict))
        for problem in scenario.problems:
            yield _line("error", problem.location, "runs", "-", problem.full_message)


def _line(outcome: str, location: Location, *fields: str) -> str:
    return "\t".join(map(safe, (outcome, str(location), *fields)))


def _sides(verdict: Verdict) -> tuple[str, str]:
    """Return what is expected and what was found; where a scenario failed to run, why."""
    if verdict.name == "runs":
        return "-", verdict.problem.full_message if verdict.problem else "-"
    return _json_text(verdict.expected), _json_text(verdict.found)


def verdicts_json(tested: Iterable[Tested]) -> Iterator[str]:
    """Yield a list with an object a scenario."""
    return rows_json(map(_fields, tested))


def _fields(tested: Tested) -> dict[str, object]:
    return {
        "path": tested.path,
        "ok": not tested.failed and not tested.problems,
        "verdicts": [_verdict(verdict) for verdict in tested.verdicts],
        "problems": [problem_json(problem) for problem in tested.problems],
    }


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "name": verdict.name,
        "ok": verdict.problem is None,
        "expected": verdict.expected,
        "found": verdict.found,
        "location": location_json(verdict.location),
        "problem": problem_json(verdict.problem) if verdict.problem else None,
    }


def _json_text(value: Plain) -> str:
    return json.dumps(value)


def junit_xml(tested: Sequence[Tested]) -> Iterator[str]:
    """Yield JUnit's XML: a suite a scenario, a case a verdict."""
    root = ET.Element("testsuites", name="scopecli")
    for scenario in tested:
        suite = ET.SubElement(
            root,
            "testsuite",
            name=_xml(scenario.path),
            tests=str(len(scenario.verdicts) + bool(scenario.problems)),
            failures=str(len(scenario.failed)),
            errors=str(int(bool(scenario.problems))),
            skipped="0",
            time=f"{scenario.seconds:.3f}",
        )
        times: Counter[str] = Counter()
        for verdict in scenario.verdicts:
            times[verdict.name] += 1  # build servers take cases of one name for one case
            number = times[verdict.name]
            _case(suite, scenario, verdict, verdict.name if number == 1 else f"{verdict.name} {number}")
        if scenario.problems:
            case = ET.SubElement(suite, "testcase", classname=_xml(scenario.path), name="runs", time="0")
            told = "\n".join(f"{problem.location}: {problem.full_message}" for problem in scenario.problems)
            first = scenario.problems[0]
            error = ET.SubElement(case, "error", message=_xml(first.full_message), type=first.code)
            error.text = _xml(told)
    ET.indent(root)
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield ET.tostring(root, encoding="unicode")


def _case(suite: ET.Element, tested: Tested, verdict: Verdict, name: str) -> None:
    seconds = tested.seconds if verdict.name == "runs" else 0
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_xml(tested.path),
        name=_xml(name),
        file=_xml(tested.path),
        line=str(verdict.location.line),
        time=f"{seconds:.3f}",
    )
    if verdict.problem:
        problem = verdict.problem
        failure = ET.SubElement(case, "failure", message=_xml(problem.full_message), type=problem.code)
        told = f"{problem.location}: {problem.full_message}"
        if verdict.name != "runs":
            told += f"\nexpected: {_json_text(verdict.expected)}\nfound:    {_json_text(verdict.found)}"
        failure.text = _xml(told)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
