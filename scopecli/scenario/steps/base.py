"""What every step of a scenario has."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias

from scopecli.ground.diagnostics import Location
from scopecli.scenario.nodes import Mapping, Node, Scalar
from scopecli.scenario.problems import Problems
from scopecli.scenario.records import Pending, key, read_known, record_schema
from scopecli.scenario.schemas import Schema, any_of
from scopecli.scenario.specs import NAME_OF_HANDLE, PATTERN, Pattern, mismatch


@dataclass(frozen=True, slots=True)
class Raises:
    """The exception that a step must fail with: its class or one of its bases, and what its message holds.

    Either may be left out.
    """

    type: str | None = key(
        NAME_OF_HANDLE, "the exception's class, or a base of it", default=None, literal=True
    )
    match: Pattern | None = key(
        PATTERN, "a regular expression to be found in the message", default=None, literal=True
    )


class RaisesSpec:
    """`ValueError`, or `{type: ValueError, match: REGEX}`."""

    def read(self, node: Node, problems: Problems) -> Raises | None:
        """Return what must be raised."""
        if isinstance(node, Mapping) and node.entries:
            return read_known(Raises, node, problems)
        if isinstance(node, Scalar) and isinstance(node.value, str):
            name = NAME_OF_HANDLE.read(node, problems)
            return Raises(name) if name else None
        mismatch("the name of an exception, or `{type: …, match: …}`", node, problems)
        return None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return any_of(NAME_OF_HANDLE.schema(), {**record_schema(Raises), "minProperties": 1})


RAISES: Final = RaisesSpec()


Example: TypeAlias = str | dict[str, Any]
"""A step as YAML says it: a word alone, or a mapping."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnyStep:
    """What every step has: its place in the file, and what it must raise.

    Attributes:
        word: the key that names the step.
        example: one, as a scenario has it.
        bare: whether the word alone is a step.
        yields: what `as` gives a name to, as a message says it; None where the step yields nothing.
    """

    word: ClassVar[str]
    example: ClassVar[Example]
    bare: ClassVar[bool] = False
    yields: ClassVar[str | None] = None

    node: Mapping | Scalar
    raises: Raises | None = key(
        RAISES, "the exception that this step must fail with", default=None, literal=True
    )

    @property
    def location(self) -> Location:
        """Where the step stands."""
        return self.node.location

    def key_location(self, name: str) -> Location:
        """Return where one of its keys stands, or the step where it has no such key."""
        entry = self.node.entries.get(name) if isinstance(self.node, Mapping) else None
        return entry.key.location if entry else self.location


Written: TypeAlias = AnyStep | Pending[AnyStep]
"""A step as the file has it: some of its values may refer to what is only known where it is taken."""


def handle(doc: str) -> Any:
    """Define the key `as`."""
    return key(NAME_OF_HANDLE, doc, name="as", default=None)
