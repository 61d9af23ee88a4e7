"""Reads the weights that Keras saves: HDF5 (`.h5`, `.weights.h5`), alone or in an archive (`.keras`).

Keras 2 keeps each weight under its own name, in the group of its layer. Keras 3 keeps the weights of a layer
by number, and beside them what the layer is called (`keras.saving.saving_lib`): `layers/dense/vars/0` of a
layer that is called `out` is listed as `out/0`, with its place in the file as its key.
"""

import zipfile
from collections import Counter
from collections.abc import Mapping
from functools import partial
from io import BufferedReader
from typing import Any, Final, NamedTuple

from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.dtypes import DTYPES_BY_NAME, Dtype, numpy_dtype
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Report, Source, Variable, with_roles
from scopecli.report.source_kinds import SourceKind
from scopecli.sources.archives import BEGINNINGS, ENCRYPTED, ArchiveError, open_archive, place_of
from scopecli.sources.arrays import WEIGHTS_MEMBER, hdf5
from scopecli.sources.arrays.elements import (
    as_tensorflow_has_it,
    dtype_of,
    refuse_bomb,
    refuse_foreign,
    unread_array_error,
)
from scopecli.sources.checkpoints.files import damaged_file_error, open_file
from scopecli.sources.checkpoints.rows import saved_variable
from scopecli.sources.opened import Opened

_BY_NUMBER: Final = "vars"  # the group of a layer's weights in files of Keras 3
_LABEL: Final = "name"  # its attribute that says what the layer is called
_BY_NAME: Final = ("weight_names", "weight_names0")  # attributes of a layer's group in files of Keras 2
_COPY: Final = "copy it anew from where it was written"


class _Weight(NamedTuple):
    """A weight: its dataset, where that is in the file, and its dtype."""

    key: str
    dataset: Any
    dtype: Dtype


def open_keras(path: str) -> Opened:
    """Read what is in a file of weights, without their values.

    Raises:
        InvalidSourceError: if it can't be read, or is damaged.
    """
    import h5py  # noqa: PLC0415 - for these files alone

    stream, size = open_file(path)
    with stream:
        try:
            start, size = _weights_in(stream, size)
        except ArchiveError as error:
            raise damaged_file_error(path, f"the archive is damaged: {error}", _COPY) from None
    try:
        file = h5py.File(hdf5.Stretch(path, start, size), "r")
        weights, damage = _weights(path, file)
        variables = tuple(
            saved_variable(
                name, weight.dtype, weight.dataset.shape, key=None if name == weight.key else weight.key
            )
            for name, weight in weights.items()
        )
    except hdf5.ERRORS as error:
        raise _damaged_error(path, error) from None
    report = with_roles(Report(Source(SourceKind.KERAS, path), variables=variables))
    return Opened(report, partial(_read_value, path, weights), damage)


def _weights_in(stream: BufferedReader, size: int) -> tuple[int, int]:
    """Return where the weights begin in a file, and their bytes: all of it, or a member of an archive."""
    if not stream.read(len(BEGINNINGS[0])).startswith(BEGINNINGS):
        return 0, size
    try:
        member = open_archive(stream).getinfo(WEIGHTS_MEMBER)
    except KeyError:
        raise ArchiveError(f"it has no member `{WEIGHTS_MEMBER}`") from None
    if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & ENCRYPTED:
        raise ArchiveError(f"its member `{WEIGHTS_MEMBER}` is packed, as Keras does not do it")
    place = place_of(member, stream)
    if place + member.file_size > size:
        raise ArchiveError(f"its member `{WEIGHTS_MEMBER}` is said to end behind the file")
    return place, member.file_size


def _weights(path: str, file: Any) -> tuple[dict[str, _Weight], tuple[Diagnostic, ...]]:
    """Return the weights of a file by their names, and what is told of what was skipped."""
    found: list[tuple[str, _Weight]] = []
    damage: list[Diagnostic] = []
    names = _Names()
    for place in hdf5.datasets(file):
        key = _as_text("/".join(place.path))
        if isinstance(place, hdf5.Skipped):
            damage += damaged_file_error(path, f"{key!r} is not looked at: {place.reason}").diagnostics
        else:
            found.append((names.name_of(place), _Weight(key, place.found, _dtype(place.found))))
    times = Counter(name for name, _ in found)
    by_name = {name if times[name] == 1 else weight.key: weight for name, weight in found}
    if len(by_name) < len(found):
        by_name = {weight.key: weight for _, weight in found}
    return by_name, tuple(damage)


def _as_text(name: str) -> str:
    """Return a name as h5py has it, with bytes that are no UTF-8 as escapes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class _Names:
    """What weights are called, and the layers that they are of."""

    def __init__(self) -> None:
        self._labels: dict[tuple[str, ...], str | None] = {}

    def name_of(self, place: hdf5.Dataset) -> str:
        """Return what Keras calls a weight, or its path where the file does not say."""
        labels = [self._label(place.path[:depth], group) for depth, group in enumerate(place.groups[:-1])]
        if place.path[-2:-1] == (_BY_NUMBER,) and labels and labels[-1]:
            model, *layers = labels  # what the model is called is in few of the names that Keras shows
            return _as_text("/".join([*filter(None, layers or [model]), place.path[-1]]))
        for depth, group in enumerate(place.groups):
            if any(name in group.attrs for name in _BY_NAME):
                return _as_text("/".join(place.path[depth:])).removesuffix(":0")
        return _as_text("/".join(place.path))

    def _label(self, path: tuple[str, ...], group: Any) -> str | None:
        if path not in self._labels:
            numbered = hdf5.child_group(group, _BY_NUMBER)
            label = None if numbered is None else numbered.attrs.get(_LABEL)
            self._labels[path] = label if isinstance(label, str) else None
        return self._labels[path]


def _dtype(dataset: Any) -> Dtype:
    """Return TensorFlow's dtype of a dataset; HDF5 has no bfloat16, and Keras notes it beside the bytes."""
    import h5py  # noqa: PLC0415 - as above

    elements = dataset.dtype
    if h5py.check_string_dtype(elements):
        return DTYPES_BY_NAME["string"]
    known = DTYPES_BY_NAME.get(str(dataset.attrs.get("dtype"))) if elements.kind == "V" else None
    return known if known and known.itemsize == elements.itemsize else dtype_of(elements)


def _read_value(path: str, weights: Mapping[str, _Weight], variable: Variable) -> Any:
    """Return the value of a row as a numpy array.

    Raises:
        InvalidSourceError: if it is damaged, in another file, or of elements that TensorFlow has not.
    """
    import numpy as np  # noqa: PLC0415 - only for values

    name, weight = variable.name, weights[variable.name]
    dataset, elements = weight.dataset, weight.dataset.dtype
    try:
        reason = hdf5.hindrance(dataset)
        if reason:
            raise unread_array_error(path, name, reason)
        if weight.dtype == dtype_of(elements):
            refuse_foreign(path, name, elements)
        refuse_bomb(path, name, dataset.size * elements.itemsize, dataset.id.get_storage_size())
        array = np.asarray(dataset[()])
    except hdf5.ERRORS as error:
        raise _damaged_error(path, error, name) from None
    if weight.dtype.name == "string":
        return array.astype(object)
    return as_tensorflow_has_it(array if elements.kind != "V" else array.view(numpy_dtype(weight.dtype.name)))


def _damaged_error(path: str, error: Exception, name: str | None = None) -> InvalidSourceError:
    what = "the file" if name is None else repr(name)
    return damaged_file_error(path, f"{what} is damaged: HDF5 says {str(error)!r}", _COPY)
