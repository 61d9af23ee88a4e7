"""What TensorFlow would refuse, as far as that is certain without asking it.

A step that says `raises`, or stands in a block that does, is asked for just that and gives no warning.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.ground.words import quote_text
from scopecli.scenario.expansion import Action, Program
from scopecli.scenario.initializers import InitializedValue, Literal
from scopecli.scenario.objects import Tensor, TensorFlowObject
from scopecli.scenario.steps import (
    AnyGetVariable,
    Constant,
    For,
    GetLocalVariable,
    GetVariable,
    MakeTemplate,
    NameScope,
    NewVariable,
    ReuseVariables,
    SetScopeDefault,
    VariableScope,
)

# tensorflow/python/framework/ops.py: names of operations, and of scopes inside another one
_OPERATION: Final = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*\Z")
_INNER: Final = re.compile(r"[A-Za-z0-9_.\\/>-]*\Z")
_STRANGE: Final = re.compile(r"[^A-Za-z0-9_.\\/>-]")
_RECTANGULAR: Final = "make all lists of one level equally long"
_TENSOR: Final = re.compile(r"(.+):\d+")


@dataclass(frozen=True, slots=True)
class _Place:
    """What is certain where a step stands.

    Attributes:
        named: whether the variable scope around it has a name, for all that is known.
        prefixed: whether a name scope is open.
    """

    named: bool = False
    prefixed: bool = False


def doubts(program: Program) -> list[Diagnostic]:
    """Return a warning for each step that TensorFlow will refuse, in the order in which they are taken."""
    only_makes = not any(map(_may_reuse, _every(program.actions)))
    no_defaults = not any(map(_sets_initializer, _every(program.actions)))
    doubting = _Doubting(only_makes=only_makes, no_defaults=no_defaults)
    return list(doubting.actions(program.actions, _Place()))


def _every(actions: tuple[Action, ...]) -> Iterator[Action]:
    for action in actions:
        yield action
        yield from _every(action.actions)


def _may_reuse(action: Action) -> bool:
    step = action.step
    return isinstance(step, ReuseVariables | MakeTemplate) or bool(
        isinstance(step, VariableScope) and step.reuse
    )


def _sets_initializer(action: Action) -> bool:
    step = action.step
    return isinstance(step, SetScopeDefault) or (
        isinstance(step, VariableScope) and step.initializer is not None
    )


@dataclass(frozen=True, slots=True)
class _Doubting:
    """Walks the steps.

    Attributes:
        only_makes: whether nothing in the program shares a variable.
        no_defaults: whether no scope gives an initializer to the calls in it.
    """

    only_makes: bool
    no_defaults: bool

    def actions(self, actions: tuple[Action, ...], place: _Place) -> Iterator[Diagnostic]:
        for action in actions:
            if action.step.raises is None:
                yield from self._action(action, place)

    def _action(self, action: Action, place: _Place) -> Iterator[Diagnostic]:
        step = action.step
        match step:
            case VariableScope():
                yield from _scope(step, place)
                place = _Place(named=True, prefixed=True)
            case NameScope():
                yield from _name(step.name, place.prefixed, step.key_location(step.word))
                place = replace(place, prefixed=True)
            case GetVariable() | GetLocalVariable():
                yield from _name(step.name, place.named, step.key_location(step.word))
                yield from self._get_variable(step)
            case NewVariable():
                yield from _name(step.name, place.prefixed, step.key_location(step.word))
                yield from _new_variable(step)
            case Constant():
                yield from _name(step.name, place.prefixed, step.key_location(step.word))
            case For():
                for inner in action.actions:
                    yield from _led_to(inner.note, self.actions(inner.actions, place))
                return
            case MakeTemplate() if isinstance(step.name, str):
                yield from _name(step.name, place.named, step.key_location(step.word))
            case _:
                pass
        yield from _led_to(action.note, self.actions(action.actions, place))

    def _get_variable(self, step: AnyGetVariable) -> Iterator[Diagnostic]:
        value = step.initializer
        if isinstance(value, Literal | InitializedValue) and step.shape is not None:
            message = "a tensor has its own shape, and TensorFlow takes no other beside it"
            hint = "leave `shape` out, or fill it with `{constant: value}`"
            yield _warning("SC303", message, step.key_location("shape"), hint)
        if isinstance(value, Literal):
            yield from _literal(value.value, step.dtype, step.key_location("initializer"))
        if isinstance(step.shape, tuple):
            yield from self._shape(step, step.shape)
        elif step.shape is None and self._needs_shape(step):
            message = "a new variable without an initial tensor needs a shape"
            yield _warning("SC303", message, step.location, "give it a `shape`")

    def _needs_shape(self, step: AnyGetVariable) -> bool:
        named = isinstance(step.initializer, TensorFlowObject) or (
            step.initializer is None and self.no_defaults
        )
        return self.only_makes and named

    def _shape(self, step: AnyGetVariable, shape: tuple[int | None, ...]) -> Iterator[Diagnostic]:
        place = step.key_location("shape")
        if any(size is not None and size < 0 for size in shape):
            yield _warning("SC304", "a dimension can't be negative", place, "write 0 or more")
        elif None in shape and self.only_makes and isinstance(step.initializer, TensorFlowObject | None):
            message = "the shape of a new variable must be known"
            yield _warning(
                "SC303", message, place, "write every dimension, or give a tensor as `initializer`"
            )
        elif isinstance(step.initializer, TensorFlowObject) and self.only_makes:
            yield from _rank(step.initializer.name, len(shape), place)


def _rank(initializer: str, rank: int, place: Location) -> Iterator[Diagnostic]:
    if (initializer == "orthogonal" and rank < 2) or (initializer == "identity" and rank != 2):  # noqa: PLR2004 - matrices
        dimensions = "1 dimension" if rank == 1 else f"{rank} dimensions"
        message = f"`{initializer}` fills matrices, and this shape has {dimensions}"
        yield _warning("SC303", message, place, "give the shape two dimensions")


def _scope(step: VariableScope, place: _Place) -> Iterator[Diagnostic]:
    where = step.key_location(step.word)
    if step.name is None and step.default_name is None:
        hint = "give it a name, or a `default_name` to be made unique"
        yield _warning("SC303", "a scope without a name needs a `default_name`", where, hint)
    elif step.name is None and step.reuse is True:
        message = "a default name is always made unique, so there is nothing to reuse"
        yield _warning("SC303", message, step.key_location("reuse"), "give the scope a name")
    name = step.default_name if step.name is None else step.name
    if step.auxiliary_name_scope is not False:
        yield from _name(name, place.prefixed, where)


def _new_variable(step: NewVariable) -> Iterator[Diagnostic]:
    if step.initial_value is None:
        message = "`Variable` needs an initial value"
        yield _warning("SC303", message, step.location, "give it an `initial_value`")
    elif isinstance(step.initial_value, Literal):
        yield from _literal(step.initial_value.value, step.dtype, step.key_location("initial_value"))


def _name(name: object, inner: bool, where: Location) -> Iterator[Diagnostic]:  # noqa: FBT001 - which rule
    """Warn of a name that TensorFlow has no place for."""
    if not isinstance(name, str) or not name or (_INNER if inner else _OPERATION).match(name):
        return
    message = f"{quote_text(name)} can't be a name in TensorFlow"
    tensor, strange = _TENSOR.fullmatch(name), _STRANGE.search(name)
    if tensor:
        hint = (
            f"leave the number out: {quote_text(tensor[1])} is the operation, {quote_text(name)} its output"
        )
    elif strange:
        message += f": {quote_text(strange[0])} can't stand in one"
        hint = "use letters, digits and _ . - / in names"
    else:
        message += f" at the top: it begins with {quote_text(name[0])}"
        hint = "begin it with a letter, a digit or a dot"
    yield _warning("SC302", message, where, hint)


def _literal(value: Tensor, dtype: str | None, where: Location) -> Iterator[Diagnostic]:
    """Warn of elements that are not of the dtype, and of lists that have no shape."""
    if _shape_of(value) is None:
        yield _warning("SC304", "the lists in it differ in length, so it is no tensor", where, _RECTANGULAR)
        return
    for kinds, wrong, noun in _UNFIT:
        if dtype in kinds and any(isinstance(element, wrong) for element in _elements(value)):
            message = f"{noun} can't be elements of {dtype}"
            yield _warning("SC304", message, where, "give another `dtype`, or write other elements")
            return


_INTEGERS: Final = frozenset("int8 int16 int32 int64 uint8 uint16 uint32 uint64".split())
_FLOATS: Final = frozenset("float16 float32 float64 half double bfloat16".split())
_UNFIT: Final[tuple[tuple[frozenset[str], type, str], ...]] = (
    (_INTEGERS, float, "fractions"),
    (_INTEGERS | _FLOATS | {"bool"}, str, "strings"),
)


def _elements(value: Tensor) -> Iterator[str | int | float | bool]:
    if isinstance(value, list):
        for element in value:
            yield from _elements(element)
    else:
        yield value


def _shape_of(value: Tensor) -> tuple[int, ...] | None:
    """Return the shape of nested lists; None where they have none."""
    if not isinstance(value, list):
        return ()
    shapes = {_shape_of(element) for element in value}
    if len(shapes) > 1 or None in shapes:
        return None
    return (len(value), *(shapes.pop() or ())) if shapes else (0,)


def _led_to(note: Note | None, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield warnings with how their steps came about."""
    for diagnostic in found:
        yield replace(diagnostic, notes=(*diagnostic.notes, note)) if note else diagnostic


def _warning(code: str, message: str, location: Location, hint: str) -> Diagnostic:
    return Diagnostic(code, message, location, hint, severity="warning")
