"""Measures clusters: `python tests/benchmarks/cluster.py`.

Real servers run on this machine. Every measurement is a process of its own; the two sides take turns, and
the medians are compared: values fetched from four tasks with a client written by hand in TF1; placing
partitions on a thousand tasks; a look into a cluster with loading TensorFlow alone. What one process reckons
by itself is told in the processor's seconds, which another load of the machine does not change.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from compare import SCOPECLI, Row, medians, tell

from scopecli.commands.local_cluster import LocalCluster

MEBIBYTE = 2**20
FETCHED = 2_000  # variables of a mebibyte
TASKS = 4

FILL = """
import sys
import tensorflow.compat.v1 as tf
target, count, meta = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with tf.Graph().as_default(), tf.device(tf.train.replica_device_setter(ps_tasks=4)):
    made = [tf.get_variable(f"w{i}", [512, 512], initializer=tf.zeros_initializer(), use_resource=False)
            for i in range(count)]
    tf.train.export_meta_graph(meta)
    with tf.Session(target) as session:
        session.run(tf.global_variables_initializer())
"""

BY_HAND = """
import sys, time
import tensorflow.compat.v1 as tf
target, meta = sys.argv[1:]
with tf.Graph().as_default():
    tf.train.import_meta_graph(meta)
    variables = tf.global_variables()
    with tf.Session(target) as session:
        session.run(variables[0])
        start = time.perf_counter()
        fetched = 0
        for first in range(0, len(variables), 32):
            for value in session.run(variables[first : first + 32]):
                fetched += value.nbytes
        print(fetched / (time.perf_counter() - start))
"""

BY_SCOPECLI = """
import sys, time
from scopecli.analysis.selection import Selection
from scopecli.commands.engine import Engine
from scopecli.commands.looking import cluster_view
from scopecli.commands.on_servers import ServerChoice
from scopecli.commands.sources import open_one
target, meta = sys.argv[1:]
engine = Engine(own_process=True)
with cluster_view(ServerChoice(target=target), engine) as view:
    looked = view.of(open_one(meta, engine), Selection())
    variables = looked.report.variables
    looked.read(variables[0])
    start = time.perf_counter()
    looked.expect(variables)
    fetched = sum(looked.read(variable).nbytes for variable in variables)
    print(fetched / (time.perf_counter() - start))
"""

LOAD = "from scopecli import tf1; tf1.load(own_process=True)"

MANY = """
parameters: {n: 1}
steps:
  - for: i
    in: $n
    steps: [{get_variable: w_$i, shape: [2000, 8], initializer: zeros}]
"""


def rate(program: str, *arguments: str) -> float:
    """Return the bytes a second that a program says it fetched."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def fetching(target: str, meta: str, repeat: int) -> list[Row]:
    """Measure fetching values out of a cluster."""
    pairs = [(rate(BY_HAND, target, meta), rate(BY_SCOPECLI, target, meta)) for _ in range(repeat)]
    by_hand, ours = (sorted(side)[repeat // 2] for side in zip(*pairs, strict=True))
    sides = f"{ours / MEBIBYTE:.0f} MiB/s; by hand {by_hand / MEBIBYTE:.0f} MiB/s"
    # Told as time, of which less is better: at 0.7 of the rate it takes 1 / 0.7 of it.
    return [Row(f"fetch {FETCHED:,} variables of 1 MiB from {TASKS} tasks", by_hand / ours, 1 / 0.7, sides)]


def looking(target: str, meta: str, repeat: int) -> list[Row]:
    """Measure a look into a cluster, beside loading TensorFlow alone."""
    ours, load = medians(
        [(*SCOPECLI, "list", meta, "--target", target), (sys.executable, "-c", LOAD)], repeat
    )
    more = ours.processor - load.processor
    sides = f"{ours.processor:.2f} s; loading TensorFlow {load.processor:.2f} s"
    return [Row("a look into a cluster beyond loading TensorFlow, of 0.5 s", more / 0.5, 1.0, sides)]


def placing(folder: str, repeat: int) -> list[Row]:
    """Measure placing 100,000 partitions on 1,000 tasks, and half as many."""
    scenario = Path(folder, "many.yaml")
    scenario.write_text(MANY)
    options = (
        "--what-if",
        "ps=1000",
        "--strategy",
        "greedy",
        "--partitioner",
        "{fixed_size: {num_shards: 1000}}",
    )
    half, whole = medians(
        [(*SCOPECLI, "list", str(scenario), "-p", f"n={count}", *options) for count in (50, 100)], repeat
    )
    sides = f"{whole.processor:.1f} s, {whole.memory:.0f} MiB; half of them {half.processor:.1f} s"
    return [
        Row("place 100,000 partitions on 1,000 tasks, of 60 s", whole.processor / 60, 1.0, sides),
        Row("place 100,000 partitions on 1,000 tasks, of 4 GiB", whole.memory / 4096, 1.0, sides),
        Row("place 100,000 partitions beside 50,000, time", whole.processor / half.processor, 2.2, sides),
    ]


def main() -> None:
    """Print a line a comparison; leave with 1 if one is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3, help="rounds, the median counts (default: 3)")
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder:
        found = placing(folder, repeat)
        with LocalCluster({"ps": TASKS, "worker": 1}) as local:
            target = f"grpc://{local.wait().master.address}"
            meta = f"{folder}/graph.meta"
            fill = [sys.executable, "-c", FILL, target, str(FETCHED), meta]
            subprocess.run(fill, check=True, capture_output=True)
            found += looking(target, meta, repeat)
            found += fetching(target, meta, repeat)
    tell(found)


if __name__ == "__main__":
    main()
