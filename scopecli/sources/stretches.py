"""Takes out of the value of a partitioned variable what is a part's own, and puts the parts together."""

from collections.abc import Iterable
from typing import Any

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Variable


def put_together(whole: Variable, parts: Iterable[Any]) -> Any:
    """Return the value of a variable that is kept in parts, given in the order of its slices."""
    import numpy as np  # noqa: PLC0415 - there are arrays

    array: Any = None
    for part, value in zip(whole.slices, parts, strict=True):
        if array is None:
            array = np.empty(tuple(size or 0 for size in whole.shape or ()), value.dtype)
        ends = (at + size for at, size in zip(part.offset, part.shape, strict=True))
        array[tuple(map(slice, part.offset, ends))] = value
    return array


def stretch_of(whole: Any, variable: Variable) -> Any:
    """Return the stretch of a whole array that a part says it is.

    Raises:
        InvalidSourceError: if it does not lie in the whole.
    """
    offset, shape = variable.part.offset if variable.part else (), variable.shape or ()
    ends = [at + (size or 0) for at, size in zip(offset, shape, strict=False)]
    if not len(offset) == len(shape) == whole.ndim or any(
        not 0 <= at <= end <= length for at, end, length in zip(offset, ends, whole.shape, strict=True)
    ):
        message = f"the part `{variable.name}` of shape {shape} at {offset} does not lie in {whole.shape}"
        raise InvalidSourceError([Diagnostic("SC604", message, Location(variable.name))])
    return whole[tuple(map(slice, offset, ends))]
