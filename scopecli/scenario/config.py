"""The options of a session: the fields of `tf.ConfigProto`, judged by their names and types."""

from dataclasses import dataclass
from typing import Any, Final

from scopecli.ground.numbers import is_integer, is_number
from scopecli.ground.words import did_you_mean, quote_text, shorten
from scopecli.scenario.config_fields import ENUMS, MESSAGES
from scopecli.scenario.nodes import Mapping, Node, Scalar, Sequence
from scopecli.scenario.problems import Problems
from scopecli.scenario.schemas import Schema, definition_reference, words
from scopecli.scenario.specs import mismatch

_BITS: Final = {"int32": 32, "int64": 64}
_JSON: Final[dict[str, Schema]] = {
    "bool": {"type": "boolean"},
    "string": {"type": "string"},
    "int32": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
    "float": {"type": "number"},
    "double": {"type": "number"},
}


@dataclass(frozen=True)
class MessageSpec:
    """A mapping with the fields of a message of `config.proto`.

    Attributes:
        message: its name, without its package.
    """

    message: str

    def read(self, node: Node, problems: Problems) -> dict[str, Any] | None:
        """Return the fields that could be read, as `google.protobuf.json_format.ParseDict` takes them."""
        if not isinstance(node, Mapping):
            mismatch(f"a mapping with the fields of `tf.{self.message}`", node, problems)
            return None
        fields = MESSAGES[self.message]
        read: dict[str, Any] = {}
        for name, entry in node.entries.items():
            if name in fields:
                read[name] = _read_field(fields[name], entry.value, problems)
            else:
                hint = did_you_mean(name, fields) or f"its fields are {', '.join(fields)}"
                message = f"`tf.{self.message}` has no field `{shorten(name)}`"
                problems.add("SC012", message, entry.key.location, hint)
        return read

    def schema(self) -> Schema:
        """Return what may stand there."""
        return definition_reference(self.message)

    def definitions(self) -> dict[str, Schema]:
        """Return what `schema` refers to: each message, since one may stand in another."""
        return {
            message: {
                "type": "object",
                "description": f"`tf.{message}`",
                "properties": {name: {"description": kind, **_schema(kind)} for name, kind in fields.items()},
                "additionalProperties": False,
            }
            for message, fields in MESSAGES.items()
        }


CONFIG: Final = MessageSpec("ConfigProto")


def _read_field(kind: str, node: Node, problems: Problems) -> Any:
    how, _, of = kind.partition(" ")
    if how == "repeated":
        if not isinstance(node, Sequence):
            mismatch(f"a list of {of}", node, problems)
            return []
        return [_read_field(of, item, problems) for item in node.items]
    if how == "map":
        if not isinstance(node, Mapping):
            mismatch(f"a mapping of names to {of}", node, problems)
            return {}
        return {name: _read_field(of, entry.value, problems) for name, entry in node.entries.items()}
    if kind in MESSAGES:
        return MessageSpec(kind).read(node, problems)
    return _read_scalar(kind, node, problems)


def _read_scalar(kind: str, node: Node, problems: Problems) -> Any:
    value = node.value if isinstance(node, Scalar) else None
    if kind in ENUMS and isinstance(value, str):
        if value not in ENUMS[kind]:
            hint = did_you_mean(value, ENUMS[kind]) or f"it is one of {', '.join(ENUMS[kind])}"
            problems.add("SC015", f"{quote_text(value)} is no `{kind}`", node.location, hint)
        return value
    suits = {
        "bool": isinstance(value, bool),
        "string": isinstance(value, str),
        "float": is_number(value),
        "double": is_number(value),
    }
    if kind in _BITS:
        half = 2 ** (_BITS[kind] - 1)
        if not is_integer(value):
            mismatch(f"an {kind}", node, problems)
        elif not -half <= value < half:
            mismatch(f"an {kind}", node, problems, f"it has to fit into {_BITS[kind]} bits")
    elif not suits.get(kind, False):
        what = f"one of {', '.join(ENUMS[kind])}" if kind in ENUMS else f"a {kind}"
        quotes = 'put it in quotes: "0"' if kind == "string" and is_integer(value) else None
        mismatch(what, node, problems, quotes)
    return value


def _schema(kind: str) -> Schema:
    how, _, of = kind.partition(" ")
    if how == "repeated":
        return {"type": "array", "items": _schema(of)}
    if how == "map":
        return {"type": "object", "additionalProperties": _schema(of)}
    if kind in MESSAGES:
        return definition_reference(kind)
    return words(ENUMS[kind]) if kind in ENUMS else _JSON[kind]
