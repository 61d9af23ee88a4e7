"""Writes npz: a zip archive with a file of numpy's own format for each tensor, as `numpy.savez` does."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Final

from scopecli.converting.tensors import Progress, Tensor, whole_parts
from scopecli.ground.dtypes import numpy_dtype
from scopecli.ground.staging import Staging
from scopecli.sources.arrays import ARRAY_SUFFIX

DTYPES: Final = frozenset(
    "float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 "
    "complex128".split()
)
"""The dtypes that are numpy's own."""

LONGEST_NAME: Final = 0xFFFF - len(ARRAY_SUFFIX)
"""Bytes of a name, as a zip archive has its length."""

_MODE: Final = 0o600  # of the files that an archive is unpacked to, as numpy writes it


def write_npz(tensors: Sequence[Tensor], name: str, staging: Staging, progress: Progress) -> None:
    """Write an archive of tensors, which is not compressed.

    Raises:
        OSError: if it can't be written.
        ScopecliError: if a value can't be read or cast.
    """
    with staging.create(name) as file, zipfile.ZipFile(file, "w", allowZip64=True) as archive:
        for tensor, piece, _ in progress(whole_parts(tensors)):
            member = zipfile.ZipInfo(tensor.key.decode() + ARRAY_SUFFIX)
            member.external_attr = _MODE << 16
            with archive.open(member, "w", force_zip64=True) as written:
                written.write(_npy_header(tensor))
                piece.content.copy_to(written.write)


def _npy_header(tensor: Tensor) -> bytes:
    """Return what comes before the elements in a file of numpy's."""
    from numpy.lib import format as npy  # noqa: PLC0415 - only for this format

    header = BytesIO()
    dtype = numpy_dtype(tensor.dtype.name)
    described = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": tensor.shape}
    npy.write_array_header_1_0(header, described)
    return header.getvalue()
