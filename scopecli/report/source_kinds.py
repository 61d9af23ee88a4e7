"""The kinds of sources, and what each knows of its variables."""

from enum import Enum


class SourceKind(str, Enum):
    """What a report was made from; in JSON, the value."""

    SCENARIO = "scenario"
    PROGRAM = "program"
    CHECKPOINT = "checkpoint"
    SAVEDMODEL = "savedmodel"
    METAGRAPH = "metagraph"
    GRAPHDEF = "graphdef"

    def __str__(self) -> str:
        """Return the value, as messages have it."""
        return self.value

    @property
    def has_calls(self) -> bool:
        """Whether it tells who made the variables; a scenario and a program do."""
        return self in (SourceKind.SCENARIO, SourceKind.PROGRAM)

    @property
    def has_collections(self) -> bool:
        """Whether it tells in which collections a variable is."""
        return self not in (SourceKind.CHECKPOINT, SourceKind.GRAPHDEF)

    @property
    def has_steps(self) -> bool:
        """Whether there may be several, of different steps of a training, in one directory."""
        return self is SourceKind.CHECKPOINT

    @property
    def has_tags(self) -> bool:
        """Whether there may be several MetaGraphs in it, told apart by tags."""
        return self is SourceKind.SAVEDMODEL
