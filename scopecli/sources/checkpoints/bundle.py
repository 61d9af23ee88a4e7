"""Reads the index of a checkpoint: which tensors are in which of its data files, and where."""

from dataclasses import dataclass, field
from typing import Final

from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.limits import MAX_INDEX_BYTES
from scopecli.sources.checkpoints.entries import BundleEntry, Header, read_entry, read_header
from scopecli.sources.checkpoints.files import INDEX, as_text, damaged_file_error, read_file
from scopecli.sources.checkpoints.slicing import FIRST_BYTE
from scopecli.sources.checkpoints.table import records
from scopecli.sources.checkpoints.wire import DamageError

_COPY: Final = "copy it anew from where it was written"


@dataclass(slots=True)
class Bundle:
    """A checkpoint's index.

    Attributes:
        prefix: what the names of its files begin with.
        entries: its tensors by their names, or keys, in the order of the index.
        parts: the slices that partitioned ones are kept in, by the keys that TensorFlow makes for them.
        keys: the keys that are no UTF-8, by the names that are shown for them.
    """

    prefix: str
    header: Header = Header(0, big_endian=False)
    entries: dict[str, BundleEntry] = field(default_factory=dict)
    parts: dict[bytes, BundleEntry] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)

    @property
    def index(self) -> str:
        """The path of the index itself."""
        return self.prefix + INDEX

    def key(self, name: str) -> bytes:
        """Return the key that a tensor has in the index."""
        return self.keys.get(name) or name.encode()

    def shard(self, entry: BundleEntry) -> str:
        """Return the path of the data file that a tensor is in."""
        return f"{self.prefix}.data-{entry.shard:05d}-of-{self.header.shards:05d}"


def read_bundle(prefix: str) -> Bundle:
    """Read the index of a checkpoint.

    Raises:
        InvalidSourceError: if it can't be read, or is damaged: the message says what could be read.
    """
    bundle = Bundle(prefix)
    try:
        _read(read_file(bundle.index, MAX_INDEX_BYTES), bundle)
    except DamageError as damage:
        raise _damaged_index_error(damage, bundle) from None
    return bundle


def _read(data: bytes, bundle: Bundle) -> None:
    found = records(data)
    key, record = next(found, (None, b""))
    if key != b"":
        raise DamageError("it does not begin with a header")
    bundle.header = read_header(record)
    for key, record in found:
        _add(bundle, key, record)


def _add(bundle: Bundle, key: bytes, record: bytes) -> None:
    name = as_text(key)
    try:
        entry = read_entry(record, bundle.header)
    except DamageError as damage:
        raise DamageError(f"in the entry of {name!r}, {damage}") from None
    if key.startswith(FIRST_BYTE):
        bundle.parts[key] = entry
    elif name in bundle.entries:
        raise DamageError(f"two tensors are called {name!r}")
    else:
        bundle.entries[name] = entry
        if "\\" in name and name.encode() != key:
            bundle.keys[name] = key


def _damaged_index_error(damage: DamageError, bundle: Bundle) -> InvalidSourceError:
    count = len(bundle.entries)
    readable = f"the first {count:,} of its variables" if count else "none of its variables"
    return damaged_file_error(bundle.index, f"the index is damaged: {damage}; {readable} can be read", _COPY)
