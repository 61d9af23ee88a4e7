"""A look into a running cluster: what is there, and that nothing is changed."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tensorflow.compat.v1 as tf
from support import ROOT, Scopecli, Write

from scopecli.commands.local_cluster import LocalCluster
from scopecli.ground.clusters import Cluster

VARIABLES = """
steps:
  - device: {replica_device_setter: {ps_tasks: 2}}
    steps:
      - {get_variable: a, shape: [2, 3], initializer: {constant: 1.5}, as: a}
      - {get_variable: r, shape: [4], initializer: ones, use_resource: true, as: r}
      - {get_variable: s, dtype: string, initializer: {value: hello}, as: s}
      - {get_variable: p, initializer: {value: [0, 1, 2, 3, 4, 5]}, as: whole}
      - {get_variable: parts, shape: [6], initializer: ones,
         partitioner: {fixed_size: {num_shards: 3}}, as: q}
  - {get_variable: nowhere, shape: [2], initializer: zeros, as: nowhere}
"""
TRAINED = f"{VARIABLES}session: [initialize, {{save: model.ckpt}}]\n"
UNMADE = """
  - device: /job:ps/task:1
    steps:
      - {get_variable: later, shape: [3]}
      - {get_variable: later_resource, shape: [3], use_resource: true}
"""


@pytest.fixture(scope="module")
def local() -> Iterator[Cluster]:
    """Yield a cluster that runs for the time of these tests."""
    with LocalCluster({"ps": 2, "worker": 1}) as started:
        yield started.wait()


@pytest.fixture
def target(local: Cluster, scopecli: Scopecli, scenario: Write) -> str:
    """Return where a session has initialised the variables, and nothing else is."""
    address = f"grpc://{local.master.address}"
    tf.Session.reset(address)
    assert scopecli("run", scenario(TRAINED), "--target", address).exit_code == 0
    return address


def test_what_is_initialized(scopecli: Scopecli, scenario: Write, target: str) -> None:
    """Each variable is told with its task: resource and ref, whole and in parts; one without a device too."""
    result = scopecli("list", scenario(VARIABLES + UNMADE), "--target", target)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "a\t/job:ps/task:0\tyes",
        "r\t/job:ps/task:1\tyes",
        "s\t/job:ps/task:0\tyes",
        "p\t/job:ps/task:1\tyes",
        "parts/part_0\t/job:ps/task:0\tyes",
        "parts/part_1\t/job:ps/task:1\tyes",
        "parts/part_2\t/job:ps/task:0\tyes",
        "nowhere\t/job:worker/task:0\tyes",
        "later\t/job:ps/task:1\tno",
        "later_resource\t/job:ps/task:1\tno",
    ]


def test_values(scopecli: Scopecli, scenario: Write, target: str) -> None:
    """Values and statistics are those of the cluster; a variable without one has neither."""
    path = scenario(VARIABLES + UNMADE)
    options = ("--target", target, "--stats", "--values", "full", "-f", "json", "--no-slices")
    rows = json.loads(scopecli("list", path, *options).stdout)["variables"]
    values = {row["name"]: row.get("value") for row in rows}
    assert values == {
        "a": [[1.5, 1.5, 1.5]] * 2,
        "r": [1.0] * 4,
        "s": "hello",
        "p": [0, 1, 2, 3, 4, 5],
        "parts": [1.0] * 6,
        "nowhere": [0.0, 0.0],
        "later": None,
        "later_resource": None,
    }
    assert {row["name"] for row in rows if row["initialized"]} == values.keys() - {"later", "later_resource"}
    assert next(row for row in rows if row["name"] == "p")["stats"]["max"] == 5


def test_a_file_says_where_variables_are(
    scopecli: Scopecli, scenario: Write, local: Cluster, tmp_path: Path
) -> None:
    """A look at a scenario that names no cluster is on that of the file, as the run was."""
    file = tmp_path / "cluster.json"
    file.write_text(json.dumps(dict(local.jobs)))
    path = scenario(VARIABLES.replace("{ps_tasks: 2}", "{}"))
    assert scopecli("run", path, "--cluster", file).exit_code == 0
    target = f"grpc://{local.master.address}"
    looked = scopecli("list", path, "--cluster", file, "--target", target, "--match", "[arp]")
    assert looked.stdout == "a\t/job:ps/task:0\tyes\nr\t/job:ps/task:1\tyes\np\t/job:ps/task:1\tyes\n"


def test_match(scopecli: Scopecli, scenario: Write, target: str) -> None:
    """What is not asked for is not looked at."""
    result = scopecli("list", scenario(VARIABLES), "--target", target, "--match", "n*", "--stats")
    assert result.stdout.startswith("nowhere\t/job:worker/task:0\tyes\t0.0\t0.0\t")
    assert len(result.stdout.splitlines()) == 1


def test_a_metagraph_and_a_report(scopecli: Scopecli, scenario: Write, target: str, tmp_path: Path) -> None:
    """A program's MetaGraph says which variables there are, and so does a report, whose values are old."""
    meta = tmp_path / "graph.meta"
    with tf.Graph().as_default():
        with tf.device("/job:ps/task:0"):
            tf.get_variable("a", [2, 3], use_resource=False)
        tf.train.export_meta_graph(str(meta))
    path = scenario(VARIABLES)
    saved = tmp_path / "saved.json"
    scopecli("run", path, "--values", "full", "-f", "json", "-o", saved)
    change = path.with_name("change.yaml")
    change.write_text(f"{VARIABLES}session: [{{assign: $a, value: [[9, 9, 9], [9, 9, 9]]}}]\n")
    assert scopecli("run", change, "--target", target).exit_code == 0
    for source in (meta, saved):
        options = ("--target", target, "--match", "a", "--columns", "name,min,initialized")
        assert scopecli("list", source, *options).stdout == "a\t9.0\tyes\n"


def test_a_container(scopecli: Scopecli, target: str, tmp_path: Path) -> None:
    """A variable in a container, or shared under another name, is looked for there: a MetaGraph says so."""
    meta = tmp_path / "graph.meta"
    with tf.Graph().as_default() as graph, graph.container("mine"), tf.device("/job:ps/task:0"):
        for name, is_resource in (("a", False), ("r", True)):
            tf.get_variable(name, [2], initializer=tf.ones_initializer(), use_resource=is_resource)
        tf.raw_ops.VarHandleOp(dtype=tf.float32, shape=[2], container="mine", shared_name="r", name="other")
        tf.train.export_meta_graph(str(meta), clear_devices=False)
        looked = scopecli("list", meta, "--target", target)
        assert looked.stdout == "a\t/job:ps/task:0\tno\nr\t/job:ps/task:0\tno\n"
        with tf.Session(target) as session:
            session.run(tf.global_variables_initializer())
    looked = scopecli("list", meta, "--target", target, "--columns", "name,initialized,max")
    assert looked.stdout == "a\tyes\t1.0\nr\tyes\t1.0\n"
    tf.Session.reset(target, ["mine"])
    definition = tmp_path / "graph.pb"
    definition.write_bytes(graph.as_graph_def().SerializeToString())
    shared = scopecli("list", definition, "--target", target, "--columns", "name,initialized")
    assert shared.stdout == "a\tno\nr\tno\nother\tno\n"


def test_how_far_it_is_from_its_checkpoint(scopecli: Scopecli, scenario: Write, target: str) -> None:
    """`diff` compares the values of the cluster with those that were saved."""
    path = scenario(VARIABLES)
    checkpoint = path.with_name("model.ckpt")
    same = scopecli("diff", checkpoint, path, "--target", target, "--values")
    assert (same.exit_code, same.stdout, same.stderr) == (0, "", "")
    change = path.with_name("change.yaml")
    change.write_text(f"{VARIABLES}session: [{{assign_add: $q, value: [0, 0, 0, 0, 0, 2]}}]\n")
    assert scopecli("run", change, "--target", target).exit_code == 0
    moved = scopecli("diff", checkpoint, path, "--target", target, "--values")
    assert moved.exit_code == 1
    assert moved.stdout == "other values\tparts\t1\t3\t1 of 6, by up to 2, first at [5]\n"


class Trainer:
    """A session of another graph, which goes on while somebody looks."""

    def __init__(self, target: str) -> None:
        self.graph = tf.Graph()
        with self.graph.as_default():
            with tf.device("/job:ps/task:0"):
                self.ref = tf.get_variable("ref", [2], initializer=tf.ones_initializer(), use_resource=False)
            with tf.device("/job:ps/task:1"):
                ones = tf.ones_initializer()
                self.resource = tf.get_variable("resource", [2], initializer=ones, use_resource=True)
                self.without = tf.get_variable("without", [2], use_resource=False)
            self.step = tf.assign_add(self.ref, [1.0, 1.0])
            self.missing = tf.report_uninitialized_variables()
            self.initializers = [self.ref.initializer, self.resource.initializer]
        self.session = tf.Session(target, graph=self.graph)

    def state(self) -> dict[str, Any]:
        """Return everything that the cluster and the graph have."""
        values = self.session.run([self.ref, self.resource, self.missing])
        return {
            "values": [value.tolist() for value in values],
            "graph": self.graph.as_graph_def().SerializeToString(deterministic=True),
            "devices": [(device.name, device.incarnation) for device in self.session.list_devices()],
        }


def test_nothing_is_changed(scopecli: Scopecli, scenario: Write, target: str) -> None:
    """Before and after a look all is the same, and the session of those who train goes on."""
    trainer = Trainer(target)
    trainer.session.run(trainer.initializers)
    trainer.session.run(trainer.step)
    before = trainer.state()
    path = scenario(
        "steps:\n"
        "  - device: /job:ps/task:0\n    steps: [{get_variable: ref, shape: [2]}]\n"
        "  - device: /job:ps/task:1\n    steps:\n"
        "      - {get_variable: resource, shape: [2], use_resource: true}\n"
        "      - {get_variable: without, shape: [2]}\n"
    )
    result = scopecli("list", path, "--target", target, "--values", "full", "-f", "json")
    seen = {row["name"]: row.get("value") for row in json.loads(result.stdout)["variables"]}
    assert seen == {"ref": [2.0, 2.0], "resource": [1.0, 1.0], "without": None}
    assert trainer.state() == before
    assert trainer.session.run(trainer.step).tolist() == [3.0, 3.0]
    trainer.session.run(trainer.without.initializer)
    assert trainer.session.run(trainer.missing).tolist() == []
    trainer.session.close()


def test_what_moves(scenario: Write, target: str, scopecli: Scopecli) -> None:
    """Everything at first, then what is another; Ctrl-C ends it."""
    path = scenario(VARIABLES)
    command = [sys.executable, "-m", "scopecli", "list", path, "--target", target, "--watch", "0.2"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout
        first = [process.stdout.readline() for _ in range(8)]
        assert [line.split("\t")[0] for line in first][-2:] == ["parts/part_2", "nowhere"]
        change = path.with_name("change.yaml")
        change.write_text(f"{VARIABLES}session: [{{assign: $r, value: [4, 3, 2, 1]}}]\n")
        assert scopecli("run", change, "--target", target).exit_code == 0
        ready, _, _ = select.select([process.stdout], [], [], 60)
        assert ready
        assert process.stdout.readline().startswith("r\t/job:ps/task:1\tyes\t1.0\t4.0\t")
        process.send_signal(signal.SIGINT)
        assert process.communicate()[0] == ""
        assert process.returncode == 0


def test_another_dtype(scopecli: Scopecli, scenario: Write, target: str) -> None:
    """A list that does not fit the cluster is refused in TensorFlow's words."""
    call = "{get_variable: a, dtype: int32, shape: [2]}"
    path = scenario(f"steps:\n  - device: /job:ps/task:0\n    steps: [{call}]\n")
    result = scopecli("list", path, "--target", target)
    assert result.exit_code == 2
    assert "[SC119]" in result.stderr
    assert "does not match declared output type" in result.stderr


def test_a_source_without_variables_of_a_graph(scopecli: Scopecli, scenario: Write, target: str) -> None:
    """A checkpoint does not say what its variables are in a graph."""
    result = scopecli("list", scenario(VARIABLES).with_name("model.ckpt"), "--target", target)
    assert (result.exit_code, "[SC653]" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--watch", "2"], "--watch needs --target"),
        (["--cluster", "c.yaml"], "--cluster needs --target"),
        (["--target", "127.0.0.1:1"], "give it as grpc://host:port"),
        (["--target", "grpc://h:1", "--by", "device"], "leave out --target"),
    ],
)
def test_options_that_are_wrong(scopecli: Scopecli, options: list[str], told: str) -> None:
    """They are refused before anything is read."""
    result = scopecli("list", "scenarios/reuse_true.yaml", *options)
    assert (result.exit_code, told in result.stderr) == (2, True)
