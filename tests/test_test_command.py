"""`scopecli test`: expectations judged one by one, and the forms in which that is told."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, Scopecli, Write

from scopecli.scenario.expect import Expect
from scopecli.scenario.records import keys_of

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


def test_each_key_is_judged() -> None:
    """Each key that `expect` may have is tried below with what holds and with what fails."""
    assert set(HOLDS) == set(FAILS) == set(keys_of(Expect)) - {"rtol", "atol"}


ODD = """
functions:
  body: [{get_variable: $name, shape: [$size], initializer: {constant: $size}, as: again}]
  refused: [{get_variable: size_2, shape: [2], initializer: ones, as: again, raises: ValueError}]
steps:
  - {get_variable: tenth, shape: [], dtype: bfloat16, initializer: {constant: 0.1}, as: tenth}
  - {get_variable: single, shape: [], initializer: {constant: 0.1}, as: single}
  - {get_variable: steps, shape: [], dtype: int64, initializer: {constant: 1000001}, as: steps}
  - {get_variable: large, dtype: int64, initializer: {value: 9007199254740993}, as: large}
  - {get_variable: small, shape: [2], dtype: qint8, initializer: zeros, as: small}
  - {get_variable: complex, shape: [2], dtype: complex64, initializer: ones, as: complex}
  - {get_variable: none, shape: [0, 3], initializer: zeros, as: none}
  - {get_variable: flags, initializer: [true, false], as: flags}
  - {get_variable: text, initializer: {value: ["1", x]}, as: text}
  - {get_variable: inf, initializer: [-.inf, .inf], regularizer: {l2: 1}, as: inf}
  - {get_variable: nan, initializer: [.nan], regularizer: {l1: 1}, as: nan}
  - {get_variable: many, shape: [40, 50], initializer: {identity: 2}, as: many}
  - {call: body, with: {name: size_1, size: 1}}
  - {call: body, with: {name: size_2, size: 2}}
  - call: refused
  - {get_variable_scope: , as: root}
  - {variable_scope: s, as: s, steps: [{get_variable_scope: , as: inner}]}
expect: """
EYE = [[2 * (row == column) for column in range(50)] for row in range(40)]
ODD_HOLDS = [
    "{values: {tenth: 0.1}}",
    "{values: {single: 0.1}, rtol: 0, atol: 0}",
    "{values: {steps: 1000001}}",
    "{values: {steps: 1000000}, rtol: 1e-5}",
    "{values: {large: 9007199254740993}}",
    "{values: {small: [0, 0]}}",
    "{values: {complex: [1, 1]}}",
    "{values: {complex: [[1, 0], [1, 0]]}}",
    "{values: {none: []}}",
    "{values: {inf: [-.inf, .inf]}}",
    f"{{values: {{many: {EYE}}}}}",
    "{values: {again: [2, 2]}, shapes: {again: [2]}}",
    "{dtypes: {single: float}}",
    "{losses: {inf: .inf, nan: .nan}}",
    "{scopes: {root: {name: '', reuse: false, original_name_scope: ''}, inner: {name: s}}}",
]
ODD_FAILS = {
    "{values: {tenth: 0.101}}": "",
    "{values: {single: 0.10000001}, rtol: 0, atol: 0}": "",
    "{values: {single: x}}": '"x" is no number',
    "{values: {single: true}}": "true is no number",
    "{values: {single: 1180591620717411303424}}": "",
    f"{{values: {{single: {10**400}}}}}": "",
    "{values: {steps: 1000000}}": "",
    "{values: {steps: 1000001.5}}": "",
    "{values: {large: 9007199254740992}}": "",
    "{values: {complex: [[1, 1], [1, 0]]}}": "1 of 2 elements differs, the first at [0]: it is [1.0, 0.0]",
    "{values: {none: 0}}": "its shape is [0, 3], and [] is expected",
    "{values: {flags: [1, 0]}}": "1 is no boolean",
    "{values: {text: [1, x]}}": "1 is no string",
    "{values: {inf: [.inf, [1]]}}": "[1] is no number",
    "{values: {inf: [.inf, .inf]}}": '1 of 2 elements differs, the first at [0]: it is "-Infinity"',
    f"{{values: {{many: {EYE[1:] + EYE[:1]}}}}}": "80 of 2,000 elements differ, the first at [0, 0]",
    "{values: {again: [1]}}": "its shape is [2], and [1] is expected",
    "{losses: {inf: 1}}": "",
    "{losses: {single: 0}}": "no regularizer added one",
    "{distinct: [single, single]}": "",
    "{collections: {GLOBAL_VARIABLES: [single, other]}}": "missing other; not expected complex, flags",
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


@pytest.mark.parametrize("expected", ODD_HOLDS)
def test_odd_values_that_hold(expected: str, scopecli: Scopecli, scenario: Write) -> None:
    """A value is held against what a literal is in its dtype, whatever that is."""
    result = scopecli("test", scenario(ODD + expected))
    assert result.exit_code == 0, result.stdout


@pytest.mark.parametrize(("expected", "difference"), ODD_FAILS.items())
def test_odd_values_that_do_not_hold(
    expected: str, difference: str, scopecli: Scopecli, scenario: Write
) -> None:
    """What is another value, or no value of the dtype at all, fails in words that say how it differs."""
    result = scopecli("test", scenario(ODD + expected))
    assert result.exit_code == 1
    assert f"is not as expected{': ' if difference else ' ['}{difference}" in result.stdout


@pytest.mark.parametrize("command", ["test", "run"])
@pytest.mark.parametrize(
    "expected", ["values: {inf: [.inf, .nan]}", "values: {nan: .nan}", "losses: {nan: .nan, inf: -.inf}"]
)
def test_expectations_are_strict_json(
    command: str, expected: str, scopecli: Scopecli, scenario: Write
) -> None:
    """NaN and infinities are strings in JSON, on both sides of an expectation."""

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    result = scopecli(command, scenario(f"{ODD}{{{expected}}}"), "-f", "json")
    json.loads(result.stdout, parse_constant=refuse)
    assert '"NaN"' in result.stdout


def test_a_regularizer_that_is_no_number(
    scopecli: Scopecli, scenario: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A loss that is no scalar is another value than a number, and no traceback."""
    (tmp_path / "vector.py").write_text("def loss(weights):\n    return weights * 2\n", encoding="utf-8")
    path = scenario(
        "steps: [{get_variable: w, initializer: [1.0, 1.0], regularizer: {python: 'vector:loss'}}]\n"
        "expect: {losses: {w: 2}}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    result = scopecli("test", path, "--allow-python")
    assert result.exit_code == 1
    assert "its shape is [2], and [] is expected" in result.stdout


def test_long_values_fit_a_terminal(scopecli: Scopecli, scenario: Write) -> None:
    """With a width, a long side of an expectation is cut; elsewhere it is whole, and the place is told."""
    path = scenario(f"{ODD}{{values: {{many: {EYE[1:] + EYE[:1]}}}}}")
    piped, drawn = scopecli("test", path).stdout, scopecli("test", path, "--width", "60").stdout
    assert max(map(len, piped.splitlines())) > 2000
    assert max(len(line) for line in drawn.splitlines() if line.startswith(("expected", "found"))) < 500


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


def test_junit_cases_have_names_of_their_own(scopecli: Scopecli, scenario: Write, tmp_path: Path) -> None:
    """Build servers tell cases by their names: no two of a scenario have the same."""
    report = tmp_path / "report.xml"
    path = scenario(
        "steps: [{get_variable: a, initializer: [1], as: a}, {get_variable: b, initializer: [1], as: b}]\n"
        "expect: {shared: [[a], [a, b], [b]]}\n"
    )
    scopecli("test", path, "--junit-xml", report)
    cases = ET.parse(report).getroot().findall("testsuite/testcase")  # noqa: S314 - our own
    assert [case.get("name") for case in cases] == ["runs", "shared", "shared 2", "shared 3"]
    (failure,) = cases[2]
    assert (failure.tag, failure.get("type")) == ("failure", "SC501")
    assert 'expected: ["a", "b"]\nfound:    {"a": "a", "b": "b"}' in str(failure.text)


def test_junit_xml_is_written_whole_or_not_at_all(scopecli: Scopecli, tmp_path: Path) -> None:
    """Where JUnit's XML can't be written, that is an error, and nothing is left behind."""
    result = scopecli("test", "scenarios/gan.yaml", "--junit-xml", tmp_path / "missing" / "report.xml")
    assert result.exit_code == 2
    assert "cannot write" in result.stderr
    assert list(tmp_path.iterdir()) == []


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


@pytest.mark.parametrize("path", ["a" * 5000, "nothing*"])
def test_what_is_no_file(path: str, scopecli: Scopecli) -> None:
    """A path that can't be, and a pattern that matches nothing, are told with status 2."""
    result = scopecli("test", path)
    assert result.exit_code == 2
    assert "error: " in result.stdout + result.stderr


def test_a_pattern_may_match_directories(scopecli: Scopecli, tmp_path: Path) -> None:
    """A pattern that matches a directory stands for what is in it; a directory is no file by its name."""
    (tmp_path / "folder" / "odd.yaml").mkdir(parents=True)
    (tmp_path / "folder" / "a.yml").write_text("steps: []\n", encoding="utf-8")
    result = scopecli("test", f"{tmp_path}/f*", "-f", "plain")
    assert (result.exit_code, result.stdout) == (0, f"passed\t{tmp_path}/folder/a.yml\truns\t-\t-\n")


def test_plain_is_a_line_a_verdict(scopecli: Scopecli, scenario: Write) -> None:
    """As plain lines, each verdict has its outcome, place, name, and both sides; a failure has its reason."""
    path = scenario(
        "steps: [{get_variable: w, initializer: [1, 2], as: w}]\nexpect: {count: 2, created: 1}\n"
    )
    bad, failing = "tests/scenarios/invalid/dtypes.yaml", "tests/scenarios/valid/already_exists.yaml"
    lines = [
        line.split("\t") for line in scopecli("test", path, failing, bad, "-f", "plain").stdout.splitlines()
    ]
    assert lines[:3] == [
        ["passed", str(path), "runs", "-", "-"],
        ["failed", f"{path}:2:10", "count", "2", "1"],
        ["passed", f"{path}:2:20", "created", "1", "1"],
    ]
    assert lines[3][:4] == ["failed", f"{failing}:8:9", "runs", "-"]
    assert "already exists" in lines[3][4]
    assert [line[0] for line in lines[4:]] == ["error"] * 3


def test_verbose_says_that_nothing_is_expected(scopecli: Scopecli) -> None:
    """With -v, a scenario that runs and expects nothing says so, and passes; one that fails to run fails."""
    result = scopecli("test", "tests/scenarios/valid/nested_scopes.yaml", "-v")
    assert result.exit_code == 0
    assert "  it expects nothing\n" in result.stdout
    failing = scopecli("test", "tests/scenarios/valid/already_exists.yaml", "-v")
    assert failing.exit_code == 1
    assert "it expects nothing" not in failing.stdout


def test_verbose_lists_what_passes(scopecli: Scopecli) -> None:
    """With -v, what is as expected is listed by name."""
    assert "  ok values.w1\n" in scopecli("test", "scenarios/reuse_true.yaml", "-v").stdout


def test_parameters_of_a_file_that_can_t_be_read(scopecli: Scopecli, scenario: Write) -> None:
    """A file's own problems are told, and not that it lacks the parameter: it may have it."""
    path = scenario("parameters: {k: 3}\nsteps: [{for: i, in: $k, steps: []}]\nsession: [{show: [$w]}]\n")
    for command in ("test", "check"):
        result = scopecli(command, path, "-p", "k=2")
        assert f"{path}:3:19: error: `$w` is not defined here" in result.stdout + result.stderr
        assert "no scenario has a parameter" not in result.stdout + result.stderr


@pytest.mark.parametrize(("count", "told"), [(1, "1 error "), (2, "2 errors ")])
def test_scenarios_that_can_not_be_read_are_counted(count: int, told: str, scopecli: Scopecli) -> None:
    """The closing line says how many there are."""
    bad = sorted((ROOT / "tests" / "scenarios" / "invalid").glob("t*.yaml"))[:count]
    assert told in scopecli("test", *bad).stdout.splitlines()[-1]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Return a folder of three scenarios, the second of which is not as it expects."""
    text = "steps: [{get_variable: w, shape: [2], initializer: ones, as: w}]\n"
    text += "expect: {values: {w: [1, VALUE]}}\n"
    for name, value in (("a_good", "1"), ("b_wrong", "2"), ("c_wrong", "3")):
        (tmp_path / f"{name}.yaml").write_text(text.replace("VALUE", value), encoding="utf-8")
    return tmp_path


def test_what_failed_is_told_again_at_the_end(suite: Path, scopecli: Scopecli) -> None:
    """Of several scenarios the last lines have each failure with its place, and the sums."""
    *_, first, second, sums = scopecli("test", suite).stdout.splitlines()
    assert first.startswith(f"failed {suite}/b_wrong.yaml:2:")
    assert second.startswith(f"failed {suite}/c_wrong.yaml:2:")
    assert "2 failed, 4 passed" in sums
    assert "failed " not in scopecli("test", suite / "a_good.yaml").stdout


def test_which_scenarios_are_tested(suite: Path, scopecli: Scopecli) -> None:
    """By a part of their paths, up to the first that fails, and quietly."""
    assert "1 failed, 1 passed" in scopecli("test", suite, "-k", "B_WRONG").stdout
    assert scopecli("test", suite, "-k", "good").exit_code == 0
    none = scopecli("test", suite, "-k", "quux")
    assert (none.exit_code, "no scenario's path has" in none.stderr) == (2, True)
    first = scopecli("test", suite, "-x").stdout
    assert ("b_wrong" in first, "c_wrong" in first) == (True, False)
    quiet = scopecli("test", suite, "-q").stdout
    assert ("a_good" in quiet, "b_wrong" in quiet) == (False, True)


def test_formats_for_reviews(suite: Path, scopecli: Scopecli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Annotations where GitHub runs it, and a table to paste."""
    annotations = scopecli("test", suite, "-f", "github").stdout
    assert annotations.count("::error file=") == 2
    table = scopecli("test", suite, "-f", "markdown").stdout
    assert table.startswith("| outcome | scenario | expectation | expected | found |")
    assert table.rstrip().endswith("2 failed, 4 passed")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert scopecli("test", suite).stdout == annotations
    assert scopecli("lint", suite).stdout == ""
    assert scopecli("test", suite, "-f", "plain").stdout.count("passed") == 4
