"""How much a file may say: what is larger is refused with the number that is too large.

They are far above what people write, and low enough that every answer comes within seconds, and in a
gibibyte of memory. What a session may need is bounded by `--max-bytes`; how much of a finding is shown is the
business of what shows it.
"""

from typing import Final

# Files, in bytes.
MAX_SCENARIO_BYTES: Final = 16 * 1024**2
MAX_REPORT_BYTES: Final = 256 * 1024**2
MAX_STATE_BYTES: Final = 16 * 1024**2
"""Of a directory's file `checkpoint`."""
MAX_MAP_BYTES: Final = 16 * 1024**2
"""Of a file that lists what variables are to be called."""
MAX_INDEX_BYTES: Final = 512 * 1024**2
"""Of a checkpoint's index, which has several million variables then."""
MAX_OBJECT_GRAPH_BYTES: Final = 256 * 1024**2
MAX_MESSAGE_BYTES: Final = 2**31 - 1
"""Of a GraphDef, MetaGraphDef or SavedModel: `protobuf` takes no more."""
MAX_ARCHIVE_NAMES_BYTES: Final = 4 * 1024**2
"""Of the list of names in an archive, some ten thousand."""
MAX_ARRAYS_HEADER_BYTES: Final = 32 * 1024**2
"""Of the header of a safetensors file, which has several hundred thousand tensors then."""
MAX_INFLATED_BYTES: Final = 1024**3
"""Of an array that takes a hundredth of its bytes, or less, in its file."""

MAX_FILLED_ELEMENTS: Final = 2_000_000
"""Of a constant that a graph fills with few values: a hundred bytes may say a billion of them."""

# A scenario.
MAX_DEPTH: Final = 100
"""Levels of lists and mappings: of a file, of its aliases, of its references, of a report."""
MAX_DIGITS: Final = 1_000
"""Of one number."""
MAX_VALUES: Final = 1_000_000
"""Numbers, texts, lists and mappings in one file."""
MAX_ALIASED_VALUES: Final = 250_000
MAX_EXPANDED: Final = 250_000
"""Values that the references in one value may stand for."""
MAX_STEPS: Final = 250_000
"""Of a program, with its loops and calls written out."""
MAX_PROBLEMS: Final = 1_000
"""That are told of one file."""

# Variables.
MAX_PARTS: Final = 10_000
"""Of one variable: TensorFlow takes a millisecond to make one."""
MAX_DIMENSIONS: Final = 254
"""TensorFlow's own bound (`TensorShape::MaxDimensions`)."""
MAX_ELEMENTS: Final = 2**63 - 1
"""Likewise."""
MAX_ARRAY_DIMENSIONS: Final = 32
"""Of a value: what every numpy takes."""
