"""Finds the user's own lines in a stack of the program."""

import linecache
import os
import sys
import sysconfig
import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any, Final, NamedTuple

from scopecli.analysis.builders import WayStep
from scopecli.ground.diagnostics import Location, Note
from scopecli.tf1.watching.own_frames import is_unseen
from scopecli.tf1.watching.public_names import library_name
from scopecli.tf1.watching.surroundings import Stack

# Whatever way they are installed, these are no code of the user's.
_LIBRARIES: Final = (
    "scopecli",
    "tensorflow",
    "keras",
    "tf_keras",
    "tf_slim",
    "sonnet",
    "tensorflow_probability",
)
_GENERATED: Final = "__autograph_generated_file"  # what AutoGraph made of the user's code
_OURS: Final = str(Path(__file__).parent.parent)


class Place(NamedTuple):
    """Where in the user's code a call was made.

    Attributes:
        location: the line.
        function: the function that it is in; empty at the top of a file.
        source: the line itself.
        library: the function of a library that was called there; empty for one that TensorFlow's users call.
        stack: the user's whole stack, innermost first.
    """

    location: Location
    function: str = ""
    source: str = ""
    library: str = ""
    stack: tuple[Note, ...] = ()


def stack_text(error: BaseException) -> str:
    """Return a traceback as Python prints it for a program that is not watched."""
    told = traceback.TracebackException.from_exception(error)
    chain: list[traceback.TracebackException | None] = [told]
    for link in chain:  # it grows
        if link is not None:
            kept = [frame for frame in link.stack if not is_ours(frame.filename)]
            link.stack = traceback.StackSummary.from_list(kept)
            chain += [link.__cause__, link.__context__]
    return "".join(told.format())


class Places:
    """Tells the user's files from those of libraries."""

    def __init__(
        self,
        folder: str,
        own: Iterable[str] = (),
        run_again: Iterable[str] = (),
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Note where files are.

        Args:
            folder: what paths are shown relative to.
            own: files that are the user's wherever they are: that of the program itself.
            run_again: what stands for the cells of a notebook that ran more than once.
            names: what files are shown as that are no paths of the user's: the cells of a live notebook.
        """
        self._folder = folder
        self._run_again = frozenset(run_again)
        self._names = names or {}
        self._own = frozenset(own)
        self.is_library = cache(self._looked_up)
        self._position = cache(self._instruction_location)
        self.location = cache(self._locate)

    def place(self, stack: Any) -> Place:
        """Return the innermost line of the user's in a stack, outermost first; else the innermost at all."""
        frames = visible(stack)
        mine = [index for index, frame in enumerate(frames) if not self.is_library(frame.filename)]
        if not mine:
            return self._of(frames[-1:] or [None], "")
        inner = frames[mine[-1] + 1 :]
        library = library_name(inner)
        return self._of([frames[index] for index in mine], library)

    def is_run_again(self, place: Place) -> bool:
        """Tell whether a call came from the cell of a notebook that ran more than once."""
        return any(note.location.file in self._run_again for note in place.stack)

    def way(self, stack: Stack) -> tuple[WayStep, ...]:
        """Return the user's lines that led here, outermost first; two calls on one line are told apart."""
        mine = {frame.filename for frame in visible(stack) if not self.is_library(frame.filename)}
        return tuple(
            WayStep(self._position(code, instruction), "" if code.co_name == "<module>" else code.co_name)
            for code, instruction in reversed(stack.instructions)
            if code.co_filename in mine
        )

    def _instruction_location(self, code: CodeType, instruction: int) -> Location:
        """Return where an instruction of Python's stands; before Python 3.11, the line that it is in."""
        lines = code.co_positions() if sys.version_info >= (3, 11) else ()
        line, end_line, column, end_column = next(islice(lines, instruction // 2, None), (None,) * 4)
        if line is None or end_line is None or column is None or end_column is None:
            return self.location(code.co_filename, line_of(code, instruction))
        return Location(self._shown_path(code.co_filename), line, column + 1, end_line, end_column + 1)

    def _of(self, frames: Sequence[Any], library: str) -> Place:
        frame = frames[-1]
        if frame is None:
            return Place(Location("<unknown>"))
        stack = tuple(self._note(outer) for outer in reversed(frames))
        function = "" if frame.name == "<module>" else frame.name
        source = linecache.getline(frame.filename, frame.lineno).strip()
        return Place(stack[0].location, function, source, library, stack)

    def _note(self, frame: Any) -> Note:
        source = linecache.getline(frame.filename, frame.lineno).strip()
        whence = "" if frame.name == "<module>" else f"in {frame.name}: "
        return Note(f"{whence}{source}", self.location(frame.filename, frame.lineno))

    def _locate(self, file: str, line: int) -> Location:
        text = linecache.getline(file, line)
        column = len(text) - len(text.lstrip()) + 1
        return Location(self._shown_path(file), line, column, line, max(column + 1, len(text.rstrip()) + 1))

    def _shown_path(self, file: str) -> str:
        """Return a path as short as it can be and still be opened from where the report is read."""
        if file in self._names:
            return self._names[file]
        if not os.path.isabs(file):  # noqa: PTH117 - a pseudo-file too, such as <string>
            return file
        shown = os.path.relpath(file, self._folder)
        return file if shown.startswith("..") else shown

    def _looked_up(self, file: str) -> bool:
        if file in self._own or file in self._names:
            return False
        if os.path.basename(file).startswith(_GENERATED):  # noqa: PTH119 - a pseudo-file too
            return True
        if file.startswith("<"):
            return file.startswith(("<frozen ", "<__array_function__"))
        return any(file.startswith(folder) for folder in _library_folders())


def line_of(code: CodeType, instruction: int) -> int:
    """Return the line that an instruction is in."""
    starts = (line for start, end, line in code.co_lines() if line and start <= instruction < end)
    return next(starts, code.co_firstlineno)


def visible(stack: Iterable[Any]) -> list[Any]:
    """Return the frames that would be there without us."""
    return [frame for frame in stack if not is_ours(frame.filename)]


def is_ours(file: str) -> bool:
    """Tell whether a frame of this file is scopecli's."""
    return is_unseen(file) or file.startswith(_OURS + os.sep)


def _library_folders() -> frozenset[str]:
    """Return where libraries are: the installed ones, Python's own, and those known by name."""
    installed = sysconfig.get_paths()
    folders = {installed[word] for word in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders.update(folder for folder in sys.path if Path(folder).name in ("site-packages", "dist-packages"))
    for name in _LIBRARIES:
        folders.update(getattr(sys.modules.get(name), "__path__", ()))
    return frozenset(f"{folder}{os.sep}" for folder in folders if folder)
