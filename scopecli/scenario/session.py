"""What the session of a scenario does, entry by entry."""

from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias, get_args

from scopecli.scenario.nodes import Node, Reference, Template
from scopecli.scenario.objects import TENSOR, Tensor
from scopecli.scenario.problems import Problems
from scopecli.scenario.records import key
from scopecli.scenario.schemas import REFERENCE, Schema, any_of
from scopecli.scenario.specs import PATH, VARIABLE, ListOf, Nullable
from scopecli.scenario.steps.base import AnyStep, Example
from scopecli.scenario.steps.reading import ENTRY_WORDS, KINDS, StepsSpec

_VARIABLES: Final = Nullable(ListOf(VARIABLE, "a list of variables such as [$w1, $w2]"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Initialize(AnyStep):
    """Runs the initializers of all global and local variables, or of these."""

    word: ClassVar[str] = "initialize"
    example: ClassVar[Example] = "initialize"
    bare: ClassVar[bool] = True

    variables: tuple[Reference, ...] | None = key(
        _VARIABLES, "these variables; without them, all", name="initialize", default=None
    )


class AssignedSpec:
    """A tensor that is written out, or `$name` for the value of another variable."""

    def read(self, node: Node, problems: Problems) -> Tensor | Reference | None:
        """Return the tensor, or the reference."""
        return (VARIABLE if isinstance(node, Template) else TENSOR).read(node, problems)

    def schema(self) -> Schema:
        """Return what may stand there."""
        return any_of(REFERENCE, TENSOR.schema())


ASSIGNED: Final = AssignedSpec()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnyAssignment(AnyStep):
    """Changes a variable."""

    variable: Reference
    value: Tensor | Reference | None = key(ASSIGNED, "the tensor, or another variable")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assign(AnyAssignment):
    """`tf.assign(variable, value)`."""

    word: ClassVar[str] = "assign"
    example: ClassVar[Example] = {"assign": "$w", "value": [0.0, 1.0]}

    variable: Reference = key(VARIABLE, "the variable", name="assign")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AssignAdd(AnyAssignment):
    """`tf.assign_add(variable, value)`."""

    word: ClassVar[str] = "assign_add"
    example: ClassVar[Example] = {"assign_add": "$w", "value": 1.0}

    variable: Reference = key(VARIABLE, "the variable", name="assign_add")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AssignSub(AnyAssignment):
    """`tf.assign_sub(variable, value)`."""

    word: ClassVar[str] = "assign_sub"
    example: ClassVar[Example] = {"assign_sub": "$w", "value": "$gradient"}

    variable: Reference = key(VARIABLE, "the variable", name="assign_sub")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Show(AnyStep):
    """One snapshot of the values of every handle, or of these."""

    word: ClassVar[str] = "show"
    example: ClassVar[Example] = {"show": ["$w"]}
    bare: ClassVar[bool] = True

    variables: tuple[Reference, ...] | None = key(
        _VARIABLES, "these variables; without them, every handle", name="show", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Save(AnyStep):
    """`tf.train.Saver().save(session, PATH)`."""

    word: ClassVar[str] = "save"
    example: ClassVar[Example] = {"save": "checkpoints/model"}

    path: str = key(PATH, "the checkpoint, below the scenario's folder", name="save")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Restore(AnyStep):
    """`tf.train.Saver().restore(session, PATH)`."""

    word: ClassVar[str] = "restore"
    example: ClassVar[Example] = {"restore": "checkpoints/model"}

    path: str = key(PATH, "the checkpoint, below the scenario's folder", name="restore")


Entry: TypeAlias = Initialize | Assign | AssignAdd | AssignSub | Show | Save | Restore

SESSION: Final = StepsSpec(
    {kind.word: kind for kind in get_args(Entry)},
    "session entry",
    "assign: $w1",
    "session",
    dict.fromkeys(KINDS, "a step: it stands below `steps:`"),
)
ENTRY_WORDS.update(
    {kind.word: "an entry of the session: it stands below `session:`" for kind in get_args(Entry)}
)
