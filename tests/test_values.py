"""Values: printed as numpy prints them, told in strict JSON that reads back, and summed up."""

import base64
import json
import math
import os
import statistics
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support import Scopecli, Write

from scopecli.report.values import plain, summarize, value_of

EXAMPLES = os.environ.get("SCOPECLI_EXAMPLES")
FEW = settings(
    max_examples=int(EXAMPLES or 100),
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

FLOATS = ["float16", "float32", "float64"]
INTEGERS = [*(f"int{bits}" for bits in (8, 16, 32, 64)), *(f"uint{bits}" for bits in (8, 16, 32, 64))]
FLOAT8 = [f"float8_{name}" for name in ("e4m3fn", "e5m2", "e4m3fnuz", "e4m3b11fnuz", "e5m2fnuz")]
SMALL_FLOATS = [np.dtype(getattr(ml_dtypes, name)) for name in ("bfloat16", *FLOAT8)]
SMALL_INTEGERS = [np.dtype(ml_dtypes.int4), np.dtype(ml_dtypes.uint4)]
# As TensorFlow has its quantized types in numpy.
QUANTIZED = [
    np.dtype([(f"q{integer}", integer)]) for integer in ("int8", "uint8", "int16", "uint16", "int32")
]
NUMBERS = [*FLOATS, *INTEGERS, "bool"]
LARGEST = float(np.finfo("float64").max)


def _arrays(dtypes: list[Any], shapes: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw arrays of some dtypes; those of ml_dtypes by way of float32 and int8."""

    def of(dtype: Any) -> st.SearchStrategy[Any]:
        if np.dtype(dtype).kind == "O":
            return hnp.arrays(dtype, shapes, elements=st.binary(max_size=6), fill=st.binary(max_size=6))
        if dtype in QUANTIZED:
            return hnp.arrays(dtype[0], shapes).map(lambda array: array.view(dtype))
        if dtype in SMALL_INTEGERS:
            drawn = hnp.arrays("int8", shapes, elements=st.integers(0, 7))
        elif dtype in SMALL_FLOATS:
            drawn = hnp.arrays("float32", shapes, elements=st.floats(-300, 300, width=32) | _SPECIAL)
        else:
            return hnp.arrays(dtype, shapes)
        return drawn.map(lambda array: array.astype(dtype))

    return st.sampled_from(dtypes).flatmap(of)


_SPECIAL = st.sampled_from([math.nan, math.inf, -math.inf, -0.0])
KINDS = [*NUMBERS, "complex64", "complex128", object, *SMALL_FLOATS, *SMALL_INTEGERS, *QUANTIZED]
SMALL = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
LARGE = st.sampled_from(
    [(1001,), (40, 50), (7, 200), (200, 7), (6, 200), (1001, 1), (1, 1200), (10, 11, 12), (3, 7, 2, 30)]
)


@FEW
@given(array=_arrays(KINDS, SMALL | st.just((10, 100))))
def test_text_is_numpys(array: Any) -> None:
    """A value that is kept whole is printed as numpy prints it."""
    assert value_of(array).text() == str(array)


@FEW
@given(array=_arrays(KINDS, LARGE))
@example(np.arange(7000.0).reshape(1000, 7))
@example(np.arange(7000).reshape(7, 1000) * 1e-9)
@example(np.zeros((6, 1, 200)))
def test_text_of_a_large_value_is_numpys(array: Any) -> None:
    """A large value is printed as numpy prints it, though little of it is kept."""
    value = value_of(array)
    assert value.text() == str(array)
    assert value.sample.size <= 7**array.ndim
    assert value_of(array, full=True).text() == str(array)


@FEW
@given(array=_arrays(KINDS, SMALL))
def test_plain_reads_back(array: Any) -> None:
    """What strict JSON has of a value is the same value, to the bit of every finite number."""
    read = json.loads(json.dumps(plain(array), allow_nan=False))
    again = np.empty(array.shape, array.dtype)
    _fill(again, read)
    if array.dtype.kind == "O":
        assert again.tolist() == array.tolist()
        return
    assert again.shape == array.shape
    as_before = (again == array) | ((again != again) & (array != array))  # noqa: PLR0124 - NaN
    assert as_before.all()
    if array.dtype.kind == "f":
        assert (np.signbit(again) == np.signbit(array))[array == 0].all()


def _fill(array: Any, read: Any) -> None:
    """Fill an array with what JSON has, which must be nested as the array is."""
    if array.ndim and array.shape[0]:
        assert len(read) == len(array)
        for part, inner in zip(range(len(array)), read, strict=True):
            _fill(array[part : part + 1].reshape(array.shape[1:]), inner)
    elif array.ndim:
        assert read == []
    else:
        array[()] = _element(array.dtype, read)


def _element(dtype: Any, read: Any) -> Any:
    if dtype.kind == "O":
        return base64.b64decode(read["base64"]) if isinstance(read, dict) else read.encode()
    if dtype.kind == "c":
        return complex(*(float(part) for part in read))
    if dtype.names:
        return (read,)
    if dtype.kind in "biu":
        return read
    return float(read)


def _deviation(numbers: list[float]) -> float:
    """Return the standard deviation, exactly: before Python 3.11, `statistics.pstdev` squares floats."""
    exact = [Fraction(each) for each in numbers]
    mean = sum(exact) / len(exact)
    variance = sum((each - mean) ** 2 for each in exact) / len(exact)
    with localcontext() as context:
        context.prec = 50
        return float((Decimal(variance.numerator) / variance.denominator).sqrt())


@FEW
@given(array=_arrays([*NUMBERS, *SMALL_FLOATS, *SMALL_INTEGERS, *QUANTIZED], SMALL))
@example(np.array([LARGEST, -LARGEST, LARGEST]))
@example(np.full(3, LARGEST))
@example(np.full(1001, 1e200))
@example(np.array([1e200, 1e-200]))
@example(np.array([1e-200, 3e-200]))
@example(np.array([5e-324, 1.5e-323]))
@example(np.array([2**63 - 1, -(2**63), 0]))
@example(np.array([2**64 - 1, 0], dtype="uint64"))
@example(np.array([np.nan, np.nan]))
@example(np.array([np.inf, -np.inf, np.nan]))
@example(np.array([np.inf, 1.0]))
@example(np.array([], dtype="int32"))
@example(np.array(-0.0))
@example(np.array([3, 0], dtype="int32").view([("qint32", "int32")]))
def test_summary_is_of_the_finite_elements(array: Any) -> None:
    """Statistics are what exact arithmetic says of the finite elements; the others are counted."""
    numbers = [float(each) for each in array.astype("float64").reshape(-1)]
    finite = [each for each in numbers if math.isfinite(each)]
    summary = summarize(array)
    assert summary.nan == sum(map(math.isnan, numbers))
    assert summary.inf == sum(map(math.isinf, numbers))
    assert summary.zeros == finite.count(0.0)
    if not finite:
        assert (summary.min, summary.max, summary.mean, summary.std, summary.l2) == (None,) * 5
        return
    assert (summary.min, summary.max) == (min(finite), max(finite))
    largest = max(map(abs, finite))
    assert summary.mean == pytest.approx(statistics.mean(finite), rel=1e-12, abs=1e-12 * largest)
    assert summary.std == pytest.approx(_deviation(finite), rel=1e-9, abs=1e-9 * largest)
    assert summary.l2 == pytest.approx(math.hypot(*finite), rel=1e-12)


def test_summary_over_several_blocks() -> None:
    """An array larger than what is looked at together has the statistics of the whole, far from zero too."""
    array = np.random.default_rng(0).normal(1e6, 1.0, 2_500_000)
    array[::1000] = np.nan
    array[1::100_000] = 0
    array[7] = np.inf
    finite = array[np.isfinite(array)]
    summary = summarize(array)
    assert (summary.min, summary.max) == (finite.min(), finite.max())
    assert summary.mean == pytest.approx(finite.mean(), rel=1e-12)
    assert summary.std == pytest.approx(finite.std(), rel=1e-9)
    assert summary.l2 == pytest.approx(np.linalg.norm(finite), rel=1e-12)
    assert (summary.nan, summary.inf, summary.zeros) == (2500, 1, 25)


@pytest.mark.parametrize("array", [np.array([b"a"] * 2, object), np.ones(2, "complex64")])
def test_text_and_complex_numbers_have_no_statistics(array: Any) -> None:
    """Of strings and complex numbers there is no smallest and no mean."""
    assert summarize(array).mean is None


def test_a_summary_beyond_all_floats(scopecli: Scopecli, scenario: Write) -> None:
    """A norm that is larger than any float is told in strict JSON, and nothing is warned of."""
    step = f"get_variable: w, shape: [1001], dtype: float64, initializer: {{constant: {LARGEST!r}}}"
    result = scopecli("run", scenario(f"steps: [{{{step}}}]"), "-f", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    summary = json.loads(result.stdout)["calls"][0]["value_summary"]
    assert summary["mean"] == pytest.approx(LARGEST)
    assert (summary["min"], summary["max"], summary["l2"]) == (LARGEST, LARGEST, "Infinity")
