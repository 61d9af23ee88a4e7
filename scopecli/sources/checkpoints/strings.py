"""Unpacks the strings of a tensor: their lengths, a checksum of these, and their bytes one after another."""

from itertools import accumulate, pairwise
from typing import Final, Literal

import google_crc32c

from scopecli.sources.checkpoints.table import masked_crc
from scopecli.sources.checkpoints.wire import DamageError, varint

UNLIKE: Final = "its bytes do not match their checksum"

_CHECKSUM: Final = 4


def unpack_strings(data: bytes, count: int, checksum: int, order: Literal["big", "little"]) -> list[bytes]:
    """Return so many strings.

    The checksum is of their lengths, as numbers in the writer's byte order, and of what follows.

    Raises:
        DamageError: if they are not what the checksum is of.
    """
    lengths, position = [], 0
    for _ in range(count):
        length, position = varint(data, position)
        lengths.append(length)
    start = position + _CHECKSUM
    if start + sum(lengths) != len(data):
        raise DamageError("its strings do not fill the bytes that they have")
    # A length of more than four bytes is taken as eight.
    numbers = b"".join(size.to_bytes(4 if size < 1 << 32 else 8, order) for size in lengths)
    if masked_crc(google_crc32c.extend(google_crc32c.value(numbers), data[position:])) != checksum:
        raise DamageError(UNLIKE)
    return [data[begin:end] for begin, end in pairwise(accumulate(lengths, initial=start))]
