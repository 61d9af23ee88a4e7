"""Writes records as JSON has them, and says so in JSON Schema: `decoding` reads the same fields back."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, NamedTuple, TypeAlias, Union, get_args, get_origin

from scopecli.ground.diagnostics import Location
from scopecli.ground.record_fields import is_unsaved, is_where_given, left_out_value
from scopecli.report.values import Plain

Encoder: TypeAlias = Callable[[Any], Any] | None
"""Returns a value as JSON has it; None where JSON has it as it is."""

Schema: TypeAlias = dict[str, Any]

_SCHEMAS: Final[dict[Any, Schema]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0},
    float: {"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]},
    str: {"type": "string"},
    NoneType: {"type": "null"},
    Any: {},
    Plain: {},
}
_ALWAYS: Final = {Location: ("line", "column")}  # though they have defaults


class Derived(NamedTuple):
    """A key that follows from others, and is not read back.

    Attributes:
        type: of its value.
        value: finds it.
        is_left_out: whether the key is left out where the value is None.
    """

    type: Any
    value: Callable[[Any], Any]
    is_left_out: bool = False


class _Key(NamedTuple):
    """A field that JSON has; it is left out where its value is the default, unless that is MISSING."""

    name: str
    type: Any
    encoder: Encoder
    default: Any


class RecordForm:
    """How JSON has a record: as an object with a key a field."""

    def __init__(
        self, kind: Any, *, without: Collection[str] = (), derived: Mapping[str, Derived] | None = None
    ) -> None:
        """Take the fields of a class.

        Args:
            kind: a dataclass or a named tuple.
            without: the fields that this form has not.
            derived: what it has besides.
        """
        self._keys = [key for key in _keys(kind) if key.name not in without]
        self._derived = {**(derived or {})}

    def encode(self, record: Any) -> dict[str, Any]:
        """Return a record as JSON has it."""
        found: dict[str, Any] = {}
        for name, _, encoder, default in self._keys:
            value = getattr(record, name)
            if default is MISSING or value != default:
                found[name] = value if encoder is None or value is None else encoder(value)
        for name, (_, value_of, is_left_out) in self._derived.items():
            value = value_of(record)
            if value is not None or not is_left_out:
                found[name] = value
        return found

    def schema(self) -> Schema:
        """Return its JSON Schema."""
        properties = {key.name: schema_of(key.type) for key in self._keys}
        properties |= {name: schema_of(key.type) for name, key in self._derived.items()}
        required = [key.name for key in self._keys if key.default is MISSING]
        required += [name for name, key in self._derived.items() if not key.is_left_out]
        return object_schema(properties, required)


def object_schema(properties: Mapping[str, Schema], required: Collection[str]) -> Schema:
    """Return the JSON Schema of an object; other keys are a newer version's."""
    return {"type": "object", "properties": dict(properties), "required": list(required)}


def _keys(kind: Any) -> Iterator[_Key]:
    if is_dataclass(kind):
        for field in fields(kind):
            if not is_unsaved(field):
                default = left_out_value(field) if is_where_given(field) else MISSING
                of: Any = field.type
                yield _Key(field.name, of, encoder_of(of), default)
        return
    for name, of in kind.__annotations__.items():
        default = MISSING if name in _ALWAYS.get(kind, ()) else kind._field_defaults.get(name, MISSING)
        yield _Key(name, of, encoder_of(of), default)


@cache
def form_of(kind: Any) -> RecordForm:
    """Return the form of a class all of whose fields JSON has."""
    return RecordForm(kind)


@cache
def encoder_of(kind: Any) -> Encoder:
    """Return what makes JSON of values of a type: plain ones, unions with None, tuples, mappings, records."""
    if kind in _SCHEMAS or _words_of(kind):
        return None
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return encoder_of(_sole(arguments))
    if origin is tuple:
        return _encoder_of_each(encoder_of(arguments[0]))
    if origin is not None:
        return _encoder_of_values(encoder_of(arguments[1]))
    return form_of(kind).encode


def _words_of(kind: Any) -> list[Any]:
    """Return the words that a type consists of; none of any other type."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [member.value for member in kind]
    return list(get_args(kind)) if get_origin(kind) is Literal else []


def _encoder_of_each(encoder: Encoder) -> Encoder:
    return None if encoder is None else lambda values: [encoder(value) for value in values]


def _encoder_of_values(encoder: Encoder) -> Encoder:
    if encoder is None:
        return dict
    return lambda values: {name: encoder(value) for name, value in values.items()}


def _sole(members: tuple[Any, ...]) -> Any:
    """Return what a union has beside None."""
    (sole,) = (member for member in members if member is not NoneType)
    return sole


@cache
def schema_of(kind: Any) -> Schema:
    """Return the JSON Schema of a type; of a record, a reference to its definition."""
    if kind in _SCHEMAS:
        return _SCHEMAS[kind]
    if words := _words_of(kind):
        return {"enum": words}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return {"anyOf": [schema_of(_sole(arguments)), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": schema_of(arguments[0])}
    if origin is not None:
        return {"type": "object", "additionalProperties": schema_of(arguments[1])}
    return {"$ref": f"#/$defs/{kind.__name__}"}
