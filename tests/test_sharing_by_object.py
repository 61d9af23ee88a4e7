"""Variables that are shared by an object, or come twice by an import, in traced programs."""

import json
from pathlib import Path
from typing import Any

import pytest
from support import Scopecli

BEGIN = """
import tensorflow as tf
x = tf.placeholder(tf.float32, [2, 4])
z = tf.placeholder(tf.float32, [2, 4])
"""


def traced(folder: Path, scopecli: Scopecli, text: str) -> dict[str, Any]:
    """Return the report of a program, which is kept as run.json."""
    path, report = folder / "train.py", folder / "run.json"
    path.write_text(BEGIN + text)
    scopecli("trace", "--tf1", path, "-f", "json", "-o", report, "--program-output", folder / "printed")
    read: dict[str, Any] = json.loads(report.read_text())
    return read


def lines_of_uses(report: dict[str, Any]) -> dict[str, list[int]]:
    """Return the lines that use each variable that is shared by its object."""
    return {
        call["variable"]: [use["location"]["line"] for use in call["uses"]]
        for call in report["calls"]
        if call.get("uses")
    }


GATES = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")
TWICE = "a = layer(x)\nb = layer(z)\n"
PRODUCTS = "a = tf.matmul(x, w)\nb = tf.matmul(z, w)\n"
CELL = """cell = tf.nn.rnn_cell.GRUCell(4)
state = tf.zeros([2, 4])
with tf.variable_scope("there"):
    a = cell(x, state)
with tf.variable_scope("back"):
    b = cell(z, state)
"""
SHARED = {
    "a layer": (f"layer = tf.layers.Dense(3, name='e')\n{TWICE}", {"e/kernel": [6, 7], "e/bias": [6, 7]}),
    "a Keras layer": (
        f"layer = tf.keras.layers.Dense(3, name='e')\n{TWICE}",
        {"e/kernel": [6, 7], "e/bias": [6, 7]},
    ),
    "a variable": (f"w = tf.Variable(tf.ones([4, 2]), name='w')\n{PRODUCTS}", {"w": [6, 7]}),
    "a resource variable": (
        f"w = tf.get_variable('w', [4, 2], use_resource=True)\n{PRODUCTS}",
        {"w": [6, 7]},
    ),
    "a partitioned variable": (
        "w = tf.get_variable('w', [4, 2], partitioner=tf.fixed_size_partitioner(2))\n" + PRODUCTS,
        {"w": [6, 7]},
    ),
    "by a function's callers": (
        "w = tf.get_variable('w', [4, 2])\ndef layer(x):\n    return tf.matmul(x, w)\n" + TWICE,
        {"w": [8, 9]},
    ),
    "a cell in two scopes": (CELL, {f"there/gru_cell/{name}": [8, 10] for name in GATES}),
}
ALONE = {
    "used once": "w = tf.get_variable('w', [4, 2])\na = tf.matmul(x, w)\n",
    "trained, saved and initialised": (
        "w = tf.get_variable('w', [4, 2])\na = tf.reduce_sum(tf.matmul(x, w))\n"
        "tf.train.AdamOptimizer().minimize(a)\ntf.train.Saver()\ntf.global_variables_initializer()\n"
        "tf.report_uninitialized_variables()\ntf.summary.histogram('w', w)\n"
    ),
    "regularized": (
        "w = tf.get_variable('w', [4, 2], regularizer=tf.nn.l2_loss)\na = tf.matmul(x, w)\n"
        "decay = tf.reduce_sum(tf.abs(w))\n"
    ),
    "on one line": "w = tf.get_variable('w', [4, 2])\ny = tf.reduce_sum(w * w) + tf.reduce_sum(w + 1.0)\n",
    "by its name": (
        "def layer(x):\n    with tf.variable_scope('s', reuse=tf.AUTO_REUSE):\n"
        f"        return tf.matmul(x, tf.get_variable('w', [4, 2]))\n{TWICE}"
    ),
    "by a template": (
        "layer = tf.make_template('t', lambda x: tf.matmul(x, tf.get_variable('w', [4, 2])))\n" + TWICE
    ),
}


@pytest.mark.parametrize("what", SHARED)
def test_the_lines_that_use_it(what: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """Each line that uses the object is recorded, and the call that made it explains them."""
    text, uses = SHARED[what]
    report = traced(tmp_path, scopecli, text)
    assert lines_of_uses(report) == uses
    explained = scopecli("explain", tmp_path / "run.json").stdout
    for lines in uses.values():
        assert all(f"train.py:{line}:" in explained for line in lines)
    assert explained.count("again by `") == len(uses)


@pytest.mark.parametrize("what", ALONE)
def test_what_is_not_shared_by_its_object(what: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """One place, and what is shared by its name, as its calls tell, are not told again."""
    assert lines_of_uses(traced(tmp_path, scopecli, ALONE[what])) == {}


def test_the_graph_is_as_it_was(tmp_path: Path, scopecli: Scopecli) -> None:
    """To look for uses adds nothing to the graph, nor to what the program sees."""
    seen = "import atexit\natexit.register(lambda: print(len(tf.get_default_graph().get_operations())))\n"
    traced(tmp_path, scopecli, SHARED["a layer"][0] + seen)
    count = int((tmp_path / "printed").read_text())
    traced(tmp_path, scopecli, SHARED["a layer"][0] + "print(len(tf.get_default_graph().get_operations()))\n")
    assert int((tmp_path / "printed").read_text()) == count


def test_lint_tells_of_a_scope_without_weights(tmp_path: Path, scopecli: Scopecli) -> None:
    """One cell in two scopes: the second has no variables. Two cells, and one scope, are quiet."""
    rnn = "tf.nn.dynamic_rnn({}, tf.zeros([2, 3, 4]), dtype=tf.float32)\n"
    new = "tf.nn.rnn_cell.GRUCell(4)"
    there, back = "with tf.variable_scope('there'):\n    ", "with tf.variable_scope('back'):\n    "
    told = []
    for text in (
        f"cell = {new}\n{there}{rnn.format('cell')}{back}{rnn.format('cell')}",
        there + rnn.format(new) + back + rnn.format(new),
        f"cell = {new}\ntf.nn.static_rnn(cell, [x, z], dtype=tf.float32)\n",
    ):
        traced(tmp_path, scopecli, text)
        told.append(scopecli("lint", tmp_path / "run.json", "--select", "SC410").stdout.count("[SC410]"))
        assert scopecli("lint", tmp_path / "run.json").exit_code == 0
    assert told == [1, 0, 0]


IMPORT = "w = tf.get_variable('w', [2])\ntf.train.export_meta_graph('{meta}')\n"


@pytest.mark.parametrize(
    ("text", "orphans"),
    [
        ("tf.train.import_meta_graph('{meta}')\n", ["w_1"]),
        ("tf.reset_default_graph()\ntf.train.import_meta_graph('{meta}')\n", []),
        ("tf.train.import_meta_graph('{meta}', import_scope='again')\n", []),
    ],
)
def test_an_import_beside_variables_of_the_same_names(
    text: str, orphans: list[str], tmp_path: Path, scopecli: Scopecli
) -> None:
    """The node that was imported is told, with what to write; an import of its own is quiet."""
    meta = str(tmp_path / "model.meta")
    reports = traced(tmp_path, scopecli, (IMPORT + text).format(meta=meta))
    calls = [
        call for report in (reports if isinstance(reports, list) else [reports]) for call in report["calls"]
    ]
    assert [call["orphan"] for call in calls if call.get("orphan")] == orphans
    result = scopecli("lint", tmp_path / "run.json")
    assert result.exit_code == bool(orphans)
    assert ("`w` was there: the imported node `w_1` is of no variable [SC411]" in result.stdout) == bool(
        orphans
    )
    explained = scopecli("explain", tmp_path / "run.json").stdout
    assert ("the imported node `w_1` is of no variable: nothing initialises" in explained) == bool(orphans)
