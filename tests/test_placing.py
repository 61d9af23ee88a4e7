"""Where variables are, and where TensorFlow would put them on another cluster."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow.compat.v1 as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from support import Scopecli, Write

from scopecli.ground.clusters import place_of

PLACED = """
steps:
  - device: {replica_device_setter: {ps_tasks: 2}}
    steps:
      - {get_variable: large, shape: [100, 4], as: large}
      - {get_variable: small, shape: [2]}
      - {get_variable: middle, shape: [10, 3]}
  - device: /job:worker/task:0/gpu:1
    steps: [{get_variable: on_worker, shape: [5]}]
  - {get_variable: nowhere, dtype: string, initializer: {value: x}}
"""


def test_devices(scopecli: Scopecli, scenario: Write) -> None:
    """Sums of each device, also of none, and the balance of each job."""
    path = scenario(PLACED)
    assert scopecli("list", path, "--by", "device").stdout.splitlines() == [
        "\t1\t0\t0",
        "/job:ps/task:0\t2\t430\t1720",
        "/job:ps/task:1\t1\t2\t8",
        "/job:worker/task:0/device:GPU:1\t1\t5\t20",
    ]
    told = json.loads(scopecli("list", path, "--by", "device", "-f", "json").stdout)
    assert told["jobs"][0] == {
        "job": "ps",
        "tasks": 2,
        "variables": 3,
        "parameters": 432,
        "bytes": 1728,
        "mean_bytes": 864.0,
        "largest": {"task": "/job:ps/task:0", "bytes": 1720},
        "smallest": {"task": "/job:ps/task:1", "bytes": 8},
    }
    assert told["totals"]["variables"] == 5


@pytest.mark.parametrize("command", ["list", "tree"])
def test_filters_and_order(scopecli: Scopecli, scenario: Write, command: str) -> None:
    """They are about variables, order and limit about devices."""
    path = scenario(PLACED)
    found = scopecli(
        command, path, "--by", "device", "--match", "*l*", "--sort", "size", "--reverse", "-f", "json"
    )
    assert found.exit_code == 0
    assert "on_worker" not in found.stdout
    assert scopecli(command, path, "--by", "device", "--match", "zzz").exit_code == 1


def test_limit_and_order_of_devices(scopecli: Scopecli, scenario: Write) -> None:
    """The devices with the most come first, and no more than are asked for."""
    options = ("--by", "device", "--sort", "size", "--reverse", "--limit", "2", "-f", "csv")
    rows = list(csv.reader(scopecli("list", scenario(PLACED), *options).stdout.splitlines()))
    assert [row[0] for row in rows] == ["device", "/job:ps/task:0", "/job:worker/task:0/device:GPU:1"]


def test_tree(scopecli: Scopecli, scenario: Write) -> None:
    """The variables stand below their job, task and device."""
    tree = scopecli("tree", scenario(PLACED), "--by", "device", "-f", "plain").stdout
    paths = [line.split("\t")[0] for line in tree.splitlines()]
    assert paths == [
        "job:ps/",
        "  task:0/",
        "    large",
        "    middle",
        "  task:1/",
        "    small",
        "job:worker/task:0/device:GPU:1/",
        "  on_worker",
        "no device/",
        "  nowhere",
        "/",
    ]


def built(place: Callable[[], Any], folder: Path, name: str) -> Path:
    """Build a network with an optimizer under a device setter, and save its MetaGraph."""
    graph = tf.Graph()
    with graph.as_default(), tf.device(place()):
        x = tf.placeholder(tf.float32, [None, 7], name="x")
        for layer, width in enumerate((9, 4, 3)):
            with tf.variable_scope(f"layer_{layer}", use_resource=False):
                x = x @ tf.get_variable("kernel", [x.shape[1], width]) + tf.get_variable("bias", [width])
        step = tf.get_variable("global_step", [], tf.int64, trainable=False, use_resource=False)
        tf.train.AdamOptimizer().minimize(tf.reduce_sum(x), global_step=step)
    path = folder / f"{name}.meta"
    with graph.as_default():
        tf.train.export_meta_graph(str(path), graph=graph)
    return path


@pytest.mark.parametrize("tasks", [1, 3, 5])
def test_what_if_is_what_tensorflow_does(scopecli: Scopecli, tmp_path: Path, tasks: int) -> None:
    """A graph without devices, placed by what-if, is placed as it would have been, slots too."""
    plain = built(lambda: None, tmp_path, "plain")
    placed = built(lambda: tf.train.replica_device_setter(ps_tasks=tasks), tmp_path, "placed")
    then = json.loads(scopecli("list", plain, "--what-if", f"ps={tasks}", "-f", "json").stdout)["then"]
    truth = json.loads(scopecli("list", placed, "--by", "device", "-f", "json").stdout)
    assert [row for row in then["devices"] if row["variables"]] == truth["devices"]


PARTITIONED = """
parameters: {partitioner: null}
steps:
  - device: {replica_device_setter: {ps_tasks: 3, strategy: STRATEGY}}
    steps:
      - variable_scope: s
        partitioner: PARTITIONER
        steps:
          - {get_variable: a, shape: [10, 3]}
          - {get_variable: b, shape: [2]}
          - {get_variable: c, shape: []}
          - {get_variable: d, shape: [7, 2], dtype: float64}
"""


@pytest.mark.parametrize("strategy", ["round_robin", "greedy"])
@pytest.mark.parametrize(
    "partitioner",
    [
        "{fixed_size: {num_shards: 4}}",
        "{fixed_size: {num_shards: 1}}",
        "{variable_axis_size: {max_shard_bytes: 40}}",
        "{min_max_variable: {max_partitions: 3, min_slice_size: 16}}",
    ],
)
def test_what_if_cuts_as_get_variable_does(
    scopecli: Scopecli, scenario: Write, strategy: str, partitioner: str
) -> None:
    """The partitions, and where they are, are those of a scenario that has it all from the beginning."""
    text = PARTITIONED.replace("STRATEGY", strategy)
    whole = scenario(text.replace("        partitioner: PARTITIONER\n", ""))
    options = ("--what-if", "ps=3", "--strategy", strategy, "--partitioner", partitioner, "-f", "json")
    then = json.loads(scopecli("tree", whole, *options).stdout)
    cut = scenario(text.replace("PARTITIONER", partitioner))
    truth = json.loads(scopecli("tree", cut, "--by", "device", "-f", "json").stdout)
    assert then["tree"] == truth["tree"]


def test_a_checkpoint(scopecli: Scopecli, scenario: Write) -> None:
    """A checkpoint has no devices, and is placed in the order of its names; empty tasks are told."""
    text = PLACED.replace("/job:worker/task:0/gpu:1", "/cpu:0")
    path = scenario(f"{text}session: [initialize, {{save: model.ckpt}}]\n")
    assert scopecli("run", path).exit_code == 0
    result = scopecli("list", path.with_name("model.ckpt"), "--what-if", "ps=6", "--role", "weight")
    assert result.stdout.splitlines() == [
        "/job:ps/task:0\t1\t400\t1600",
        "/job:ps/task:1\t1\t30\t120",
        "/job:ps/task:2\t1\t5\t20",
        "/job:ps/task:3\t1\t2\t8",
        "/job:ps/task:4\t0\t0\t0",
        "/job:ps/task:5\t0\t0\t0",
    ]


def test_before_and_after(scopecli: Scopecli, scenario: Write) -> None:
    """A table has both, with the balance of each."""
    shown = scopecli(
        "list", scenario(PLACED), "--what-if", "ps=2", "--strategy", "greedy", "-f", "table"
    ).stdout
    now, then = shown.split("\nthen\n")
    assert "the largest is /job:ps/task:0 with 1.68 KiB, 1.99 times the mean" in now
    assert "/job:worker" not in then


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--strategy", "greedy"], "need --what-if"),
        (["--what-if", "ps=0"], "is no cluster"),
        (["--what-if", "worker=2"], "has no parameter servers alone"),
        (["--what-if", "ps=2", "--partitioner", "fixed_sise"], "did you mean"),
        (["--what-if", "ps=2", "--partitioner", "{python: 'a:b'}"], "[SC023]"),
        (["--what-if", "ps=2", "--partitioner", "["], "[SC004]"),
        (["--by", "device", "-f", "tf"], "has no format tf"),
        (["--by", "device", "--stats"], "leave out what is about single variables"),
        (["--by", "device", "--sort", "shape"], "no shape to sort by"),
    ],
)
def test_options_that_are_wrong(scopecli: Scopecli, scenario: Write, options: list[str], told: str) -> None:
    """They are refused with what to write instead."""
    result = scopecli("list", scenario(PLACED), *options)
    assert (result.exit_code, told in result.stderr) == (2, True), result.stderr


_NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)


@settings(max_examples=200)
@given(
    job=st.none() | _NAMES,
    replica=st.none() | st.integers(0, 9),
    task=st.none() | st.integers(0, 2000),
    device=st.none() | st.tuples(st.sampled_from(["CPU", "GPU", "TPU"]), st.integers(0, 7)),
)
def test_a_device_is_read_as_tensorflow_reads_it(
    job: str | None, replica: int | None, task: int | None, device: tuple[str, int] | None
) -> None:
    """Whatever of its name is said."""
    kind, index = device or (None, None)
    text = tf.DeviceSpec(
        job=job, replica=replica, task=task, device_type=kind, device_index=index
    ).to_string()
    place = place_of(text)
    assert (place.job, place.task) == (job, task)
    assert place.device == (device and f"{kind}:{index}")
    assert place_of(f"/{kind}:{index}".lower() if device else "").device == place.device


def test_a_task_that_got_nothing_counts(scopecli: Scopecli, scenario: Write) -> None:
    """A task of the cluster with no variable is told, and the mean is over it too, as where it would be."""
    path = scenario(
        "cluster: {ps: ['a:1', 'a:2', 'a:3'], worker: ['b:1']}\n"
        "steps:\n"
        "  - device: {replica_device_setter: {}}\n"
        "    steps: [{get_variable: w, shape: [100, 100]}, {get_variable: b, shape: [2]}]\n"
    )
    lines = scopecli("list", path, "--by", "device").stdout.splitlines()
    assert lines == ["/job:ps/task:0\t1\t10000\t40000", "/job:ps/task:1\t1\t2\t8", "/job:ps/task:2\t0\t0\t0"]
    found = json.loads(scopecli("list", path, "--what-if", "ps=3", "-f", "json").stdout)
    assert found["jobs"] == found["then"]["jobs"]
    assert (found["jobs"][0]["tasks"], found["jobs"][0]["smallest"]["bytes"]) == (3, 0)
