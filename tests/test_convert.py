"""What `convert` writes is what was there: TensorFlow, safetensors and numpy read it, bit for bit."""

import os
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
import tensorflow.compat.v1 as tf
from saved import plain, save, session, told_by_scopecli, told_by_tensorflow
from support import Scopecli
from tables import as_written_with_big_endian
from test_checkpoints import NUMBERS

TRAINED = """
import sys
import tensorflow as tf

layer = tf.keras.layers.Dense(2, name="dense")
layer.build((None, 3))
optimizer = tf.keras.optimizers.Adam()
optimizer.build(layer.trainable_variables)
twins = [tf.Variable([1.0, 2.0], name="scope/twin"), tf.Variable([3.0], name="scope/twin")]
tf.train.Checkpoint(layer=layer, optimizer=optimizer, twins=twins).save(sys.argv[1])
"""

RESTORED = """
import sys
import tensorflow as tf

layer = tf.keras.layers.Dense(2, name="dense")
layer.build((None, 3))
optimizer = tf.keras.optimizers.Adam()
optimizer.build(layer.trainable_variables)
status = tf.train.Checkpoint(layer=layer, optimizer=optimizer).restore(sys.argv[1])
print([array.tolist() for array in layer.get_weights()])
tf.train.Checkpoint(layer=layer).read(sys.argv[1]).assert_consumed()
try:
    status.assert_existing_objects_matched()
except AssertionError as error:
    print(str(error).split(",")[0])
"""


def written(scopecli: Scopecli, *arguments: str | Path) -> str:
    """Run a conversion, which succeeds without a word on standard error; return the last line."""
    result = scopecli("convert", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()[-1]


def restore(prefix: str | Path, name: str, dtype: tf.DType) -> Any:
    """Return a tensor as a `Saver` restores it."""
    (found,) = tf.raw_ops.RestoreV2(
        prefix=str(prefix), tensor_names=[name], shape_and_slices=[""], dtypes=[dtype]
    )
    return found.numpy()


def saved_numbers(folder: Path, shapes: Mapping[str, tuple[int, ...]]) -> str:
    """Return a checkpoint with a tensor of every dtype, and of each of these shapes."""
    tensors: dict[str | bytes, Any] = {}
    for where, shape in shapes.items():
        numbers = np.arange(np.prod(shape, dtype=int)).reshape(shape) % 7
        for name in NUMBERS:
            tensors[f"{where}/{name}"] = tf.constant(numbers.astype(getattr(ml_dtypes, name, None) or name))
        texts = np.vectorize(lambda number: b"\x00\xff" * number * 99, "O")(numbers)
        tensors[f"{where}/string"] = tf.constant(texts, tf.string)
    return save(folder / "every.ckpt", tensors)


SHAPES = {"scalar": (), "row": (5,), "empty": (0, 3), "block": (2, 3, 4)}


@pytest.mark.parametrize("options", [(), ("--link",), ("--shards", "1"), ("--shards", "7"), ("--join",)])
def test_every_dtype(options: tuple[str, ...], scopecli: Scopecli, tmp_path: Path) -> None:
    """Scalars, empty tensors, strings and every dtype are carried, in as many data files as are asked for."""
    source, copy = saved_numbers(tmp_path, SHAPES), tmp_path / "copy.ckpt"
    told = written(scopecli, source, copy, *options)
    assert told_by_tensorflow(str(copy)) == told_by_tensorflow(source)
    assert told.startswith(f"{len(SHAPES) * (len(NUMBERS) + 1)} variables, ")
    count = int(options[1]) if options[:1] == ("--shards",) else 1
    assert len(list(tmp_path.glob(f"copy.ckpt.data-?????-of-{count:05d}"))) == count


def test_shards_are_even(scopecli: Scopecli, tmp_path: Path) -> None:
    """Data files are of about one size; those that nothing is left for are there, and empty."""
    source = save(tmp_path / "model.ckpt", {f"w{number}": np.zeros(100 + number % 3) for number in range(30)})
    for count, most in ((7, 5 * 102 * 8), (30, 102 * 8), (40, 102 * 8)):
        written(scopecli, source, tmp_path / "copy.ckpt", "--shards", str(count), "--force")
        files = sorted(tmp_path.glob("copy.ckpt.data-*"))
        assert len(files) == count
        assert max(file.stat().st_size for file in files) <= most
        assert told_by_tensorflow(str(tmp_path / "copy.ckpt")) == told_by_tensorflow(source)


@pytest.mark.parametrize("length", [1, 40, 2_000])
def test_an_index_is_written_as_tensorflow_does(length: int, scopecli: Scopecli, tmp_path: Path) -> None:
    """The files of a copy are those of the source to the last byte, also where the index has many blocks."""
    names = (f"{zlib.crc32(b'%d' % number):08x}{'n' * length}/w" for number in range(3_000))
    tensors = {name: np.full(len(name) % 4 + number % 3, number, "f4") for number, name in enumerate(names)}
    source, copy = save(tmp_path / "model.ckpt", tensors), tmp_path / "copy.ckpt"
    written(scopecli, source, copy)
    for ending in (".index", ".data-00000-of-00001"):
        assert Path(f"{copy}{ending}").read_bytes() == Path(f"{source}{ending}").read_bytes()


@pytest.fixture(scope="module")
def partitioned(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a checkpoint of two partitioned variables and a whole one, in several data files."""
    with session(devices=2) as saved:
        with tf.device("/cpu:0"):
            tf.get_variable("rows/w", (10, 7), partitioner=tf.fixed_size_partitioner(3, 0))
        with tf.device("/cpu:1"):
            tf.get_variable("columns/w", (4, 6), partitioner=tf.fixed_size_partitioner(2, 1))
        tf.get_variable("whole", (2,))
        return saved(tmp_path_factory.mktemp("partitioned") / "model.ckpt", step=3, sharded=True)


@pytest.mark.parametrize("options", [(), ("--link",), ("--join",), ("--shards", "5")])
def test_partitioned_variables(
    options: tuple[str, ...], partitioned: str, scopecli: Scopecli, tmp_path: Path
) -> None:
    """Slices stay slices, or are joined; a `Saver` restores them into whatever parts a graph has."""
    copy = str(tmp_path / "copy.ckpt")
    written(scopecli, partitioned, copy, "--map", r"rows/(.*)=lines/\1", *options)
    found = told_by_tensorflow(partitioned)
    assert told_by_tensorflow(copy) == {name.replace("rows/", "lines/"): found[name] for name in found}
    slices = scopecli("list", copy, "--columns", "name,slices", "-f", "plain").stdout
    assert slices.count("\t-\n") == (3 if options == ("--join",) else 1)
    for parts in (1, 2, 3):
        with tf.Graph().as_default(), tf.Session() as running:
            tf.get_variable("lines/w", (10, 7), partitioner=tf.fixed_size_partitioner(parts, 0))
            tf.train.Saver().restore(running, copy)
            restored = np.concatenate(running.run(tf.global_variables()))
        assert plain(restored) == found["rows/w"][2]


def test_a_part_of_the_data_files(partitioned: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Data files of which nothing is written are left out, and the others are numbered anew."""
    copy = tmp_path / "copy.ckpt"
    told = written(scopecli, partitioned, copy, "--match", "columns/*")
    assert told == "1 of 3 variables, 96 B of 384 B; 2 weights left out"
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "checkpoint",
        "copy.ckpt.data-00000-of-00001",
        "copy.ckpt.index",
    ]
    assert told_by_tensorflow(str(copy)) == {"columns/w": told_by_tensorflow(partitioned)["columns/w"]}
    assert Path(f"{copy}.data-00000-of-00001").stat().st_size == 96


@pytest.mark.parametrize("options", [(), ("--join",)])
def test_the_first_version(options: tuple[str, ...], scopecli: Scopecli, tmp_path: Path) -> None:
    """A checkpoint of the first version becomes one of the second, with its slices or without."""
    with session() as saved:
        tf.get_variable("w", (10, 7), partitioner=tf.fixed_size_partitioner(3, 0))
        tf.get_variable("steps", (), tf.int64, initializer=tf.constant_initializer(9))
        source = saved(tmp_path / "old" / "model.ckpt", write_version=tf.train.SaverDef.V1)
    written(scopecli, source, tmp_path / "new.ckpt", *options)
    assert told_by_tensorflow(str(tmp_path / "new.ckpt")) == told_by_scopecli(source)


def test_what_a_big_endian_machine_wrote(scopecli: Scopecli, tmp_path: Path) -> None:
    """It is written as this machine has it."""
    values = {"w": np.arange(5), "text": tf.constant(["ab", "", "x" * 100]), "c": np.complex64([1 + 2j])}
    source = save(tmp_path / "big.ckpt", values)
    expected = told_by_tensorflow(source)
    as_written_with_big_endian(source)
    written(scopecli, source, tmp_path / "copy.ckpt", "--link")
    assert told_by_tensorflow(str(tmp_path / "copy.ckpt")) == expected


def test_names_that_are_no_text(scopecli: Scopecli, tmp_path: Path) -> None:
    """Names that are no UTF-8 are carried as they are, those of slices too."""
    ones = tf.ones([4])
    names = [b"\xff\xfe/w", b"\xff\xfe/w", b"\xff", "\u202e[red]\n"]
    source = str(tmp_path / "model.ckpt")
    tf.raw_ops.SaveV2(
        prefix=source, tensor_names=names, shape_and_slices=["8 0,4", "8 4,4", "", ""], tensors=[ones] * 4
    )
    written(scopecli, source, tmp_path / "copy.ckpt")
    restored = tf.raw_ops.RestoreV2(
        prefix=str(tmp_path / "copy.ckpt"),
        tensor_names=names[1:],
        shape_and_slices=[""] * 3,
        dtypes=[tf.float32] * 3,
    )
    assert [array.shape for array in restored] == [(8,), (4,), (4,)]
    result = scopecli("convert", source, tmp_path / "copy.npz")
    assert "can't hold a variable called '\\\\xff': it is no UTF-8 [SC663]" in result.stderr
    assert result.exit_code == 2
    assert scopecli("convert", source, tmp_path / "copy.npz", "--map", r"\\(.*)=\1").exit_code == 0


@pytest.mark.parametrize("option", ["--link", "--join"])
def test_a_flipped_byte(option: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """What is damaged afterwards is DataLoss to TensorFlow; what was damaged before is not copied."""
    source, copy = save(tmp_path / "model.ckpt", {"w": np.arange(9)}), tmp_path / "copy.ckpt"
    written(scopecli, source, copy, option)
    data = Path(f"{copy}.data-00000-of-00001")
    damaged = bytearray(data.read_bytes())
    damaged[20] ^= 1
    data.write_bytes(damaged)
    with pytest.raises(tf.errors.DataLossError):
        restore(copy, "w", tf.int64)
    result = scopecli("convert", copy, tmp_path / "again.ckpt")
    assert f"{data}: error: 'w' is damaged: its bytes do not match their checksum [SC602]" in result.stderr
    assert (result.exit_code, list(tmp_path.glob("again*"))) == (2, [])


def test_the_state_of_a_folder(scopecli: Scopecli, tmp_path: Path) -> None:
    """`latest_checkpoint` finds what is written, unless the folder says that another is the newest."""
    source = save(tmp_path / "model.ckpt-9", {"w": np.arange(9)})
    first, second = tmp_path / 'new "é\n.ckpt', tmp_path / "second.ckpt"
    written(scopecli, source, first)
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(first)
    result = scopecli("convert", source, second)
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(first)
    told = "the folder's file `checkpoint` is as it was: it names new \"é\\n.ckpt as the newest"
    assert result.stdout.splitlines() == [told, "1 variable, 72 B"]


NOT_IN_SAFETENSORS = ("complex128", "*int4", "*b11*", "string")
NOT_IN_NPZ = ("bfloat16", "*float8*", "*int4", "string")


def without(globs: tuple[str, ...]) -> list[str]:
    """Return the options that leave out what is of these dtypes."""
    return [option for glob in globs for option in ("--exclude", f"*/{glob}")]


def test_safetensors(scopecli: Scopecli, tmp_path: Path) -> None:
    """The package reads every dtype that it has, and each tensor lies where its elements are aligned."""
    source, file = saved_numbers(tmp_path, SHAPES), tmp_path / "model.safetensors"
    written(scopecli, source, file, *without(NOT_IN_SAFETENSORS))
    found = safetensors.deserialize(file.read_bytes())
    expected = told_by_tensorflow(source)
    assert len(found) == len(SHAPES) * (len(NUMBERS) - 4)
    for name, tensor in found:
        _, shape, (_, raw) = expected[name]
        assert (tuple(tensor["shape"]), bytes(tensor["data"])) == (shape, raw)
    again = tmp_path / "again.ckpt"
    written(scopecli, file, again)
    assert told_by_tensorflow(str(again)) == {name: expected[name] for name, _ in found}


def test_safetensors_are_aligned(scopecli: Scopecli, tmp_path: Path) -> None:
    """Elements begin at multiples of their size, and the header has names in the source's order."""
    values = {"a": np.int8([1]), "b": np.float64([2]), "c": np.int8([3]), "d": np.float32([4])}
    written(scopecli, save(tmp_path / "m.ckpt", values), tmp_path / "m.safetensors")
    data = (tmp_path / "m.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    assert length % 8 == 0
    assert data[8 + length :] == b"".join(values[name].tobytes() for name in "bdac")
    header = data[8 : 8 + length].decode()
    assert [header.index(f'"{name}":') for name in "abcd"] == sorted(
        header.index(f'"{name}":') for name in "abcd"
    )


def test_npz(scopecli: Scopecli, tmp_path: Path) -> None:
    """Numpy reads every dtype of its own; what numpy writes becomes a checkpoint."""
    source, file = saved_numbers(tmp_path, SHAPES), tmp_path / "model.npz"
    written(scopecli, source, file, *without(NOT_IN_NPZ))
    expected = told_by_tensorflow(source)
    with np.load(file) as found:
        assert len(found.files) == len(SHAPES) * 14
        for name in found.files:
            assert (found[name].dtype.name, found[name].shape, plain(found[name])) == expected[name]
        np.savez_compressed(
            tmp_path / "theirs.npz", **{name: np.array(found[name], order="F") for name in found}
        )
    for theirs in (file, tmp_path / "theirs.npz"):
        copy = tmp_path / f"{theirs.stem}.ckpt"
        written(scopecli, theirs, copy)
        found_again = told_by_tensorflow(str(copy))
        assert found_again == {name: expected[name] for name in found_again}
        assert len(found_again) == len(SHAPES) * 14


def test_large_arrays_in_other_orders(scopecli: Scopecli, tmp_path: Path) -> None:
    """Arrays of Fortran's order and of the other byte order are written in rows, whatever their shape."""
    arrays = {
        "wide": np.asfortranarray(np.arange(2 * 200_000).reshape(2, 200_000)),
        "long": np.asfortranarray(np.arange(200_000 * 2).reshape(200_000, 2)),
        "cube": np.asfortranarray(np.arange(70**3, dtype="f4").reshape(70, 70, 70)),
        "big": np.arange(100_000, dtype=">i4"),
    }
    np.savez(tmp_path / "theirs.npz", **arrays)
    written(scopecli, tmp_path / "theirs.npz", tmp_path / "copy.ckpt")
    reader = tf.train.load_checkpoint(str(tmp_path / "copy.ckpt"))
    for name, array in arrays.items():
        assert (reader.get_tensor(name) == array).all()


CASTS = [("float32", "bfloat16"), ("float32", "float16"), ("float64", "float32"), ("bfloat16", "float64")]


@pytest.mark.parametrize(("old", "new"), CASTS)
def test_casts(old: str, new: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Floats are cast as TensorFlow casts them, slices as slices; what is none is left alone."""
    numbers = np.random.default_rng(1).standard_normal((300, 400)) * 100
    floats = tf.constant(np.concatenate([numbers, [[np.nan, np.inf, -np.inf, -0.0] * 100]]), tf.float64)
    source = str(tmp_path / "model.ckpt")
    held, count = tf.cast(floats, old), tf.constant([7])
    tf.raw_ops.SaveV2(
        prefix=source,
        tensor_names=["w", "parts", "parts", "count"],
        shape_and_slices=["", "602 400 0,301:-", "602 400 301,301:-", ""],
        tensors=[held, held, held, count],
    )
    told = written(scopecli, source, tmp_path / "copy.ckpt", "--cast", f"{old}={new}")
    copy, into = tmp_path / "copy.ckpt", tf.as_dtype(new)
    expected = tf.cast(held, new).numpy()
    assert plain(restore(copy, "w", into)) == plain(expected)
    # TensorFlow restores no slices of float16.
    parts = told_by_scopecli(copy)["parts"][2] if new == "float16" else plain(restore(copy, "parts", into))
    assert parts == plain(np.concatenate([expected, expected]))
    assert restore(copy, "count", tf.int32).tolist() == [7]
    assert ", as " in told


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return an object-based checkpoint of a layer and its optimizer."""
    prefix = str(tmp_path_factory.mktemp("trained") / "ckpt")
    subprocess.run([sys.executable, "-c", TRAINED, prefix], check=True, capture_output=True)
    return f"{prefix}-1"


@pytest.mark.parametrize("options", [("--link",), ("--shards", "2"), ("--join",)])
def test_objects(options: tuple[str, ...], trained: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """An object-based checkpoint is written with its keys and its object graph."""
    written(scopecli, trained, tmp_path / "copy", *options)
    assert told_by_tensorflow(str(tmp_path / "copy")) == told_by_tensorflow(trained)


def test_objects_that_are_left_out(trained: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Without its optimizer's values TensorFlow restores the rest, and says what it has no values for."""
    copy = tmp_path / "copy"
    told = written(scopecli, trained, copy, "--match", "dense/*", "--link")
    told_left_out = "2 weights, 4 optimizer slots, 1 step, 2 for bookkeeping left out"
    assert told == f"2 of 11 variables, 32 B of 128 B; {told_left_out}"
    found = {name for name in told_by_tensorflow(str(copy)) if not name.startswith("_")}
    assert all("_trainable_variables" in name or name.startswith("layer/") for name in found)
    done = subprocess.run([sys.executable, "-c", RESTORED, copy], check=True, capture_output=True, text=True)
    weights = [told_by_tensorflow(trained)[name] for name in found]
    assert "7 Python objects that were not bound to checkpointed values" in done.stdout
    restored = [np.array(array, "f4") for array in eval(done.stdout.splitlines()[0])]  # noqa: S307 - what the test printed
    assert {plain(array) for array in restored} == {value for _, _, value in weights}


def test_objects_to_other_files(tmp_path: Path, trained: str, scopecli: Scopecli) -> None:
    """To safetensors an object-based checkpoint goes by its names; to a checkpoint, it keeps them."""
    written(
        scopecli, trained, tmp_path / "model.safetensors", "--match", "dense/*", "--map", r".*/(\w+)=w/\1"
    )
    found = safetensors.numpy.load_file(tmp_path / "model.safetensors")
    assert set(found) == {"w/kernel", "w/bias"}
    result = scopecli("convert", trained, tmp_path / "copy", "--map", r"(.*)=other/\1")
    assert "TensorFlow looks for it by its key, which an object graph has [SC665]" in result.stderr
    assert result.exit_code == 2


def test_twins(tmp_path: Path, trained: str, scopecli: Scopecli) -> None:
    """Variables of one name are told by their keys, and a checkpoint has both."""
    result = scopecli("convert", trained, tmp_path / "model.npz", "--match", "scope/*")
    assert "2 variables would be called 'scope/twin': 'twins/" in result.stderr
    assert (result.exit_code, (tmp_path / "model.npz").exists()) == (2, False)
    written(scopecli, trained, tmp_path / "copy", "--match", "scope/*")
    assert {name for name in told_by_tensorflow(str(tmp_path / "copy")) if "twins" in name} == {
        f"twins/{number}/.ATTRIBUTES/VARIABLE_VALUE" for number in (0, 1)
    }


def test_a_saved_model(scopecli: Scopecli, tmp_path: Path) -> None:
    """Of a SavedModel the variables are written."""
    with tf.Graph().as_default(), tf.Session() as running:
        asked = tf.placeholder(tf.float32, [10, 3])
        kernel = tf.get_variable("w", (10, 3), partitioner=tf.fixed_size_partitioner(2, 0))
        running.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(
            running, str(tmp_path / "exported"), {"x": asked}, {"y": asked * kernel.as_tensor()}
        )
    values = told_by_tensorflow(str(tmp_path / "exported" / "variables" / "variables"))
    written(scopecli, tmp_path / "exported", tmp_path / "copy.ckpt")
    assert told_by_tensorflow(str(tmp_path / "copy.ckpt")) == values
    written(scopecli, tmp_path / "exported", tmp_path / "copy.npz", "--tag", "serve")
    with np.load(tmp_path / "copy.npz") as found:
        assert plain(found["w"]) == values["w"][2]


def test_a_step_of_a_folder(scopecli: Scopecli, tmp_path: Path) -> None:
    """Of a folder with checkpoints the newest is written, or that of a step."""
    for step in (9, 20):
        save(tmp_path / f"model.ckpt-{step}", {"w": np.full(2, step)})
    written(scopecli, tmp_path, tmp_path / "a.npz")
    written(scopecli, tmp_path, tmp_path / "b.npz", "--step", "9")
    assert [np.load(tmp_path / name)["w"][0] for name in ("a.npz", "b.npz")] == [20, 9]


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="there is one file system")  # noqa: PTH112, S108 - not written to as a secret
def test_links(scopecli: Scopecli, tmp_path: Path) -> None:
    """Where names alone change the data is linked; where that can't be it is copied, and that is told."""
    values = {"w": np.arange(9), "w/Adam": np.arange(9)}
    source, copy = save(tmp_path / "model.ckpt", values), tmp_path / "copy.ckpt"
    result = scopecli("convert", source, copy, "--map", "w=v", "--link", "--role", "weight")
    data = Path(f"{copy}.data-00000-of-00001")
    assert data.samefile(f"{source}.data-00000-of-00001")
    assert result.stdout.splitlines() == [
        "the data files are linked: what is left out is still in them",
        "1 of 2 variables, 72 B of 144 B; 1 optimizer slot left out",
    ]
    result = scopecli("convert", source, copy, "--link", "--force", "--shards", "1")
    assert result.stdout.startswith("the data files are copied, not linked: they are divided anew\n")
    assert not data.samefile(f"{source}.data-00000-of-00001")
    result = scopecli("convert", source, copy, "--link", "--force", "--map", "w=v")
    assert data.samefile(f"{source}.data-00000-of-00001")
    assert told_by_tensorflow(source)["w"] == told_by_tensorflow(str(copy))["v"]
    elsewhere = Path("/dev/shm", f"scopecli-{os.getpid()}")  # noqa: S108 - likewise
    elsewhere.mkdir()
    try:
        result = scopecli("convert", source, elsewhere / "copy.ckpt", "--link")
        assert told_by_tensorflow(str(elsewhere / "copy.ckpt")) == told_by_tensorflow(source)
        if tmp_path.stat().st_dev != elsewhere.stat().st_dev:
            assert result.stdout.startswith(
                "the data files are copied, not linked: Invalid cross-device link"
            )
    finally:
        for file in elsewhere.iterdir():
            file.unlink()
        elsewhere.rmdir()


@pytest.mark.parametrize("name", ["copy.ckpt", "copy.safetensors", "copy.npz"])
def test_one_tensor_at_a_time(name: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Of arrays that have to be unpacked there is one in memory, also where they are cast."""
    size = 1 << 20
    arrays = {f"w{number}": np.full(size, number, "f8") for number in range(12)}
    np.savez_compressed(tmp_path / "packed.npz", **arrays)
    tracemalloc.start()
    try:
        written(scopecli, tmp_path / "packed.npz", tmp_path / name, "--cast", "float64=float32")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 8 * size < peak < 3 * 8 * size  # an array, and what is unpacked at once


def test_a_part_of_damaged_data(scopecli: Scopecli, tmp_path: Path) -> None:
    """A data file that is gone is missed only if something in it is to be written."""
    with session(devices=2) as saved:
        for number in range(2):
            with tf.device(f"/cpu:{number}"):
                tf.get_variable(f"w{number}", (4,), partitioner=tf.fixed_size_partitioner(2))
        source = saved(tmp_path / "model.ckpt", sharded=True)
    Path(f"{source}.data-00001-of-00002").unlink()
    assert scopecli("convert", source, tmp_path / "copy.ckpt").exit_code == 2
    told = written(scopecli, source, tmp_path / "copy.ckpt", "--match", "w0")
    assert told == "1 of 2 variables, 16 B of 32 B; 1 weight left out"
