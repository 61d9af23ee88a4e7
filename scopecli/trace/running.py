"""Runs a program as Python would, in this process."""

import importlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from scopecli.diagnostics import Diagnostic, Location
from scopecli.tf1.frames import unseen
from scopecli.tf1.watched import fresh_graph
from scopecli.trace.requests import Request


class NotPythonError(Exception):
    """The file is no Python program."""

    def __init__(self, message: str, location: Location) -> None:
        super().__init__(message)
        hint = "scopecli trace runs Python programs; scopecli run is for scenarios"
        self.diagnostic = Diagnostic("SC801", message, location, hint)


@unseen
def run_program(request: Request) -> None:
    """Run what is asked for; what it raises, it raises here."""
    sys.path[0:0] = request.path
    if request.function:
        sys.path.insert(len(request.path), os.getcwd())  # noqa: PTH109 - as `python -m` has it
        function = _imported(request.module, request.function)
        _in_fresh_graph(function, request)
    else:
        _run_script(request)


@unseen
def _run_script(request: Request) -> None:
    """Do what `python script.py ARGS` does."""
    path = os.path.abspath(request.script)  # noqa: PTH100 - as Python makes `__file__`, links and all
    sys.argv[:] = [request.script, *request.arguments]
    sys.path.insert(0, str(Path(path).resolve().parent))
    code = _compiled(path)
    module = ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=__builtins__, __cached__=None)
    sys.modules["__main__"] = module
    exec(code, module.__dict__)  # noqa: S102 - that is what was asked for


def _compiled(path: str) -> CodeType:
    with io.open_code(path) as stream:
        text = stream.read()
    try:
        return compile(text, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        place = Location(error.filename or path, error.lineno or 0, error.offset or 0)
        raise NotPythonError(f"not Python: {error.msg}", place) from None
    except ValueError as error:  # a NUL
        raise NotPythonError(f"not Python: {error}", Location(path)) from None


def _imported(module: str, function: str) -> Callable[..., Any]:
    found: Any = importlib.import_module(module)
    for name in function.split("."):
        found = getattr(found, name)
    return found  # type: ignore[no-any-return]  # whatever it is, it is called


@unseen
def _in_fresh_graph(function: Callable[..., Any], request: Request) -> None:
    with fresh_graph():
        function(*request.positional, **request.keywords)
