"""The value of a tensor, small enough to keep: whole up to numpy's own print threshold, else its corners.

Statistics are over the finite elements; NaN and infinite ones are counted.
"""

import base64
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeAlias

Plain: TypeAlias = bool | int | float | str | list["Plain"] | dict[str, "Plain"] | None

PRINT_THRESHOLD: Final = 1_000
"""Number of elements above which numpy prints the corners of an array only."""

_EDGE_ITEMS: Final = 3
_BLOCK: Final = 1 << 15  # elements looked at together: what a processor's cache holds as float64
_PIECE: Final = 1 << 13
_SMALL: Final = 2  # bytes an element
_WELL_TOLD: Final = 1e-4  # how much of two near numbers their difference is, to be told to ten digits
_SQUARABLE: Final = (1e-140, 1e140)  # between these, the sum of squares is neither zero nor infinite


@dataclass(frozen=True, slots=True)
class Summary:
    """Statistics of a tensor; None where it has no element that they could be of."""

    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    l2: float | None
    zeros: int
    nan: int
    inf: int

    def flags(self, size: int) -> tuple[str, ...]:
        """Return what a tensor of this many elements is conspicuous for."""
        told = {
            "NaN": self.nan > 0,
            "Inf": self.inf > 0,
            "all zero": self.zeros == size > 0,
            "constant": self.zeros < size > 1 and self._is_constant and not self.nan + self.inf,
        }
        return tuple(flag for flag, is_so in told.items() if is_so)

    @property
    def _is_constant(self) -> bool:
        return self.std == 0 if self.min is None else self.min == self.max

    def plain(self) -> dict[str, Plain]:
        """Return it for strict JSON."""
        return {
            name: None if number is None else _plain_float(number) for name, number in asdict(self).items()
        }


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """What a session fetched of one variable.

    Attributes:
        sample: the array itself, or of a large one an array that numpy prints alike: along each axis the
            first three elements, a fourth, and the last three.
        summary: the statistics of a large array, None for one that is kept whole.
        whole: the array itself, where it is to be judged.
    """

    sample: Any
    summary: Summary | None
    whole: Any = None

    def text(
        self, *, threshold: int = PRINT_THRESHOLD, edge_items: int = _EDGE_ITEMS, precision: int = 8
    ) -> str:
        """Return the value as numpy prints it; the defaults are numpy's own."""
        import numpy as np  # noqa: PLC0415 - values are only printed after TensorFlow has loaded it

        if self.summary:
            threshold = 0
        with np.printoptions(threshold=threshold, edgeitems=edge_items, precision=precision):
            return str(self.sample)

    def plain(self) -> Plain:
        """Return the value for JSON, or None for a large one."""
        return None if self.summary else plain(self.sample)


def value_of(array: Any, *, full: bool = False, judged: bool = False) -> Value:
    """Return what to keep of an array: all of it if `full` or if it is small, else sample and summary."""
    if full or array.size <= PRINT_THRESHOLD:
        return Value(array, None, array)
    return Value(_corners(array), summarize(array), array if judged else None)


def _corners(array: Any) -> Any:
    """Return the elements that numpy prints, and one more along each axis where it prints dots."""
    for axis, length in enumerate(array.shape):
        if length > 2 * _EDGE_ITEMS:
            kept = [*range(_EDGE_ITEMS + 1), *range(length - _EDGE_ITEMS, length)]
            array = array.take(kept, axis=axis)
    return array


def summarize(array: Any) -> Summary:
    """Return the statistics of an array, a block of it at a time."""
    import numpy as np  # noqa: PLC0415 - there is an array

    if array.dtype.kind in "OS":
        return Summary(None, None, None, None, None, 0, 0, 0)
    if array.dtype.kind == "c":
        return _summarize_complex(array)
    with np.errstate(over="ignore", invalid="ignore"):
        summary = _summarize(array, 1.0)
        largest = max(abs(summary.min or 0.0), abs(summary.max or 0.0))
        if largest and not _SQUARABLE[0] < largest < _SQUARABLE[1]:
            # A power of two takes nothing away from the elements.
            summary = _summarize(array, 2.0 ** (math.frexp(largest)[1] - 1))
    return summary


def _summarize_complex(array: Any) -> Summary:
    """Return the statistics of complex numbers, which have no order and whose mean is no float."""
    import numpy as np  # noqa: PLC0415 - there is an array

    flat = array.reshape(-1).astype("complex128", copy=False)
    missing = np.isnan(flat)
    finite = flat[np.isfinite(flat)]
    zeros, nan = int(np.count_nonzero(flat == 0)), int(np.count_nonzero(missing))
    infinite = flat.size - finite.size - nan
    if not finite.size:
        return Summary(None, None, None, None, None, zeros, nan, infinite)
    far = abs(finite - finite[0]).max() > 0  # of equal numbers the mean may be another
    deviation = float(finite.std()) if far else 0.0
    return Summary(None, None, None, deviation, float(np.linalg.norm(finite)), zeros, nan, infinite)


def _summarize(array: Any, unit: float) -> Summary:
    """Return the statistics of an array, reckoned in a unit that its squares can be told in."""
    import numpy as np  # noqa: PLC0415 - there is an array

    count = zeros = nan = infinite = 0
    low, high, mean, deviation, squares = math.inf, -math.inf, 0.0, 0.0, 0.0
    for block in _blocks(array):
        least, most = float(block.min()), float(block.max())
        if not -math.inf < least <= most < math.inf:  # nor is NaN
            finite = block[np.isfinite(block)]
            missing = int(np.count_nonzero(np.isnan(block)))
            nan, infinite = nan + missing, infinite + block.size - finite.size - missing
            if not finite.size:
                continue
            block, least, most = finite, float(finite.min()), float(finite.max())  # noqa: PLW2901 - what is left of it
        low, high = min(low, least), max(high, most)
        if least <= 0.0 <= most:
            zeros += int(np.count_nonzero(block == 0))
        wide = (
            block.astype("float64", copy=False) / unit if unit != 1.0 else block.astype("float64", copy=False)
        )
        block_mean, block_squares, block_deviation = _moments(wide)
        # Chan, Golub and LeVeque: the deviations of two samples make that of both.
        total, between = count + block.size, block_mean - mean
        squares += block_squares
        deviation += block_deviation + between * between * count * block.size / total
        mean += between * block.size / total
        count = total
    if not count:
        return Summary(None, None, None, None, None, zeros, nan, infinite)
    standard, norm = unit * math.sqrt(deviation / count), unit * math.sqrt(squares)
    return Summary(low, high, unit * mean, standard, norm, zeros, nan, infinite)


def _moments(block: Any) -> tuple[float, float, float]:
    """Return the mean, the sum of squares, and the sum of squared distances from the mean."""
    mean, squares = float(block.mean()), _squares(block)
    deviation = squares - mean * mean * block.size
    if deviation < _WELL_TOLD * squares:
        deviation = _squares(block - mean)
    return mean, squares, deviation


def _squares(block: Any) -> float:
    """Return the sum of squares, in pieces for which no threads are started: they'd take longer."""
    pieces = (block[start : start + _PIECE] for start in range(0, block.size, _PIECE))
    return sum(float(piece @ piece) for piece in pieces)


def _blocks(array: Any) -> Iterator[Any]:
    """Yield an array in blocks, as float64 where numpy is slow at its type or can't reckon in it."""
    flat = array.reshape(-1)  # a view: what a session returns is contiguous
    for start in range(0, flat.size, _BLOCK):
        block = flat[start : start + _BLOCK]
        foreign = block.dtype.itemsize <= _SMALL or block.dtype.kind == "V"
        yield block.astype("float64") if foreign else block


def plain(array: Any) -> Plain:
    """Return an array as nested lists for strict JSON.

    NaN and infinities are the strings JavaScript prints, complex numbers are `[re, im]`, bytes are text where
    they are UTF-8 and `{"base64": …}` where they are not.
    """
    listed: Plain
    match array.dtype.kind:
        case "b" | "i" | "u":
            listed = array.tolist()
        case "f":
            listed = _plain_floats(array)
        case "c":
            listed = _map_nested(
                lambda number: [_plain_float(number.real), _plain_float(number.imag)], array.tolist()
            )
        case "O" | "S":
            listed = _map_nested(_plain_bytes, array.tolist())
        case _:
            listed = plain(widen(array))
    return listed


def widen(array: Any) -> Any:
    """Return an array of the small types of ml_dtypes, or a quantized one, in a type of numpy's own."""
    if array.dtype.kind != "V":
        return array
    return array.astype("int64" if "int" in str(array.dtype) else "float64")


def strict(literal: Any) -> Any:
    """Return numbers, strings and lists of them for strict JSON."""
    return _map_nested(lambda number: _plain_float(number) if isinstance(number, float) else number, literal)


def _plain_floats(array: Any) -> Plain:
    listed: Plain = array.tolist()
    if abs(array).max(initial=0) < math.inf:  # False for NaN too
        return listed
    mapped: Plain = _map_nested(_plain_float, listed)
    return mapped


def _map_nested(function: Any, nested: Any) -> Any:
    if isinstance(nested, list):
        return [_map_nested(function, element) for element in nested]
    return function(nested)


def _plain_float(number: float) -> float | str:
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _plain_bytes(data: bytes | str) -> Plain:
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}
