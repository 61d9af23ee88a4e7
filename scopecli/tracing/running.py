"""Runs a program as Python would, in this process."""

import importlib
import inspect
import io
import os
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

from greenlet import greenlet

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.words import closest
from scopecli.tf1.watching.own_frames import hide_frames
from scopecli.tf1.watching.watched_graph import fresh_graph
from scopecli.tracing.cells import run_cells
from scopecli.tracing.requests import Request

_WHERE: Final = "modules are looked for in the working directory and on sys.path: see --cwd and --path"
_NOT_PYTHON: Final = "scopecli trace runs Python programs; scopecli run is for scenarios"


class UnrunnableError(Exception):
    """There is no such program, or the file is none."""

    def __init__(self, message: str, location: Location, hint: str | None = None) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic("SC801", message, location, hint)


@hide_frames
def run_program(request: Request, scratch: Path, warnings: list[Diagnostic]) -> None:
    """Run what is asked for; what it raises, it raises here.

    Args:
        request: what to run.
        scratch: a folder for what is of no use afterwards.
        warnings: gets those of what was left out.
    """
    sys.path[0:0] = request.path
    if request.function:
        sys.path.insert(len(request.path), os.getcwd())  # noqa: PTH109 - as `python -m` has it
        sys.argv[:] = [request.target]
        function = _import_function(request)
        _refuse_misfit(function, request)
        _in_fresh_graph(function, request)
    elif request.cells:
        sys.argv[:] = [request.script, *request.arguments]
        sys.path.insert(len(request.path), os.getcwd())  # noqa: PTH109 - as a kernel has it
        run_cells(request.target, request.cells, scratch, warnings)
    else:
        _run_script(request)


@hide_frames
def _run_script(request: Request) -> None:
    """Do what `python script.py ARGS` does."""
    path = os.path.abspath(request.script)  # noqa: PTH100 - as Python makes `__file__`, links and all
    sys.argv[:] = [request.script, *request.arguments]
    sys.path.insert(0, str(Path(path).resolve().parent))
    code = _compile_script(path, request.script)
    module = ModuleType("__main__")
    loader = SourceFileLoader("__main__", path)
    module.__dict__.update(__file__=path, __builtins__=__builtins__, __cached__=None, __loader__=loader)
    sys.modules["__main__"] = module
    # On a stack of its own, whose bottom is the program: some look there for their own name.
    greenlet(exec).switch(code, module.__dict__)


def _compile_script(path: str, shown: str) -> CodeType:
    with io.open_code(path) as stream:
        text = stream.read()
    try:
        return compile(text, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        place = Location(shown, error.lineno or 0, error.offset or 0)
        raise UnrunnableError(f"not Python: {error.msg}", place, _NOT_PYTHON) from None
    except ValueError as error:  # a NUL
        raise UnrunnableError(f"not Python: {error}", Location(shown), _NOT_PYTHON) from None


def _import_function(request: Request) -> Callable[..., Any]:
    place = Location(request.target)
    try:
        found: Any = importlib.import_module(request.module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{request.module}.".startswith(f"{error.name}."):
            raise  # the module is there; what it imports is not
        near = closest(error.name, [file.stem for file in Path().glob("*.py")])
        hint = f"did you mean `{near}:{request.function}`?" if near else _WHERE
        raise UnrunnableError(f"there is no module {error.name!r}", place, hint) from None
    for name in request.function.split("."):
        if not hasattr(found, name):
            near = closest(name, [own for own in dir(found) if not own.startswith("_")])
            meant = f"did you mean `{request.module}:{near}`?" if near else None
            raise UnrunnableError(f"{_name(found)} has no {name!r}", place, meant)
        found = getattr(found, name)
    if not callable(found):
        raise UnrunnableError(
            f"{request.function!r} can't be called: it is of type {type(found).__name__}", place
        )
    return found  # type: ignore[no-any-return]  # whatever it is, it is called


def _name(found: Any) -> str:
    return f"the module {found.__name__}" if isinstance(found, ModuleType) else repr(found)


def _refuse_misfit(function: Callable[..., Any], request: Request) -> None:
    """Refuse arguments that the function does not take; of some functions that can't be told."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*request.positional, **request.keywords)
    except TypeError as error:
        hint = f"it is {request.function}{signature}; --args gives a list of arguments, or a mapping"
        message = f"{request.function} can't be called so: {error}"
        raise UnrunnableError(message, Location(request.target), hint) from None


@hide_frames
def _in_fresh_graph(function: Callable[..., Any], request: Request) -> None:
    with fresh_graph():
        function(*request.positional, **request.keywords)
