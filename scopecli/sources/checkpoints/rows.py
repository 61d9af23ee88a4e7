"""Makes rows of the tensors of a checkpoint."""

from collections.abc import Iterator, Mapping

from scopecli.ground.dtypes import Dtype
from scopecli.report.model import Shape, Slice, Variable
from scopecli.sources.checkpoints.bundle import Bundle
from scopecli.sources.checkpoints.objects import GRAPH_KEY


def rows(bundle: Bundle, names: Mapping[str, str] | None) -> list[Variable]:
    """Return a row for each tensor; `names` has full names by key where the checkpoint is object-based.

    Of several variables of one name, the one that a `Saver` restores by that name comes before the others.
    """
    found = list(_rows(bundle, names))
    restored = {name: key for key, name in (names or {}).items()}  # of the last, as TensorFlow has it
    places: dict[str, int] = {}
    for place, row in enumerate(found):
        first = places.setdefault(row.name, place)
        if first < place and restored.get(row.name) == row.key:
            found[first], found[place] = row, found[first]
    return found


def _rows(bundle: Bundle, names: Mapping[str, str] | None) -> Iterator[Variable]:
    for key, entry in bundle.entries.items():
        if key == GRAPH_KEY and names is not None:
            continue  # it says what the variables are, and is none
        slices = entry.slices if entry.extents else ()
        if names is None:
            yield saved_variable(key, entry.dtype, entry.shape, slices=slices)
        else:
            yield saved_variable(names.get(key, key), entry.dtype, entry.shape, key=key, slices=slices)


def saved_variable(
    name: str, dtype: Dtype, shape: Shape, *, key: str | None = None, slices: tuple[Slice, ...] = ()
) -> Variable:
    """Return the row of a tensor, shown as TensorFlow would show a variable that is made of it."""
    shown = f"<tf.Variable '{name}:0' shape={shape} dtype={dtype.name}>"
    return Variable(
        name, shape, dtype.name, shown, "saved", None, (), "", dtype.itemsize, key=key, slices=slices
    )
