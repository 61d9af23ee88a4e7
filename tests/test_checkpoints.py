"""Checkpoints, read without TensorFlow, say what TensorFlow's own reader says of them."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saved import plain, save, session, told_by_scopecli, told_by_tensorflow
from support import Process, Scopecli
from tables import as_written_with_big_endian, compressed, rewritten
from tensorflow.core.protobuf.trackable_object_graph_pb2 import TrackableObjectGraph

from scopecli.report.model import Slice
from scopecli.sources.checkpoints import is_checkpoint, open_checkpoint

EXAMPLES = os.environ.get("SCOPECLI_EXAMPLES")

OBJECTS = """
import sys
import tensorflow as tf

twins = [tf.Variable([1.0, 2.0], name="scope/twin"), tf.Variable([3.0], name="scope/twin")]
model = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(2, name="dense")])
optimizer = tf.keras.optimizers.SGD(momentum=0.9)
optimizer.build(model.trainable_variables)
tf.train.Checkpoint(model=model, optimizer=optimizer, twins=twins).write(sys.argv[1])
"""


@pytest.mark.parametrize("count", [1, 2, 17, 300, 5_000])
def test_numbers_of_variables(count: int, tmp_path: Path) -> None:
    """Names, dtypes, shapes and values of any number of variables are read, in the order of their names."""
    tensors = {
        f"scope_{each % 7}/layer_{each}/w": np.full((each % 4, 2), each, "f4") for each in range(count)
    }
    prefix = save(tmp_path / "model", tensors)
    found = told_by_scopecli(prefix)
    assert found == told_by_tensorflow(prefix)
    assert list(found) == sorted(tensors)


def test_several_blocks(tmp_path: Path) -> None:
    """An index of more than one block is read as one."""
    prefix = save(
        tmp_path / "model", {f"{each:04}" + "n" * 500: np.int8(each % 100) for each in range(2_000)}
    )
    assert Path(f"{prefix}.index").stat().st_size > 3 * 262_144 / 2
    assert told_by_scopecli(prefix) == told_by_tensorflow(prefix)


NUMBERS = (
    "float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128 "
    "bfloat16 float8_e5m2 float8_e4m3fn float8_e4m3fnuz float8_e4m3b11fnuz float8_e5m2fnuz int4 uint4"
).split()


def _is_known(dtype: str) -> bool:
    """Tell whether this TensorFlow has a dtype: those of eight bits came one after another."""
    try:
        tf.as_dtype(dtype)
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("shape", [(), (5,), (0, 3), (2, 3, 4)], ids=str)
def test_dtypes(shape: tuple[int, ...], tmp_path: Path) -> None:
    """Every dtype that a variable may have is read, whatever its shape."""
    numbers = np.arange(np.prod(shape, dtype=int)).reshape(shape) % 7
    tensors: dict[str | bytes, Any] = {}
    for name in filter(_is_known, NUMBERS):
        tensors[name] = tf.constant(numbers.astype(getattr(ml_dtypes, name, None) or name))
    tensors["string"] = tf.constant(np.vectorize(lambda each: b"\x00" * each, "O")(numbers), tf.string)
    prefix = save(tmp_path / "model", tensors)
    found = told_by_scopecli(prefix)
    assert found == told_by_tensorflow(prefix)
    assert {name: dtype for name, (dtype, *_) in found.items()} == {name: name for name in tensors}


@pytest.mark.parametrize("name", ["qint8", "quint8", "qint16", "quint16", "qint32"])
def test_quantized_dtypes(name: str, tmp_path: Path) -> None:
    """Quantized numbers are read as the whole numbers that they are made of."""
    numbers = np.arange(6).reshape(2, 3).astype(name.removeprefix("q"))
    opened = open_checkpoint(save(tmp_path / "model", {"w": tf.bitcast(numbers, name)}))
    (row,) = opened.report.variables
    assert (row.dtype, row.itemsize) == (name, numbers.itemsize)
    assert opened.read(row).dtype == numbers.dtype
    assert opened.read(row).tolist() == numbers.tolist()


def test_item_sizes(tmp_path: Path) -> None:
    """Bytes are those of TensorFlow's elements; strings have none, and are no parameters."""
    tensors = {each: tf.zeros([3], each) for each in ("bool", "complex128", "bfloat16")}
    report = open_checkpoint(save(tmp_path / "model", {**tensors, "text": tf.constant(["a"])})).report
    assert {row.name: row.bytes for row in report.variables} == {
        "bfloat16": 6,
        "bool": 3,
        "complex128": 48,
        "text": None,
    }
    assert report.totals.parameters == 9


def test_row(tmp_path: Path) -> None:
    """A row says what a checkpoint knows, and nothing that it doesn't."""
    with session() as saved:
        tf.get_variable("scope/w", (2,), use_resource=True)
        prefix = saved(tmp_path / "model", step=3)
        shown = repr(tf.global_variables()[0])
    (row,) = open_checkpoint(prefix).report.variables
    assert row.repr == shown
    assert (row.name, row.shape, row.dtype, row.kind) == ("scope/w", (2,), "float32", "saved")
    assert (row.trainable, row.collections, row.device, row.key, row.slices) == (None, (), "", None, ())


@pytest.mark.parametrize("axis", [0, 1])
def test_partitioned_variable(axis: int, tmp_path: Path) -> None:
    """A partitioned variable is one row with its slices, and its value is put together of theirs."""
    with session() as saved:
        tf.get_variable("scope/w", (10, 7), partitioner=tf.fixed_size_partitioner(3, axis))
        prefix = saved(tmp_path / "model")
        expected = tuple(
            Slice(tuple(part._get_save_slice_info().var_offset), tuple(part.shape))  # noqa: SLF001 - no other way
            for part in tf.global_variables()
        )
    (row,) = open_checkpoint(prefix).report.variables
    assert (row.shape, row.slices) == ((10, 7), expected)
    assert told_by_scopecli(prefix) == told_by_tensorflow(prefix)


@pytest.mark.parametrize("offset", [0, 63, 64, 127, 128, 8_191, 8_192, 1_048_575, 1_048_576])
def test_slices_far_into_a_variable(offset: int, tmp_path: Path) -> None:
    """A slice is found wherever it begins, and whatever its variable is called."""
    name, whole = "w\x00\xfa/é", offset + 3
    slices = (
        [f"{whole} 0,{offset}", f"{whole} {offset},3"] if offset else [f"{whole} 2 -:0,1", f"{whole} 2 -:1,1"]
    )
    numbers = np.arange(whole, dtype="i4")
    parts = [numbers[:offset], numbers[offset:]] if offset else [numbers[:, None]] * 2
    prefix = str(tmp_path / "model")
    tf.raw_ops.SaveV2(prefix=prefix, tensor_names=[name] * 2, shape_and_slices=slices, tensors=parts)
    assert told_by_scopecli(prefix) == told_by_tensorflow(prefix)


def test_shards(tmp_path: Path) -> None:
    """Variables are read from whichever data file they are in."""
    with session(devices=3) as saved:
        for number in range(6):
            with tf.device(f"/cpu:{number % 3}"):
                tf.get_variable(f"w{number}", (number, 2))
        prefix = saved(tmp_path / "model", sharded=True)
    assert len(list(tmp_path.glob("*.data-*-of-00003"))) == 3
    assert told_by_scopecli(prefix) == told_by_tensorflow(prefix)


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the prefix of an object-based checkpoint, with a model, an optimizer and two twins."""
    prefix = str(tmp_path_factory.mktemp("objects") / "ckpt")
    subprocess.run([sys.executable, "-c", OBJECTS, prefix], check=True, capture_output=True)
    return prefix


def test_objects(objects: str) -> None:
    """An object-based checkpoint has keys and names side by side, those of twins too."""
    names = {row.key: row.name for row in open_checkpoint(objects).report.variables}
    value = "/.ATTRIBUTES/VARIABLE_VALUE"
    expected = told_by_tensorflow(objects)
    del expected["_CHECKPOINTABLE_OBJECT_GRAPH"]  # which is no variable
    assert told_by_scopecli(objects) == expected
    assert names[f"twins/0{value}"] == names[f"twins/1{value}"] == "scope/twin"
    assert names == {**names, **_names_in_graph(objects)}


def _names_in_graph(prefix: str) -> dict[str, str]:
    graph = TrackableObjectGraph()
    graph.ParseFromString(tf.train.load_variable(prefix, "_CHECKPOINTABLE_OBJECT_GRAPH"))
    return {
        each.checkpoint_key: each.full_name
        for node in graph.nodes
        for each in node.attributes
        if each.full_name
    }


def test_objects_without_their_data(objects: str, tmp_path: Path) -> None:
    """The index of an object-based checkpoint alone is listed by its keys."""
    (tmp_path / "ckpt.index").write_bytes(Path(f"{objects}.index").read_bytes())
    rows = open_checkpoint(str(tmp_path / "ckpt")).report.variables
    assert [row.name for row in rows] == [row.key for row in rows] == list(told_by_tensorflow(objects))[1:]


@pytest.mark.parametrize("sharded", [False, True])
def test_first_version(sharded: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter of the test
    """Files of the first version are read as TensorFlow reads them."""
    with session(devices=2) as saved:
        for number in range(4):
            with tf.device(f"/cpu:{number % 2}"):
                tf.get_variable(f"w{number}", (number, 2))
        prefix = saved(tmp_path / "model", sharded=sharded, write_version=tf.train.SaverDef.V1)
    expected = told_by_tensorflow(prefix)
    assert len(expected) == 4
    assert is_checkpoint(prefix)
    assert told_by_scopecli(prefix) == told_by_scopecli(tmp_path) == expected


OLD = "float16 float32 float64 int8 int16 int32 int64 uint8 bool complex64 complex128 bfloat16".split()


def _save_first_version(path: Path, tensors: Mapping[str, Any]) -> str:
    tf.raw_ops.Save(filename=str(path), tensor_names=list(tensors), data=list(tensors.values()))
    return str(path)


def _restored(path: Path | str, name: str, dtype: Any) -> Any:
    """Return what the operation of the first version restores: TensorFlow's reader knows less."""
    return tf.raw_ops.Restore(file_pattern=str(path), tensor_name=name, dt=dtype).numpy()


@pytest.mark.parametrize("shape", [(), (5,), (0, 3), (2, 3, 4)], ids=str)
def test_dtypes_of_the_first_version(shape: tuple[int, ...], tmp_path: Path) -> None:
    """Numbers and strings of each dtype that the first version can have are what TensorFlow reads."""
    chance = np.random.default_rng(0)
    drawn = chance.normal(size=shape) * 100
    tensors = {dtype: tf.cast(tf.constant(drawn), dtype) for dtype in OLD if dtype != "bfloat16"}
    tensors["texts"] = tf.fill(shape, b"a\x00\xff")
    prefix = _save_first_version(tmp_path / "model", tensors)
    read = {name: value for name, (_, _, value) in told_by_scopecli(prefix).items()}
    assert read == {name: plain(_restored(prefix, name, of.dtype)) for name, of in tensors.items()}


def test_slices_of_the_first_version(tmp_path: Path) -> None:
    """A partitioned variable of the first version is put together, and told to be one."""
    whole = np.arange(12.0).reshape(4, 3)
    written = {"low": whole[:1], "high": whole[1:]}
    tf.raw_ops.SaveSlices(
        filename=str(tmp_path / "model"),
        tensor_names=["w", "w"],
        shapes_and_slices=["4 3 0,1:-", "4 3 1,3:-"],
        data=list(written.values()),
    )
    opened = open_checkpoint(str(tmp_path / "model"))
    (row,) = opened.report.variables
    assert row.slices == (Slice((0, 0), (1, 3)), Slice((1, 0), (3, 3)))
    assert opened.read(row).tolist() == _restored(tmp_path / "model", "w", whole.dtype).tolist()


def test_a_table_of_the_first_version_is_missing(tmp_path: Path, scopecli: Scopecli) -> None:
    """What the other tables hold is shown, and which one is missing."""
    for number in range(2):
        _save_first_version(tmp_path / f"model-0000{number}-of-00003", {f"w{number}": tf.zeros([2])})
    result = scopecli("list", tmp_path / "model", "-f", "plain")
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == ["w0", "w1"]
    assert "1 of its 3 tables are not there: model-00002-of-00003" in result.stderr
    assert result.exit_code == 2


def test_compressed_index(tmp_path: Path) -> None:
    """A compressed index is read as TensorFlow reads it."""
    chance = random.Random(7)  # noqa: S311 - no secret
    names = [f"layer_{each}/{'w' * each}/{chance.randbytes(each * 2).hex()}" for each in range(99)]
    prefix = save(tmp_path / "model", {each: np.ones([len(each) % 5], "f4") for each in names})
    expected = told_by_scopecli(prefix)
    rewritten(prefix, lambda _, value: value, compressed)
    assert told_by_scopecli(prefix) == told_by_tensorflow(prefix) == expected


@pytest.mark.parametrize("shape", [(), (5,), (0, 3), (2, 3, 4)], ids=str)
def test_big_endian(shape: tuple[int, ...], tmp_path: Path) -> None:
    """What a machine of the other byte order wrote is what TensorFlow reads of it."""
    drawn = np.random.default_rng(0).normal(size=shape) * 100
    tensors = {dtype: tf.cast(tf.constant(drawn), dtype) for dtype in OLD}
    tensors["texts"] = tf.fill(shape, b"a\x00\xff")
    prefix = save(tmp_path / "model", tensors)
    expected = told_by_scopecli(prefix)
    as_written_with_big_endian(prefix)
    assert told_by_scopecli(prefix) == told_by_tensorflow(prefix) == expected


def test_nothing_heavy_is_loaded(process: Process, tmp_path: Path) -> None:
    """To read an index takes neither TensorFlow nor numpy, protobuf, PyYAML or rich."""
    prefix = save(tmp_path / "model", {"w": tf.zeros([2])})
    program = (
        "import sys; from scopecli.sources.checkpoints import open_checkpoint; "
        f"print(len(open_checkpoint({prefix!r}).report.variables)); "
        "print({'tensorflow', 'numpy', 'google.protobuf', 'yaml', 'rich'} & set(sys.modules))"
    )
    assert process("-c", program).stdout == "1\nset()\n"


NAMES = st.lists(st.sampled_from(["a", "b/", "scope/", "w" * 60, "é", "\n", "[red]", "\x00"]), max_size=6)
TENSORS = st.tuples(
    st.sampled_from(["f4", "i8", "O"]), st.lists(st.integers(0, 3), max_size=3), st.integers(0, 255)
)


@settings(
    max_examples=int(EXAMPLES or 100),
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=st.dictionaries(NAMES.map("".join), TENSORS, min_size=1, max_size=60))
def test_drawn_tables(drawn: dict[str, tuple[str, list[int], int]], tmp_path: Path) -> None:
    """Tables of names that share their beginnings, however they do, are read as TensorFlow reads them."""
    tensors = {
        f"n{name}": np.full(shape, b"\xff" * number if dtype == "O" else number, dtype)
        for name, (dtype, shape, number) in drawn.items()
    }
    prefix = save(tmp_path / "model", tensors)
    assert told_by_scopecli(prefix) == told_by_tensorflow(prefix)


def test_slices_with_a_gap_between_them(scopecli: Scopecli, tmp_path: Path) -> None:
    """Slices that begin and end where the whole does are no whole if something between them is missing."""
    prefix = str(tmp_path / "c")
    tensors = [tf.ones([2]), tf.ones([2])]
    tf.raw_ops.SaveV2(
        prefix=prefix, tensor_names=["t", "t"], shape_and_slices=["5 0,2", "5 3,2"], tensors=tensors
    )
    (row,) = json.loads(scopecli("list", prefix, "--stats", "-f", "json").stdout)["variables"]
    assert (row["stats"]["mean"], row["stats"]["zeros"]) == (1.0, 0)
