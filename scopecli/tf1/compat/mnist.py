"""`tensorflow.examples.tutorials.mnist.input_data` of TF 1.15: the four files, or data of their shapes."""

import gzip
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

_FILES: Final = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_SIDE: Final = 28  # pixels
_CLASSES: Final = 10
_MADE_UP: Final = (1_000, 200)  # examples to train on, and to test
_HEAD: Final = {2051: 3, 2049: 1}  # how many numbers follow the magic one in the head of such a file


class Datasets(NamedTuple):
    """What `read_data_sets` returns."""

    train: "DataSet"
    validation: "DataSet"
    test: "DataSet"


class DataSet:
    """Examples, of which batches are taken.

    Attributes:
        images: [examples, 784], or [examples, 28, 28, 1]; of float32 from 0 to 1, or of uint8.
        labels: [examples], or [examples, 10] with a one.
    """

    def __init__(self, images: Any, labels: Any, seed: int | None = None) -> None:
        self.images = images
        self.labels = labels
        self.epochs_completed = 0
        self._random = np.random.RandomState(seed)
        self._order = np.arange(len(images))
        self._at = 0

    @property
    def num_examples(self) -> int:
        """How many examples there are."""
        return len(self.images)

    def next_batch(self, batch_size: int, fake_data: bool = False, shuffle: bool = True) -> tuple[Any, Any]:
        """Return the next images and labels; behind the last, the first come again."""
        del fake_data
        chosen: list[int] = []
        while len(chosen) < batch_size:
            if self._at == 0 and shuffle:
                self._random.shuffle(self._order)
            taken = self._order[self._at : self._at + batch_size - len(chosen)]
            chosen += taken.tolist()
            self._at += len(taken)
            if self._at == len(self._order):
                self._at = 0
                self.epochs_completed += 1
        return self.images[chosen], self.labels[chosen]


def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = "float32",
    reshape: bool = True,
    validation_size: int = 5_000,
    seed: int | None = None,
    source_url: str = "",
) -> Datasets:
    """Return MNIST from the four idx files in a folder; where they are not, random data of its shapes."""
    del source_url
    found = [_file_of(Path(train_dir), name) for name in _FILES]
    if fake_data or not all(found):
        if not fake_data:
            sys.stderr.write(f"MNIST is not in {train_dir}: random data of its shapes stands in for it\n")
        parts = _made_up()
        validation_size = min(validation_size, len(parts[0]) // 10)
    else:
        parts = [_read(path) for path in found if path]
    train_images, train_labels, test_images, test_labels = parts

    def dataset(images: Any, labels: Any) -> DataSet:
        shaped = images.reshape(len(images), -1) if reshape else images
        scaled = shaped.astype("float32") / 255 if getattr(dtype, "name", dtype) == "float32" else shaped
        return DataSet(scaled, np.eye(_CLASSES)[labels] if one_hot else labels, seed)

    return Datasets(
        dataset(train_images[validation_size:], train_labels[validation_size:]),
        dataset(train_images[:validation_size], train_labels[:validation_size]),
        dataset(test_images, test_labels),
    )


def _file_of(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _read(path: Path) -> Any:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    magic, *sizes = np.frombuffer(data, ">i4", 1 + _HEAD.get(int.from_bytes(data[:4], "big"), 0)).tolist()
    array = np.frombuffer(data, "uint8", offset=4 * (1 + _HEAD.get(magic, 0)))
    return array.reshape(*sizes, 1) if len(sizes) > 1 else array


def _made_up() -> list[Any]:
    random = np.random.RandomState(0)
    return [
        part
        for count in _MADE_UP
        for part in (
            random.randint(0, 256, (count, _SIDE, _SIDE, 1)).astype("uint8"),
            random.randint(0, _CLASSES, count).astype("uint8"),
        )
    ]
