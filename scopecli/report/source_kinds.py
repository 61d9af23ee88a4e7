"""The kinds of sources, and what each knows of its variables."""

from enum import Enum


class SourceKind(str, Enum):
    """What a report was made from; in JSON, the value.

    Attributes:
        has_calls: whether it tells who made the variables; a scenario and a program do.
        has_collections: whether it tells in which collections a variable is.
        has_steps: whether there may be several, of different steps of a training, in one directory.
        has_tags: whether there may be several MetaGraphs in it, told apart by tags.
        has_tf_axes: whether kernels have TensorFlow's order of axes; elsewhere they may be transposed.
    """

    SCENARIO = "scenario", True, True, False, False, True
    PROGRAM = "program", True, True, False, False, True
    CHECKPOINT = "checkpoint", False, False, True, False, True
    SAVEDMODEL = "savedmodel", False, True, False, True, True
    METAGRAPH = "metagraph", False, True, False, False, True
    GRAPHDEF = "graphdef", False, False, False, False, True
    SAFETENSORS = "safetensors", False, False, False, False, False
    NPZ = "npz", False, False, False, False, False
    KERAS = "keras", False, False, False, False, True

    has_calls: bool
    has_collections: bool
    has_steps: bool
    has_tags: bool
    has_tf_axes: bool

    def __new__(  # noqa: PLR0913, PLR0917, PYI034 - a fact each; there is no subclass
        cls,
        value: str,
        has_calls: bool,  # noqa: FBT001 - in the order of the table above
        has_collections: bool,  # noqa: FBT001
        has_steps: bool,  # noqa: FBT001
        has_tags: bool,  # noqa: FBT001
        has_tf_axes: bool,  # noqa: FBT001
    ) -> "SourceKind":
        """Make a kind with all that is to be known of it."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.has_calls, kind.has_collections = has_calls, has_collections
        kind.has_steps, kind.has_tags, kind.has_tf_axes = has_steps, has_tags, has_tf_axes
        return kind

    def __str__(self) -> str:
        """Return the value, as messages have it."""
        return str(self.value)
