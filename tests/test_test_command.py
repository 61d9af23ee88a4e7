"""`scopecli test`: expectations judged one by one, and the forms in which that is told."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, Scopecli, Write

PROGRAM = """
functions:
  body: [{get_variable: w, shape: [2], initializer: ones, as: w}]
steps:
  - variable_scope: s
    reuse: AUTO_REUSE
    as: scope
    steps:
      - {get_variable: w, initializer: [1.0, .nan], as: a}
      - {get_variable: w, as: b}
      - {get_variable: text, initializer: {value: [x, "\\u00e9"]}, as: text}
      - {get_variable: flags, initializer: [true, false], as: flags}
      - {get_variable: many, shape: [2000], initializer: ones, as: many, trainable: false}
      - {get_variable: half, shape: [2], dtype: bfloat16, initializer: {constant: 1.5}, as: half}
      - {get_local_variable: l, shape: [], initializer: zeros, as: l}
      - variable_scope: null
        default_name: cut
        partitioner: {fixed_size: 2}
        steps: [{get_variable: parts, shape: [3], initializer: ones, regularizer: {l2: 1}, as: p}]
      - {constant: c, as: c}
  - {get_variable: off, shape: [1], collections: [mine], as: off}
  - {make_template: t, function: body, as: t}
  - call: $t
"""

MADE = ["s/w", "s/text", "s/flags", "s/half", "s/cut/parts/part_0", "s/cut/parts/part_1", "t/w"]
HOLDS: dict[str, list[Any]] = {
    "variables": [
        ["s/w", "s/text", "s/flags", "s/many", "s/half", "s/cut/parts/part_0", "s/cut/parts/part_1", "t/w"]
    ],
    "local_variables": [["s/l"]],
    "trainable": [[*MADE[:-1], "off", MADE[-1]]],
    "count": [8],
    "parameters": [2011],
    "values": [
        {"a": [1, float("nan")]},
        {"text": ["x", "é"]},
        {"flags": [True, False]},
        {"many": [1] * 2000},
        {"half": [1.5, 1.5]},
        {"p": [1, 1, 1]},
        {"l": 0},
    ],
    "shapes": [{"a": [2], "p": [3]}, {"l": []}],
    "dtypes": [{"half": "bfloat16", "text": "string"}],
    "shared": [[["a", "b"]]],
    "distinct": [["a", "text", "w"]],
    "created": [9],
    "reused": [1],
    "ops": [{"c": "s/c", "a": "s/w"}],
    "scopes": [{"scope": {"name": "s", "reuse": "AUTO_REUSE", "original_name_scope": "s/"}}],
    "collections": [{"mine": ["off"]}, {"LOCAL_VARIABLES": ["s/l"]}, {"TRAINABLE_RESOURCE_VARIABLES": []}],
    "losses": [{"p": 3}, {"s/cut/parts": 3}, {"s/cut/parts/part_0": 2}],
}
FAILS: dict[str, list[Any]] = {
    "variables": [["s/w"], []],
    "local_variables": [[]],
    "trainable": [["s/w"]],
    "count": [7],
    "parameters": [2010],
    "values": [
        {"a": [1, 1]},
        {"a": 1},
        {"text": ["x", "e"]},
        {"flags": [True, True]},
        {"many": [1] * 1999},
        {"many": [1] * 1999 + [2]},
        {"p": [1, 1]},
        {"off": [0]},
        {"a": [1, [2]]},
        {"l": [0]},
    ],
    "shapes": [{"a": [3]}, {"a": []}],
    "dtypes": [{"a": "float64"}],
    "shared": [[["a", "text"]]],
    "distinct": [["a", "b"]],
    "created": [8],
    "reused": [0],
    "ops": [{"c": "c"}],
    "scopes": [{"scope": {"name": "t"}}, {"scope": {"reuse": True}}],
    "collections": [{"mine": []}],
    "losses": [{"p": 2}, {"a": 0}],
}


def _cases(table: dict[str, list[Any]]) -> list[Any]:
    return [pytest.param(key, value, id=f"{key}-{n}") for key in table for n, value in enumerate(table[key])]


def _write(scenario: Write, key: str, value: Any) -> Path:
    told = json.dumps({key: value}, ensure_ascii=False).replace("NaN", ".nan")
    return scenario(f"{PROGRAM}expect: {told}\n")


@pytest.mark.parametrize(("key", "value"), _cases(HOLDS))
def test_what_holds(key: str, value: Any, scopecli: Scopecli, scenario: Write) -> None:
    """What is so passes."""
    result = scopecli("test", _write(scenario, key, value))
    assert result.exit_code == 0, result.stdout


@pytest.mark.parametrize(("key", "value"), _cases(FAILS))
def test_what_does_not_hold(key: str, value: Any, scopecli: Scopecli, scenario: Write) -> None:
    """What is not so fails, with what is expected beside what was found, at its place."""
    result = scopecli("test", _write(scenario, key, value))
    assert result.exit_code == 1
    assert f"error: `{key}" in result.stdout
    assert "expected: " in result.stdout
    assert "found:    " in result.stdout


@pytest.mark.parametrize(
    ("initial", "expected", "status"),
    [
        ("{get_variable: w, initializer: [1.0, 2.0], as: w}", "a", 1),
        ("{get_variable: w, initializer: [1.0, 2.0], as: w}", "[a, b]", 1),
        ("{get_variable: w, initializer: {value: [x, y]}, as: w}", "[1, 2]", 1),
        ("{get_variable: w, shape: [2], dtype: complex64, initializer: ones, as: w}", "[1, 1]", 0),
        ("{get_variable: w, shape: [2], dtype: complex64, initializer: ones, as: w}", "[[1, 0], [1, 0]]", 0),
        ("{get_variable: w, shape: [2], dtype: complex64, initializer: ones, as: w}", "[[1, 1], [1, 0]]", 1),
        ("{get_variable: w, shape: [2], dtype: bool, as: w}", "[false, false]", 0),
        ("{get_variable: w, shape: [0], as: w}", "[]", 0),
    ],
)
def test_values_of_other_types(
    initial: str, expected: str, status: int, scopecli: Scopecli, scenario: Write
) -> None:
    """A value of another type is not as expected; complex numbers are numbers, or pairs."""
    path = scenario(f"steps: [{initial}]\nexpect: {{values: {{w: {expected}}}}}\n")
    assert scopecli("test", path).exit_code == status


def test_tolerance(scopecli: Scopecli, scenario: Write) -> None:
    """Values may be off by what rtol and atol say, and by little without them."""
    program = "steps: [{get_variable: w, initializer: [1.0, 100.0], as: w}]\nexpect: "
    for expected, status in {
        "{values: {w: [1.000001, 100]}}": 0,
        "{values: {w: [1.01, 100]}}": 1,
        "{values: {w: [1.01, 100]}, atol: 0.1}": 0,
        "{values: {w: [1.01, 101]}, rtol: 0.02}": 0,
        "{values: {w: [1, 100.0001]}, rtol: 0, atol: 0}": 1,
    }.items():
        assert scopecli("test", scenario(program + expected)).exit_code == status, expected


def test_shipped_scenarios(scopecli: Scopecli) -> None:
    """What the shipped scenarios expect is so, and each expects something."""
    result = scopecli("test", "scenarios", "-f", "json")
    assert result.exit_code == 0
    for tested in json.loads(result.stdout):
        assert tested["ok"]
        assert len(tested["verdicts"]) > 1, tested["path"]


def test_one_bad_file_does_not_stop_the_others(scopecli: Scopecli) -> None:
    """A file that can't be run counts as an error, and the others are judged all the same."""
    bad = "tests/scenarios/invalid/dtypes.yaml"
    failing = "tests/scenarios/valid/already_exists.yaml"
    result = scopecli("test", bad, failing, "scenarios/reuse_true.yaml")
    assert result.exit_code == 2
    assert "flaot32" in result.stdout
    assert " 1 failed, 6 passed, 1 error in " in result.stdout


def test_junit_xml(scopecli: Scopecli, tmp_path: Path) -> None:
    """JUnit's XML has a suite a scenario and a case a verdict, with the sums of pytest's line."""
    report = tmp_path / "report.xml"
    bad = "tests/scenarios/invalid/dtypes.yaml"
    scopecli("test", bad, "tests/scenarios/valid/already_exists.yaml", "scenarios", "--junit-xml", report)
    suites = ET.parse(report).getroot().findall("testsuite")  # noqa: S314 - our own
    assert [suite.get("name") for suite in suites][:2] == [bad, "tests/scenarios/valid/already_exists.yaml"]
    for suite in suites:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("errors", "")) == len(suite.findall("testcase/error"))
    assert [int(suite.get("failures", "")) for suite in suites[:3]] == [0, 1, 0]
    assert [int(suite.get("errors", "")) for suite in suites[:3]] == [1, 0, 0]


def test_junit_xml_holds_any_text(scopecli: Scopecli, scenario: Write, tmp_path: Path) -> None:
    """Characters that XML has no place for are replaced, and the file is well-formed."""
    path = scenario('steps: [{get_variable: "a\\x01\\e[31m<&]]>", shape: []}]\n')
    report = tmp_path / "report.xml"
    scopecli("test", path, "--junit-xml", report)
    (failure,) = ET.parse(report).getroot().iter("failure")  # noqa: S314 - our own
    assert "\ufffd" in str(failure.text)
    assert "<&]]>" in str(failure.text)


def test_directories_and_patterns(scopecli: Scopecli) -> None:
    """A directory and a pattern stand for the same files, each once."""
    named = json.loads(scopecli("test", "scenarios", "scenarios/*.yaml", "-f", "json").stdout)
    shipped = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "scenarios").glob("*.yaml"))
    assert [tested["path"] for tested in named] == shipped
    assert scopecli("test", "scenarios/*.yml").exit_code == 2


def test_verbose_lists_what_passes(scopecli: Scopecli) -> None:
    """With -v, what is as expected is listed by name."""
    assert "  ok values.w1\n" in scopecli("test", "scenarios/reuse_true.yaml", "-v").stdout
