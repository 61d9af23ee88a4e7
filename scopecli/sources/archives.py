"""Opens zip archives: bounded, whatever they say of themselves."""

import struct
import zipfile
from io import BufferedReader
from typing import Final

from scopecli.ground.limits import MAX_ARCHIVE_NAMES_BYTES

BEGINNINGS: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""How an archive begins: with its first member, or with its end if it has none."""

DAMAGE: Final = (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, EOFError)
"""What Python's reader raises of an archive that is damaged."""

ENCRYPTED: Final = 0x1
"""Of the flags of a member: its bytes are encrypted."""

_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")  # of a member: its mark, and how long name and extra are


class ArchiveError(Exception):
    """An archive that can't be read, and why."""


class _Bounded:
    """A stream of which Python's reader takes its list of members, and nothing larger, at once."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        if size > MAX_ARCHIVE_NAMES_BYTES:
            most = f"{MAX_ARCHIVE_NAMES_BYTES:,} is the most"
            raise ArchiveError(f"its list of members is said to take {size:,} bytes, and {most}")
        return self._stream.read(size)


def open_archive(stream: BufferedReader) -> zipfile.ZipFile:
    """Return the archive that a file is: its list of members was read, none of them.

    Raises:
        ArchiveError: if it has no such list, or one that is larger than any that is meant.
        OSError: if the file can't be read.
    """
    try:
        return zipfile.ZipFile(_Bounded(stream))
    except DAMAGE as error:
        raise ArchiveError(f"the list of its members, at its end, can't be read: {error}") from None


def place_of(member: zipfile.ZipInfo, stream: BufferedReader) -> int:
    """Return where the bytes of a member begin in the file.

    Raises:
        ArchiveError: if no member is where it is said to be.
    """
    stream.seek(member.header_offset)
    header = stream.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size:
        raise ArchiveError("it is said to lie behind the end of the file")
    mark, name, extra = _LOCAL_HEADER.unpack(header)
    if mark != BEGINNINGS[0]:
        raise ArchiveError("it is not where the list of members says")
    return int(member.header_offset + _LOCAL_HEADER.size + name + extra)
