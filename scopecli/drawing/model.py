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
        are_called: whether calls are drawn.
        is_comparison: whether differences are.
    """

    title: str
    notes: tuple[str, ...]
    members: tuple[Box | Item, ...]
    totals: str
    are_called: bool = False
    is_comparison: bool = False

    def items(self) -> Iterator[Item]:
        """Yield every line of every box."""
        ahead: list[Box | Item] = [*reversed(self.members)]
        while ahead:
            member = ahead.pop()
            if isinstance(member, Item):
                yield member
            else:
                ahead += reversed(member.members)


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
        tells_users: whether it is told how many calls share a variable.
    """

    variables: Sequence[Variable]
    marks: Mapping[int, tuple[Mark, ...]] = field(default_factory=dict)
    differences: Mapping[int, Difference] = field(default_factory=dict)
    name_scopes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    local: frozenset[str] = frozenset()
    shows_calls: bool = True
    tells_users: bool = True

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
