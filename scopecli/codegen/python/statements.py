"""The steps of a scenario as Python statements."""

import builtins
import keyword
import re
from collections.abc import Iterator
from typing import Any, Final

from scopecli.codegen.python.expressions import Expressions, literal
from scopecli.codegen.python.helpers import HELPERS
from scopecli.ground.clusters import Cluster
from scopecli.ground.errors import assert_never
from scopecli.scenario import steps
from scopecli.scenario.expansion import Action
from scopecli.scenario.nodes import Reference
from scopecli.scenario.records import given_arguments

_INDENT: Final = "    "
_SET: Final = "set_"
_TAKEN: Final = frozenset({"tf", *HELPERS, *dir(builtins), *keyword.kwlist})


class Statements(Expressions):
    """Writes steps one after another; functions and loops are written out."""

    def __init__(self, cluster: Cluster | None = None) -> None:
        super().__init__(cluster)
        self._taken = set(_TAKEN)
        self._templates: dict[object, set[str]] = {}
        self._calls = 0

    def of(self, actions: tuple[Action, ...], indent: str) -> Iterator[str]:
        """Yield the lines of some actions."""
        for action in actions:
            raises = getattr(action.step, "raises", None)
            if raises is None:
                yield from self._statement(action, indent)
            else:
                yield f"{indent}try:"
                yield from self._statement(action, indent + _INDENT)
                yield f"{indent}except {_exception(raises.type or 'Exception')}:"
                yield f"{indent}{_INDENT}pass  # as the scenario says"
                yield f"{indent}else:"
                said = f"this should have raised {raises.type or 'an exception'}, and raised nothing"
                yield f"{indent}{_INDENT}raise AssertionError({said!r})"

    def _statement(self, action: Action, indent: str) -> Iterator[str]:  # noqa: C901, PLR0912 - a kind of step a case
        step = action.step
        match step:
            case steps.VariableScope():
                yield from self._block(
                    f"tf.variable_scope({self.value(step.name)}{self._argument_text(step, of_scope=True)})",
                    action,
                    indent,
                )
            case steps.NameScope():
                yield from self._block(f"tf.name_scope({self.value(step.name)})", action, indent)
            case steps.Device():
                yield from self._block(f"tf.device({self.value(step.device)})", action, indent)
            case steps.GetVariable() | steps.GetLocalVariable():
                call = f"tf.{step.word}({self.value(step.name)}{self._argument_text(step)})"
                yield f"{indent}{self._assignment_text(step)}{call}"
            case steps.NewVariable():
                call = f"tf.Variable(name={self.value(step.name)}{self._argument_text(step)})"
                yield f"{indent}{self._assignment_text(step)}{call}"
            case steps.ReuseVariables():
                yield f"{indent}{self._scope(step.scope)}.reuse_variables()"
            case steps.GetVariableScope():
                yield f"{indent}{self._assignment_text(step)}tf.get_variable_scope()"
            case steps.SetScopeDefault():
                yield f"{indent}{self._scope(step.scope)}.{step.word}({self._default(step)})"
            case steps.Constant():
                call = f"tf.constant({literal(step.value)}, name={self.value(step.name)})"
                yield f"{indent}{self._assignment_text(step)}{call}"
            case steps.MakeTemplate():
                yield f"{indent}{self._assignment_text(step)}{self._template(step)}"
            case steps.CallStep():
                yield from self._call(step, action, indent)
            case steps.For():
                for inner in action.actions:
                    yield from self._inside(inner, indent)
            case _:
                assert_never(step)

    def _argument_text(self, step: Any, *, of_scope: bool = False) -> str:
        return self.arguments(dict(given_arguments(step)), of_scope=of_scope)

    def _default(self, step: steps.SetScopeDefault) -> str:
        name = step.word.removeprefix(_SET)
        return self.arguments({name: step.value}, of_scope=True).partition("=")[2] or "None"

    def _scope(self, reference: Reference | None) -> str:
        return self.name(reference) if reference else "tf.get_variable_scope()"

    def _template(self, step: steps.MakeTemplate) -> str:
        given = {f"{name}_": value for name, value in given_arguments(step)}
        return f"tf.make_template({self.value(step.name)}, lambda take: take(){self.arguments(given)})"

    def _block(self, opened: str, action: Action, indent: str) -> Iterator[str]:
        name = self._name(action.step)
        yield f"{indent}with {opened}{f' as {name}' if name else ''}:"
        body = list(self.of(action.actions, indent + _INDENT))
        yield from body or [f"{indent}{_INDENT}pass"]

    def _call(self, step: steps.CallStep, action: Action, indent: str) -> Iterator[str]:
        if not isinstance(step.function, Reference):
            yield from self._inside(action, indent)
            return
        self._calls += 1
        function, before = f"called_{self._calls}", set(self.names.values())
        body = list(self._inside(action, indent + _INDENT))
        made = sorted(set(self.names.values()) - before)
        yield f"{indent}def {function}():"
        if made:
            yield f"{indent}{_INDENT}global {', '.join(made)}"
        yield from body or [f"{indent}{_INDENT}pass"]
        yield f"{indent}{self.name(step.function)}({function})"

    def _inside(self, action: Action, indent: str) -> Iterator[str]:
        if action.note:
            yield f"{indent}# {' '.join(action.note.message.split())}"
        yield from self.of(action.actions, indent)

    def _assignment_text(self, step: Any) -> str:
        name = self._name(step)
        return f"{name} = " if name else ""

    def _name(self, step: Any) -> str:
        """Return a name of its own for what a step yields: a handle may be given again."""
        handle = getattr(step, "handle", None)
        if not handle:
            return ""
        plain = re.sub(r"\W", "_", handle)
        name, number = plain, 1
        while name in self._taken:
            number += 1
            name = f"{plain}_{number}"
        self._taken.add(name)
        self.names[step] = name
        return name


def _exception(name: str) -> str:
    """Return an exception's class as a program names it: one of TensorFlow's is in `tf.errors`."""
    return name if hasattr(builtins, name) else f"tf.errors.{name}"
