"""What the names of a scenario stand for while it runs."""

from collections.abc import Mapping
from typing import Any

from scopecli.scenario.initializers import InitializedValue
from scopecli.scenario.nodes import Reference, Template
from scopecli.scenario.steps import AnyStep
from scopecli.tf1 import Graph, Scope, Variable


class UnsetHandleError(Exception):
    """A reference to what was never made, since the step that names it failed."""

    def __init__(self, reference: Reference) -> None:
        super().__init__(f"`${reference.name}` was never made: the step that names it failed")
        self.reference = reference


class Handles:
    """What steps have yielded so far, by the step: a name given again stands for another step's."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._results: dict[object, Any] = {}

    def keep(self, step: AnyStep, result: object) -> None:
        """Let references to a step stand for what it yielded."""
        self._results[step] = result

    def result(self, reference: Reference) -> Any:
        """Return what a reference stands for.

        Raises:
            UnsetHandleError: if the step has yielded nothing.
        """
        if reference.definition not in self._results:
            raise UnsetHandleError(reference)
        return self._results[reference.definition]

    def resolve_arguments(self, arguments: Mapping[str, object]) -> dict[str, object]:
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
                return self._fill_template(given)
            case InitializedValue():
                return self._graph.initialized_value(self.result(given.variable))
            case tuple():  # texts: collections
                return tuple(
                    self.joined_text(element) if isinstance(element, Template) else element
                    for element in given
                )
            case _:
                return given

    def _fill_template(self, template: Template) -> object:
        sole = template.sole
        if sole and not sole.attribute:
            return self.result(sole)
        return self.joined_text(template)

    def joined_text(self, template: Template) -> str:
        """Return a text with the names of what its references stand for."""
        return "".join(part if isinstance(part, str) else self._text(part) for part in template.parts)

    def _text(self, reference: Reference) -> str:
        result: Scope | Variable | str = self.result(reference)
        if isinstance(result, str):
            return result
        if reference.kind == "a variable":
            return self._graph.variable_name(Variable(result))
        name, _, original_name_scope = self._graph.scope_facts(result)
        return original_name_scope if reference.attribute == "original_name_scope" else name
