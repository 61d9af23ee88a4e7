"""Reads a mapping of the file into a dataclass whose fields are the definition of its keys.

A field made with `key` or `argument` says what may stand there and why: the one place where a key of the
language is defined.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

from scopecli.ground.diagnostics import Location
from scopecli.ground.words import closest, shorten
from scopecli.scenario.nodes import Mapping, Node
from scopecli.scenario.problems import Problems
from scopecli.scenario.references import check_syntax, refers
from scopecli.scenario.schemas import Schema, with_references
from scopecli.scenario.specs import Spec
from scopecli.scenario.substitution import Names, substitute

T = TypeVar("T")


def key(
    spec: Spec[Any], doc: str, *, name: str | None = None, default: Any = MISSING, literal: bool = False
) -> Any:
    """Define a key of the language.

    Args:
        spec: what may stand there.
        doc: what it means, for the reference.
        name: the key, where it can't be the field's own name.
        default: the value without the key; without a default the key must be there.
        literal: whether a dollar sign in it is only a dollar sign.
    """
    metadata = {"spec": spec, "doc": doc, "name": name, "literal": literal}
    return field(default=default, metadata=metadata)


def argument(spec: Spec[Any], doc: str) -> Any:
    """Define a key that is handed to TensorFlow under its own name where it is given."""
    metadata = {"spec": spec, "doc": doc, "name": None, "literal": False, "argument": True}
    return field(default=None, metadata=metadata)


class Key(NamedTuple):
    """One key of the language."""

    field: str
    spec: Spec[Any]
    doc: str
    required: bool
    literal: bool


@cache
def keys_of(record: Hashable) -> dict[str, Key]:
    """Return the keys that a record may have."""
    return {
        declared.metadata["name"] or declared.name: _key(declared)
        for declared in _fields(record)
        if "spec" in declared.metadata
    }


def _key(of: Field[Any]) -> Key:
    says = of.metadata
    return Key(of.name, says["spec"], says["doc"], of.default is MISSING, says["literal"])


@cache
def _argument_names(record: Hashable) -> tuple[str, ...]:
    return tuple(declared.name for declared in _fields(record) if declared.metadata.get("argument"))


def _fields(record: Any) -> tuple[Field[Any], ...]:
    return fields(record)


def given_arguments(record: Any) -> Iterator[tuple[str, Any]]:
    """Yield the arguments for TensorFlow that the file gives, by their names."""
    for name in _argument_names(record.__class__):
        value = getattr(record, name)
        if value is not None:
            yield name, value


@dataclass(frozen=True, slots=True, eq=False)
class Pending(Generic[T]):
    """A record some of whose values refer to what is only known where it is used.

    Attributes:
        record: makes the record of its fields.
        values: the fields that are known.
        waiting: the keys whose values refer to something, with these values.
    """

    record: Callable[..., T]
    values: dict[str, Any]
    waiting: tuple[tuple[Key, Node], ...]

    def resolve(self, names: Names, problems: Problems) -> T:
        """Return the record with what its references stand for; what can't be read is None, and recorded."""
        values = dict(self.values)
        for value, node in self.waiting:
            start = len(problems)
            names.looked_up.clear()
            known = substitute(node, names, problems)
            values[value.field] = None if known is None else value.spec.read(known, problems)
            problems.annotate(start, *names.looked_up)
        return self.record(**values)


def read_record(
    record: Callable[..., T], mapping: Mapping, problems: Problems, /, **made: Any
) -> T | Pending[T] | None:
    """Return the record that `mapping` says; `made` are the fields that are no keys.

    Returns None after recording it if a key that must be there is not.
    """
    known = keys_of(record)
    values = dict(made)
    waiting: list[tuple[Key, Node]] = []
    for name, (key_node, value) in mapping.entries.items():
        key = known.get(name)
        if key is None:
            _report_unknown(name, key_node.location, known, problems)
        elif not key.literal and refers(value):
            check_syntax(value, problems)
            waiting.append((key, value))
        else:
            values[key.field] = key.spec.read(value, problems)
    missing = [name for name, pair in known.items() if pair.required and name not in mapping.entries]
    for name in missing:
        problems.add("SC013", f"the key `{name}` is missing", mapping.location, f"add `{name}:`")
    if missing:
        return None
    return Pending(record, values, tuple(waiting)) if waiting else record(**values)


def read_known(record: Callable[..., T], mapping: Mapping, problems: Problems, /, **made: Any) -> T | None:
    """Return the record that `mapping` says, where nothing in it refers to anything any more."""
    read = read_record(record, mapping, problems, **made)
    assert not isinstance(read, Pending), "values are read when their references have been put in"  # noqa: S101 - for the type checker
    return read


def record_schema(record: Any) -> Schema:
    """Return the JSON Schema of a mapping that says a record."""
    keys = keys_of(record)
    properties: Schema = {}
    for name, pair in keys.items():
        allowed = pair.spec.schema()
        value = allowed if pair.literal else with_references(allowed)
        properties[name] = {"description": pair.doc, **value}
    doc = (getattr(record, "__doc__", None) or "").strip().split("\n")[0]
    required = [name for name, pair in keys.items() if pair.required]
    schema: Schema = {"type": "object", "description": doc, "properties": properties}
    if required:
        schema["required"] = required
    return {**schema, "additionalProperties": False}


def _report_unknown(name: str, location: Location, known: dict[str, Key], problems: Problems) -> None:
    near = closest(name, known)
    hint = f"did you mean `{near}`?" if near else f"the keys here are {', '.join(known)}"
    problems.add("SC012", f"unknown key `{shorten(name)}`", location, hint)
