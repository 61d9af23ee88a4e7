"""`scopecli run`: values, sharing, formats, and what it says where TensorFlow refuses."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from support import Scopecli, Write

from scopecli.ground.errors import InvalidSourceError
from scopecli.interpret import interpret
from scopecli.scenario.expansion import load_program
from scopecli.scenario.objects import PythonObject, PythonSpec
from scopecli.scenario.records import key
from scopecli.scenario.steps.base import AnyStep, Written
from scopecli.scenario.steps.reading import KINDS, block

NOTEBOOK = """\
w1 : [1. 1.]
w2 : [2. 2.]
w3 : [1. 1.]

[<tf.Variable 'test/weight_1:0' shape=(2,) dtype=float32_ref>,
 <tf.Variable 'test/weight_2:0' shape=(2,) dtype=float32_ref>]
"""
TEMPLATES = ("reuse_true", "reuse_variables", "auto_reuse")


def _report(scopecli: Scopecli, *arguments: object) -> Any:
    result = scopecli("run", *arguments, "-f", "json")
    return json.loads(result.stdout)


@pytest.mark.parametrize("template", TEMPLATES)
def test_notebook_templates(template: str, scopecli: Scopecli) -> None:
    """The three templates print what the notebook's cells print, to the letter."""
    result = scopecli("run", f"scenarios/{template}.yaml", "-f", "tf")
    assert (result.stdout, result.stderr, result.exit_code) == (NOTEBOOK, "", 0)


def test_plain_is_the_format_of_a_pipe(scopecli: Scopecli) -> None:
    """Without a terminal, run prints a line a call, an empty line and the names."""
    result = scopecli("run", "scenarios/reuse_true.yaml")
    assert result.stdout == (
        "w1\ttest/weight_1\tcreated\t(2,)\tfloat32\t[1. 1.]\n"
        "w2\ttest/weight_2\tcreated\t(2,)\tfloat32\t[2. 2.]\n"
        "w3\ttest/weight_1\treused\t(2,)\tfloat32\t[1. 1.]\n"
        "\n"
        "test/weight_1\n"
        "test/weight_2\n"
    )


def test_json_report_has_the_documented_shape(scopecli: Scopecli) -> None:
    """The JSON report of the first template has the fields and values that scripts depend on."""
    report = _report(scopecli, "scenarios/reuse_true.yaml")
    shared = report["calls"][2]
    place = {"file": "scenarios/reuse_true.yaml", "line": 14, "column": 9}
    assert shared["location"] == {**place, "end_line": 14, "end_column": 41}
    set_at = {"file": "scenarios/reuse_true.yaml", "line": 12, "column": 5}
    assert shared["reuse_set_at"] == {**set_at, "end_line": 12, "end_column": 10}
    wanted = {"index": 2, "step": "get_variable", "handle": "w3", "name": "weight_1", "scope": "test"}
    wanted |= {"reuse": "True", "outcome": "reused", "variable": "test/weight_1", "first_call": 0}
    wanted |= {"shape": [2], "dtype": "float32", "value": [1.0, 1.0], "error": None}
    assert wanted.items() <= shared.items()
    assert report["variables"][0] == {
        "name": "test/weight_1",
        "shape": [2],
        "dtype": "float32",
        "repr": "<tf.Variable 'test/weight_1:0' shape=(2,) dtype=float32_ref>",
        "kind": "ref",
        "trainable": True,
        "collections": ["variables", "trainable_variables"],
        "device": "",
        "size": 2,
        "bytes": 8,
        "calls": [0, 2],
        "role": "weight",
        "itemsize": 4,
    }
    assert report["snapshots"] == [{"w1": [1.0, 1.0], "w2": [2.0, 2.0], "w3": [1.0, 1.0]}]
    assert report["totals"] == {
        "variables": 2,
        "local_variables": 0,
        "parameters": 4,
        "trainable_parameters": 4,
        "bytes": 16,
    }


def test_several_scenarios_give_a_json_list(scopecli: Scopecli) -> None:
    """Several scenarios give one JSON list, in the order they were named in."""
    paths = [f"scenarios/{template}.yaml" for template in TEMPLATES]
    assert [each["source"]["path"] for each in _report(scopecli, *paths)] == paths


def test_jsonl_is_a_report_a_line(scopecli: Scopecli) -> None:
    """As JSON lines, each report is one line and the same as in the list."""
    paths = [f"scenarios/{template}.yaml" for template in TEMPLATES]
    result = scopecli("run", *paths, "-f", "jsonl")
    assert [json.loads(line) for line in result.stdout.splitlines()] == _report(scopecli, *paths)


def test_each_scenario_has_a_graph_of_its_own(scopecli: Scopecli) -> None:
    """The same scenario twice makes the same variables twice: nothing is left of the first graph."""
    first, second = _report(scopecli, "scenarios/reuse_true.yaml", "scenarios/reuse_true.yaml")
    assert first == second


def test_markdown(scopecli: Scopecli) -> None:
    """As Markdown, calls are rows and the variables a code block."""
    lines = scopecli("run", "scenarios/auto_reuse.yaml", "-f", "markdown").stdout.splitlines()
    assert (
        "| `w3` | `weight_1` | `test/weight_1` | `reused w1` | `(2,)` | `float32` | `yes` | `[1. 1.]` |"
        in lines
    )
    assert lines[-1] == "2 variables, 4 parameters (4 trainable), 16 B"


def test_the_seed_decides_the_values(scopecli: Scopecli, scenario: Write) -> None:
    """The same seed gives the same random values, another gives others; --seed wins over the file's."""
    path = scenario("seed: 1\nsteps:\n  - {get_variable: w, shape: [8]}\n")

    def values(*options: str) -> list[float]:
        return list(_report(scopecli, path, *options)["calls"][0]["value"])

    assert values() == values() == values("--seed", "1")
    assert values() != values("--seed", "2")


def test_uninitialized_variables_spoil_nothing(scopecli: Scopecli, scenario: Write) -> None:
    """A variable that is not initialised has the value null and says so; the others have theirs."""
    path = scenario(
        "steps:\n"
        "  - {get_variable: hidden, shape: [2], collections: [mine], as: hidden}\n"
        "  - {get_variable: w, shape: [2], initializer: ones, as: w}\n"
    )
    report = _report(scopecli, path)
    hidden, shown = report["calls"]
    assert (hidden["value"], hidden["uninitialized"]) == (None, True)
    assert shown["value"] == [1.0, 1.0]
    assert "uninitialized" not in shown
    assert [each["name"] for each in report["variables"]] == ["w"]


def test_large_values_are_summarised(scopecli: Scopecli, scenario: Write) -> None:
    """Above numpy's print threshold a value is null beside its statistics."""
    path = scenario("steps:\n  - {get_variable: w, shape: [1001], initializer: {constant: 2}, as: w}\n")
    call = _report(scopecli, path)["calls"][0]
    assert call["value"] is None
    assert call["value_summary"] == {
        "min": 2.0,
        "max": 2.0,
        "mean": 2.0,
        "std": 0.0,
        "l2": pytest.approx(2 * np.sqrt(1001)),
        "zeros": 0,
        "nan": 0,
        "inf": 0,
    }


def test_full_values_on_request(scopecli: Scopecli, scenario: Write) -> None:
    """With --values full a large value is reported element by element."""
    path = scenario("steps:\n  - {get_variable: w, shape: [1001], initializer: ones, as: w}\n")
    call = _report(scopecli, path, "--values", "full")["calls"][0]
    assert call["value"] == [1.0] * 1001
    assert "value_summary" not in call


def test_tf_format_prints_large_values_as_numpy_does(scopecli: Scopecli, scenario: Write) -> None:
    """A value above the threshold is printed with numpy's dots, though only its corners are kept."""
    path = scenario("steps:\n  - {get_variable: w, shape: [40, 50], initializer: {identity: 2}, as: w}\n")
    printed = scopecli("run", path, "-f", "tf").stdout
    assert printed.startswith(f"w : {2 * np.eye(40, 50, dtype=np.float32)}\n\n[<tf.Variable")


def test_strict_json(scopecli: Scopecli, scenario: Write) -> None:
    """NaN and infinities are strings, complex numbers pairs, and bytes text or base64."""
    path = scenario(
        "steps:\n"
        "  - {get_variable: special, initializer: [.nan, .inf, -.inf, 1.5]}\n"
        "  - {get_variable: complex, shape: [1], dtype: complex64, initializer: ones}\n"
        '  - {get_variable: text, initializer: {value: ["é"]}, dtype: string}\n'
        "  - {get_variable: flag, shape: [], dtype: bool}\n"
    )
    values = [call["value"] for call in _report(scopecli, path)["calls"]]
    assert values == [["NaN", "Infinity", "-Infinity", 1.5], [[1.0, 0.0]], ["é"], False]


def test_too_large_for_a_session(scopecli: Scopecli, scenario: Write) -> None:
    """What would not fit is refused before the session, with its size and the limit; list still shows it."""
    path = scenario(
        "steps:\n  - {get_variable: small, shape: [2]}\n  - {get_variable: big, shape: [1000000, 1000000]}\n"
    )
    refused = scopecli("run", path)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"{path}:3:5: error: the session would need 3.64 TiB" in refused.stderr
    assert "the limit is 2 GiB" in refused.stderr
    assert scopecli("list", path).stdout == "small\nbig\n"


def test_max_bytes_sets_the_limit(scopecli: Scopecli, scenario: Write) -> None:
    """The limit counts all variables of a session together, to the byte."""
    path = scenario("steps:\n  - {get_variable: a, shape: [100]}\n  - {get_variable: b, shape: [100]}\n")
    assert scopecli("run", path, "--max-bytes", "800").exit_code == 0
    assert scopecli("run", path, "--max-bytes", "799").exit_code == 2
    assert scopecli("run", path, "--max-bytes", "1KiB").exit_code == 0
    assert "is no number of bytes" in scopecli("run", path, "--max-bytes", "much").stderr
    assert "is no number of bytes" in scopecli("run", path, "--max-bytes", "9" * 400).stderr


def test_expected_failures_are_reported(scopecli: Scopecli) -> None:
    """A failure that the scenario says with `raises` is reported and is no error."""
    result = scopecli("run", "scenarios/beginners.yaml", "-f", "json")
    report = json.loads(result.stdout)
    assert (result.exit_code, result.stderr, report["error"]) == (0, "", None)
    raised = [call for call in report["calls"] if call["outcome"] == "raised"]
    assert [call["error"] for call in raised] == report["expected_failures"]
    assert all(call["variable"] is None for call in raised)
    assert raised[0]["error"]["notes"][0]["location"]["line"] == 7


@pytest.mark.parametrize("use_resource", ["true", "false"])
def test_a_failed_step(use_resource: str, scopecli: Scopecli, scenario: Write) -> None:
    """A refused step ends the run with status 1, what was built before it, and both places that matter."""
    path = scenario(
        f"use_resource: {use_resource}\n"
        "steps:\n"
        "  - {get_variable: w, shape: [1], as: w}\n"
        "  - {get_variable: w, shape: [1]}\n"
    )
    result = scopecli("run", path, "-f", "json")
    report = json.loads(result.stdout)
    error = report["error"]
    assert result.exit_code == 1
    assert [each["name"] for each in report["variables"]] == ["w"]
    assert error["type"] == "ValueError"
    assert error["message"] == (
        "Variable w already exists, disallowed. "
        "Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    assert (error["location"]["line"], error["notes"][0]["location"]["line"]) == (4, 3)
    assert f"{path}:4:5: error: ValueError: Variable w already exists" in result.stderr
    assert f"{path}:3:5: note: `w` was first created here" in result.stderr
    assert "\nhelp: " in result.stderr


def test_no_python_frames_without_verbose(scopecli: Scopecli, scenario: Write) -> None:
    """TensorFlow's stack is shown with -v and not without; its frames are never part of the message."""
    path = scenario("steps:\n  - {get_variable: w, shape: [1]}\n  - {get_variable: w, shape: [1]}\n")
    assert 'File "' not in scopecli("run", path).stderr
    assert 'variable_scope.py", line' in scopecli("run", path, "-v").stderr


def test_a_failed_session(scopecli: Scopecli, scenario: Write) -> None:
    """A session that fails names the step whose operation failed, and keeps TensorFlow's message."""
    path = scenario(
        "steps:\n"
        "  - {get_variable: fine, shape: [1], as: fine}\n"
        "  - variable_scope: a\n"
        "    steps:\n"
        "      - get_variable: low\n"
        "        shape: [1]\n"
        "        dtype: int32\n"
        "        initializer: {random_uniform: {minval: 5, maxval: 1}}\n"
        "  - {get_variable: also_fine, shape: [1]}\n"
    )
    result = scopecli("run", path, "-f", "json")
    error = json.loads(result.stdout)["error"]
    assert result.exit_code == 1
    assert (error["type"], error["location"]["line"]) == ("InvalidArgumentError", 5)
    assert "Need minval < maxval, got 5 >= 1" in error["message"]
    assert 'File "' not in error["message"]
    assert "help: give `random_uniform` a `maxval` above its `minval`" in result.stderr


def test_an_uninitialized_initial_value(scopecli: Scopecli, scenario: Write) -> None:
    """A resource variable's initialised value, which TensorFlow no longer has, is refused with advice."""
    path = scenario(
        "use_resource: true\n"
        "steps:\n"
        "  - {get_variable: a, shape: [1], as: a}\n"
        "  - {get_variable: b, initializer: {initialized_value: $a}}\n"
    )
    result = scopecli("run", path)
    assert result.exit_code == 1
    assert "error: NotImplementedError" in result.stderr
    assert "help: " in result.stderr


def test_an_invalid_file_does_not_stop_the_others(scopecli: Scopecli) -> None:
    """With an invalid file among several the others run, and every problem of every file is told."""
    invalid = ("tests/scenarios/invalid/dtypes.yaml", "tests/scenarios/invalid/tab.yaml")
    good = "scenarios/reuse_true.yaml"
    result = scopecli("run", invalid[0], good, invalid[1])
    assert (result.exit_code, result.stdout) == (2, scopecli("run", good).stdout)
    assert result.stderr.count(": error: ") == 4


def test_standard_input(scopecli: Scopecli) -> None:
    """A dash is standard input, also where a message quotes a line of it."""
    good = scopecli("run", "-", text="steps: [{get_variable: w, shape: [1], initializer: ones, as: w}]\n")
    assert good.stdout == "w\tw\tcreated\t(1,)\tfloat32\t[1.]\n\nw\n"
    bad = scopecli("run", "-", text="stepz: []\n")
    assert "-:1:1: error: unknown key `stepz` [SC012]\n    1 | stepz: []\n      | ^^^^^\n" in bad.stderr


def test_an_entry_of_the_session_that_fails(scopecli: Scopecli, scenario: Write) -> None:
    """What TensorFlow refuses in a session is told at the entry, with what to put before it."""
    path = scenario(
        "steps: [{get_variable: a, shape: [2], initializer: zeros, as: a}]\n"
        "session:\n"
        "  - {assign_add: $a, value: [1, 2]}\n"
    )
    error = _report(scopecli, path)["error"]
    assert (error["type"], error["location"]["line"]) == ("FailedPreconditionError", 3)
    assert error["help"] == "put an entry `initialize`, or `initialize: [$handle]`, before this one"


def test_max_bytes_counts_strings(scopecli: Scopecli, scenario: Write) -> None:
    """A string takes memory before it holds anything."""
    path = scenario("steps: [{get_variable: k, shape: [1000], initializer: zeros, dtype: string}]\n")
    assert scopecli("run", path, "--max-bytes", "24000").exit_code == 0
    assert "would need 23.4 KiB" in scopecli("run", path, "--max-bytes", "23999").stderr


@pytest.mark.parametrize(
    ("name", "dtype"), [("b", "qint16"), ("b", "int4"), ("'b\\c'", "float32")], ids=["assign", "int4", "name"]
)
def test_a_session_fails_where_its_variable_is_made(
    name: str, dtype: str, scopecli: Scopecli, scenario: Write
) -> None:
    """What TensorFlow refuses in a session has the place of the step that it is about, not of another."""
    first = "  - {get_variable: a, shape: [2], initializer: ones}\n"
    second = f"  - {{get_variable: {name}, shape: [2], initializer: zeros, dtype: {dtype}}}\n"
    path = scenario(f"steps:\n{first}{second}")
    result = scopecli("run", path)
    assert result.exit_code == 1
    assert f"{path}:3:5: error: InvalidArgumentError: " in result.stderr


@pytest.mark.parametrize("yielded", ["[made, made]", "None", "'text'"])
def test_a_custom_getter_that_yields_no_variable(
    yielded: str,
    scopecli: Scopecli,
    scenario: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What can't be shown as a variable is refused, at the call."""
    (tmp_path / "yields_no_variable.py").write_text(
        "def getter(getter, name, *given, **named):\n"
        "    made = getter(name, *given, **named)\n"
        f"    return {yielded}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "yields_no_variable", raising=False)
    step = "{get_variable: x, shape: [2], custom_getter: {python: 'yields_no_variable:getter'}, as: x}"
    path = scenario(f"steps:\n  - {step}\n")
    result = scopecli("run", path, "--allow-python")
    assert result.exit_code == 1
    assert f"{path}:2:5: error: TypeError: a custom getter returned " in result.stderr


def test_code_is_loaded_only_where_it_may_be(scenario: Write) -> None:
    """Whoever builds a program without asking first whether it names code does not run that code."""
    steps = [
        "{get_variable: x, shape: [], initializer: {python: 'os:remove'}}",
        "{get_variable: x, shape: [], custom_getter: {python: 'os:remove'}}",
        "{variable_scope: s, regularizer: {python: 'os:remove'}, steps: []}",
        "{set_custom_getter: {python: 'os:remove'}}",
    ]
    for step in steps:
        program = load_program(str(scenario(f"steps: [{step}]\n")))
        with pytest.raises(InvalidSourceError, match="`os:remove` is code, and would be run"):
            interpret(program, seed=None, session=None)


def test_titles_and_descriptions_are_shown(scopecli: Scopecli, scenario: Write) -> None:
    """A title written as a block ends without a line break, and Markdown has the description too."""
    path = scenario("title: >\n  Two\n  words\ndescription: |\n  What it is.\nsteps: []\n")
    assert scopecli("run", path, "-f", "table").stdout.startswith("Two words\n")
    assert scopecli("run", path, "-f", "markdown").stdout.startswith("## Two words\n\nWhat it is.\n\n")


def test_what_was_raised_is_told_whole(scopecli: Scopecli, scenario: Write) -> None:
    """A message of several lines is one line, with all that it says."""
    path = scenario('steps: [{get_variable: "x\\ny", shape: [1], raises: ValueError}]\n')
    line = next(
        each for each in scopecli("run", path, "-f", "table").stdout.splitlines() if "raised as" in each
    )
    assert line.startswith(
        f"raised as expected at {path}:1:9: ValueError: 'x\\ny' is not a valid root scope name"
    )
    assert line.endswith("has to match the following pattern: ^[A-Za-z0-9.][A-Za-z0-9_.\\\\/>-]*$")


def test_a_collection_has_what_tensorflow_puts_there(scopecli: Scopecli, tmp_path: Path) -> None:
    """A variable that a program adds to a collection twice is in it twice; the global ones are told once."""
    program = tmp_path / "program.py"
    program.write_text(
        "import tensorflow.compat.v1 as tf\n"
        "tf.disable_v2_behavior()\n"
        "w = tf.get_variable('w', [1], collections=['mine', 'mine', tf.GraphKeys.GLOBAL_VARIABLES])\n"
        "tf.add_to_collection('mine', w)\n"
        "tf.add_to_collection(tf.GraphKeys.GLOBAL_VARIABLES, w)\n"
    )
    report = json.loads(scopecli("trace", program, "-f", "json").stdout)
    assert report["collections"] == {"mine": ["w", "w"], "trainable_variables": ["w"], "variables": ["w"]}


def test_a_literal_of_a_scope_has_its_own_dtype(scopecli: Scopecli, scenario: Write) -> None:
    """A list that a scope has for an initializer is left as it is, whatever the scope's dtype."""
    path = scenario(
        "steps:\n"
        "  - {variable_scope: a, initializer: [1, 2], dtype: float64, steps: [{get_variable: w}]}\n"
        "  - {get_variable: v, initializer: [1, 2], dtype: float64}\n"
    )
    assert [row["dtype"] for row in _report(scopecli, path)["variables"]] == ["int32", "float64"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _VariableCreatorScope(AnyStep):
    """`with tf.variable_creator_scope(creator):`, a step that the language has not."""

    word: ClassVar[str] = "variable_creator_scope"

    creator: PythonObject | None = key(PythonSpec(), "makes the variables", name="variable_creator_scope")
    steps: tuple[Written, ...] = block()


def test_a_new_step_may_name_code_no_more_than_others(
    scopecli: Scopecli, scenario: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that holds code is refused and nothing imported: no list is kept of such steps."""
    monkeypatch.setitem(KINDS, "variable_creator_scope", _VariableCreatorScope)
    trace = tmp_path / "was_imported"
    (tmp_path / "new_step.py").write_text(f"open({str(trace)!r}, 'w')\ndef creator(make, **named): ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    code = "{python: 'new_step:creator'}"
    path = scenario(
        f"steps:\n  - variable_creator_scope: {code}\n    steps: [{{get_variable: w, shape: []}}]\n"
    )
    for command in ("run", "test", "explain", "lint", "list", "tree"):
        result = scopecli(command, path)
        assert result.exit_code == 2, command
        assert "`new_step:creator` is code, and would be run [SC023]" in result.stderr + result.stdout
    assert not trace.exists()


def test_where_a_variable_that_is_not_shared_was_made(scopecli: Scopecli, scenario: Write) -> None:
    """A `Variable` is no variable that reuse finds: the note says that there is one, made by another step."""
    path = scenario(
        "steps:\n"
        "  - {Variable: w, initial_value: [1., 2.]}\n"
        "  - {variable_scope: '', reuse: true, steps: [{get_variable: w}]}\n"
    )
    told = scopecli("run", path).stderr
    assert "does not exist" in told
    assert "`w` was first created here" in told


@pytest.mark.parametrize("size", ["9" * 400, "1" + "0" * 5000 + "M", "-1", "1e9"])
def test_a_number_of_bytes_that_is_none(size: str, scopecli: Scopecli) -> None:
    """A number that is too long, or is written otherwise, is a wrong use."""
    result = scopecli("run", "scenarios/gan.yaml", "--max-bytes", size)
    assert result.exit_code == 2
    assert "is no number of bytes" in result.stderr
