"""Checkpoints that TensorFlow wrote, and what TensorFlow's own reader says of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import google_crc32c
import numpy as np
import tensorflow.compat.v1 as tf

from scopecli.sources.checkpoints import open_checkpoint

FOOTER = 48


def save(prefix: Path | str, tensors: Mapping[str | bytes, Any]) -> str:
    """Write a checkpoint of some tensors with the operation that savers use; return its prefix."""
    names, values = list(tensors), list(tensors.values())
    tf.raw_ops.SaveV2(
        prefix=str(prefix), tensor_names=names, shape_and_slices=[""] * len(names), tensors=values
    )
    return str(prefix)


@contextmanager
def session(*, devices: int = 1) -> Iterator[Callable[..., str]]:
    """Enter a graph; yield a function that initialises its variables and saves them with a `Saver`."""
    config = tf.ConfigProto(device_count={"CPU": devices})
    with tf.Graph().as_default():

        def saved(prefix: Path, *, step: int | None = None, **options: Any) -> str:
            with tf.Session(config=config) as running:
                running.run(tf.global_variables_initializer())
                prefix.parent.mkdir(exist_ok=True)
                return str(tf.train.Saver(**options).save(running, str(prefix), global_step=step))

        yield saved


def told_by_tensorflow(prefix: str) -> dict[str, tuple[str, tuple[int, ...], Any]]:
    """Return dtype, shape and value of each tensor, by name and in order, as TensorFlow reads them."""
    reader = tf.train.load_checkpoint(prefix)
    dtypes, shapes = reader.get_variable_to_dtype_map(), reader.get_variable_to_shape_map()
    return {
        name: (dtypes[name].name, tuple(shapes[name]), plain(reader.get_tensor(name)))
        for name in sorted(dtypes, key=str.encode)
    }


def told_by_scopecli(path: Path | str) -> dict[str, tuple[str, tuple[int, ...], Any]]:
    """Return the same as scopecli reads it."""
    opened = open_checkpoint(str(path))
    return {
        row.key or row.name: (row.dtype, row.shape, plain(opened.read(row)))
        for row in opened.report.variables
    }


def plain(value: Any) -> Any:
    """Return what compares whole: an array's shape, and its elements or their bytes."""
    array = np.asarray(value, dtype=object if isinstance(value, bytes) else None)
    return array.shape, array.tolist() if array.dtype == object else array.tobytes()


def signed(index: bytes) -> bytes:
    """Return an index of one block with checksums that are right again, as far as its blocks are there."""
    data = bytearray(index)
    for offset, size in _blocks(index):
        end = offset + size + 1
        if end + 4 <= len(data):
            checksum = google_crc32c.value(bytes(data[offset:end]))
            masked = ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF
            data[end : end + 4] = masked.to_bytes(4, "little")
    return bytes(data)


def _blocks(index: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the three blocks of an index of one block of records are."""
    numbers, position = [], len(index) - FOOTER
    for _ in range(4):
        value = shift = 0
        while True:
            byte = index[position]
            value |= (byte & 0x7F) << shift
            shift, position = shift + 7, position + 1
            if byte < 0x80:
                break
        numbers.append(value)
    yield 0, max(0, numbers[0] - 5)
    yield numbers[0], numbers[1]
    yield numbers[2], numbers[3]
