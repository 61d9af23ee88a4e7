"""What stands for an argument in a report: plain, and equal to another's where the same is asked for."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Final

from scopecli.interpret.handles import Handles
from scopecli.report.model import Given
from scopecli.report.values import Plain, strict
from scopecli.scenario.initializers import InitializedValue, Literal
from scopecli.scenario.nodes import Reference, Template
from scopecli.scenario.objects import PythonObject, TensorFlowObject
from scopecli.scenario.steps import AnyStep

_LONGEST: Final = 1_000  # characters of JSON: what a loop gives is in the report once a round


def argument_facts(
    step: AnyStep, arguments: Mapping[str, object], handles: Handles, maker: Callable[[Reference], int]
) -> dict[str, Given]:
    """Return the arguments of a call, as scenarios write them.

    Args:
        step: the call.
        arguments: what is given, by name.
        handles: what names stand for.
        maker: returns the index of the call that made the variable that a reference stands for.

    Raises:
        UnsetHandleError: if a name stands for nothing.
    """

    def plain(value: object) -> Plain:  # noqa: PLR0911 - a kind of value a line
        match value:
            case TensorFlowObject():
                return {
                    value.name: {argument: strict(literal) for argument, literal in value.arguments.items()}
                }
            case PythonObject():
                return {"python": f"{value.module}:{value.attribute}"}
            case Literal():
                return {"value": strict(value.value)}
            case InitializedValue():
                return {"initialized_value": maker(value.variable)}
            case Template():
                return handles.joined_text(value)
            case list() | tuple():
                return [plain(element) for element in value]
            case _:
                literal: Plain = strict(value)
                return literal

    return {name: Given(_short(plain(value)), step.key_location(name)) for name, value in arguments.items()}


def _short(value: Plain) -> Plain:
    """Return a digest in place of a long value: it is only ever compared."""
    text = json.dumps(value)
    return value if len(text) <= _LONGEST else {"sha256": hashlib.sha256(text.encode()).hexdigest()}
