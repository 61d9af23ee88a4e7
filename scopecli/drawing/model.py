"""What is drawn, whatever draws it: boxes in boxes, variables in them, and calls beside these."""

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from scopecli.drawing.marks import Mark
from scopecli.report.model import Variable

_NUMBER: Final = re.compile(r"\d+")

MOST_ROWS: Final = {"text": 200, "svg": 160, "mermaid": 100, "dot": 200, "html": 1_000}
"""The most lines that each form has where no depth is given: what a click folds may have more."""

ItemKind: TypeAlias = Literal["variable", "closed", "rest", "missing"]
DifferenceKind: TypeAlias = Literal["only_a", "only_b", "renamed", "other"]


class Difference(NamedTuple):
    """How a variable differs from the one that it is compared with.

    Attributes:
        text: what differs, in words.
    """

    kind: DifferenceKind
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A line in a box.

    Attributes:
        kind: a variable; a scope whose content is not drawn; what was left out of a scope; or a name that was
            asked for and is no variable's.
        name: what it is called in its box.
        path: its full name.
        facts: its shape, dtype and size; of a scope, how much is in it.
        marks: the calls beside it.
        users: how many calls, or lines of a program, share it.
        alike: how many equal ones it stands for; 0 for itself alone.
        difference: from the variable that it is compared with.
    """

    kind: ItemKind
    name: str
    path: str
    facts: str
    marks: tuple[Mark, ...] = ()
    users: int = 0
    alike: int = 0
    difference: Difference | None = None

    @property
    def is_shared(self) -> bool:
        """Whether it is used from several places."""
        return self.users > 1


@dataclass(frozen=True, slots=True)
class Box:
    """A scope with what is in it.

    Attributes:
        name: what it is called in the box around it; of equal blocks, the first and the last.
        path: its full name; of equal blocks, the first's.
        facts: how much is in it.
        name_scopes: the scopes of its operations, where they are called otherwise.
        alike: how many equal blocks it stands for; 0 for itself alone.
    """

    name: str
    path: str
    facts: str
    members: tuple["Box | Item", ...]
    name_scopes: tuple[str, ...] = ()
    alike: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of one graph, or of what two sources differ in.

    Attributes:
        title: what it is of.
        notes: what else is to be read: of which kind it is, what failed, what is not drawn.
        members: what is in no scope, and the outermost scopes.
        totals: of the variables that are drawn.
    """

    title: str
    notes: tuple[str, ...]
    members: tuple[Box | Item, ...]
    totals: str

    def walk(self) -> Iterator[tuple[Box | Item, int]]:
        """Yield every box and line, each box before what is in it, with how many boxes are around it."""
        ahead: list[tuple[Box | Item, int]] = [(member, 0) for member in reversed(self.members)]
        while ahead:
            member, level = ahead.pop()
            yield member, level
            if isinstance(member, Box):
                ahead += [(inner, level + 1) for inner in reversed(member.members)]

    def items(self) -> Iterator[Item]:
        """Yield every line of every box."""
        return (member for member, _ in self.walk() if isinstance(member, Item))


class DrawingExtent(NamedTuple):
    """How much is drawn.

    Attributes:
        depth: how many levels are; None for as many as there is room for.
        rows: the most lines that are drawn where no depth is given.
        folded: whether equal blocks are drawn once.
        calls: whether calls are drawn.
    """

    depth: int | None
    rows: int
    folded: bool = True
    calls: bool = True


@dataclass(slots=True)
class PictureContent:
    """The variables that are drawn, with what is told of each, by its identity.

    Attributes:
        name_scopes: of each scope, by its full name, those of its operations.
        missing: the calls that were refused a name that is no variable's, by that name.
        local: the names of local variables.
        shows_calls: whether calls are drawn; what they did counts all the same.
        users: from how many places each variable is used, by its identity, where that is told.
    """

    variables: Sequence[Variable]
    marks: Mapping[int, tuple[Mark, ...]] = field(default_factory=dict)
    differences: Mapping[int, Difference] = field(default_factory=dict)
    name_scopes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    local: frozenset[str] = frozenset()
    shows_calls: bool = True
    users: Mapping[int, int] = field(default_factory=dict)

    @property
    def tells_trainable(self) -> bool:
        """Whether some are trainable and others not, so that it is worth telling."""
        return {True, False} <= {row.trainable for row in self.variables}

    def facts(self, variable: Variable) -> Hashable:
        """Return what of a variable must be the same in equal blocks."""
        marks = tuple((mark.kind, mark.code, mark.count) for mark in self.marks.get(id(variable), ()))
        difference = self.differences.get(id(variable))
        differs = difference and (difference.kind, _NUMBER.sub("#", difference.text))
        return variable.shape, variable.dtype, variable.trainable, marks, differs
