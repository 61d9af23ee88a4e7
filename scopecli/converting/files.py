"""The data files that tensors are read from."""

import os
from io import BufferedReader

from scopecli.sources.checkpoints.files import damaged_file_error, open_file, unreadable_file_error
from scopecli.sources.checkpoints.tensors import data_file_help


class OpenFiles:
    """Files that are read one after another: one is open until another is asked for."""

    def __init__(self) -> None:
        self._path = ""
        self._stream: BufferedReader | None = None

    def close(self) -> None:
        """Close the one that is open."""
        if self._stream:
            self._stream.close()
        self._stream = None

    def read(self, path: str, size: int, offset: int, name: str) -> bytes:
        """Return so many bytes of a file, which are those of a tensor of this name.

        Raises:
            InvalidSourceError: if they can't be read, or there are not so many.
        """
        stream = self._open(path, name)
        try:
            data = os.pread(stream.fileno(), size, offset)
        except (OSError, OverflowError, MemoryError) as error:
            raise unreadable_file_error(path, getattr(error, "strerror", None) or str(error)) from None
        if len(data) < size:
            raise damaged_file_error(path, f"{name!r} is damaged: the file ends before it does")
        return data

    def _open(self, path: str, name: str) -> BufferedReader:
        if self._stream is None or path != self._path:
            self.close()
            self._stream, _ = open_file(path, data_file_help(name))
            self._path = path
        return self._stream
