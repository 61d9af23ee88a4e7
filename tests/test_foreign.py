"""What people name beside sources, and what checkpoints and graphs look like after a journey."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from saved import save
from support import Scopecli

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935\nsize 123456\n"
FILES: dict[str, tuple[bytes, str]] = {
    "a.npy": (b"\x93NUMPY\x01\x00" + bytes(80), "an array of numpy"),
    "old.ckpt": (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.", "a pickle"),
    "m.tflite": (b"\x1c\0\0\0TFL3" + bytes(60), "a TensorFlow Lite model"),
    "lfs.pb": (POINTER, "a pointer of git-lfs to a file of 121 KiB"),
    "lfs.meta": (POINTER, "a pointer of git-lfs"),
    "lfs.safetensors": (POINTER, "a pointer of git-lfs"),
    "page.npz": (b"<html>404", "a web page"),
    "model.safetensors.index.json": (b'{"metadata": {}, "weight_map": {}}', "the index of safetensors files"),
    "m.gguf": (b"GGUF\x03\0\0\0" + bytes(40), "a GGUF model"),
    "m.ckpt.gz": (b"\x1f\x8b\x08" + bytes(30), "compressed with gzip"),
    "page.ckpt": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
    "n.ipynb": (b'{"cells": [], "nbformat": 4}', "a notebook"),
    "m.onnx": (b"\x08\x07\x12\x07pytorch", "an ONNX model"),
    "ir10.pb": (b"\x08\x0a\x12\x06keras2\x1a\x031.0:\x10", "an ONNX model"),
    "m.mlmodel": (b"\x08\x01\x12\x10\x0a\x08", "a Core ML model"),
    "core.pb": (b"\x08\x05\x12\x90\x01\x0a\x20\x0a\x05image", "a Core ML model"),
    "first.pkl": (b"(dp0\nS'w'\np1\nI1\ns.", "a pickle"),
    "second": (b"}q\x00U\x01wq\x01K\x01s.", "a pickle"),
    "arrays": (b"cnumpy.core.multiarray\n_reconstruct\np0\n(cnumpy\nndarray\n", "a pickle"),
    "new.ckpt": (b"\x80\x05\x95\x0a\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01w\x94K\x01s.", "a pickle"),
    "copied": (b'{"cells": [{"cell_type": "code", "source": []}], "metadata": {}', "a notebook"),
    "model.json": (b'{"format": "graph-model", "modelTopology": {}}', "a TensorFlow.js model"),
    "layers.json": (b'{"class_name": "Sequential", "config": {}}', "the layers of a Keras model"),
    "p.gif": (b"GIF89a" + bytes(20), "a picture (GIF)"),
    "p.webp": (b"RIFF\0\0\0\0WEBPVP8 " + bytes(20), "a picture (WebP)"),
    "d.mat": (b"MATLAB 5.0 MAT-file, Platform" + bytes(100), "a MAT-file"),
    "t.parquet": (b"PAR1" + bytes(20), "a Parquet table"),
    "models.config": (b"model_config_list {}\n", "a configuration of TensorFlow Serving"),
    "keras_metadata.pb": (b'\n!\x12\x04root"\x14_tf_keras_sequential*\x02{}', "what Keras keeps beside"),
}
ARCHIVES = {
    "m.pt": (("archive/data.pkl",), "a PyTorch checkpoint"),
    "mixed.zip": (("w.npy", "readme.txt"), "a zip archive"),
    "m.zip": (("model/saved_model.pb",), "a SavedModel that is packed"),
    "other.zip": (("readme.txt",), "a zip archive"),
    "repository.zip": (("bert/config.json", "bert/vocab.txt"), "a zip archive"),
    "empty.zip": ((), "a zip archive"),
}


@pytest.mark.parametrize("name", [*FILES, *ARCHIVES])
def test_what_is_no_source_is_called_by_its_name(name: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """A file of another format is named for what it is, with what to do instead, and status 2."""
    path = tmp_path / name
    if name in FILES:
        data, said = FILES[name]
        path.write_bytes(data)
    else:
        members, said = ARCHIVES[name]
        with zipfile.ZipFile(path, "w") as archive:
            for member in members:
                archive.writestr(member, "{}")
    result = scopecli("list", path)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert f"{path}: error: it is {said}" in result.stderr
    assert "[SC655]" in result.stderr
    assert "help: " in result.stderr


def test_events_and_records(scopecli: Scopecli, tmp_path: Path) -> None:
    """TensorBoard's events and records of examples are told by TensorFlow's own checksum."""
    with tf.Graph().as_default(), tf.summary.FileWriter(str(tmp_path)) as writer:
        writer.add_summary(tf.Summary(), 1)
    (events,) = tmp_path.glob("events*")
    assert "it is TensorBoard's events" in scopecli("list", events).stderr
    with tf.io.TFRecordWriter(str(tmp_path / "examples")) as records:
        records.write(b"one")
    assert "a file of records (TFRecord)" in scopecli("list", tmp_path / "examples").stderr


def test_a_checkpoint_that_was_not_fetched(scopecli: Scopecli, tmp_path: Path) -> None:
    """A checkpoint of pointers is not said to be damaged."""
    for ending in ("index", "data-00000-of-00001"):
        (tmp_path / f"m.ckpt.{ending}").write_bytes(POINTER)
    assert "fetch it: `git lfs pull`" in scopecli("list", tmp_path / "m.ckpt").stderr


@pytest.mark.parametrize("beginning", [b"\xff\xd8\xff", b"PK\x05\x06", b"%PDF-", b"\x1f\x8b\x08"])
def test_values_that_begin_as_another_format(beginning: bytes, scopecli: Scopecli, tmp_path: Path) -> None:
    """The values of a checkpoint may have any bytes: beside its index, its data is what it is."""
    prefix = save(tmp_path / "m.ckpt", {"w": np.frombuffer(beginning.ljust(32, b"\0"), "u1")})
    for path in (prefix, f"{prefix}.data-00000-of-00001"):
        result = scopecli("list", path, "--values", "full", "-f", "json")
        (row,) = json.loads(result.stdout)["variables"]
        assert (result.exit_code, bytes(row["value"])[:3]) == (0, beginning[:3])
    Path(f"{prefix}.index").unlink()
    assert "which is no source" in scopecli("list", f"{prefix}.data-00000-of-00001").stderr


WRITTEN = ["C:/Users/me/model.ckpt-7", r"C:\\Users\\me\\model.ckpt-7", "/home/me/model.ckpt-7"]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_directory_that_came_from_elsewhere(written: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Of a path in the file `checkpoint` the last component is tried, also of one of Windows."""
    for step in (5, 7):
        save(tmp_path / f"model.ckpt-{step}", {f"w{step}": tf.zeros([1])})
    (tmp_path / "checkpoint").write_text(f'model_checkpoint_path: "{written}"\n'.replace("\\\\\\\\", "\\\\"))
    assert scopecli("list", tmp_path).stdout == "w7\n"
    assert "one of the steps 5, 7" in scopecli("list", tmp_path, "-f", "table").stdout


def test_one_of_several_meta_graphs(scopecli: Scopecli, tmp_path: Path) -> None:
    """`--tag` chooses a MetaGraph; a tag that is not there names those that are; versions are named."""
    builder = tf.saved_model.builder.SavedModelBuilder(str(tmp_path / "12"))
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("w", [2])
        session.run(tf.global_variables_initializer())
        builder.add_meta_graph_and_variables(session, ["train"])
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        y = x * tf.get_variable("head", [2])
        session.run(tf.global_variables_initializer())
        signature = tf.saved_model.predict_signature_def({"x": x}, {"y": y})
        builder.add_meta_graph(["serve"], {"serving_default": signature})
    builder.save()
    model = tmp_path / "12"
    assert scopecli("list", model).stdout == "head\n"
    assert scopecli("list", model, "--tag", "train").stdout == "w\n"
    assert "there is train; serve" in scopecli("list", model, "--tag", "eval").stderr
    about = json.loads(scopecli("list", model, "-f", "json").stdout)["about"]
    assert about["signatures"]["serving_default"]["inputs"]["x"] == {
        "name": "x:0", "dtype": "float32", "shape": [None, 2],
    }  # fmt: skip
    assert "    input x: x:0 (None, 2) float32\n" in scopecli("list", model, "--about").stdout
    shutil.copytree(model, tmp_path / "3")
    assert "the directory has versions of a SavedModel: 3, 12" in scopecli("list", tmp_path).stderr


def test_a_graph_cut_short(scopecli: Scopecli, tmp_path: Path) -> None:
    """A graph that was cut short says where it ends."""
    with tf.Graph().as_default() as graph:
        tf.get_variable("w", [2])
    data = graph.as_graph_def().SerializeToString()
    (tmp_path / "g.pb").write_bytes(data[: len(data) // 2])
    assert (
        f"it is cut short: it ends after {len(data) // 2:,} bytes"
        in scopecli("list", tmp_path / "g.pb").stderr
    )
