"""What the names of a scenario stand for while it runs."""

from collections.abc import Mapping
from typing import TypeVar

from scopecli.scenario.initializers import InitializedValue
from scopecli.scenario.references import Reference, Template
from scopecli.tf1 import Graph, Scope, Variable

T = TypeVar("T")


class UnsetHandleError(Exception):
    """A reference to what was never made, since the step that names it failed."""

    def __init__(self, reference: Reference) -> None:
        super().__init__(f"`${reference.name}` was never made: the step that names it failed")
        self.reference = reference


class Handles:
    """The variables, scopes and names that steps have yielded so far, by the name given with `as`."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._variables: dict[str, Variable] = {}
        self._scopes: dict[str, Scope] = {}
        self._names: dict[str, str] = {}

    def name_variable(self, handle: str | None, variable: Variable) -> None:
        """Let `handle` stand for a variable, if there is one."""
        if handle:
            self._variables[handle] = variable

    def name_scope(self, handle: str | None, scope: Scope) -> None:
        """Let `handle` stand for a captured scope, if there is one."""
        if handle:
            self._scopes[handle] = scope

    def name_text(self, handle: str | None, text: str) -> None:
        """Let `handle` stand for a text, if there is one."""
        if handle:
            self._names[handle] = text

    def resolved(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return the arguments of a step with what their references stand for.

        Raises:
            UnsetHandleError: if one of them stands for nothing.
            EngineError: if TensorFlow has no initialised value of a variable.
        """
        return {name: self.value(given) for name, given in arguments.items()}

    def value(self, given: object) -> object:
        """Return a single argument with what its references stand for."""
        match given:
            case Template():
                return self._filled(given)
            case InitializedValue():
                return self._graph.initialized_value(self.variable(given.variable))
            case tuple():
                return tuple(self.value(each) for each in given)
            case _:
                return given

    def scope(self, reference: Reference) -> Scope:
        """Return the captured scope that a reference names."""
        return _found(self._scopes, reference)

    def variable(self, reference: Reference) -> Variable:
        """Return the variable that a reference names."""
        return _found(self._variables, reference)

    def _filled(self, template: Template) -> object:
        sole = template.sole
        if sole and not sole.attribute:
            return self._object(sole)
        return "".join(part if isinstance(part, str) else self._text(part) for part in template.parts)

    def _object(self, reference: Reference) -> object:
        for table in (self._variables, self._scopes, self._names):
            if reference.name in table:
                return table[reference.name]
        raise UnsetHandleError(reference)

    def _text(self, reference: Reference) -> str:
        if reference.name in self._names:
            return self._names[reference.name]
        if reference.name in self._variables:
            return self._graph.variable_name(self._variables[reference.name])
        name, _, original_name_scope = self._graph.scope_facts(self.scope(reference))
        return original_name_scope if reference.attribute == "original_name_scope" else name


def _found(table: Mapping[str, T], reference: Reference) -> T:
    if reference.name not in table:
        raise UnsetHandleError(reference)
    return table[reference.name]
