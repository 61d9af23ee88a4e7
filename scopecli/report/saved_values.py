"""Values of a saved report, as arrays again."""

import base64
import math
from itertools import chain
from typing import Any, Final

from scopecli.ground.dtypes import numpy_dtype
from scopecli.ground.limits import MAX_ARRAY_DIMENSIONS
from scopecli.ground.numbers import is_integer
from scopecli.ground.words import quote_text
from scopecli.report.decoding import NOT_FINITE, MismatchError, mismatch, number, reader_of, record, text
from scopecli.report.model import Shape
from scopecli.report.values import Summary, Value

_BOOL: Final = reader_of(bool)
_SUMMARY: Final = record(Summary)


def value_of(found: Any, summary: Any, dtype: str | None, shape: Shape) -> Value | None:
    """Return a value that a report keeps, whole or as its summary; None where it keeps none.

    Args:
        found: the elements as JSON has them, or None.
        summary: the statistics as JSON has them, or None.
        dtype: the elements' type; None where the report does not say.
        shape: the shape that is known of the variable.

    Raises:
        MismatchError: if these are no elements of the type.
    """
    if summary is not None:
        return Value(None, _SUMMARY(summary))
    if found is None:
        return None
    array = _array(found, dtype, shape)
    return Value(array, None, array)


def shown_of(found: Any, dtype: str | None, shape: Shape) -> Value | None:
    """Return a value as snapshots and losses have it: a summary stands in its place."""
    if isinstance(found, dict) and "value_summary" in found:
        return value_of(None, found["value_summary"], dtype, shape)
    return value_of(found, None, dtype, shape)


def _array(listed: Any, dtype: str | None, shape: Shape) -> Any:
    dimensions, elements = _flat(listed)
    dtype = dtype or _likely(elements)
    if dtype.startswith("complex") and dimensions[-1:] == [2]:
        dimensions.pop()
    array = _elements(elements, dtype)
    known = None if shape is None else [size for size in shape if size is not None]
    if known is not None and len(known) == len(shape or ()) and math.prod(known) == array.size:
        dimensions = known  # nested lists end at the first dimension without elements
    if math.prod(dimensions) != array.size:
        raise MismatchError("expected complex numbers as pairs")
    return array.reshape(dimensions)


def _flat(listed: Any) -> tuple[list[int], list[Any]]:
    """Return the dimensions of nested lists, and their elements."""
    dimensions: list[int] = []
    level = [listed]
    while level and all(isinstance(element, list) for element in level):
        if len({len(element) for element in level}) > 1:
            raise MismatchError("lists of different lengths are no tensor")
        if len(dimensions) == MAX_ARRAY_DIMENSIONS:
            raise MismatchError(f"more than {MAX_ARRAY_DIMENSIONS} dimensions")
        dimensions.append(len(level[0]))
        level = list(chain.from_iterable(level))
    return dimensions, level


def _likely(elements: list[Any]) -> str:
    """Return the type of elements whose type a report does not tell: of what a regularizer added."""
    if any(
        isinstance(element, dict) or (isinstance(element, str) and element not in NOT_FINITE)
        for element in elements
    ):
        return "string"
    kinds = {type(element) for element in elements}
    return "bool" if kinds == {bool} else "int64" if kinds == {int} else "float64"


def _elements(elements: list[Any], dtype: str) -> Any:
    """Return elements as an array with one dimension."""
    import numpy as np  # noqa: PLC0415 - only for values

    if dtype == "string":
        array = np.empty(len(elements), dtype=object)
        array[:] = [_bytes(element) for element in elements]
        return array
    try:
        into = numpy_dtype(dtype)
    except ValueError:
        raise MismatchError(f"{quote_text(dtype)} is no dtype whose values can be read") from None
    if dtype == "bool":
        return np.array([_BOOL(element) for element in elements], dtype=into)
    if "int" in dtype:
        return _integers(elements, into, dtype)
    numbers = np.array([number(element) for element in elements], dtype="float64")
    if dtype.startswith("complex") and len(numbers) % 2:
        raise MismatchError("expected complex numbers as pairs")
    with np.errstate(over="ignore", invalid="ignore"):
        return (numbers.view("complex128") if dtype.startswith("complex") else numbers).astype(into)


def _integers(elements: list[Any], into: Any, dtype: str) -> Any:
    import numpy as np  # noqa: PLC0415 - only for values

    for element in elements:
        if not is_integer(element):
            raise mismatch("an integer", element)
    try:
        exact = np.array(elements, dtype="uint64" if dtype == "uint64" else "int64")
    except OverflowError:
        raise MismatchError(f"an integer is out of the range of {dtype}") from None
    array = exact.astype(into)
    if (array.astype(exact.dtype) != exact).any():
        raise MismatchError(f"an integer is out of the range of {dtype}")
    return array


def _bytes(element: Any) -> bytes:
    if isinstance(element, dict) and "base64" in element:
        try:
            return base64.b64decode(text(element["base64"]), validate=True)
        except ValueError:
            raise mismatch("bytes as base64", element["base64"]) from None
    return text(element).encode("utf-8", "surrogatepass")
