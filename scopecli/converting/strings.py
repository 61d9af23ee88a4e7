"""Packs the strings of a tensor as a checkpoint has them (`WriteStringTensor`).

`sources/checkpoints/strings.py` unpacks them.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import google_crc32c

from scopecli.converting.wire import varint
from scopecli.sources.checkpoints.table import masked_crc

_SHORT: Final = 1 << 32  # a length below is taken as four bytes


class PackedStrings(NamedTuple):
    """Strings as they are stored, and their masked checksum."""

    data: bytes
    checksum: int


def pack_strings(strings: Sequence[bytes]) -> PackedStrings:
    """Return strings as their lengths, a checksum of these, and their bytes one after another."""
    lengths = b"".join(varint(len(text)) for text in strings)
    numbers = b"".join(len(text).to_bytes(4 if len(text) < _SHORT else 8, "little") for text in strings)
    checksum = google_crc32c.value(numbers)
    told = masked_crc(checksum).to_bytes(4, "little")
    texts = b"".join(strings)
    whole = google_crc32c.extend(google_crc32c.extend(checksum, told), texts)
    return PackedStrings(lengths + told + texts, masked_crc(whole))
