"""Pieces of JSON Schema that the specs share; each spec says beside `read` what it reads, in these terms."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]

STRING: Final[Schema] = {"type": "string"}
NULL: Final[Schema] = {"type": "null"}
REFERENCE: Final[Schema] = {"$ref": "#/$defs/reference"}
NAME_PATTERN: Final = "^[A-Za-z_][A-Za-z0-9_]*$"

DEFINITIONS: Final[dict[str, Schema]] = {
    "reference": {
        "type": "string",
        "pattern": r"(^|[^$])(\$\$)*\$[A-Za-z_{]",
        "description": "`$name` or `${…}`: something named before, or integer arithmetic",
    },
    "tensor": {
        "anyOf": [
            {"type": ["string", "number", "boolean"]},
            {"type": "array", "items": {"$ref": "#/$defs/tensor"}},
        ],
        "description": "a number, a boolean, a string, or a list of these, nested for more dimensions",
    },
}


def any_of(*schemas: Schema) -> Schema:
    """Return what one of several schemas allows."""
    members: list[Schema] = []
    for schema in schemas:
        members += schema["anyOf"] if list(schema) == ["anyOf"] else [schema]
    return {"anyOf": members}


def definition_reference(name: str) -> Schema:
    """Return a reference to one of the schema's definitions."""
    return {"$ref": f"#/$defs/{name}"}


def words(known: Iterable[str]) -> Schema:
    """Return what allows one of a set of words."""
    return {"enum": sorted(known)}


def sole_key(name: str, value: Schema) -> Schema:
    """Return what allows a mapping with one key."""
    return {"type": "object", "properties": {name: value}, "required": [name], "additionalProperties": False}


def with_references(schema: Schema) -> Schema:
    """Return what also allows a reference for the value, and for every value inside it."""
    if "$ref" in schema or schema == STRING:
        return schema
    return any_of(_with_references_inside(schema), REFERENCE)


def _with_references_inside(schema: Schema) -> Schema:
    inside = dict(schema)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            inside[key] = with_references(schema[key])
    if "properties" in schema:
        inside["properties"] = {
            name: with_references(member) for name, member in schema["properties"].items()
        }
    if "anyOf" in schema:
        inside["anyOf"] = [_with_references_inside(choice) for choice in schema["anyOf"]]
    return inside
