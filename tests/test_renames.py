"""What `diff` takes for a rename, by what a variable is, and what it says of Savers and of other forms."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf
from saved import save
from support import Scopecli

# What a model had in one library or version, and what the same variables are called in another.
MIGRATIONS = {
    "slim to tf.layers": {
        "net/conv1/weights": "net/conv1/kernel",
        "net/conv1/biases": "net/conv1/bias",
        "net/conv2/weights": "net/conv2/kernel",
        "net/conv2/biases": "net/conv2/bias",
    },
    "batch norms": {
        "BatchNorm/beta": "batch_normalization/beta",
        "BatchNorm/gamma": "batch_normalization/gamma",
        "BatchNorm/moving_mean": "batch_normalization/moving_mean",
        "BatchNorm/moving_variance": "batch_normalization/moving_variance",
    },
    "RNN cells of TF 1.0": {
        "cells/cell_0/basic_lstm_cell/weights": "cells/cell_0/basic_lstm_cell/kernel",
        "cells/cell_0/basic_lstm_cell/biases": "cells/cell_0/basic_lstm_cell/bias",
        "cells/cell_1/basic_lstm_cell/weights": "cells/cell_1/basic_lstm_cell/kernel",
        "cells/cell_1/basic_lstm_cell/biases": "cells/cell_1/basic_lstm_cell/bias",
    },
    "a scope more": {
        "layer_0/kernel": "Model/layer_0/kernel",
        "layer_0/bias": "Model/layer_0/bias",
        "layer_1/kernel": "Model/layer_1/kernel",
        "layer_1/bias": "Model/layer_1/bias",
    },
}


def _layers(names: Sequence[str], leaves: str, widths: Sequence[int]) -> dict[str, list[int]]:
    weight, bias = leaves.split()
    shapes = {}
    for name, a, b in zip(names, widths[:-1], widths[1:], strict=True):
        shapes |= {f"{name}/{weight}": [a, b], f"{name}/{bias}": [b]}
    return shapes


DENSE = ("dense", "dense_1", "dense_2", "dense_3")
LAYERS = {
    "fully connected": (("fc1", "fc2", "fc3", "fc4"), "w b", DENSE, "kernel bias", (8, 6, 6, 6, 2), True),
    "slim": (
        ("Conv", "Conv_1", "Conv_2"),
        "weights biases",
        ("conv2d", "conv2d_1", "conv2d_2"),
        "kernel bias",
        (3, 4, 4, 4),
        True,
    ),
    "all of one shape": (("fc1", "fc2", "fc3", "fc4"), "w b", DENSE, "kernel bias", (6, 6, 6, 6, 6), False),
    "blocks": (
        ("block1/conv1", "block1/conv2", "block2/conv1", "block2/conv2"),
        "weights biases",
        ("stage_0/conv2d", "stage_0/conv2d_1", "stage_1/conv2d", "stage_1/conv2d_1"),
        "kernel bias",
        (3, 4, 4, 4, 4),
        True,
    ),
    "norms": (
        ("bn1", "bn2", "bn3"),
        "offset scale",
        ("norm", "norm_1", "norm_2"),
        "beta gamma",
        (5, 5, 5, 7),
        True,
    ),
    "statistics": (
        ("bn1", "bn2"),
        "pop_mean pop_var",
        ("norm", "norm_1"),
        "moving_mean moving_variance",
        (5, 5, 5),
        False,
    ),
}


@pytest.mark.parametrize("case", LAYERS)
def test_numbered_layers(case: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Layers of two families are paired in their order; it is sure where not all of them are alike."""
    ours, our_leaves, theirs, their_leaves, widths, is_sure = LAYERS[case]
    a, b = _layers(ours, our_leaves, widths), _layers(theirs, their_leaves, widths)
    for name, shapes in (("a", a), ("b", b)):
        save(tmp_path / name, {variable: tf.zeros(shape) for variable, shape in shapes.items()})
    assert _renames(scopecli, tmp_path / "a", tmp_path / "b") == {
        one: (other, is_sure) for one, other in zip(a, b, strict=True)
    }


def test_layers_that_were_numbered_anew(scopecli: Scopecli, tmp_path: Path) -> None:
    """Where the numbers of a family moved by one, equal names may be other layers: that is said."""
    moved = [f"dense_{number}" for number in range(1, 5)]
    for name, layers in (("a", moved), ("b", DENSE)):
        shapes = _layers(layers, "kernel bias", (6, 6, 6, 6, 6))
        save(tmp_path / name, {variable: tf.zeros(shape) for variable, shape in shapes.items()})
    table = scopecli("diff", tmp_path / "a", tmp_path / "b", "-f", "table").stdout
    assert "other numbers: dense_1 … dense_4 in A hold in order what dense … dense_3 hold in B" in table
    assert "--map 'dense_1/(.*)=dense/\\1'" in table
    assert _renames(scopecli, tmp_path / "a", tmp_path / "b") == {}
    rules = [f"{old}/(.*)={new}/\\1" for old, new in zip(moved, DENSE, strict=True)]
    options = [word for rule in rules for word in ("--map", rule)]
    assert scopecli("diff", tmp_path / "a", tmp_path / "b", *options).exit_code == 0


def _renames(scopecli: Scopecli, a: Path, b: Path) -> dict[str, tuple[str, bool]]:
    found = json.loads(scopecli("diff", a, b, "-f", "json").stdout)
    return {pair["a"]: (pair["b"], pair["is_sure"]) for pair in found["renames"]}


@pytest.mark.parametrize("migration", MIGRATIONS)
def test_migrations(migration: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Variables of one shape find their own, not their neighbours."""
    names = MIGRATIONS[migration]
    save(tmp_path / "a", {name: tf.zeros([8]) for name in names})
    save(tmp_path / "b", {name: tf.zeros([8]) for name in names.values()})
    assert _renames(scopecli, tmp_path / "a", tmp_path / "b") == {
        one: (other, True) for one, other in names.items()
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("conv/biases", "conv/BatchNorm/beta"),
        ("conv/kernel", "conv/moving_mean"),
        ("conv/bias", "conv/gamma"),
        ("a/beta", "b/gamma"),
        ("norm/moving_mean", "norm/moving_variance"),
        ("w/Adam", "v"),
    ],
)
def test_no_partners(one: str, other: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """What is of another kind is no rename, however alike the names and shapes are."""
    shared = {"w": tf.zeros([8])} if "Adam" in one else {}
    save(tmp_path / "a", {one: tf.zeros([8]), **shared})
    save(tmp_path / "b", {other: tf.zeros([8]), **shared})
    assert _renames(scopecli, tmp_path / "a", tmp_path / "b") == {}


def test_a_bias_and_a_norm(scopecli: Scopecli, tmp_path: Path) -> None:
    """Where one side has a bias and the other a batch normalisation, that is said."""
    save(tmp_path / "a", {"conv/weights": tf.zeros([3, 8]), "conv/biases": tf.zeros([8])})
    norm = {f"conv/BatchNorm/{name}": tf.zeros([8]) for name in ("beta", "moving_mean", "moving_variance")}
    save(tmp_path / "b", {"conv/weights": tf.zeros([3, 8]), **norm})
    shown = scopecli("diff", tmp_path / "a", tmp_path / "b", "-f", "table").stdout
    assert "B has batch normalisation here, conv/BatchNorm, and A has a bias, conv/biases" in shown
    shown = scopecli("diff", tmp_path / "b", tmp_path / "a", "-f", "table").stdout
    assert "A has batch normalisation here, conv/BatchNorm, and B has a bias, conv/biases" in shown


def test_what_is_unsure_is_not_in_the_map(scopecli: Scopecli, tmp_path: Path) -> None:
    """Two variables that only their shape pairs are offered apart, and left out of the map."""
    save(tmp_path / "c", {"apples": tf.zeros([5, 7]), "old/w": tf.zeros([3])})
    (tmp_path / "s.yaml").write_text(
        "steps:\n"
        "  - {get_variable: pears, shape: [5, 7]}\n"
        "  - {variable_scope: new, steps: [{get_variable: w, shape: [3]}]}\n"
    )
    assert _renames(scopecli, tmp_path / "s.yaml", tmp_path / "c") == {
        "pears": ("apples", False),
        "new/w": ("old/w", True),
    }
    shown = scopecli("diff", tmp_path / "s.yaml", tmp_path / "c", "-f", "table").stdout
    assert "Perhaps renamed, and not put into the map: 1" in shown
    plain = scopecli("diff", tmp_path / "s.yaml", tmp_path / "c", "-f", "plain").stdout
    assert "only in A\tpears\t(5, 7)\tfloat32\tapples?\n" in plain
    assert "only in A\tnew/w\t(3,)\tfloat32\told/w\n" in plain
    markdown = scopecli("diff", tmp_path / "s.yaml", tmp_path / "c", "-f", "markdown").stdout
    assert "perhaps apples, not sure" in markdown
    assert "perhaps old/w`" in markdown
    emitted = scopecli("diff", tmp_path / "s.yaml", tmp_path / "c", "--emit", "assignment-map").stdout
    assert "old/w" in emitted
    assert "apples" not in emitted


@pytest.mark.parametrize("use_resource", [False, True], ids=["ref", "resource"])
def test_which_saver(use_resource: bool, scopecli: Scopecli, tmp_path: Path) -> None:  # noqa: FBT001
    """A MetaGraph carries a Saver: what it restores is told, also under other names."""
    prefix = str(tmp_path / "early")
    with tf.Graph().as_default(), tf.Session() as session, tf.variable_scope("", use_resource=use_resource):
        saver = tf.train.Saver({"other": tf.get_variable("w", [2]), "b": tf.get_variable("b", [2])})
        tf.get_variable("late", [2])
        session.run(tf.global_variables_initializer())
        saver.save(session, prefix)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.train.import_meta_graph(f"{prefix}.meta").restore(session, prefix)
        assert session.run(tf.report_uninitialized_variables()).tolist() == [b"late"]
    about = json.loads(scopecli("list", f"{prefix}.meta", "-f", "json").stdout)["about"]
    assert about["saver"] == {"b": "b", "other": "w"}
    shown = scopecli("diff", f"{prefix}.meta", prefix, "-f", "table").stdout
    assert (
        "The Saver in this file restores 2 of 3 variables and leaves 1 uninitialised;"
        " a new Saver of all variables would refuse"
    ) in shown
    assert (
        "other"
        not in json.loads(scopecli("diff", f"{prefix}.meta", prefix, "-f", "json").stdout)["only_in_b"]
    )


def test_objects_are_paired_by_their_keys(scopecli: Scopecli, tmp_path: Path) -> None:
    """Sources with keys are compared by these; the object graph is no variable."""
    code = (
        "import sys, tensorflow as tf\n"
        "model = tf.Module()\n"
        "model.kernel = tf.Variable(tf.ones([2, 3]), name='dense/kernel')\n"
        "tf.saved_model.save(model, sys.argv[1])\n"
    )
    import subprocess  # noqa: PLC0415 - here alone
    import sys  # noqa: PLC0415

    subprocess.run([sys.executable, "-c", code, tmp_path / "model"], check=True, capture_output=True)
    save(tmp_path / "c", {"kernel/.ATTRIBUTES/VARIABLE_VALUE": tf.ones([2, 3])})
    own = tmp_path / "model/variables/variables"
    shown = scopecli("list", own, "-f", "table").stdout
    assert "object-based checkpoint, " in shown
    assert "_CHECKPOINTABLE_OBJECT_GRAPH" not in shown
    assert scopecli("diff", tmp_path / "model", own).exit_code == 0


def test_slices_that_do_not_cover_the_whole(scopecli: Scopecli, tmp_path: Path) -> None:
    """An optimizer's slots of a partitioned variable may be kept in parts of a whole of their own."""
    prefix = str(tmp_path / "model")
    with tf.Graph().as_default(), tf.Session() as session:
        table = tf.get_variable("table", [4, 2], partitioner=tf.fixed_size_partitioner(2))
        with tf.variable_scope("train"):
            tf.train.AdagradOptimizer(0.1, 3.0).minimize(tf.reduce_sum(tf.convert_to_tensor(table)))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, prefix)
    result = scopecli("list", prefix, "--stats", "-f", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    rows = {row["name"]: row for row in json.loads(result.stdout)["variables"]}
    partial = {name for name, row in rows.items() if len(row["slices"]) == 1}
    assert partial
    assert {rows[name]["stats"]["mean"] for name in partial} == {3.0}


def test_the_saver_of_partitioned_variables(scopecli: Scopecli, tmp_path: Path) -> None:
    """A Saver restores a partitioned variable by its parts: it leaves none without a value."""
    prefix = str(tmp_path / "model")
    with tf.Graph().as_default(), tf.Session() as session:
        table = tf.get_variable("table", [4, 2], partitioner=tf.fixed_size_partitioner(2))
        tf.train.AdagradOptimizer(0.1).minimize(tf.reduce_sum(tf.convert_to_tensor(table)))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, prefix)
    shown = scopecli("diff", f"{prefix}.meta", prefix, "-f", "table").stdout
    assert "The Saver in this file" not in shown
    assert "All would restore" in shown
