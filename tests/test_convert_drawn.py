"""Drawn checkpoints, converted by drawn options, are bit for bit what they were."""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import safetensors
import tensorflow.compat.v1 as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saved import plain
from support import Scopecli
from tensorflow.core.protobuf.tensor_bundle_pb2 import BundleEntryProto

from scopecli.converting.entries import entry_message
from scopecli.ground.dtypes import DTYPES_BY_NAME, numpy_dtype
from scopecli.sources.checkpoints.entries import BundleEntry

EXAMPLES = os.environ.get("SCOPECLI_EXAMPLES")

# What TensorFlow saves and restores in slices too.
DTYPES = "float32 float64 int8 int16 int32 int64 uint8 bool complex64 complex128 bfloat16 string".split()
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0="), min_size=1, max_size=20)
NOT_IN_NPZ = ("bfloat16", "string")
NOT_IN_SAFETENSORS = ("complex128", "string")


class Drawn(NamedTuple):
    """A tensor, and where it is cut along its first axis."""

    array: Any
    dtype: str
    cuts: tuple[int, ...] = ()


@st.composite
def tensors(draw: st.DrawFn) -> Drawn:
    """Return a tensor of any dtype and shape, maybe in slices."""
    dtype = draw(st.sampled_from(DTYPES))
    shape = tuple(draw(st.lists(st.integers(0, 5), max_size=3)))
    size = int(np.prod(shape, dtype=int))
    array: Any
    if dtype == "string":
        array = np.empty(size, object)
        array[:] = draw(st.lists(st.binary(max_size=300), min_size=size, max_size=size))
    elif dtype == "bool":
        array = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)), bool)
    else:
        itemsize = numpy_dtype(dtype).itemsize
        array = np.frombuffer(
            draw(st.binary(min_size=size * itemsize, max_size=size * itemsize)), numpy_dtype(dtype)
        )
    cuts: tuple[int, ...] = ()
    if shape and shape[0] > 1 and size and dtype != "string":
        cuts = tuple(sorted(draw(st.sets(st.integers(1, shape[0] - 1), max_size=3))))
    return Drawn(array.reshape(shape), dtype, cuts)


CHECKPOINTS = st.dictionaries(NAMES, tensors(), min_size=1, max_size=8)


def write(folder: str, drawn: Mapping[str, Drawn], shards: int) -> str:
    """Have TensorFlow write a checkpoint, in so many data files."""
    parts: list[list[tuple[str, str, Any]]] = [[] for _ in range(shards)]
    for number, (name, tensor) in enumerate(sorted(drawn.items(), key=lambda pair: pair[0].encode())):
        shape = tensor.array.shape
        ends = [*tensor.cuts, shape[0]] if tensor.cuts else []
        for start, end in zip([0, *ends], ends, strict=False):
            rest = "".join(":-" for _ in shape[1:])
            slice_text = f"{' '.join(map(str, shape))} {start},{end - start}{rest}"
            parts[(number + start) % shards].append((name, slice_text, tensor.array[start:end]))
        if not ends:
            parts[number % shards].append((name, "", tensor.array))
    prefixes = []
    for number, part in enumerate(filter(None, parts)):
        prefixes.append(f"{folder}/part-{number}")
        names, slices, arrays = zip(*part, strict=True)
        tf.raw_ops.SaveV2(
            prefix=prefixes[-1],
            tensor_names=list(names),
            shape_and_slices=list(slices),
            tensors=[tf.constant(array, tf.string if array.dtype == object else None) for array in arrays],
        )
    tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=prefixes, destination_prefix=f"{folder}/model.ckpt")
    return f"{folder}/model.ckpt"


def restore(prefix: str, drawn: Mapping[str, Drawn], renamed: Mapping[str, str]) -> dict[str, Any]:
    """Return what TensorFlow restores of a checkpoint, by the names that it had."""
    names = list(drawn)
    found = tf.raw_ops.RestoreV2(
        prefix=prefix,
        tensor_names=[renamed[name] for name in names],
        shape_and_slices=[""] * len(names),
        dtypes=[tf.as_dtype(drawn[name].dtype) for name in names],
    )
    return {name: plain(array.numpy()) for name, array in zip(names, found, strict=True)}


DRAWN = settings(
    max_examples=int(EXAMPLES or 60),
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@DRAWN
@given(
    drawn=CHECKPOINTS,
    shards=st.integers(1, 3),
    options=st.sampled_from([(), ("--link",), ("--join",), ("--shards", "1"), ("--shards", "4")]),
    prefix=NAMES,
)
def test_checkpoints(
    drawn: Mapping[str, Drawn], shards: int, options: tuple[str, ...], prefix: str, scopecli: Scopecli
) -> None:
    """Whatever its names, dtypes, shapes, slices and shards, a checkpoint is what it was, under new names."""
    replacement = prefix.replace("\\", "\\\\")
    with TemporaryDirectory() as folder:
        source = write(folder, drawn, shards)
        rule = f"(?s)(.*)={replacement}\\1/w"
        result = scopecli("convert", source, f"{folder}/new.ckpt", "--map", rule, *options)
        assert (result.exit_code, result.stderr) == (0, "")
        renamed = {name: f"{prefix}{name}/w" for name in drawn}
        found = restore(f"{folder}/new.ckpt", drawn, renamed)
        assert found == {name: plain(tensor.array) for name, tensor in drawn.items()}
        back = scopecli("convert", f"{folder}/new.ckpt", f"{folder}/back.ckpt", *options)
        assert back.exit_code == 0
        assert restore(f"{folder}/back.ckpt", drawn, renamed) == found


@DRAWN
@given(drawn=CHECKPOINTS, shards=st.integers(1, 3))
def test_files_of_arrays(drawn: Mapping[str, Drawn], shards: int, scopecli: Scopecli) -> None:
    """Numpy and the package safetensors read what is written, and a checkpoint of that is what it was."""
    with TemporaryDirectory() as folder:
        source = write(folder, drawn, shards)
        for kind, excluded in (("npz", NOT_IN_NPZ), ("safetensors", NOT_IN_SAFETENSORS)):
            held = {name: tensor for name, tensor in drawn.items() if tensor.dtype not in excluded}
            file = Path(folder, f"new.{kind}")
            result = scopecli("convert", source, file)
            refused = len(held) < len(drawn) or (
                kind == "npz" and any(name.endswith(".npy") for name in drawn)
            )
            assert (result.exit_code, file.exists()) == ((2, False) if refused else (0, True))
            if refused:
                continue
            expected = {name: plain(tensor.array) for name, tensor in held.items()}
            assert _read(file) == expected
            assert scopecli("convert", file, f"{folder}/{kind}.ckpt").exit_code == 0
            names = {name: name for name in held}
            assert restore(f"{folder}/{kind}.ckpt", held, names) == expected


def _read(file: Path) -> dict[str, Any]:
    if file.suffix == ".npz":
        with np.load(file) as found:
            return {name: plain(found[name]) for name in found.files}
    return {
        name: (tuple(tensor["shape"]), bytes(tensor["data"]))
        for name, tensor in safetensors.deserialize(file.read_bytes())
    }


NUMBERS = st.integers(0, 2**40)
EXTENTS = st.lists(st.tuples(NUMBERS, st.none() | NUMBERS), max_size=4).map(tuple)


@DRAWN
@given(dtype=st.sampled_from(DTYPES), slices=st.lists(EXTENTS, max_size=3), data=st.data())
def test_entries(dtype: str, slices: list[tuple[tuple[int, int | None], ...]], data: st.DataObject) -> None:
    """What is written of a tensor in an index is what is read, and what TensorFlow's message says."""
    numbers = [data.draw(NUMBERS) for _ in range(3)]
    shape = tuple(data.draw(st.lists(st.integers(0, 2**20), max_size=3)))
    entry = BundleEntry(
        DTYPES_BY_NAME[dtype], shape, *numbers, data.draw(st.integers(0, 2**32 - 1)), tuple(slices)
    )
    entry = entry._replace(shard=entry.shard % 2**31)
    found = BundleEntryProto.FromString(entry_message(entry))
    assert (tf.as_dtype(found.dtype).name, [one.size for one in found.shape.dim]) == (dtype, [*shape])
    assert (found.shard_id, found.offset, found.size, found.crc32c) == entry[2:6]
    assert [
        [(one.start, one.length if one.HasField("length") else None) for one in part.extent]
        for part in found.slices
    ] == [[*extents] for extents in slices]


FLOATS = st.sampled_from(["float32", "float64", "float16", "bfloat16"])


@DRAWN
@given(old=FLOATS, new=FLOATS, data=st.binary(max_size=400))
def test_casts(old: str, new: str, data: bytes, scopecli: Scopecli) -> None:
    """Any floats are cast as numpy casts them, or refused where one would become infinite."""
    dtype = numpy_dtype(old)
    floats = np.frombuffer(data[: len(data) // dtype.itemsize * dtype.itemsize], dtype)
    with np.errstate(all="ignore"):
        expected = floats.astype(numpy_dtype(new))
        is_lost = bool((np.isinf(expected) & np.isfinite(floats)).any())
    with TemporaryDirectory() as folder:
        drawn = {"w": Drawn(floats, old)}
        source = write(folder, drawn, 1)
        result = scopecli("convert", source, f"{folder}/new.ckpt", "--cast", f"{old}={new}")
        assert (result.exit_code, "[SC667]" in result.stderr) == ((2, True) if is_lost else (0, False))
        if not is_lost:
            assert restore(f"{folder}/new.ckpt", {"w": Drawn(expected, new)}, {"w": "w"})["w"] == plain(
                expected
            )
