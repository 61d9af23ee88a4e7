"""Reads scenarios into programs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from typing import TypeVar

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.words import closest
from scopecli.scenario.expansion import Action, Program, load_program
from scopecli.scenario.objects import PythonObject
from scopecli.sources.opening import not_a_scenario

T = TypeVar("T")


def read_scenario(path: str, parameters: Mapping[str, str]) -> Program:
    """Read a scenario.

    Raises:
        InvalidSourceError: if it is not one; a source of another kind is called by its kind.
    """
    try:
        return load_program(path, parameters)
    except InvalidSourceError:
        told = not_a_scenario(path)
        if told:
            raise InvalidSourceError([told]) from None
        raise


def load_programs(
    paths: Iterable[str], parameters: Mapping[str, str], *, allow_python: bool = False
) -> list[Program]:
    """Read several scenarios.

    Args:
        paths: the files; `-` is standard input.
        parameters: values for their parameters, as YAML; each scenario takes those that it declares.
        allow_python: whether they may name objects of the user's own code.

    Raises:
        InvalidSourceError: with every problem of every file.
    """
    programs = each_read(paths, lambda path: read_scenario(path, parameters))
    problems = list(unknown_parameters(programs, parameters))
    if problems:
        raise InvalidSourceError(problems)
    refuse_python(programs, allow_python=allow_python)
    return programs


def refuse_python(programs: Iterable[Program], *, allow_python: bool) -> None:
    """Raise InvalidSourceError for every object of the user's own code, unless that is allowed."""
    problems = [
        python_object.refusal for program in programs for python_object in _python_objects(program.actions)
    ]
    if problems and not allow_python:
        raise InvalidSourceError(problems)


def each_read(paths: Iterable[str], read: Callable[[str], T]) -> list[T]:
    """Return what `read` makes of each path.

    Raises:
        InvalidSourceError: with every problem of every file.
    """
    results: list[T] = []
    problems: list[Diagnostic] = []
    for path in paths:
        try:
            results.append(read(path))
        except InvalidSourceError as error:
            problems += error.diagnostics
    if problems:
        raise InvalidSourceError(problems)
    return results


def unknown_parameters(programs: list[Program], given: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield a problem for each parameter that no scenario declares."""
    declared = {name for program in programs for name in program.scenario.parameters or {}}
    for name in given:
        if name not in declared:
            near = closest(name, declared)
            known = f"the parameters are {', '.join(declared)}" if declared else "there are no parameters"
            message = f"no scenario has a parameter `{name}`"
            hint = f"did you mean `{near}`?" if near else known
            yield Diagnostic("SC022", message, Location(f"-p {name}"), hint)


def _python_objects(actions: tuple[Action, ...]) -> Iterator[PythonObject]:
    """Yield what would be refused when it is loaded, so that all of it is told before anything is built."""
    for action in actions:
        values = (getattr(action.step, field.name) for field in fields(action.step))
        yield from (value for value in values if isinstance(value, PythonObject))
        yield from _python_objects(action.actions)
