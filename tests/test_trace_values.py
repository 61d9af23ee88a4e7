"""`scopecli trace --values`: what each variable holds when its session last ran."""

import json
from pathlib import Path

import pytest
from support import Scopecli

TF1 = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
KINDS = f"""{TF1}
tf.set_random_seed(1)
plain = tf.get_variable("plain", [3], initializer=tf.ones_initializer())
resource = tf.get_variable("resource", [40, 50], use_resource=True)
parts = tf.get_variable(
    "parts",
    [3, 2],
    initializer=lambda shape, dtype, partition_info: tf.fill(shape, float(partition_info.var_offset[0])),
    partitioner=tf.fixed_size_partitioner(2),
)
unset = tf.get_variable("unset", [3])
strings = tf.get_variable("strings", initializer=tf.constant(["a", "b"]))
"""


def traced(folder: Path, scopecli: Scopecli, text: str, how: str = "summary") -> dict[str, object]:
    """Return the values of a program's calls by the names of what they yield; None where none is known."""
    (folder / "train.py").write_text(text)
    result = scopecli("trace", folder / "train.py", "--values", how, "-f", "json")
    assert result.exit_code == 0, result.stderr
    reports = json.loads(result.stdout)
    report = reports if isinstance(reports, dict) else reports[-1]
    return {
        call["variable"]: "unset" if call.get("uninitialized") else call["value"] for call in report["calls"]
    }


def test_every_kind_of_variable(tmp_path: Path, scopecli: Scopecli) -> None:
    """Plain, resource and partitioned variables, strings, and one that was never initialised."""
    run = "sess = tf.Session()\nsess.run([v.initializer for v in tf.global_variables() if v is not unset])\n"
    found = traced(tmp_path, scopecli, KINDS + run, "full")
    assert found["plain"] == [1, 1, 1]
    assert found["parts"] == [[0, 0], [0, 0], [2, 2]]
    assert found["strings"] == ["a", "b"]
    assert found["unset"] == "unset"
    whole = found["resource"]
    assert isinstance(whole, list)
    assert (len(whole), len(whole[0])) == (40, 50)


def test_they_are_what_the_program_sees(tmp_path: Path, scopecli: Scopecli) -> None:
    """A program that prints its own values prints those that are reported, and draws the numbers it would."""
    train = (
        f"{TF1}tf.set_random_seed(7)\nw = tf.get_variable('w', [2, 3])\n"
        "step = w.assign_add(tf.random_normal([2, 3]))\nnoise = tf.random_uniform([])\n"
        "with tf.Session() as sess:\n    sess.run(w.initializer)\n"
        "    print([float(sess.run(noise)) for _ in range(3)])\n    sess.run(step)\n"
        "    print(sess.run(w).tolist())\n"
        "print(len(tf.get_default_graph().get_operations()), tf.get_default_graph().version)\n"
    )
    (tmp_path / "train.py").write_text(train)
    printed = []
    for how in ("none", "full"):
        file = tmp_path / how
        result = scopecli(
            "trace", tmp_path / "train.py", "--values", how, "-f", "json", "--program-output", file
        )
        printed.append(file.read_text())
    assert printed[0] == printed[1]
    assert json.loads(result.stdout)["calls"][0]["value"] == json.loads(printed[1].splitlines()[1])


@pytest.mark.parametrize(
    ("sessions", "value"),
    [
        ("with tf.Session() as s:\n    s.run(init)\n    s.run(add)\n", 2),  # closed
        ("s = tf.Session()\ns.run(init)\ns.run(add)\n", 2),  # left open
        ("s = tf.Session()\ns.run(init)\ns.run(add)\ndel s\nimport gc; gc.collect()\n", 2),  # dropped
        ("s = tf.Session()\ns.run(init)\nwith tf.Session() as t:\n    t.run(init)\ns.run(add)\n", 2),
        ("s = tf.Session()\ns.run(init)\nwith tf.Session() as t:\n    t.run(init)\n    t.run(add)\n", 2),
        ("s = tf.Session()\ns.run(init)\nt = tf.Session()\nt.run(init)\nt.run(add)\ns.close()\n", 2),
        ("s = tf.Session()\ns.run(init)\ns.run(add)\ntf.Session()\n", 2),  # one that never runs
        ("s = tf.InteractiveSession()\ninit.run()\nadd.eval()\n", 2),
        ("s = tf.Session()\ns.run(init)\ntf.get_default_graph().finalize()\ns.run(add)\n", 2),
        ("import sys\ns = tf.Session()\ns.run(init)\ns.run(add)\nsys.exit()\n", 2),
        ("tf.Session()\n", None),
        ("tf.Session().run(tf.constant(1))\n", "unset"),
        ("", None),
    ],
)
def test_the_session_that_ran_last(sessions: str, value: object, tmp_path: Path, scopecli: Scopecli) -> None:
    """However a session ends, the values are those of its last run; of several, of the one that ran last."""
    build = "w = tf.get_variable('w', [], initializer=tf.ones_initializer())\n"
    build += "init, add = w.initializer, w.assign_add(1.0)\n"
    assert traced(tmp_path, scopecli, TF1 + build + sessions) == {"w": value}


def test_what_failed_keeps_its_values(tmp_path: Path, scopecli: Scopecli) -> None:
    """The values until then are reported, and the program's own error."""
    (tmp_path / "train.py").write_text(
        f"{TF1}w = tf.get_variable('w', [], initializer=tf.ones_initializer())\n"
        "with tf.Session() as s:\n    s.run(w.initializer)\n    1 / 0\n"
    )
    result = scopecli("trace", tmp_path / "train.py", "--values", "summary")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0].endswith("\tw\tcreated\t()\tfloat32\tget_variable\t1.0")
    assert "ZeroDivisionError" in result.stderr


def test_values_of_a_report_are_read_again(tmp_path: Path, scopecli: Scopecli) -> None:
    """A table shows them; `list --stats` and `diff --values` take a saved report's."""
    (tmp_path / "train.py").write_text(KINDS + "tf.Session().run(tf.global_variables_initializer())\n")
    report = tmp_path / "run.json"
    assert (
        scopecli("trace", tmp_path / "train.py", "--values", "full", "-f", "json", "-o", report).exit_code
        == 0
    )
    assert scopecli("diff", report, report, "--values").exit_code == 0
    assert scopecli("list", report, "--stats", "--match", "resource", "-f", "csv").exit_code == 0
    table = scopecli(
        "trace", tmp_path / "train.py", "--values", "summary", "-f", "table", "--width", "140"
    ).stdout
    assert "value" in table
    assert "[1. 1. 1.]" in table
