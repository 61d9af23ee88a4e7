"""`scopecli export`, and `trace --emit scenario`: from a scenario to a program and back."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, SCENARIOS, Process, Scopecli

CALL = ("step", "name", "scope", "reuse", "outcome", "variable", "first_call", "shape", "dtype", "trainable")
ROW = ("name", "shape", "dtype", "repr", "kind", "trainable", "collections", "calls")

EACH_IN_A_GRAPH = """\
import runpy, sys
import tensorflow.compat.v1 as tf
for path in sys.argv[1:]:
    with tf.Graph().as_default():
        tf.get_variable("first_of_all", [])  # so that each has a report
        runpy.run_path(path, run_name="__main__")
"""

SOURCES = [
    path
    for path in sorted([*(ROOT / "scenarios").glob("*.yaml"), *(SCENARIOS / "valid").glob("*.yaml")])
    if "python:" not in path.read_text(encoding="utf-8") and "greedy" not in path.read_text(encoding="utf-8")
]


def _facts(report: dict[str, Any]) -> dict[str, Any]:
    """Return what a program and its scenario have in common, without the variable that marks the graph."""
    calls = [{key: call[key] for key in CALL} for call in report["calls"]]
    rows = [{key: row[key] for key in ROW} for row in report["variables"]]
    if rows and rows[0]["name"] == "first_of_all":
        calls = [
            {**call, "first_call": None if call["first_call"] is None else call["first_call"] - 1}
            for call in calls[1:]
        ]
        rows = [{**row, "calls": [index - 1 for index in row["calls"]]} for row in rows[1:]]
    return {"calls": calls, "variables": rows}


def test_an_exported_program_builds_the_same(scopecli: Scopecli, tmp_path: Path) -> None:
    """Traced, the program of each scenario makes the calls and the variables that `run` reports."""
    programs = [tmp_path / f"{number}_{path.stem}.py" for number, path in enumerate(SOURCES)]
    for path, program in zip(SOURCES, programs, strict=True):
        assert scopecli("export", path, "-o", program).exit_code == 0
    main = tmp_path / "main.py"
    main.write_text(EACH_IN_A_GRAPH, encoding="utf-8")
    traced = scopecli("trace", "-f", "json", "--program-output", os.devnull, main, *programs)
    assert traced.exit_code == 0, traced.stderr
    found = [_facts(each) for each in json.loads(traced.stdout)]
    expected = [_facts(json.loads(scopecli("run", path, "-f", "json").stdout)) for path in SOURCES]
    for path, one, other in zip(SOURCES, found, expected, strict=True):
        assert one == other, path
