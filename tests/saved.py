"""Checkpoints that TensorFlow wrote, and what TensorFlow's own reader says of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from scopecli.sources.checkpoints import open_checkpoint


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
