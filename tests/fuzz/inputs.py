"""Draws inputs: what TensorFlow or scopecli wrote, with something changed."""

import json
import random
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf
import yaml
from safetensors.numpy import save_file

from scopecli.analysis.views import CallSelection, view_of
from scopecli.library import load
from scopecli.render.json_lines import run_json

sys.path.insert(0, str(Path(__file__).parent.parent))  # where the tests' own helpers are

from tables import record, table

from scopecli.sources.checkpoints.table import records

ROOT = Path(__file__).parent.parent.parent
NUMBERS = (0, 1, -1, 2**31, 2**63, 2**64 - 1, 10**30, -(10**30), 1e308, float("nan"), True, None)
TEXTS = ("", "$w", "a/b", "/", "\x1b[31m", "\u202e", "w" * 5_000, "[red]", "1" * 400)
INTERESTING = (*NUMBERS, *TEXTS, [], {}, [[]], {"python": "os:x"})


class Input(NamedTuple):
    """An input: the source to read, and all of its files."""

    path: Path
    files: tuple[Path, ...]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with some of them changed, left out, put in, doubled or cut off."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
        if not changed:
            break
        place = chance.randrange(len(changed))
        some = chance.randrange(1, 9)
        match chance.randrange(6):
            case 0 | 1:
                changed[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 2:
                del changed[place : place + some]
            case 3:
                changed[place:place] = chance.randbytes(some)
            case 4:
                other = chance.randrange(len(changed))
                changed[place:place] = changed[other : other + some * 4]
            case _:
                if chance.random() < 0.2:
                    del changed[place:]
    return bytes(changed)


def mutated_value(value: Any, chance: random.Random) -> Any:
    """Return what a file of data says, with one thing in it changed by structure."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.1:
        return chance.choice((*INTERESTING, [value], {"steps": value}, str(value)))
    if isinstance(value, list):
        place = chance.randrange(len(value))
        rest = value.copy()
        match chance.randrange(6):
            case 0:
                del rest[place]
            case 1:
                rest.insert(place, chance.choice(value))
            case _:
                rest[place] = mutated_value(value[place], chance)
        return rest
    key = chance.choice(list(value))
    changed = dict(value)
    match chance.randrange(8):
        case 0:
            del changed[key]
        case 1:
            changed[chance.choice(list(value))] = value[key]
        case 2:
            changed[str(chance.choice(INTERESTING))] = value[key]
        case _:
            changed[key] = mutated_value(value[key], chance)
    return changed


@cache
def _scenarios() -> list[Any]:
    paths = [*(ROOT / "scenarios").glob("*.yaml"), *(ROOT / "tests" / "scenarios").rglob("*.yaml")]
    values = []
    for path in sorted(paths):
        try:
            text = path.read_text(encoding="utf-8")
            if "&" not in text:  # an alias of aliases would be written out
                values.append(yaml.safe_load(text))
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
            continue
    return [value for value in values if isinstance(value, dict)]


def scenario(chance: random.Random, folder: Path) -> Input:
    """Draw a scenario, changed by structure; one in five of its text besides."""
    value = chance.choice(_scenarios())
    for _ in range(chance.choice((1, 1, 2, 3))):
        value = mutated_value(value, chance)
    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True).encode("utf-8", "replace")
    return _written(folder / "s.yaml", mutated(text, chance) if chance.random() < 0.2 else text)


@cache
def _reports() -> list[Any]:
    written = sorted((ROOT / "tests/reports_version_1").glob("*.json"))
    scenarios = sorted((ROOT / "scenarios").glob("*.yaml"))
    first = [json.loads(path.read_text()) for path in written]
    views = (view_of(load(path), CallSelection()) for path in scenarios)
    return first + [json.loads("".join(run_json([view]))) for view in views]


def report(chance: random.Random, folder: Path) -> Input:
    """Draw a saved report, changed by structure; one in five of its text besides."""
    value = chance.choice(_reports())
    for _ in range(chance.choice((1, 1, 2, 3))):
        value = mutated_value(value, chance)
    text = json.dumps(value).encode()
    return _written(folder / "r.json", mutated(text, chance) if chance.random() < 0.2 else text)


@cache
def _checkpoints(folder: Path) -> list[tuple[list[tuple[bytes, bytes]], bytes]]:
    """Return the records of indexes, and their data."""
    whole = np.arange(12.0, dtype="f4").reshape(4, 3)
    texts = tf.constant([b"x", b"yy"])
    tensors = {"w": whole, "s": texts, "b": tf.constant([True, False]), "c": tf.constant(1 + 2j)}
    names, values = [*tensors, "p", "p"], [*tensors.values(), whole[:1], whole[1:]]
    slices = [""] * len(tensors) + ["4 3 0,1:-", "4 3 1,3:-"]
    prefix = str(folder / "written")
    tf.raw_ops.SaveV2(prefix=prefix, tensor_names=names, shape_and_slices=slices, tensors=values)
    objects = str(folder / "objects")
    tf.train.Checkpoint(a=tf.Variable([1.0]), b=tf.Variable([2, 3])).write(objects)
    return [
        (list(records(Path(f"{each}.index").read_bytes())), Path(f"{each}.data-00000-of-00001").read_bytes())
        for each in (prefix, objects)
    ]


def checkpoint(chance: random.Random, folder: Path) -> Input:
    """Draw a checkpoint: a record of its index changed, its data, or its bytes."""
    pairs, data = chance.choice(_checkpoints(folder))
    changed = [list(pair) for pair in pairs]
    for _ in range(chance.choice((1, 1, 2, 3))):
        place = chance.randrange(len(changed))
        part = 0 if chance.random() < 0.1 else 1
        changed[place][part] = mutated(changed[place][part], chance)
    index = table(b"".join(record(0, key, value) for key, value in changed))
    if chance.random() < 0.1:
        index = mutated(index, chance)
    files = (folder / "m.index", folder / "m.data-00000-of-00001")
    files[0].write_bytes(index)
    files[1].write_bytes(mutated(data, chance) if chance.random() < 0.3 else data)
    return Input(folder / "m", files)


@cache
def _first_version(folder: Path) -> list[tuple[bytes, bytes]]:
    path = folder / "first"
    tf.raw_ops.SaveSlices(
        filename=str(path),
        tensor_names=["w", "w", "s", "b", "c"],
        shapes_and_slices=["4 3 0,1:-", "4 3 1,3:-", "", "", ""],
        data=[tf.ones([1, 3]), tf.zeros([3, 3]), *map(tf.constant, (["x", "yy"], [True], [1j]))],
    )
    return list(records(path.read_bytes()))


def first_version(chance: random.Random, folder: Path) -> Input:
    """Draw a checkpoint of the first version, a record of it changed."""
    changed = [list(pair) for pair in _first_version(folder)]
    for _ in range(chance.choice((1, 1, 2, 3))):
        place = chance.randrange(len(changed))
        part = 0 if chance.random() < 0.1 else 1
        changed[place][part] = mutated(changed[place][part], chance)
    return _written(folder / "v1", table(b"".join(record(0, key, value) for key, value in changed)))


@cache
def _graphs() -> list[tuple[str, Any]]:
    """Return messages of each kind, and how their files end."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 3])
        w = tf.get_variable("w", [3, 3], partitioner=tf.fixed_size_partitioner(2))
        y = tf.nn.relu(tf.matmul(x, tf.convert_to_tensor(w)) + tf.constant([1.0, 2.0, 3.0]))
        tf.nn.bias_add(tf.matmul(y, tf.constant(np.ones((3, 3), "f4"))), tf.zeros([3]))
        tf.train.Saver()
        meta = tf.train.export_meta_graph()
    model = _saved_model(meta)
    return [(".meta", meta), (".pb", graph.as_graph_def()), (".pb", model)]


def _saved_model(meta: Any) -> Any:
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel  # noqa: PLC0415 - TensorFlow is loaded by then

    model = SavedModel(saved_model_schema_version=1)
    model.meta_graphs.add().CopyFrom(meta)
    return model


def proto(chance: random.Random, folder: Path) -> Input:
    """Draw a graph as bytes."""
    ending, message = chance.choice(_graphs())
    return _written(folder / f"g{ending}", mutated(message.SerializeToString(), chance))


@cache
def _texts() -> list[bytes]:
    from google.protobuf import text_format  # noqa: PLC0415 - likewise

    found = []
    for _, message in _graphs():
        small = type(message)()
        small.CopyFrom(message)
        found.append(text_format.MessageToString(small).encode())
    return found


def text(chance: random.Random, folder: Path) -> Input:
    """Draw a piece of a graph as text."""
    whole = chance.choice(_texts())
    lines = whole.split(b"\n")
    start = chance.randrange(len(lines))
    piece = b"\n".join([*lines[:40], *lines[start : start + 60]])
    return _written(folder / "g.pbtxt", mutated(piece if chance.random() < 0.9 else whole[:20_000], chance))


@cache
def _arrays(folder: Path) -> dict[str, bytes]:
    """Return files of arrays, by how they are called."""
    held = {"layer/w": np.arange(12.0, dtype="f4").reshape(4, 3), "b": np.arange(3), "c": np.ones(2, "c8")}
    save_file(held, folder / "a.safetensors", metadata={"format": "pt"})
    texts = {"s": np.array(["x", "yy"]), "o": np.array([{}], object), "f": np.asfortranarray(held["layer/w"])}
    np.savez(folder / "a.npz", **held, **texts)
    np.savez_compressed(folder / "c.npz", **held, **texts)
    names = ("a.safetensors", "a.npz", "c.npz")
    return {name: (folder / name).read_bytes() for name in names}


def arrays(chance: random.Random, folder: Path) -> Input:
    """Draw a safetensors file or an archive of arrays, changed as bytes."""
    name, data = chance.choice(list(_arrays(folder).items()))
    return _written(folder / name, mutated(data, chance))


@cache
def _hdf5(folder: Path) -> bytes:
    import h5py  # noqa: PLC0415 - for this kind alone

    with h5py.File(folder / "a.h5", "w") as file:
        file["layers/dense/vars/0"] = np.arange(12.0, dtype="f4").reshape(4, 3)
        file["layers/dense/vars"].attrs["name"] = "out"
        file.create_dataset("packed", data=np.zeros((64, 64)), chunks=(8, 8), compression="gzip")
        file["text"] = ["a", "b"]
        file["soft"] = h5py.SoftLink("/packed")
        file["group/w:0"] = np.ones(2)
        file["group"].attrs["weight_names"] = ["w:0"]
    return (folder / "a.h5").read_bytes()


def hdf5(chance: random.Random, folder: Path) -> Input:
    """Draw a file of HDF5, changed as bytes."""
    return _written(folder / "m.h5", mutated(_hdf5(folder), chance))


def _written(path: Path, data: bytes) -> Input:
    path.write_bytes(data)
    return Input(path, (path,))


KINDS: dict[str, Callable[[random.Random, Path], Input]] = {
    "scenario": scenario,
    "report": report,
    "checkpoint": checkpoint,
    "first_version": first_version,
    "proto": proto,
    "text": text,
    "arrays": arrays,
    "hdf5": hdf5,
}
