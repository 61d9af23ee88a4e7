"""LevelDB tables made by hand, right and wrong."""

from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path

import google_crc32c

from scopecli.sources.checkpoints.entries import BundleEntry, Header, read_entry
from scopecli.sources.checkpoints.table import MAGIC, masked_crc, records

FOOTER = 48
HANDLES = FOOTER - len(MAGIC)
TRAILER = 5

Pack = Callable[[bytes], tuple[bytes, int]]


def uncompressed(block: bytes) -> tuple[bytes, int]:
    """Return a block as it is stored, and the number of the kind."""
    return block, 0


def compressed(block: bytes) -> tuple[bytes, int]:
    """Return a block as Snappy may compress it, with elements of every kind that fits."""
    parts = [varint(len(block))]
    position = literal = 0
    while position < len(block):
        before = block.rfind(block[position : position + 4], 0, min(position + 3, len(block) - 4))
        length = next(each for each in range(64, 0, -1) if _goes_on(block, before, position, each))
        if before < 0 or length < 4:
            position += 1
            continue
        parts += [_literal(block[literal:position]), _copy(position - before, length)]
        position = literal = position + length
    return b"".join([*parts, _literal(block[literal:])]), 1


def _goes_on(block: bytes, before: int, position: int, length: int) -> bool:
    return length == 1 or block[before : before + length] == block[position : position + length]


def _literal(data: bytes) -> bytes:
    if len(data) <= 60:
        return bytes([len(data) - 1 << 2]) + data if data else b""
    return b"\xf4" + (len(data) - 1).to_bytes(2, "little") + data


def _copy(offset: int, length: int) -> bytes:
    if length <= 11 and offset < 1 << 11:
        return bytes([offset >> 8 << 5 | length - 4 << 2 | 1, offset & 0xFF])
    if offset % 2:
        return bytes([length - 1 << 2 | 2]) + offset.to_bytes(2, "little")
    return bytes([length - 1 << 2 | 3]) + offset.to_bytes(4, "little")


def rewritten(prefix: str, change: Callable[[bytes, bytes], bytes], pack: Pack = uncompressed) -> None:
    """Have an index say what `change` makes of each of its keys and records."""
    index = Path(f"{prefix}.index")
    pairs = [(key, change(key, value)) for key, value in records(index.read_bytes())]
    index.write_bytes(table(b"".join(record(0, *pair) for pair in pairs), pack=pack))


def table(block: bytes, restarts: int = 1, pack: Pack = uncompressed) -> bytes:
    """Return a table with one block of records."""
    first = _stored(block, restarts, pack)
    second = _stored(b"", 1, uncompressed)
    third = _stored(record(0, b"\xff", _handle(0, first)), 1, uncompressed)
    handles = _handle(len(first), second) + _handle(len(first) + len(second), third)
    return first + second + third + handles.ljust(HANDLES, b"\x00") + MAGIC


def record(shared: int, key: bytes, value: bytes = b"") -> bytes:
    """Return a record of a block: how much of its key is that of the one before, and the rest."""
    return b"".join([*map(varint, (shared, len(key), len(value))), key, value])


def varint(value: int) -> bytes:
    """Return a number as LevelDB and protocol buffers write it."""
    low = [value >> 7 * index & 0x7F for index in range(max(1, -(-value.bit_length() // 7)))]
    return bytes([*(each | 0x80 for each in low[:-1]), low[-1]])


def _stored(block: bytes, restarts: int, pack: Pack) -> bytes:
    packed, kind = pack(block + bytes(4) + restarts.to_bytes(4, "little"))
    return _signed(packed + bytes([kind]))


def _handle(offset: int, stored: bytes) -> bytes:
    return varint(offset) + varint(len(stored) - TRAILER)


def _signed(block: bytes) -> bytes:
    """Return a block and its kind, with their checksum."""
    checksum = google_crc32c.value(block)
    return block + (((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF).to_bytes(4, "little")


def signed(index: bytes) -> bytes:
    """Return an index of one block with checksums that are right again, as far as its blocks are there."""
    data = bytearray(index)
    for offset, size in _blocks(index):
        end = offset + size + 1
        if end + 4 <= len(data):
            data[offset : end + 4] = _signed(bytes(data[offset:end]))
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


def as_written_with_big_endian(prefix: str) -> None:
    """Have a checkpoint of one data file, none of it in slices, be as a big-endian machine writes it."""
    path = Path(f"{prefix}.data-00000-of-00001")
    data = bytearray(path.read_bytes())

    def change(key: bytes, value: bytes) -> bytes:
        if key == b"":
            return value + b"\x10\x01"
        entry = read_entry(value, Header(1, big_endian=False))
        own = slice(entry.offset, entry.offset + entry.size)
        swap = _swapped_strings if entry.dtype.name == "string" else _swapped_numbers
        data[own], checksum = swap(bytes(data[own]), entry)
        return value + b"\x35" + masked_crc(checksum).to_bytes(4, "little")

    rewritten(prefix, change)
    path.write_bytes(data)


def _swapped_numbers(data: bytes, entry: BundleEntry) -> tuple[bytes, int]:
    assert entry.dtype.itemsize
    size = entry.dtype.itemsize // (2 if entry.dtype.name.startswith("complex") else 1)
    swapped = b"".join(data[start : start + size][::-1] for start in range(0, len(data), size))
    return swapped, google_crc32c.value(swapped)


def _swapped_strings(data: bytes, entry: BundleEntry) -> tuple[bytes, int]:
    """Return strings with the checksum of their lengths as big-endian numbers (`WriteStringTensor`)."""
    count = prod(entry.shape)
    lengths = b"".join(length.to_bytes(4, "big") for length in data[:count])  # each is less than 128
    checksum = google_crc32c.value(lengths)
    written = masked_crc(checksum).to_bytes(4, "big")
    texts = data[count + 4 :]
    return data[:count] + written + texts, google_crc32c.extend(
        google_crc32c.extend(checksum, written), texts
    )
