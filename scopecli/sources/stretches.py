"""Takes out of the value of a partitioned variable what is a part's own."""

from typing import Any

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.report.model import Variable


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
