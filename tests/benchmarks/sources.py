"""Compares reading checkpoints and graphs with TensorFlow's own tool: `python tests/benchmarks/sources.py`.

Every measurement is a process of its own; the two sides take turns, and the medians are compared. The
statistics of a gibibyte are compared with numpy's over the same data, mapped into memory.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from compare import SCOPECLI, Row, medians, tell

WRITE = """
import sys
import numpy as np
import tensorflow.compat.v1 as tf
folder, count, shape, meta = sys.argv[1], int(sys.argv[2]), eval(sys.argv[3]), sys.argv[4] == "meta"
with tf.Graph().as_default(), tf.Session() as session:
    if meta:
        for i in range(count):
            with tf.variable_scope(f"layer_{i // 10}", use_resource=False):
                tf.get_variable(f"w{i}", shape)
        tf.train.export_meta_graph(f"{folder}/{count}.meta")
    else:
        held = tf.placeholder(tf.float32)
        names = [f"layer_{i // 10}/w{i}" for i in range(count)]
        value = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
        whole = [""] * count
        save = tf.raw_ops.SaveV2(
            prefix=f"{folder}/{count}", tensor_names=names, shape_and_slices=whole, tensors=[held] * count
        )
        session.run(save, {held: value})
"""

BY_NUMPY = """
import sys
import numpy as np
data = np.memmap(sys.argv[1], np.float32, "r")
for part in np.split(data, int(sys.argv[2])):
    print(part.min(), part.max(), part.mean(), part.std())
"""

INSPECT = (sys.executable, "-m", "tensorflow.python.tools.inspect_checkpoint")
GIBIBYTE = 2**30
EXTRA = 300  # MiB beside the largest tensor


def written(folder: str, count: int, shape: tuple[int, ...], *, meta: bool = False) -> str:
    """Have TensorFlow write a checkpoint or MetaGraph of so many variables, and return its path."""
    arguments = (folder, str(count), repr(shape), "meta" if meta else "values")
    subprocess.run([sys.executable, "-c", WRITE, *arguments], check=True, capture_output=True)
    return f"{folder}/{count}.meta" if meta else f"{folder}/{count}"


def listings(folder: str, repeat: int) -> list[Row]:
    """Measure listing checkpoints, and a MetaGraph."""
    found = []
    for count, bound in ((200, 0.08), (5_000, 0.12)):
        prefix = written(folder, count, (2, 2))
        ours, theirs = medians(
            [(*SCOPECLI, "list", prefix), (*INSPECT, f"--file_name={prefix}")],
            repeat,
        )
        sides = (
            f"{ours.seconds:.2f} s, {ours.memory:.0f} MiB; {theirs.seconds:.2f} s, {theirs.memory:.0f} MiB"
        )
        found.append(Row(f"list {count:,} variables, time", ours.seconds / theirs.seconds, bound, sides))
        found.append(Row(f"list {count:,} variables, memory", ours.memory / theirs.memory, 0.10, sides))
    meta = written(folder, 1_000, (2, 2), meta=True)
    ours, full = medians([(*SCOPECLI, "list", meta), (sys.executable, "-c", "import tensorflow")], repeat)
    sides = f"{ours.seconds:.2f} s; import tensorflow {full.seconds:.2f} s"
    return [*found, Row("list a .meta of 1,000", ours.seconds / full.seconds, 0.10, sides)]


def statistics(folder: str, repeat: int) -> list[Row]:
    """Measure the statistics of a gibibyte in tensors of 128 MiB."""
    count = 8
    prefix = written(folder, count, (GIBIBYTE // count // 4,))
    data = f"{prefix}.data-00000-of-00001"
    ours, theirs = medians(
        [(*SCOPECLI, "list", prefix, "--stats"), (sys.executable, "-c", BY_NUMPY, data, str(count))], repeat
    )
    sides = f"{ours.seconds:.2f} s, {ours.memory:.0f} MiB; numpy {theirs.seconds:.2f} s"
    most = GIBIBYTE / count / 2**20 + EXTRA
    return [
        Row("statistics of 1 GiB, time", ours.seconds / theirs.seconds, 2.0, sides),
        Row("statistics of 1 GiB, memory", ours.memory / most, 1.0, f"{ours.memory:.0f} of {most:.0f} MiB"),
    ]


def main() -> None:
    """Print a line a comparison; leave with 1 if one is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="rounds, the median counts (default: 5)")
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder:
        found = listings(folder, repeat)
        Path(folder, "statistics").mkdir()
        tell([*found, *statistics(f"{folder}/statistics", repeat)])


if __name__ == "__main__":
    main()
