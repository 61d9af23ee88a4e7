"""Where a program is at the moment: its stack, its graph, its variable scope."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from scopecli.tf1.startup import lazy

if TYPE_CHECKING:
    from types import CodeType, FrameType


_DEPRECATED: Final = r"`[^`]+` is deprecated and will be removed in a future version"
_ITS_OWN: Final = ("tensorflow", "tf_keras", "keras", "tf_slim")


def silence_deprecations() -> None:
    """Have TensorFlow say nothing of its own, such as that functions are deprecated: all of TF1's are.

    What the program itself logs or warns of is shown, and so are errors.
    """
    lazy.deprecation._PRINT_DEPRECATION_WARNINGS = False  # noqa: SLF001 - as its `silence` does for a block
    # Last, so that the program's own filters, and those of `python -W`, come before.
    warnings.filterwarnings("ignore", _DEPRECATED, UserWarning, append=True)
    logging.getLogger("tensorflow").addFilter(_is_the_programs)


def _is_the_programs(record: logging.LogRecord) -> bool:
    """Tell whether a log record is to be shown: an error, or the program's own."""
    if record.levelno >= logging.ERROR:
        return True
    packages = (sys.modules.get(name) for name in _ITS_OWN)
    folders = (folder for package in packages for folder in getattr(package, "__path__", ()))
    return not any(record.pathname.startswith(os.path.join(folder, "")) for folder in folders)  # noqa: PTH118 - texts


class Stack:
    """Where a program was: TensorFlow's frames, outermost first, and the instruction of each of Python's.

    Attributes:
        instructions: the code of each frame and the index of its instruction, innermost first: two calls on
            one line differ in it.
    """

    __slots__ = ("_frames", "instructions")

    def __init__(self, frames: Any, instructions: "list[tuple[CodeType, int]]") -> None:
        self._frames = frames
        self.instructions = instructions

    def __iter__(self) -> Iterator[Any]:
        return iter(self._frames)


class Surroundings:
    """Looks around without leaving a trace: nothing is made that was not there."""

    def __init__(self) -> None:
        self._extract_stack = lazy.extract_stack
        self._default_graph = lazy.get_default_graph
        self._key = lazy.variable_scope_module._VARSCOPESTORE_KEY  # noqa: SLF001 - the one that makes none

    def stack(self) -> Stack:
        """Return the stack, to be turned into frames at the end.

        TensorFlow's own knows where AutoGraph's code comes from, but keeps no code object alive: those of a
        module that was loaded, or of a program that was run, would be gone by then.
        """
        instructions = []
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - `inspect` takes a hundred times as long
        while frame is not None:
            instructions.append((frame.f_code, frame.f_lasti))
            frame = frame.f_back
        return Stack(self._extract_stack(), instructions)

    def graph(self) -> Any:
        """Return the graph that variables belong to here: the one around a function's."""
        graph = self._default_graph()
        while getattr(graph, "outer_graph", None) is not None:
            graph = graph.outer_graph
        return graph

    def function(self) -> Any:
        """Return the graph of the function that is traced here; None outside of any."""
        graph = self._default_graph()
        return graph if getattr(graph, "outer_graph", None) is not None else None

    def name_scope(self) -> str:
        """Return the prefix that operations get here, with a slash at its end; empty at the top."""
        name = self._default_graph().get_name_scope()
        return f"{name}/" if name else ""

    def scope(self) -> Any:
        """Return the `VariableScope` that is current in this thread; None if none was asked for yet."""
        stores = self._default_graph().get_collection(self._key)
        return stores[0].current_scope if stores else None
