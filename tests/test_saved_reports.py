"""Saved reports: read back they say the same, and one that is damaged gets one clear answer."""

import copy
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, note, settings
from programs import programs
from support import ROOT, SCENARIOS, Scopecli, Write

from scopecli.analysis.views import CallSelection, view_of
from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.errors import InvalidSourceError
from scopecli.interpret import SessionOptions, interpret
from scopecli.render.json_lines import run_json
from scopecli.report.model import Report
from scopecli.scenario.expansion import load_program
from scopecli.sources.reports import is_report, open_reports

PATHS: Final = sorted([*(ROOT / "scenarios").glob("*.yaml"), *(SCENARIOS / "valid").glob("*.yaml")])
MIXED: Final = [
    SCENARIOS / "valid" / f"{name}.yaml"
    for name in ("functions", "partitioned", "reopen_captured", "session")
]
DRAWN: Final = os.environ.get("SCOPECLI_EXAMPLES")
EXAMPLES: Final = int(DRAWN or 400)
ODD: Final = [None, True, -1, 0, 7, 2**63, 1e308, 0.5, "", "x", "NaN", [], [[]], {}, {"value_summary": {}}]

Save = Callable[[Any], Path]

_drawn = settings(
    deadline=None,
    derandomize=not DRAWN,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def _json(report: Report) -> Iterator[str]:
    return run_json([view_of(report, CallSelection())])


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Return a function that writes a report: text and bytes as they are, anything else as JSON."""

    def write(report: Any) -> Path:
        path = tmp_path / "report.json"
        text = report if isinstance(report, str | bytes) else json.dumps(report)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def _report(scopecli: Scopecli, path: Path, *options: str) -> Any:
    return json.loads(scopecli("run", path, "-f", "json", *options).stdout)


# What is read back


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_explain_and_lint_say_the_same(path: Path, scopecli: Scopecli, tmp_path: Path) -> None:
    """Of a saved report, explain and lint say what they say of its scenario, in text and in JSON."""
    source, saved = path.relative_to(ROOT), tmp_path / "run.json"
    scopecli("run", source, "-f", "json", "-o", saved)
    for command in (["explain"], ["lint"], ["explain", "-f", "json"], ["lint", "-f", "json"]):
        built, read = scopecli(*command, source), scopecli(*command, saved)
        assert (read.stdout, read.stderr, read.exit_code) == (built.stdout, built.stderr, built.exit_code)


@settings(_drawn, max_examples=int(DRAWN or 60))
@given(program=programs())
def test_nothing_is_lost(program: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    """A report that is saved and read back is the same: its facts, and each value to the bit."""
    folder = tmp_path_factory.mktemp("drawn")
    text = yaml.safe_dump(program, sort_keys=False)
    note(text)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    session = SessionOptions(max_bytes=2**30, full_values=True)
    report = interpret(load_program(str(folder / "scenario.yaml")), seed=None, session=session)
    lines = "\n".join(_json(report))
    (folder / "run.json").write_text(lines, encoding="utf-8")
    (opened,) = open_reports(str(folder / "run.json"))
    assert _bare(opened.report) == _bare(report)
    assert "\n".join(_json(opened.report)) == lines
    for call, kept in zip(report.calls, opened.report.calls, strict=True):
        if call.value and call.variable and opened.read:
            assert _bits(opened.read(call.variable)) == _bits(call.value.sample) == _bits(kept.value.sample)


def _bits(array: Any) -> tuple[object, ...]:
    return array.dtype, array.shape, array.tolist() if array.dtype == object else array.tobytes()


def _bare(report: Report) -> Report:
    """Return a report without what compares by identity, or is in no JSON: values and Python stacks."""

    def failure(failed: Diagnostic | None) -> Diagnostic | None:
        return failed and replace(failed, stack="")

    return replace(
        report,
        calls=tuple(replace(each, value=None, error=failure(each.error)) for each in report.calls),
        losses=tuple(replace(each, value=None) for each in report.losses),
        snapshots=tuple(dict.fromkeys(each) for each in report.snapshots),
        expected_failures=tuple(failure(each) for each in report.expected_failures),
        error=failure(report.error),
    )


VERSION_1: Final = {
    "block_raises": "tests/scenarios/valid/block_raises.yaml",
    "raises_otherwise": "tests/scenarios/valid/raises_otherwise.yaml",
    "reuse_true": "scenarios/reuse_true.yaml",
    "towers": "scenarios/towers.yaml",
}


@pytest.mark.parametrize("name", VERSION_1)
def test_a_report_of_version_1(name: str) -> None:
    """A report that an older scopecli wrote says what a new one of the same scenario says."""
    (opened,) = open_reports(f"tests/reports_version_1/{name}.json")
    new = interpret(load_program(VERSION_1[name]), seed=None, session=SessionOptions(max_bytes=10**9))
    assert _bare(opened.report) == _bare(replace(new, warnings=()))


def test_a_program_of_version_1(scopecli: Scopecli) -> None:
    """So does that of a traced program that failed, and a listing."""
    for command in ("list", "explain"):
        result = scopecli(command, "tests/reports_version_1/exists_twice.json")
        assert "by way of this call" in result.stderr
    assert scopecli("list", "tests/reports_version_1/listing.json").exit_code == 0


def test_several_reports(scopecli: Scopecli, tmp_path: Path) -> None:
    """A list of reports, and a report a line, are each explained in turn."""
    sources = ("scenarios/auto_reuse.yaml", "scenarios/reuse_true.yaml")
    expected = [json.loads(scopecli("explain", each, "-f", "json").stdout) for each in sources]
    for style in ("json", "jsonl"):
        path = tmp_path / f"reports.{style}"
        scopecli("run", *sources, "-f", style, "-o", path)
        assert json.loads(scopecli("explain", path, "-f", "json").stdout) == [*expected[0], *expected[1]]
        assert scopecli("lint", path, sources[0]).exit_code == 0


def test_standard_input(scopecli: Scopecli, scenario: Write) -> None:
    """A report that comes through standard input is explained, also where its scenario came that way."""
    text = scenario("steps: [{get_variabl: w}, {get_variable: w, shape: [], as: w}]\n").read_text()
    text = text.replace("{get_variabl: w}, ", "")
    saved = scopecli("run", "-", "-f", "json", text=text).stdout
    result = scopecli("explain", "-", text=saved)
    assert result.stdout.splitlines()[0] == "w: get_variable w  at -:1:9"


def test_findings_quote_what_the_report_carries(scopecli: Scopecli, save: Save) -> None:
    """A finding in a report quotes the lines that the report has, also of a stream that is gone."""
    text = (SCENARIOS / "lint" / "SC402_bad.yaml").read_text(encoding="utf-8")
    saved = scopecli("run", "-", "-f", "json", text=text).stdout
    told = scopecli("lint", save(saved)).stdout
    assert "SC402" in told
    assert " | " in told
    assert scopecli("lint", "-", text=saved).stdout == told
    assert scopecli("lint", "-", text=text).stdout == told


def test_a_listing_is_a_report_of_its_variables(scopecli: Scopecli, save: Save) -> None:
    """What `list` saves is a report, with the variables alone: there is nothing to explain in it."""
    path = save(scopecli("list", "scenarios/reuse_true.yaml", "-f", "json").stdout)
    (opened,) = open_reports(str(path))
    assert [each.name for each in opened.report.variables] == ["test/weight_1", "test/weight_2"]
    assert opened.read is None
    result = scopecli("explain", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there are variables in it and no calls" in result.stderr


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{"schema_version": 1}', True),
        (' \n[\n{"title": "a", "schema_version" : 1}]', True),
        ('\ufeff{"schema_version": 1}', True),
        ('{steps: [{get_variable: "schema_version"}]}', False),
        ('{"steps": [{"get_variable": "w"}]}', False),
        ('steps: []  # "schema_version": 1', False),
        ("[]", False),
        ("", False),
    ],
)
def test_what_is_a_report(text: str, answer: bool, save: Save) -> None:  # noqa: FBT001 - an answer
    """A report is told from a scenario by its content: JSON that has a schema version."""
    assert is_report(str(save(text))) is answer


# Values

DTYPES: Final = [
    ("float32", [1.5, float("nan"), float("-inf")]),
    ("float64", [1e-300, 0.1, float("inf")]),
    ("half", [1.5, 2.0, 65504.0]),
    ("bfloat16", [1.5, 2.0, 3.0]),
    ("int64", [-(2**63), 2**63 - 1, 0]),
    ("uint8", [0, 255, 1]),
    ("bool", [True, False, True]),
    ("complex64", [[1.0, 2.0], [0.0, -1.0], [3.0, 0.0]]),
    ("string", ["a", "é", "NaN"]),
]


@pytest.mark.parametrize(("dtype", "value"), DTYPES, ids=[dtype for dtype, _ in DTYPES])
def test_dtypes(dtype: str, value: Any, scopecli: Scopecli, scenario: Write, save: Save) -> None:
    """A value of each dtype comes back as it was."""
    text = json.dumps(value).replace("NaN", ".nan").replace("-Infinity", "-.inf").replace("Infinity", ".inf")
    text = text.replace('".nan"', '"NaN"')
    kind = f"dtype: {dtype}, " if dtype != "complex64" else ""
    source = scenario(f"steps: [{{Variable: w, initial_value: {{value: {text}}}, {kind}as: w}}]\n")
    report = interpret(load_program(str(source)), seed=None, session=SessionOptions(2**30))
    (opened,) = open_reports(str(save("\n".join(_json(report)))))
    assert opened.read
    (row,) = opened.report.variables
    assert report.calls[0].value
    assert _bits(opened.read(row)) == _bits(report.calls[0].value.sample)
    del scopecli


def test_bytes_come_back(scopecli: Scopecli, save: Save) -> None:
    """Bytes that are no text, complex numbers, quantized ones and empty tensors are read as they are."""
    report = _report(scopecli, Path("scenarios/reuse_true.yaml"))
    cases: list[tuple[str, list[int], Any, Any]] = [
        ("string", [2], [{"base64": "/w=="}, "b"], np.array([b"\xff", b"b"], dtype=object)),
        ("complex128", [1, 2], [[[1, 2], ["NaN", 0]]], np.array([[1 + 2j, complex("nan")]])),
        ("complex64", [0], [], np.zeros([0], "complex64")),
        ("float32", [0, 3], [], np.zeros([0, 3], "float32")),
        ("float32", [1, 0, 2], [[]], np.zeros([1, 0, 2], "float32")),
        ("qint8", [2], [-128, 127], np.array([-128, 127], "int8")),
        ("float64", [], "-Infinity", np.array(-np.inf)),
    ]
    for dtype, shape, value, expected in cases:
        report["variables"][0] |= {"dtype": dtype, "shape": shape}
        report["calls"][0]["value"] = report["calls"][2]["value"] = value
        report["snapshots"] = []
        (opened,) = open_reports(str(save(report)))
        assert opened.read
        assert _bits(opened.read(opened.report.variables[0])) == _bits(expected)


def test_parts_of_a_partitioned_variable(scopecli: Scopecli, save: Save) -> None:
    """The value of a part is its stretch of the whole."""
    (opened,) = open_reports(str(save(_report(scopecli, SCENARIOS / "valid" / "partitioned.yaml"))))
    assert opened.read
    table = opened.report.calls[0].variable
    assert table
    assert opened.read(table).tolist() == [[1.0], [2.0], [3.0]]
    parts = [each for each in opened.report.variables if each.part and each.part.whole == table.name]
    assert [opened.read(each).tolist() for each in parts] == [[[1.0], [2.0]], [[3.0]]]


def test_a_summary_is_no_value(scopecli: Scopecli, scenario: Write, save: Save) -> None:
    """A large value is in a report if it was saved with `--values full`; otherwise that is said."""
    source = scenario("steps: [{get_variable: w, shape: [40, 40], initializer: ones}]\n")
    (short,) = open_reports(str(save(_report(scopecli, source))))
    assert short.read
    with pytest.raises(InvalidSourceError, match="a summary only") as told:
        short.read(short.report.variables[0])
    assert "--values full" in str(told.value.diagnostics[0].help)
    (whole,) = open_reports(str(save(_report(scopecli, source, "--values", "full"))))
    assert whole.read
    assert whole.read(whole.report.variables[0]).shape == (40, 40)


# What is wrong


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema_version": 3}, "schema_version: expected 2, found 3: a newer scopecli wrote this"),
        ({"schema_version": "1"}, 'schema_version: expected an integer, found "1"'),
        ({"variables.0.shape.0": "x"}, 'variables[0].shape[0]: expected an integer, found "x"'),
        ({"variables.0.shape": [2**40, 2**40]}, "variables[0]: a shape has more than 2^63 - 1 elements"),
        ({"variables.0.calls.1": 9}, "variables[0].calls[1]: 9 is no index: there are 3 calls"),
        ({"variables.0.trainable": 1}, "variables[0].trainable: expected true or false, found 1"),
        ({"calls.1.index": 2}, "calls[1].index: expected 1, found 2"),
        (
            {"calls.1.reuse": "true"},
            'calls[1].reuse: expected "False" or "True" or "AUTO_REUSE", found "true"',
        ),
        ({"calls.1.first_call": 2}, "calls[1].first_call: 2 is no index: there are 2 calls up to this one"),
        ({"calls.1.location.line": -1}, "calls[1].location.line: expected an integer from 0 to 2^63 - 1"),
        ({"calls.1.variable": "w"}, "calls[1].variable: no variable of this name has the call among its"),
        ({"calls.1.value": [1, [2]]}, "calls[1].value: expected a number, found a list"),
        ({"calls.1.value": [[1], [2, 3]]}, "calls[1].value: lists of different lengths are no tensor"),
        (
            {"scopes.0.parent_index": 0},
            "scopes[0].parent_index: 0 is no index: there are 0 scopes before this one",
        ),
        ({"snapshots.0.w1": [None]}, "snapshots[0].w1: expected a number, found null"),
        ({"collections": {"a b": 1}}, 'collections["a b"]: expected a list, found 1'),
        ({"source": []}, "source: expected an object, found a list"),
    ],
)
def test_what_does_not_fit(change: dict[str, Any], message: str, scopecli: Scopecli, save: Save) -> None:
    """What a report can't say is told in a line, with its place in the report, and status 2."""
    report = _report(scopecli, Path("scenarios/reuse_true.yaml"))
    for path, value in change.items():
        _put(report, path.split("."), value)
    path = save(report)
    result = scopecli("explain", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{path}: error: {message}")
    assert result.stderr.endswith("[SC604]\n")
    in_list = scopecli("explain", save([_report(scopecli, Path("scenarios/gan.yaml")), report]))
    assert f"error: [1].{message}" in in_list.stderr


def _put(inside: Any, path: list[str], value: Any) -> None:
    *way, last = [int(each) if each.isdigit() else each for each in path]
    for step in way:
        inside = inside[step]
    inside[last] = value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"schema_version": 1,\n "source": }', ":2:12: error: this is no JSON: Expecting value"),
        ('{"schema_version": 1', ":1:21: error: this is no JSON: Expecting ',' delimiter"),
        ('{"schema_version": 1}', ": error: the key `source` is missing"),
        ('{"schema_version": NaN}', ": error: this JSON can't be read: NaN is not JSON"),
        ('{"schema_version": ' + "9" * 5000 + "}", ": error: this JSON can't be read: "),
        ('{"schema_version": 1, "calls": ' + "[" * 100_000, ": error: this JSON is nested too deep"),
        ('[{"schema_version": 1}, 3]', ": error: [0]: the key `source` is missing"),
        ('{"schema_version": 1, "source": {"kind": "x", "path": "y"}} x', ":1:61: error: this is no JSON"),
        (b'{"schema_version": 1, "title": "\xff"}', ":1:33: error: not UTF-8: byte 0xff"),
    ],
    ids=lambda each: repr(each)[:40],
)
def test_damaged_json(text: str | bytes, message: str, scopecli: Scopecli, save: Save) -> None:
    """Damaged JSON is told with its line and column, where it has one."""
    path = save(text)
    result = scopecli("lint", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{path}{message}")


def test_what_newer_versions_add_is_ignored(scopecli: Scopecli, save: Save) -> None:
    """Keys that are not known are no problem, in whatever object has keys of its own."""
    report = _report(scopecli, Path("scenarios/beginners.yaml"))
    before = scopecli("explain", save(report)).stdout
    for inside in list(_objects(report)):
        inside["added"] = {"later": [1]}
    assert scopecli("explain", save(report)).stdout == before


def _objects(found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        yield found
        names = found.keys() - {"given", "collections", "snapshots", "source_lines"}  # whose keys are names
        yield from (inside for name in names for inside in _objects(found[name]))
    elif isinstance(found, list):
        yield from (inside for each in found for inside in _objects(each))


@pytest.fixture(scope="module")
def reports() -> list[str]:
    """Return reports with a bit of everything, as text."""
    session = SessionOptions(max_bytes=2**30)
    built = (interpret(load_program(str(path)), seed=None, session=session) for path in MIXED)
    return ["\n".join(_json(each)) for each in built]


@pytest.mark.parametrize("seed", range(4))
def test_odd_facts(seed: int, reports: list[str], scopecli: Scopecli, save: Save) -> None:
    """A report with facts that are not of their kind is explained, or refused in one line."""
    random = Random(seed)  # noqa: S311 - no secret
    for _ in range(EXAMPLES // 4):
        report = json.loads(random.choice(reports))
        for _ in range(random.randint(1, 3)):
            inside, key = random.choice(list(_places(report)))
            if random.random() < 0.3 and isinstance(inside, dict):
                del inside[key]
            else:
                inside[key] = copy.deepcopy(random.choice([*ODD, _somewhere(report, random)]))
        _answered(save(report), scopecli, *random.choice(COMMANDS))


def _somewhere(report: Any, random: Random) -> Any:
    inside, key = random.choice(list(_places(report)))
    return inside[key]


def _places(found: Any) -> Iterator[tuple[Any, Any]]:
    keys = found if isinstance(found, dict) else range(len(found)) if isinstance(found, list) else ()
    for key in keys:
        yield found, key
        yield from _places(found[key])


def test_odd_bytes(reports: list[str], scopecli: Scopecli, save: Save) -> None:
    """A report that is cut short, or has other bytes in it, is explained, or refused in one line."""
    random = Random(0)  # noqa: S311 - no secret
    for _ in range(EXAMPLES):
        text = bytearray(random.choice(reports).encode())
        for _ in range(random.randint(0, 3)):
            text[random.randrange(40, len(text))] = random.randrange(256)
        kept = random.choice([len(text), random.randrange(40, len(text))])
        _answered(save(bytes(text[:kept])), scopecli, *random.choice(COMMANDS))


COMMANDS: Final = [
    ["explain"],
    ["lint"],
    ["list", "--stats", "--slices", "-f", "csv"],
    ["list", "-f", "table", "--width", "100"],
    ["tree"],
    ["diff", "scenarios/gan.yaml"],
    ["diff", "--values"],
]


def _answered(path: Path, scopecli: Scopecli, *command: str) -> None:
    """Hold that a command ends in a result, or in a message: the fixture raises anything else."""
    paths = [path, path] if command == ("diff", "--values") else [path]
    result = scopecli(*command, *paths)
    assert result.exit_code in (0, 1, 2)
    if result.exit_code == 2:
        assert result.stdout == "" or "--stats" in command  # those that can be read are listed
        assert "error:" in result.stderr
