"""Compares reading files of arrays with their own libraries: `python tests/benchmarks/arrays.py`.

Every measurement is a process of its own, but for what listing takes beyond loading: that is the least of
many rounds in one process. 437 MB are the 110 million parameters of a BERT, in its 199 tensors. The last rows
follow ten checkpoints of that size; three of these are on the disk, and linked under ten steps.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from compare import SCOPECLI, Row, cost, medians, tell

LAYER = {
    **{f"attention.self.{name}.weight": (768, 768) for name in ("query", "key", "value")},
    **{f"attention.self.{name}.bias": (768,) for name in ("query", "key", "value")},
    "attention.output.dense.weight": (768, 768),
    "attention.output.dense.bias": (768,),
    "attention.output.LayerNorm.weight": (768,),
    "attention.output.LayerNorm.bias": (768,),
    "intermediate.dense.weight": (3072, 768),
    "intermediate.dense.bias": (3072,),
    "output.dense.weight": (768, 3072),
    "output.dense.bias": (768,),
    "output.LayerNorm.weight": (768,),
    "output.LayerNorm.bias": (768,),
}
SHAPES = {
    "embeddings.word_embeddings.weight": (30522, 768),
    "embeddings.position_embeddings.weight": (512, 768),
    "embeddings.token_type_embeddings.weight": (2, 768),
    "embeddings.LayerNorm.weight": (768,),
    "embeddings.LayerNorm.bias": (768,),
    **{f"encoder.layer.{layer}.{name}": shape for layer in range(12) for name, shape in LAYER.items()},
    "pooler.dense.weight": (768, 768),
    "pooler.dense.bias": (768,),
}
MEBIBYTE = 2**20
LARGEST = 30522 * 768 * 4 / MEBIBYTE
EXTRA = 110  # MiB for Python, numpy and what they load

BY_PACKAGE = """
import sys
from safetensors import safe_open
with safe_open(sys.argv[1], "np") as file:
    for name in file.keys():
        tensor = file.get_slice(name)
        print(name, tensor.get_shape(), tensor.get_dtype())
"""

BY_NUMPY = """
import sys, json, struct
import numpy as np
with open(sys.argv[1], "rb") as file:
    length = struct.unpack("<Q", file.read(8))[0]
    header = json.loads(file.read(length))
for name, entry in header.items():
    if name != "__metadata__":
        begin, end = entry["data_offsets"]
        data = np.memmap(sys.argv[1], np.float32, "r", 8 + length + begin, ((end - begin) // 4,))
        print(name, data.min(), data.max(), data.mean(), data.std(), np.linalg.norm(data), (data == 0).sum())
"""

NPZ_BY_NUMPY = """
import sys
import numpy as np
with np.load(sys.argv[1]) as file:
    for name in file:
        data = file[name]
        print(name, data.min(), data.max(), data.mean(), data.std(), np.linalg.norm(data), (data == 0).sum())
"""

IN_PROCESS = """
import sys
from time import perf_counter
path = sys.argv[1]
from safetensors import safe_open
from scopecli.sources.opening import open_source
from scopecli.analysis.selection import Listing, Row, Selection, select
from scopecli.render.plain import list_plain

def ours():
    report = open_source(path)[0].report
    rows = tuple(map(Row, select(report.variables, Selection())))
    return list(list_plain([Listing(report.source, rows)], ("name", "shape", "dtype")))

def theirs():
    with safe_open(path, "np") as file:
        tensors = ((name, file.get_slice(name)) for name in file.keys())
        return [f"{name} {tensor.get_shape()} {tensor.get_dtype()}" for name, tensor in tensors]

def least(work):
    def once():
        start = perf_counter()
        work()
        return perf_counter() - start
    return min(once() for _ in range(50))

assert len(ours()) == len(theirs())
print(least(ours), least(theirs))
"""

SERIES_BY_NUMPY = """
import sys
import tensorflow.compat.v1 as tf
import numpy as np
readers = [tf.train.load_checkpoint(path) for path in sys.argv[1:]]
for name in readers[0].get_variable_to_shape_map():
    before = None
    for reader in readers:
        data = reader.get_tensor(name)
        change = 0 if before is None else np.linalg.norm(data - before)
        print(name, data.min(), data.max(), data.mean(), data.std(), np.linalg.norm(data), (data == 0).sum())
        print(np.isnan(data).sum(), np.isinf(data).sum(), change)
        before = data
"""

WRITE_ARRAYS = """
import json, sys
import numpy as np
from safetensors.numpy import save_file
folder, shapes = sys.argv[1], json.loads(sys.argv[2])
chance = np.random.default_rng(0)
tensors = {name: chance.standard_normal(shape, dtype=np.float32) for name, shape in shapes.items()}
save_file(tensors, f"{folder}/model.safetensors", metadata={"format": "pt"})
np.savez(f"{folder}/model.npz", **tensors)
"""

WRITE_CHECKPOINT = """
import sys
import numpy as np
import tensorflow.compat.v1 as tf
arrays = np.load(sys.argv[1])
names = list(arrays)
tf.raw_ops.SaveV2(
    prefix=sys.argv[2], tensor_names=[name.replace(".", "/") for name in names],
    shape_and_slices=[""] * len(names), tensors=[arrays[name] + float(sys.argv[3]) for name in names],
)
"""


def python(program: str, *arguments: object) -> tuple[str, ...]:
    """Return the command that runs a program."""
    return (sys.executable, "-c", program, *map(str, arguments))


def files(folder: Path) -> tuple[Path, Path]:
    """Write the tensors in both forms; in a process, since a child's memory begins with its parent's."""
    subprocess.run(python(WRITE_ARRAYS, folder, json.dumps(SHAPES)), check=True)
    return folder / "model.safetensors", folder / "model.npz"


def listings(path: Path, repeat: int) -> list[Row]:
    """Measure listing names, shapes and dtypes; beyond loading, ours also judges the role of each tensor.

    The package is compiled, and makes no more of a header than it says: of 2 ms of ours half are the roles.
    """
    ours, theirs = medians(
        [(*SCOPECLI, "list", str(path), "--columns", "name,shape,dtype"), python(BY_PACKAGE, path)], repeat
    )
    sides = f"{ours.seconds:.2f} s, {ours.memory:.0f} MiB; {theirs.seconds:.2f} s, {theirs.memory:.0f} MiB"
    printed = subprocess.run(python(IN_PROCESS, path), check=True, capture_output=True, text=True).stdout
    own, package = map(float, printed.split())
    return [
        Row("list 437 MB of safetensors, process", ours.seconds / theirs.seconds, 1.3, sides),
        Row(
            "list 437 MB of safetensors, beyond loading", own / package, 10,
            f"{own * 1000:.2f} ms; package {package * 1000:.2f} ms",
        ),
    ]  # fmt: skip


def statistics(path: Path, program: str, repeat: int) -> list[Row]:
    """Measure the statistics of every tensor, and the memory that they take."""
    ours, theirs = medians([(*SCOPECLI, "list", str(path), "--stats"), python(program, path)], repeat)
    what = f"statistics of 437 MB of {path.suffix[1:]}"
    sides = f"{ours.seconds:.2f} s; numpy {theirs.seconds:.2f} s"
    most = LARGEST + EXTRA
    return [
        Row(f"{what}, time", ours.seconds / theirs.seconds, 1.3, sides),
        Row(f"{what}, memory", ours.memory / most, 1.0, f"{ours.memory:.0f} of {most:.0f} MiB"),
    ]


def series(folder: Path, arrays: Path) -> list[Row]:
    """Measure following ten checkpoints, beside TensorFlow's reader with numpy."""
    for number in range(3):
        command = python(WRITE_CHECKPOINT, arrays, folder / f"m-{number}", number)
        subprocess.run(command, check=True, capture_output=True)
    for number in range(3, 10):
        for ending in (".index", ".data-00000-of-00001"):
            os.link(f"{folder}/m-{number % 3}{ending}", f"{folder}/m-{number}{ending}")
    ours = cost((*SCOPECLI, "list", str(folder), "--step", "all", "--stats", "-f", "csv"))
    theirs = cost(python(SERIES_BY_NUMPY, *(folder / f"m-{number}" for number in range(10))))
    most = 2 * LARGEST + EXTRA
    sides = f"{ours.memory:.0f} of {most:.0f} MiB; by TensorFlow {theirs.memory:.0f} MiB"
    return [
        Row("ten checkpoints of 437 MB, memory", ours.memory / most, 1.0, sides),
        Row(
            "ten checkpoints of 437 MB, time", ours.seconds / theirs.seconds, 1.3,
            f"{ours.seconds:.1f} s; by TensorFlow {theirs.seconds:.1f} s",
        ),
    ]  # fmt: skip


def main() -> None:
    """Print a line a comparison; leave with 1 if one is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="rounds, the median counts (default: 5)")
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        safetensors, npz = files(folder)
        found = listings(safetensors, repeat)
        found += statistics(safetensors, BY_NUMPY, repeat)
        found += statistics(npz, NPZ_BY_NUMPY, repeat)
        (folder / "series").mkdir()
        tell([*found, *series(folder / "series", npz)])


if __name__ == "__main__":
    main()
