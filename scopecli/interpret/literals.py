"""Holds the value of a tensor against what a scenario writes out."""

import json
from typing import Any, Final, NamedTuple

from scopecli.ground.words import shorten
from scopecli.report.values import plain, strict, widen
from scopecli.scenario.objects import Tensor

_RTOL: Final = 1e-5
_ATOL: Final = 1e-8
"""What `numpy.isclose` takes."""

_STRING: Final = ("string", (str,))
_ELEMENTS: Final[dict[str, tuple[str, tuple[type, ...]]]] = {
    "b": ("boolean", (bool,)),
    "O": _STRING,
    "S": _STRING,
}
"""What an element is, and how it is written, by the kind of an array; all other arrays hold numbers."""
_NUMBER: Final = ("number", (int, float))


class Tolerance(NamedTuple):
    """How far numbers may be off, as `numpy.isclose` has it; None where the scenario does not say."""

    rtol: float | None
    atol: float | None


class Comparison(NamedTuple):
    """Whether a value is as expected, and in words where it is not, as far as that needs words."""

    ok: bool
    difference: str = ""


def compare_with_literal(literal: Tensor, array: Any, tolerance: Tolerance) -> Comparison:
    """Compare an array with what is written out.

    NaN is NaN. A float is held against the literal as the array's dtype has it, within the tolerance.
    Integers are exact unless a tolerance is given, booleans and strings always. A complex number is written
    as a pair, or as a number where it is real.
    """
    import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

    try:
        wanted = np.array(literal, dtype=object)
    except ValueError:
        return Comparison(ok=False, difference="lists of different lengths are no tensor")
    noun, types = _ELEMENTS.get(array.dtype.kind, _NUMBER)
    for element in wanted.flat:
        if type(element) not in types:  # a list too, where the lists have different lengths
            return Comparison(ok=False, difference=f"{_value_text(strict(element))} is no {noun}")
    if array.size == 0 and array.tolist() == literal:  # [] is also what has the shape (0, 3)
        return Comparison(ok=True)
    pairs = array.dtype.kind == "c" and wanted.shape == (*array.shape, 2)
    if wanted.shape != array.shape and not pairs:
        message = f"its shape is {list(array.shape)}, and {list(wanted.shape)} is expected"
        return Comparison(ok=False, difference=message)
    return _count_differences(np.asarray(_same(wanted, array, tolerance)), wanted, array)


def _same(wanted: Any, array: Any, tolerance: Tolerance) -> Any:
    """Return for each element whether it is as wanted."""
    import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

    numbers = widen(array)
    match numbers.dtype.kind:
        case "O" | "S":
            encoded = [element.encode("utf-8", "surrogatepass") for element in wanted.flat]
            return array == np.array([*encoded, None], dtype=object)[:-1].reshape(array.shape)
        case "b":
            return array.astype(object) == wanted
        case "i" | "u" if tolerance == (None, None):
            return numbers.astype(object) == wanted
        case _:
            return _close(wanted, array, tolerance)


def _close(wanted: Any, array: Any, tolerance: Tolerance) -> Any:
    import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

    numbers = widen(array)
    rtol = _RTOL if tolerance.rtol is None else tolerance.rtol
    atol = _ATOL if tolerance.atol is None else tolerance.atol
    try:
        literal = wanted.astype("float64")
    except OverflowError:  # an integer that is larger than any float
        return np.zeros(array.shape, dtype=bool)
    if literal.shape != array.shape:  # pairs, of a complex array
        literal = np.ascontiguousarray(literal).view("complex128")[..., 0]
    literal = literal.astype(np.result_type(literal, numbers))
    with np.errstate(all="ignore"):
        if numbers.dtype.kind not in "iu":
            held = literal.astype(array.dtype).astype(literal.dtype)
            literal = np.where(np.isfinite(held), held, literal)
        return np.isclose(numbers, literal, rtol=rtol, atol=atol, equal_nan=True)


def _count_differences(same: Any, wanted: Any, array: Any) -> Comparison:
    """Return how many elements differ, and the first of them; of a single one, nothing needs to be told."""
    import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

    wrong = np.argwhere(~same)
    if not len(wrong):
        return Comparison(ok=True)
    if array.size == 1:
        return Comparison(ok=False)
    first = tuple(map(int, wrong[0]))
    found, expected = plain(array[(*first, ...)]), strict(np.asarray(wanted[first]).tolist())
    differ = "differs" if len(wrong) == 1 else "differ"
    difference = (
        f"{len(wrong):,} of {array.size:,} elements {differ}, the first at {list(first)}: "
        f"it is {_value_text(found)}, and {_value_text(expected)} is expected"
    )
    return Comparison(ok=False, difference=difference)


def _value_text(value: object) -> str:
    return shorten(json.dumps(value, ensure_ascii=False))
