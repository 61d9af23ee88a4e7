"""Initializers, dtypes and literals: each gives what plain `tf.compat.v1` gives, or is refused as there."""

from typing import Any

import pytest
import tensorflow.compat.v1 as tf
from both_ways import both_ways
from support import Scopecli

from scopecli.scenario.vocabulary import DTYPES, INITIALIZERS

SEEDED: tuple[dict[str, Any], ...] = ({}, {"seed": 7}, {"seed": 0})
RANDOM: tuple[dict[str, Any], ...] = (
    *SEEDED,
    {"mean": 2},
    {"stddev": 0.5},
    {"mean": -1.5, "stddev": 3, "seed": 1},
)

# For each initializer of the language, arguments in every combination that matters.
ARGUMENTS: dict[str, tuple[dict[str, Any], ...]] = {
    "zeros": ({},),
    "ones": ({},),
    "constant": ({}, {"value": 0.1}, {"value": True}, {"value": [[1, 2, 3]] * 4}, {"value": list(range(12))}),
    "random_uniform": (*SEEDED, {"minval": -2}, {"maxval": 5.5}, {"minval": 1, "maxval": 9, "seed": 3}),
    "random_normal": RANDOM,
    "truncated_normal": RANDOM,
    "uniform_unit_scaling": (*SEEDED, {"factor": 1.43}, {"factor": 2, "seed": 5}),
    "variance_scaling": (
        *SEEDED,
        {"scale": 2.0},
        {"scale": -1},
        *({"mode": mode, "seed": 1} for mode in ("fan_in", "fan_out", "fan_avg", "fan")),
        *(
            {"distribution": distribution, "mode": "fan_avg", "scale": 0.5}
            for distribution in ("normal", "uniform", "truncated_normal", "untruncated_normal", "odd")
        ),
    ),
    "orthogonal": (*SEEDED, {"gain": 0.5}, {"gain": 2, "seed": 5}),
    "identity": ({}, {"gain": 2.5}),
    **dict.fromkeys(
        ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal"),
        SEEDED,
    ),
}
SHAPES: tuple[Any, ...] = ([4, 3], [3, 4], [2, 2, 3], [5], [])


def test_every_argument_is_tried() -> None:
    """The arguments above are those of the language, every one of them."""
    tried = {name: {each for given in every for each in given} for name, every in ARGUMENTS.items()}
    assert tried == {name: set(signature.arguments) for name, signature in INITIALIZERS.items()}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_initializer(name: str, scopecli: Scopecli) -> None:
    """With every argument, in every shape, an initializer gives exactly the values of plain TF1."""
    forms = [name, f"{name}_initializer", *({name: given} for given in ARGUMENTS[name])]
    main = INITIALIZERS[name].main
    forms += [{name: given[main]} for given in ARGUMENTS[name] if main in given]
    steps = [
        {"get_variable": f"w{number}_{len(shape)}", "shape": shape, "initializer": form}
        for number, form in enumerate(forms)
        for shape in SHAPES
    ]
    steps += [
        {"get_variable": f"{dtype}_{number}", "shape": [4, 3], "initializer": form, "dtype": dtype}
        for number, form in enumerate(forms)
        for dtype in ("float64", "bfloat16")
    ]
    calls = both_ways({"seed": 11, "steps": steps}, scopecli)["calls"]
    assert any(call["value"] for call in calls)


@pytest.mark.parametrize("seed", [0, 1, 2**31 - 1])
def test_the_graphs_seed(seed: int, scopecli: Scopecli) -> None:
    """The graph's seed gives the values that it gives in plain TF1, and other seeds give others."""
    steps: list[dict[str, Any]] = [{"get_variable": f"w{number}", "shape": [3]} for number in range(3)]
    steps += [{"get_variable": "again", "shape": [3], "initializer": {"random_normal": {"seed": seed}}}]
    first, *others = (call["value"] for call in both_ways({"seed": seed, "steps": steps}, scopecli)["calls"])
    assert first not in others


def test_the_language_has_every_dtype() -> None:
    """Every dtype that this TensorFlow can be asked for by name is one of the language."""
    known = {value.name for value in vars(tf.dtypes).values() if isinstance(value, tf.DType)}
    assert {name.removesuffix("_ref") for name in known} <= DTYPES


@pytest.mark.parametrize("dtype", sorted(DTYPES))
def test_dtype(dtype: str, scopecli: Scopecli) -> None:
    """A variable of any dtype is made, refused, or fails in the session, as in plain TF1."""
    for use_resource in (False, True):
        for given in ({}, {"initializer": "ones"}, {"initializer": {"value": [1, 2]}, "shape": None}):
            step = {"get_variable": "w", "shape": [2], "dtype": dtype, **given}
            both_ways({"seed": 1, "use_resource": use_resource, "steps": [step]}, scopecli)


LITERALS: tuple[Any, ...] = (
    *(0, 1, -1, 2**31, 2**40, 2**63, 300, 1.5, 1e-300, 1e300, float("inf"), float("nan"), True, "x", "é"),
    *([], [1, 2], [1, 2.5], [True, False], [True, 1], ["x", "y"], ["x", 1], [1.5, True]),
    *([[1], [2]], [[1], [2, 3]], [[]], [1, [2]], [[[1.5]]]),
)
LITERAL_DTYPES = (
    *(None, "float32", "float64", "half", "bfloat16", "int32", "int64", "uint8", "uint64", "int8"),
    *("bool", "string", "complex64", "complex128", "qint8"),
)


@pytest.mark.parametrize("literal", LITERALS, ids=repr)
def test_literal(literal: Any, scopecli: Scopecli) -> None:
    """A literal takes on the call's dtype, or is refused, as in plain TF1."""
    steps: list[dict[str, Any]] = []
    for number, dtype in enumerate(LITERAL_DTYPES):
        given = {} if dtype is None else {"dtype": dtype}
        value = {"value": literal}
        steps += [
            {"get_variable": f"a{number}", "initializer": value, **given},
            {"get_local_variable": f"b{number}", "initializer": value, **given, "use_resource": True},
            {"get_variable": f"c{number}", "initializer": value, "shape": [2], **given},
            {"get_variable": f"d{number}", "initializer": {"constant": literal}, "shape": [2], **given},
            {"Variable": f"e{number}", "initial_value": value, **given},
            {
                "variable_scope": f"s{number}",
                "initializer": value,
                **given,
                "steps": [{"get_variable": "f"}, {"get_variable": "g", "shape": [2]}],
            },
        ]
    both_ways({"seed": 1, "steps": steps}, scopecli)
