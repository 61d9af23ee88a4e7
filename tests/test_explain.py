"""`scopecli explain`: why each call yielded what it did."""

import json
from pathlib import Path

import pytest
from support import ROOT, SCENARIOS, Scopecli, Write, compare_with_file

FILES = sorted((SCENARIOS / "explain").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_explanations(path: Path, scopecli: Scopecli) -> None:
    """Each call is explained as expected: scopes, mode, name, outcome."""
    compare_with_file(path.with_suffix(".out"), scopecli("explain", path.relative_to(ROOT)))


def test_handles_choose_calls(scopecli: Scopecli) -> None:
    """Handles choose the calls that are explained."""
    result = scopecli("explain", "scenarios/reuse_true.yaml", "w3", "w1")
    assert [line.split()[0] for line in result.stdout.splitlines() if ": get" in line] == ["w1:", "w3:"]


def test_calls_without_a_handle(scopecli: Scopecli, scenario: Write) -> None:
    """A call may be named by its variable, and one without a handle by its number."""
    path = scenario("steps:\n  - {get_variable: v, shape: []}\n  - {get_variable: w, shape: [], as: w1}\n")
    by_number = scopecli("explain", path, "#0").stdout
    assert by_number.startswith("#0: get_variable v ")
    assert scopecli("explain", path, "v").stdout == by_number
    assert scopecli("explain", path, "w").stdout == scopecli("explain", path, "w1").stdout


@pytest.mark.parametrize(
    ("handle", "hint"), [("w33", "did you mean 'w3'?"), ("q", "the handles are w1, w2, w3")]
)
def test_unknown_handle(handle: str, hint: str, scopecli: Scopecli) -> None:
    """A handle that no call yields is an error of usage, with those that there are."""
    result = scopecli("explain", "scenarios/reuse_true.yaml", handle)
    assert (result.exit_code, result.stdout) == (2, "")
    assert hint in result.stderr


def test_a_name_that_a_getter_chose(
    scopecli: Scopecli, scenario: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that a custom getter chose is said to be its choice."""
    getter = "def getter(getter, name, *args, **kwargs):\n    return getter(name + '_own', *args, **kwargs)\n"
    (tmp_path / "explain_own.py").write_text(getter, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    path = scenario("steps: [{get_variable: w, shape: [], custom_getter: {python: 'explain_own:getter'}}]\n")
    lines = scopecli("explain", path, "--allow-python").stdout.splitlines()
    assert "  name     `w_own`: chosen by a custom getter for `w` in the root scope" in lines


def test_json(scopecli: Scopecli) -> None:
    """The JSON form has the same facts, an object a call."""
    result = scopecli("explain", "scenarios/reuse_true.yaml", "-f", "json")
    shared = json.loads(result.stdout)[2]
    place = {"file": "scenarios/reuse_true.yaml", "line": 8, "column": 9, "end_line": 8, "end_column": 88}
    wanted = {"handle": "w3", "outcome": "reused", "first_call": 0, "made_at": place, "error": None}
    assert wanted.items() <= shared.items()
    assert [each["name"] for each in shared["scopes"]] == ["test"]


def test_a_refusal_is_explained(scopecli: Scopecli) -> None:
    """A call that TensorFlow refused comes with its words and what would help, and ends with status 1."""
    result = scopecli("explain", "tests/scenarios/valid/already_exists.yaml")
    assert result.exit_code == 1
    assert "refused: ValueError: Variable a/w already exists, disallowed." in result.stdout
    assert "fix      to share it" in result.stdout


def test_what_is_made_for_another_variable(scopecli: Scopecli, tmp_path: Path) -> None:
    """Slots, averages and parts are explained as what they are, and an assignment is no call."""
    program = tmp_path / "program.py"
    program.write_text(
        "import tensorflow.compat.v1 as tf\n"
        "tf.disable_v2_behavior()\n"
        "with tf.variable_scope('m', partitioner=tf.fixed_size_partitioner(2)):\n"
        "    tf.get_variable('table', [4, 3])\n"
        "w = tf.get_variable('w', [3], use_resource=True)\n"
        "tf.train.AdamOptimizer().minimize(tf.reduce_sum(w))\n"
        "tf.train.ExponentialMovingAverage(0.9, name='avg').apply([w])\n"
    )
    saved = tmp_path / "run.json"
    scopecli("trace", program, "--call-site", "all", "-f", "json", "-o", saved)
    explained = json.loads(scopecli("explain", saved, "-f", "json").stdout)
    naming = {each["variable"]: each["naming"] for each in explained}
    assert naming["m/table"].endswith(", in 2 parts by the scope's partitioner")
    assert naming["w/Adam"] == "`w/Adam`: what an optimizer keeps for a variable, named after it"
    assert naming["w/avg"] == "`w/avg`: the moving average of a variable, named after it"
    assert not [text for text in naming.values() if "custom getter" in text]
    assert all("Assign" not in name for name in naming)
    assert "`w/Adam`: what an optimizer" in scopecli("explain", saved, "w/Adam").stdout


def test_a_call_with_a_handle_has_its_number_too(scopecli: Scopecli, scenario: Write) -> None:
    """A call is named by its handle, by its number, or by its variable."""
    path = scenario("steps: [{get_variable: a, shape: [1]}, {get_variable: b, shape: [1], as: named}]\n")
    shown = {scopecli("explain", path, name).stdout for name in ("#1", "named", "b")}
    assert len(shown) == 1
