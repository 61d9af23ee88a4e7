"""Reads scenarios into programs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.words import closest
from scopecli.scenario.expansion import Action, Program, load_program
from scopecli.scenario.objects import PythonObject
from scopecli.sources.opened import Unread, read_ones
from scopecli.sources.opening import not_a_scenario


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


def read_scenarios(
    files: Iterable[str | Unread], parameters: Mapping[str, str], *, allow_python: bool
) -> list[Program | Unread]:
    """Read several scenarios; those that can't be read are told by what stands for them.

    Args:
        files: the files; `-` is standard input.
        parameters: values for their parameters, as YAML; each scenario takes those that it declares.
        allow_python: whether they may name objects of the user's own code.
    """
    return [
        file if isinstance(file, Unread) else _read(file, parameters, allow_python=allow_python)
        for file in files
    ]


def _read(file: str, parameters: Mapping[str, str], *, allow_python: bool) -> Program | Unread:
    try:
        program = read_scenario(file, parameters)
    except InvalidSourceError as error:
        return Unread(file, error)
    refused = [] if allow_python else [found.refusal for found in _python_objects(program.actions)]
    return Unread(file, InvalidSourceError(refused)) if refused else program


def unknown_parameters(
    programs: Iterable[Program | Unread], given: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Yield a problem for each parameter that no scenario declares; one that can't be read may have it."""
    programs = list(programs)
    if any(isinstance(program, Unread) for program in programs):
        return
    declared = {name for program in read_ones(programs) for name in program.scenario.parameters or {}}
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
