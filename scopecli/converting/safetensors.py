"""Writes safetensors: the length of a header, the header as JSON, and the elements without gaps.

The package `safetensors` would have all tensors in memory at once, and knows no other way to be given them.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from scopecli.converting.tensors import Progress, Tensor, whole_parts
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import ConversionError
from scopecli.ground.limits import MAX_ARRAYS_HEADER_BYTES
from scopecli.ground.sizes import format_bytes
from scopecli.ground.staging import Staging
from scopecli.sources.arrays.safetensors_header import KINDS

DTYPES: Final = {kind.dtype.name: word for word, kind in KINDS.items() if kind.is_read}
"""What the format calls the dtypes that it has."""

_ALIGNED: Final = 8  # bytes whose multiple the header is


def write_safetensors(tensors: Sequence[Tensor], name: str, staging: Staging, progress: Progress) -> None:
    """Write a file of tensors, whose header has them in this order.

    Raises:
        OSError: if it can't be written.
        ScopecliError: if a value can't be read or cast, or the header would be longer than readers take.
    """
    # The largest elements first, so that each lies at a multiple of its size.
    in_order = sorted(tensors, key=lambda tensor: -(tensor.dtype.itemsize or 0))
    header = _header(tensors, in_order)
    if len(header) > MAX_ARRAYS_HEADER_BYTES:
        most = format_bytes(MAX_ARRAYS_HEADER_BYTES)
        message = f"the names would take a header of {format_bytes(len(header))}, and {most} is the most"
        raise ConversionError([Diagnostic("SC663", message, Location(name))])
    with staging.create(name) as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for part in progress(whole_parts(in_order)):
            part.piece.content.copy_to(file.write)


def _header(tensors: Iterable[Tensor], in_order: Iterable[Tensor]) -> bytes:
    ends: dict[int, int] = {}
    position = 0
    for tensor in in_order:
        position += tensor.size
        ends[id(tensor)] = position
    fields: dict[str, Any] = {
        tensor.key.decode(): {
            "dtype": DTYPES[tensor.dtype.name],
            "shape": tensor.shape,
            "data_offsets": [ends[id(tensor)] - tensor.size, ends[id(tensor)]],
        }
        for tensor in tensors
    }
    written = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return written + b" " * (-len(written) % _ALIGNED)
