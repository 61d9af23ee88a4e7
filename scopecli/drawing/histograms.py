"""How the values of a tensor are distributed."""

from typing import Any, Final, NamedTuple

from scopecli.report.values import Summary, summarize

_BINS: Final = 20
_BLOCK: Final = 1 << 20  # elements that are looked at together


class Histogram(NamedTuple):
    """How many finite elements lie in each of equal steps between the least and the largest.

    Attributes:
        low: the least.
        high: the largest.
        counts: of each step.
    """

    low: float
    high: float
    counts: list[int]


class Measured(NamedTuple):
    """What was read of a tensor.

    Attributes:
        flags: what it is conspicuous for.
        histogram: None where its elements are no numbers, or none of them is finite.
    """

    summary: Summary
    flags: tuple[str, ...]
    histogram: Histogram | None


def measure(array: Any) -> Measured:
    """Return the statistics of an array and its histogram, a block of it at a time."""
    summary = summarize(array)
    return Measured(summary, summary.flags(array.size), _histogram(array, summary))


def _histogram(array: Any, summary: Summary) -> Histogram | None:
    import numpy as np  # noqa: PLC0415 - there is an array

    low, high = summary.min, summary.max
    if low is None or high is None or array.dtype.kind == "c":
        return None
    if low == high or not np.isfinite(high - low):
        return Histogram(low, high, [int(array.size) - summary.nan - summary.inf])
    counts = np.zeros(_BINS, dtype=np.int64)
    flat = array.reshape(-1)
    for begin in range(0, flat.size, _BLOCK):
        block = flat[begin : begin + _BLOCK].astype(np.float64)
        counts += np.histogram(block[np.isfinite(block)], _BINS, (low, high))[0]
    return Histogram(low, high, counts.tolist())
