"""What would restore: `diff` of a graph and a checkpoint, its assignment map, and a scenario's `restore`."""

import ast
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from support import Process, Scopecli, Write

PROGRAM = """\
use_resource: {resource}
steps:
  - variable_scope: net
    steps:
      - {{get_variable: kernel, shape: [3, 4]}}
      - {{get_variable: bias, shape: [4]}}
      - {{get_variable: emb, shape: [6, 2], partitioner: {{fixed_size: {{num_shards: 2}}}}}}
  - {{get_variable: wide, as: wide, shape: [2, 2]}}
  - {{get_variable: count, shape: [], dtype: int32}}
  - {{get_variable: alone, shape: [2, 2, 2]}}
  - {{Variable: plain, initial_value: [1.0, 2.0]}}
  - {{get_variable: plain, shape: [5]}}
"""


def network(scope: str, *, use_resource: bool = False) -> None:
    """Make what the checkpoint has, with an optimizer."""
    with tf.variable_scope(scope, use_resource=use_resource):
        parts = [
            tf.get_variable("kernel", [3, 4]),
            tf.get_variable("bias", [4]),
            tf.get_variable("emb", [6, 2], partitioner=tf.fixed_size_partitioner(3)),
        ]
    tf.get_variable("wide", [2, 3], use_resource=use_resource)
    tf.get_variable("count", [], tf.int64, use_resource=use_resource)
    tf.Variable([1.0, 2.0], name="plain", use_resource=use_resource)
    tf.get_variable("plain_1", [5], use_resource=use_resource)
    loss = sum(tf.reduce_sum(tf.convert_to_tensor(each)) for each in parts)
    tf.train.AdamOptimizer().minimize(loss)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """Return a checkpoint that TensorFlow wrote of a network in the scope `old`."""
    with tf.Graph().as_default(), tf.Session() as session:
        network("old")
        session.run(tf.global_variables_initializer())
        return Path(tf.train.Saver().save(session, str(tmp_path / "old.ckpt")))


@pytest.fixture
def program(scenario: Write) -> Callable[..., Path]:
    """Return a function that writes the scenario of a network in the scope `net`."""

    def write(*, resource: bool = False, session: str = "") -> Path:
        return scenario(PROGRAM.format(resource=str(resource).lower()) + session)

    return write


def test_preflight(program: Callable[..., Path], checkpoint: Path, scopecli: Scopecli) -> None:
    """Everything that would not restore is told before TensorFlow tries, and what is not used, by role."""
    table = scopecli("diff", program(), checkpoint, "-f", "table", "--width", "80").stdout
    assert table.replace(str(checkpoint.parent), "") == (
        "graph       /scenario.yaml  scenario\n"
        "checkpoint  /old.ckpt\n"
        "\n"
        "TensorFlow would refuse to restore: of 8 variables, 1 missing from the\n"
        "checkpoint, 3 probably renamed, 2 of another shape or dtype there\n"
        "\n"
        "Missing from the checkpoint: 1\n"
        "  - alone  (2, 2, 2) float32\n"
        "\n"
        "Probably renamed: 3\n"
        "  ~ net/kernel -> old/kernel\n"
        "  ~ net/bias -> old/bias\n"
        "  ~ net/emb -> old/emb\n"
        "\n"
        "Another shape in the checkpoint: 1\n"
        "  ! wide  (2, 2) -> (2, 3)\n"
        "\n"
        "Another dtype in the checkpoint: 1\n"
        "  ! count  int32 -> int64\n"
        "\n"
        "In the checkpoint, and not used: 8\n"
        "  + beta1_power  () float32\n"
        "  + beta2_power  () float32\n"
        "  + 6 Adam slots\n"
        "\n"
        "8 variables in the graph, 15 in the checkpoint: 2 would restore, 1 missing from\n"
        "the checkpoint, 3 probably renamed, 1 of another shape, 1 of another dtype, 8 in\n"
        "the checkpoint and not used\n"
    )


def test_what_tensorflow_restores_silently(
    program: Callable[..., Path], checkpoint: Path, scopecli: Scopecli
) -> None:
    """A resource variable takes on the checkpoint's shape: TensorFlow says nothing of it, scopecli does."""
    options = ["--match", "wide", "-f"]
    told = scopecli("diff", program(resource=True), checkpoint, *options, "table").stdout
    assert "of 1 variable, 1 that would take another shape without a word" in told
    assert "tensorflow/issues/52220" in told
    rows = json.loads(scopecli("diff", program(resource=True), checkpoint, *options, "json").stdout)["shapes"]
    assert [row["restores_silently"] for row in rows] == [True]
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.get_variable("wide", [2, 2], use_resource=True)
        tf.train.Saver().restore(session, str(checkpoint))
        assert session.run(variable).shape == (2, 3)


def test_all_would_restore(scenario: Write, checkpoint: Path, scopecli: Scopecli) -> None:
    """Where all restores, the first line says so, though more is in the checkpoint."""
    path = scenario("steps:\n  - {get_variable: wide, shape: [2, 3]}\n")
    table = scopecli("diff", path, checkpoint, "-f", "table").stdout
    assert "All would restore: 1 variable\n" in table
    assert scopecli("diff", path, checkpoint, "-q").exit_code == 0
    assert scopecli("diff", checkpoint, path, "-q").exit_code == 1


@pytest.mark.parametrize("resource", [False, True])
def test_one_tensor_for_two_variables(
    resource: bool,  # noqa: FBT001 - the kind of variable
    scenario: Write,
    checkpoint: Path,
    scopecli: Scopecli,
) -> None:
    """A rule may restore two variables from one tensor: it is said how, and TensorFlow does so."""
    path = scenario(
        "steps:\n"
        f"  - {{get_variable: left/kernel, shape: [3, 4], use_resource: {str(resource).lower()}}}\n"
        "  - {get_variable: right/kernel, shape: [3, 4]}\n"
    )
    rule = ["--map", r"(?:left|right)/(.*)=old/\1"]
    table = scopecli("diff", path, checkpoint, *rule, "-f", "table").stdout
    assert "All would restore: 2 variables\n" in table
    assert "old/kernel of the checkpoint is for 2 variables: left/kernel, right/kernel\n" in table
    assert "A Saver takes one variable for a name" in table
    counts = json.loads(scopecli("diff", path, checkpoint, *rule, "-f", "json").stdout)["counts"]
    assert (counts["a"], counts["b"], counts["equal"]) == (2, 15, 2)
    emitted = scopecli("diff", path, checkpoint, *rule, "--emit", "assignment-map").stdout
    pairs = ast.literal_eval(emitted)
    assert pairs == [("old/kernel", "left/kernel"), ("old/kernel", "right/kernel")]
    with tf.Graph().as_default(), tf.Session() as session:
        left = tf.get_variable("left/kernel", [3, 4], use_resource=resource)
        right = tf.get_variable("right/kernel", [3, 4])
        tf.train.init_from_checkpoint(str(checkpoint), pairs)
        session.run(tf.global_variables_initializer())
        for value in session.run([left, right]):
            np.testing.assert_array_equal(value, tf.train.load_variable(str(checkpoint), "old/kernel"))


@pytest.mark.parametrize("resource", [False, True])
def test_the_assignment_map_restores(
    resource: bool,  # noqa: FBT001 - the kind of variable
    program: Callable[..., Path],
    checkpoint: Path,
    scopecli: Scopecli,
) -> None:
    """Pasted into `tf.train.init_from_checkpoint` the map restores what can be, renamed and in parts too."""
    result = scopecli("diff", program(resource=resource), checkpoint, "--emit", "assignment-map")
    emitted = ast.literal_eval(result.stdout)
    assert emitted == {
        "plain_1": "plain",
        "old/kernel": "net/kernel",
        "old/bias": "net/bias",
        "old/emb": "net/emb",
    }
    assert "# 'plain' was not made by tf.get_variable" in result.stdout
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("net", use_resource=resource):
            kernel, bias = tf.get_variable("kernel", [3, 4]), tf.get_variable("bias", [4])
            emb = tf.get_variable("emb", [6, 2], partitioner=tf.fixed_size_partitioner(2))
        tf.Variable([1.0, 2.0], name="plain", use_resource=resource)
        plain = tf.get_variable("plain", [5], use_resource=resource)
        tf.train.init_from_checkpoint(str(checkpoint), emitted)
        session.run(tf.global_variables_initializer())
        restored = session.run([kernel, bias, emb.as_tensor(), plain])
    for name, value in zip(["old/kernel", "old/bias", "old/emb", "plain_1"], restored, strict=True):
        np.testing.assert_array_equal(value, tf.train.load_variable(str(checkpoint), name))


def test_the_assignment_map_of_a_rule(
    program: Callable[..., Path], checkpoint: Path, scopecli: Scopecli
) -> None:
    """What a rule says is no guess, and without guesses the map has what is sure."""
    rule, emit = ["--map", r"net/(.*)=old/\1"], ["--emit", "assignment-map"]
    mapped = scopecli("diff", program(), checkpoint, *rule, *emit).stdout
    assert "    'old/kernel': 'net/kernel',\n" in mapped
    assert "probably" not in mapped
    assert list(ast.literal_eval(scopecli("diff", program(), checkpoint, "--no-renames", *emit).stdout)) == [
        "plain_1"
    ]


def test_the_assignment_map_escapes_names(
    scenario: Write, tmp_path: Path, checkpoint: Path, scopecli: Scopecli
) -> None:
    """Whatever a name is made of, the map is Python that means that name, and no escape to a terminal."""
    name = "a'\"\\\n\x1b[31m\u202e\u00e9/wide"
    source = scenario("steps:\n  - {get_variable: w, shape: [2, 3]}\n")
    report = json.loads(scopecli("list", source, "-f", "json").stdout)
    report["variables"][0]["name"] = name
    (tmp_path / "report.json").write_text(json.dumps(report))
    result = scopecli("diff", tmp_path / "report.json", checkpoint, "--emit", "assignment-map")
    assert ast.literal_eval(result.stdout) == {"wide": name}
    assert result.stdout.isascii()
    assert "\x1b" not in result.stdout


def test_restore_tells_all_that_is_refused(
    program: Callable[..., Path], checkpoint: Path, scopecli: Scopecli
) -> None:
    """A scenario's `restore` tells every missing key, shape and dtype, beside TensorFlow's first."""
    path = program(session="session: [{restore: old.ckpt}]\n")
    result = scopecli("run", path, "-f", "json")
    error = json.loads(result.stdout)["error"]
    assert error["type"] in ("NotFoundError", "InvalidArgumentError")
    assert [note["message"] for note in error["notes"] if note["location"]["line"] == 0] == [
        (
            "it lacks 4 of 8 variables: `net/kernel` (perhaps `old/kernel` there), "
            "`net/bias` (perhaps `old/bias` there), `net/emb` (perhaps `old/emb` there), `alone`"
        ),
        "another shape in the checkpoint: `wide` is (2, 3) and not (2, 2)",
        "another dtype in the checkpoint: `count` is int64 and not int32",
    ]
    assert f"{checkpoint}: note: it lacks 4 of 8 variables" in result.stderr


def test_restore_warns_of_what_is_silent(scenario: Write, checkpoint: Path, scopecli: Scopecli) -> None:
    """A resource variable takes another shape, as in TensorFlow, and that is warned of."""
    steps = "steps:\n  - {get_variable: wide, shape: [2, 2], use_resource: true}\n"
    path = scenario(f"{steps}session: [{{restore: old.ckpt}}, show]\n")
    result = scopecli("run", path)
    assert result.exit_code == 0
    assert "warning: TensorFlow gave variables another shape" in result.stderr
    assert f"{checkpoint}: note: another shape in the checkpoint: `wide` is (2, 3)" in result.stderr


def test_restore_of_no_checkpoint_is_as_tensorflow_has_it(scenario: Write, scopecli: Scopecli) -> None:
    """Where there is no checkpoint, TensorFlow's message is all there is."""
    path = scenario("steps:\n  - {get_variable: w, shape: [2]}\nsession: [{restore: nothing.ckpt}]\n")
    result = scopecli("run", path)
    assert result.exit_code == 1
    assert "not a valid checkpoint" in result.stderr
    assert "it lacks" not in result.stderr


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        (
            "old.ckpt.index",
            "write `old.ckpt`: a checkpoint is called by what the names of its files begin with",
        ),
        ("folder", "that is a folder: name a checkpoint in it, such as `scopecli list` finds in "),
    ],
    ids=["a file of it", "its folder"],
)
def test_restore_of_another_path(
    written: str, hint: str, scenario: Write, checkpoint: Path, scopecli: Scopecli
) -> None:
    """A path that is not what the checkpoint is called has the one that is beside TensorFlow's message."""
    assert checkpoint.name == "old.ckpt"
    (checkpoint.parent / "folder").mkdir()
    path = scenario(f"steps:\n  - {{get_variable: wide, shape: [2, 3]}}\nsession: [{{restore: {written}}}]\n")
    result = scopecli("run", path)
    assert result.exit_code == 1
    assert f"help: {hint}" in result.stderr


@pytest.mark.parametrize("suffix", [".index", ".data-00000-of-00001"])
def test_restore_waits_for_no_pipe(
    suffix: str, scenario: Write, checkpoint: Path, scopecli: Scopecli
) -> None:
    """A checkpoint with a pipe among its files is refused: TensorFlow would wait for ever."""
    file = checkpoint.with_name(checkpoint.name + suffix)
    file.unlink()
    os.mkfifo(file)
    path = scenario("steps:\n  - {get_variable: wide, shape: [2, 3]}\nsession: [{restore: old.ckpt}]\n")
    result = scopecli("run", path)
    assert result.exit_code == 1
    assert f"error: `{file.name}` is no file [SC601]" in result.stderr


def test_nothing_is_restored_from_what_is_not_there(
    scenario: Write, checkpoint: Path, scopecli: Scopecli
) -> None:
    """Where data files are missing, names and shapes are compared, and the status says it."""
    checkpoint.with_name("old.ckpt.data-00000-of-00001").unlink()
    source = scenario("steps:\n  - {get_variable: wide, shape: [2, 3]}\n")
    result = scopecli("diff", source, checkpoint)
    assert "only in B\tplain\t(2,)\tfloat32\t-\n" in result.stdout
    assert "wide" not in result.stdout
    assert result.exit_code == 2
    assert "old.ckpt.data-00000-of-00001: error: cannot read the file" in result.stderr
    emitted = scopecli("diff", source, checkpoint, "--emit", "assignment-map")
    assert (emitted.stdout, emitted.exit_code) == ("", 2)


def test_nothing_is_restored_into_constants(tmp_path: Path, checkpoint: Path, scopecli: Scopecli) -> None:
    """The constants of a frozen graph are no variables: they are compared, and there is no preflight."""
    with tf.Graph().as_default() as graph:
        tf.identity(tf.constant(np.zeros([2, 3], "float32"), name="wide"), name="wide/read")
        (tmp_path / "frozen.pb").write_bytes(graph.as_graph_def().SerializeToString())
    result = scopecli("diff", tmp_path / "frozen.pb", checkpoint, "-f", "table", "--match", "wide")
    assert "No difference: 1 variable with the same name" in result.stdout
    assert "would" not in result.stdout
    assert scopecli("diff", tmp_path / "frozen.pb", checkpoint, "--emit", "assignment-map").exit_code == 2
    assert "constant" in scopecli("list", tmp_path / "frozen.pb", "-f", "table").stdout
    assert "(2, 3) float32 constant" in scopecli("tree", tmp_path / "frozen.pb", "-f", "table").stdout


def test_of_two_variables_of_one_name_the_one_is_meant_that_tensorflow_takes(
    scenario: Write, tmp_path: Path, scopecli: Scopecli, process: Process
) -> None:
    """A checkpoint of TF2 may have a name twice: the preflight goes by the one that a `Saver` restores."""
    code = (
        "import tensorflow as tf\n"
        "tf.train.Checkpoint(step=tf.Variable(1), w=tf.Variable([1.0, 2.0])).write({0!r})\n"
        "tf.train.Checkpoint(a=tf.Variable([1.0, 2.0]), b=tf.Variable([3.0, 4.0])).write({1!r})\n"
    )
    assert process("-c", code.format(str(tmp_path / "one"), str(tmp_path / "two"))).returncode == 0
    step = "{get_variable: Variable, shape: [2], as: v}"
    for name, value in (("one", [1.0, 2.0]), ("two", [3.0, 4.0])):
        path = scenario(f"steps: [{step}]\nsession: [{{restore: {name}}}, show]\n")
        (call,) = json.loads(scopecli("run", path, "-f", "json").stdout)["calls"]
        assert call["value"] == value
        told = json.loads(scopecli("diff", path, tmp_path / name, "-f", "json").stdout)
        assert told["counts"]["equal"] == 1
        read = scopecli("list", tmp_path / name, "--columns", "name,value", "--match", "Variable").stdout
        assert read.splitlines()[0] == f"Variable\t{np.array(value)}"
