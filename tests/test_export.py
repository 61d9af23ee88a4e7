"""`scopecli export`, and `trace --emit scenario`: from a scenario to a program and back."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, SCENARIOS, Scopecli, Write

CALL = ("step", "name", "scope", "reuse", "outcome", "variable", "first_call", "shape", "dtype", "trainable")
ROW = ("name", "shape", "dtype", "repr", "kind", "trainable", "collections", "device", "calls")

# The slots of partitioned variables, the moving averages, a custom getter that makes several variables.
TRACED = ("dcgan", "seq2seq", "towers")

EACH_IN_A_GRAPH = """\
import runpy, sys
import tensorflow.compat.v1 as tf
for path in sys.argv[1:]:
    with tf.Graph().as_default():
        tf.get_variable("first_of_all", [])  # so that each has a report
        try:
            runpy.run_path(path, run_name="__main__")
        except Exception:
            pass  # as in some scenarios
"""

# Of this one the tensor can't be made, so that a program never comes to the call.
NEVER_CALLED = ("ragged",)

SOURCES = [
    path
    for path in sorted([*(ROOT / "scenarios").glob("*.yaml"), *(SCENARIOS / "valid").glob("*.yaml")])
    if "python:" not in path.read_text(encoding="utf-8")
]


def _facts(report: dict[str, Any]) -> dict[str, Any]:
    """Return what a program and its scenario have in common, without the variable that marks the graph."""
    calls = [{key: call[key] for key in CALL} for call in report["calls"] if call["name"] not in NEVER_CALLED]
    rows = [{key: row[key] for key in ROW} for row in report["variables"]]
    if rows and rows[0]["name"] == "first_of_all":
        calls = [
            {**call, "first_call": None if call["first_call"] is None else call["first_call"] - 1}
            for call in calls[1:]
        ]
        rows = [{**row, "calls": [index - 1 for index in row["calls"]]} for row in rows[1:]]
    losses = [{key: loss[key] for key in ("name", "variable")} for loss in report["losses"]]
    return {"calls": calls, "variables": rows, "losses": losses}


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, scopecli: Scopecli) -> dict[Path, dict[str, Any]]:
    """Export every scenario, trace the programs in one process, and return the report of each."""
    folder = tmp_path_factory.mktemp("exported")
    programs = [folder / f"{number}_{path.stem}.py" for number, path in enumerate(SOURCES)]
    for path, program in zip(SOURCES, programs, strict=True):
        assert scopecli("export", path, "-o", program).exit_code == 0
    main, report = folder / "main.py", folder / "report.json"
    main.write_text(EACH_IN_A_GRAPH, encoding="utf-8")
    scopecli("trace", "-f", "json", "-o", report, "--program-output", os.devnull, main, *programs)
    return dict(zip(SOURCES, json.loads(report.read_text(encoding="utf-8")), strict=True))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_an_exported_program_builds_the_same(
    path: Path, traced: dict[Path, dict[str, Any]], scopecli: Scopecli
) -> None:
    """Traced, the program of a scenario makes the calls and the variables that `run` reports."""
    report = json.loads(scopecli("run", path, "-f", "json").stdout)
    assert _facts(traced[path]) == _facts(report)


def _shared(report: dict[str, Any]) -> dict[str, Any]:
    """Return the variables of a report, and how many calls asked for each."""
    asked = Counter(
        name for call in report["calls"] for name in call.get("derived") or [call["variable"]] if name
    )
    rows = [*report["variables"], *report["local_variables"]]
    return {"variables": [{key: row[key] for key in ROW if key != "calls"} for row in rows], "asked": asked}


@pytest.mark.parametrize("name", TRACED)
def test_an_emitted_scenario_builds_the_same(name: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """The scenario of a program has the program's variables, and shares them as often."""
    program, emitted = f"tests/programs_tf1/{name}.py", tmp_path / "emitted.yaml"
    arguments = ("trace", "--graph", "1", "--program-output", os.devnull)
    traced = json.loads(scopecli(*arguments, "-f", "json", program).stdout)
    assert scopecli(*arguments, "--emit", "scenario", "-o", emitted, program).exit_code == 0
    built = json.loads(scopecli("run", emitted, "-f", "json").stdout)
    assert _shared(built) == _shared(traced)


def test_an_export_of_odd_regularizers_and_failures(
    scopecli: Scopecli, scenario: Write, tmp_path: Path
) -> None:
    """A regularizer of nothing adds nothing, and what should fail and does not ends the program."""
    path = scenario("steps: [{get_variable: w, shape: [2], regularizer: l1_l2}]\n")
    program = tmp_path / "program.py"
    program.write_text(scopecli("export", path).stdout, encoding="utf-8")
    assert scopecli("trace", program).exit_code == 0
    path = scenario("steps: [{get_variable: w, shape: [2], raises: ValueError}]\n")
    program.write_text(scopecli("export", path).stdout, encoding="utf-8")
    ended = scopecli("trace", program)
    assert ended.exit_code == 1
    assert "AssertionError: this should have raised ValueError, and raised nothing" in ended.stderr
