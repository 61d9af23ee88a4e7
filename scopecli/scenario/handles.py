"""Which names a scenario gives with `as`, and whether each reference finds one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from scopecli.diagnostics import Location, Note
from scopecli.errors import assert_never
from scopecli.scenario.initializers import InitializedValue
from scopecli.scenario.nodes import shortened
from scopecli.scenario.problems import Problems, closest
from scopecli.scenario.records import given_arguments
from scopecli.scenario.references import Reference, Template
from scopecli.scenario.steps import (
    GetLocalVariable,
    GetVariable,
    NameScope,
    NewVariable,
    ReuseVariables,
    Step,
    VariableScope,
)

Kind = Literal["a variable", "a scope", "a name"]

_ANY: Final[tuple[Kind, ...]] = ("a variable", "a scope", "a name")


@dataclass(frozen=True, slots=True)
class _Handle:
    kind: Kind
    location: Location


def check_handles(steps: tuple[Step, ...], problems: Problems) -> None:
    """Record each name given twice, and each reference to what is not there or is of another kind."""
    _check(steps, {}, problems)


def _check(steps: tuple[Step, ...], known: dict[str, _Handle], problems: Problems) -> None:
    for step in steps:
        for reference, kinds in _references(step):
            _check_reference(reference, kinds, known, problems)
        match step:
            case VariableScope() | NameScope():
                kind: Kind = "a scope" if isinstance(step, VariableScope) else "a name"
                _define(step.handle, kind, step.key_location("as"), known, problems)
                _check(step.steps or (), known, problems)
            case GetVariable() | GetLocalVariable() | NewVariable():
                _define(step.handle, "a variable", step.key_location("as"), known, problems)
            case ReuseVariables():
                pass
            case _:
                assert_never(step)


def _define(
    name: str | None, kind: Kind, location: Location, known: dict[str, _Handle], problems: Problems
) -> None:
    if name is None:
        return
    if name in known:
        first = Note("first given here", known[name].location)
        message = f"the name `{shortened(name)}` is given twice"
        problems.add("SC017", message, location, "choose another name", first)
    known.setdefault(name, _Handle(kind, location))


def _references(step: Step) -> Iterator[tuple[Reference, tuple[Kind, ...]]]:
    """Yield what a step refers to, with the kinds of thing that can stand there."""
    if isinstance(step, ReuseVariables):
        if step.scope:
            yield step.scope, ("a scope",)
        return
    for value in (step.name, *(value for _, value in given_arguments(step))):
        if isinstance(value, InitializedValue):
            yield value.variable, ("a variable",)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, Template):
                yield from ((each, _ANY) for each in text.references)


def _check_reference(
    reference: Reference, kinds: tuple[Kind, ...], known: dict[str, _Handle], problems: Problems
) -> None:
    handle = known.get(reference.name)
    if handle is None:
        near = closest(reference.name, known)
        hint = f"did you mean `${near}`?" if near else "name it with `as` on a step before this one"
        problems.add("SC016", f"`${shortened(reference.name)}` is not defined here", reference.location, hint)
        return
    wanted = ("a scope",) if reference.attribute else kinds
    if handle.kind not in wanted:
        message = f"`${shortened(reference.name)}` is {handle.kind}, and {wanted[0]} is needed here"
        problems.add("SC016", message, reference.location, None, Note("named here", handle.location))
