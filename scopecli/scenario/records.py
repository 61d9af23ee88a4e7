"""Reads a mapping of the file into a dataclass whose fields are the definition of its keys.

A field made with `key` or `argument` says what may stand there and why: the one place where a key of the
language is defined.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import MISSING, Field, field, fields
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar

from scopecli.scenario.nodes import Mapping, shortened
from scopecli.scenario.problems import Problems, closest
from scopecli.scenario.specs import Spec

T = TypeVar("T")

# Keys of the language that this version does not read yet; it says so instead of passing over them.
NOT_YET: Final = frozenset(
    """
    parameters functions session expect regularizer caching_device partitioner custom_getter constraint
    synchronization aggregation get_variable_scope set_initializer set_regularizer set_dtype set_partitioner
    set_caching_device set_use_resource set_custom_getter constant device call make_template for
    """.split(),
)


def key(spec: Spec[Any], doc: str, *, name: str | None = None, default: Any = MISSING) -> Any:
    """Define a key of the language; `name` is the key where it can't be the field's own name."""
    return field(default=default, metadata={"spec": spec, "doc": doc, "name": name})


def argument(spec: Spec[Any], doc: str) -> Any:
    """Define a key that is handed to TensorFlow under its own name where it is given."""
    return field(default=None, metadata={"spec": spec, "doc": doc, "name": None, "argument": True})


class Key(NamedTuple):
    """One key of the language."""

    field: str
    spec: Spec[Any]
    required: bool


@cache
def keys_of(record: Hashable) -> dict[str, Key]:
    """Return the keys that a record may have."""
    return {
        each.metadata["name"] or each.name: _key(each) for each in _fields(record) if "spec" in each.metadata
    }


def _key(of: Field[Any]) -> Key:
    return Key(of.name, of.metadata["spec"], of.default is MISSING)


@cache
def _argument_names(record: Hashable) -> tuple[str, ...]:
    return tuple(each.name for each in _fields(record) if each.metadata.get("argument"))


def _fields(record: Any) -> tuple[Field[Any], ...]:
    return fields(record)


def given_arguments(record: Any) -> Iterator[tuple[str, Any]]:
    """Yield the arguments for TensorFlow that the file gives, by their names."""
    for name in _argument_names(record.__class__):
        value = getattr(record, name)
        if value is not None:
            yield name, value


def read_record(record: Callable[..., T], mapping: Mapping, problems: Problems, /, **made: Any) -> T | None:
    """Return the record that `mapping` says; `made` are the fields that are no keys.

    Returns None after recording it if a key that must be there is not.
    """
    known = keys_of(record)
    values = dict(made)
    for name, (key_node, value) in mapping.entries.items():
        if name in known:
            values[known[name].field] = known[name].spec.read(value, problems)
        else:
            _unknown(name, key_node.location, known, problems)
    missing = [name for name, each in known.items() if each.required and name not in mapping.entries]
    for name in missing:
        problems.add("SC013", f"the key `{name}` is missing", mapping.location, f"add `{name}:`")
    return None if missing else record(**values)


def _unknown(name: str, location: Any, known: dict[str, Key], problems: Problems) -> None:
    near = closest(name, known)
    if name in NOT_YET:
        hint = "this version of scopecli does not read it yet"
    elif near:
        hint = f"did you mean `{near}`?"
    else:
        hint = f"the keys here are {', '.join(known)}"
    problems.add("SC012", f"unknown key `{shortened(name)}`", location, hint)
