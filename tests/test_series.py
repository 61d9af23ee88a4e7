"""`list --step all`, and `diff --steps`: the checkpoints of a directory, from step to step."""

import csv
import json
import tracemalloc
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saved import save
from support import Scopecli

STEPS = (5, 20, 100)
FOLLOW = ("--step", "all", "--stats")


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Return a directory in which something becomes of each variable, and nothing of one."""
    for step in STEPS:
        tensors: dict[str, Any] = {
            "net/kernel": np.full((2, 3), step, np.float32),
            "net/frozen": np.array([1.0, np.nan], np.float32),
            "net/bias": np.array([1.0, np.nan if step == 100 else 2.0]),
            "text": np.array([f"step {step}".encode()]),
            "global_step": np.int64(step),
        }
        if step >= 20:
            tensors["net/late"] = np.zeros(step, np.float32)
        if step <= 20:
            tensors["net/gone"] = np.array([1, step], ml_dtypes.bfloat16)
        save(tmp_path / "logs" / f"model.ckpt-{step}", tensors)
    return tmp_path / "logs"


def rows_of(result: Any) -> list[dict[str, str]]:
    """Return the rows of CSV, and that all went well."""
    assert (result.stderr, result.exit_code) == ("", 0)
    return list(csv.DictReader(result.stdout.splitlines()))


def test_a_column_a_step(logs: Path, scopecli: Scopecli) -> None:
    """On a terminal there is a row a variable and a column a step: the norm, and the change under it."""
    result = scopecli("list", logs, *FOLLOW, "-f", "table")
    assert [line.rstrip() for line in result.stdout.splitlines()] == [
        f"{logs}  3 steps: at each step the L2 norm, and under it that of the change since the step before",
        "name         shape       5       20     100  notes",
        "global_step  ()          5       20     100",
        "                              by 15   by 80",
        "net/bias     (2,)    2.236    2.236       1  first NaN at step 100",
        "                               by 0    by 0",
        "net/frozen   (2,)        1        1       1  first NaN at step 5",
        "                                             never changed",
        "net/gone     (2,)    5.099    20.02       -  last at step 20",
        "                              by 15",
        "net/kernel   (2, 3)  12.25    48.99   244.9",
        "                            by 36.7  by 196",
        "net/late     (100,)      -        0       0  first at step 20",
        "                                             of shape (100,) from step 100 on",
        "text         (1,)        -        -       -",
        "7 variables",
    ]


def test_narrow(logs: Path, scopecli: Scopecli) -> None:
    """Where there is no room, the shape and the steps between go first, and are told."""
    for step in range(200, 2000, 100):
        save(logs / f"model.ckpt-{step}", {"net/kernel": np.full((2, 3), step, np.float32)})
    result = scopecli("list", logs, *FOLLOW, "--match", "*kernel", "-f", "table", "--width", "80")
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[2].split()[:2] == ["name", "5"]
    assert lines[2].split()[-1] == "1900"
    assert "left out for want of room: shape, 11 steps; `-f csv` has all" in lines
    assert len(rows_of(scopecli("list", logs, *FOLLOW, "--match", "*kernel", "-f", "csv"))) == 21


def test_long_form(logs: Path, scopecli: Scopecli) -> None:
    """CSV and JSON have a row a variable and step, with all statistics; JSON also what is to be known."""
    rows = rows_of(scopecli("list", logs, *FOLLOW, "--match", "net/*", "-f", "csv"))
    assert [(row["step"], row["name"]) for row in rows[:3]] == [(str(step), "net/bias") for step in STEPS]
    assert rows[2] | {"nan": "1", "flags": "NaN", "change": "0.0", "l2": "1.0"} == rows[2]
    found = json.loads(scopecli("list", logs, *FOLLOW, "-f", "json").stdout)
    assert (found["steps"], found["source"]) == ([*STEPS], {"kind": "checkpoint", "path": str(logs)})
    kernel = [point for point in found["points"] if point["name"] == "net/kernel"]
    assert [point["change"] for point in kernel] == [None, *map(pytest.approx, (6**0.5 * 15, 6**0.5 * 80))]
    notes = {row["name"]: row["notes"] for row in found["notes"]}
    assert notes["net/frozen"] == ["first NaN at step 5", "never changed"]
    assert notes["net/gone"] == ["last at step 20"]
    lines = scopecli("list", logs, *FOLLOW, "-f", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == found["points"]
    plain = scopecli("list", logs, *FOLLOW, "--match", "global_step").stdout
    assert (
        plain
        == "5\tglobal_step\t5.0\t-\t-\n20\tglobal_step\t20.0\t15.0\t-\n100\tglobal_step\t100.0\t80.0\t-\n"
    )
    markdown = scopecli("list", logs, *FOLLOW, "--match", "net/frozen", "-f", "markdown").stdout
    assert "| `net/frozen` | `(2,)` | `1` | `1` | `1` | `first NaN at step 5, never changed` |" in markdown


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from(["float32", "float64", "bfloat16", "int8", "bool", "complex64"]),
    size=st.sampled_from([0, 1, 7, 70_000]),
    still=st.booleans(),
)
def test_the_change_is_what_numpy_says(  # noqa: PLR0913 - what is drawn
    seed: int, dtype: str, size: int, scopecli: Scopecli, tmp_path: Path, *, still: bool
) -> None:
    """The change is the norm of the difference in double precision, over what is finite on both sides."""
    chance = np.random.default_rng(seed)
    elements = np.dtype(getattr(ml_dtypes, dtype, dtype))
    old, new = (chance.normal(size=size).astype(elements) for _ in range(2))
    if elements.kind in "fc" and size:
        old[chance.integers(size)], new[chance.integers(size)] = np.nan, np.inf
    new = old if still else new
    for step, array in ((1, old), (2, new)):
        save(tmp_path / f"m-{step}", {"w": tf.constant(array)})
    wide = [array.astype("complex128" if elements.kind == "c" else "float64") for array in (old, new)]
    both = np.isfinite(wide[0]) & np.isfinite(wide[1])
    expected = np.linalg.norm((wide[1] - wide[0])[both])
    row = rows_of(scopecli("list", tmp_path, *FOLLOW, "-f", "csv"))[1]
    assert float(row["change"]) == pytest.approx(expected, rel=1e-12)
    notes = json.loads(scopecli("list", tmp_path, *FOLLOW, "-f", "json").stdout)["notes"]
    is_same = np.array_equal(wide[0], wide[1], equal_nan=True)
    assert ("never changed" in str(notes)) == is_same


@pytest.mark.parametrize("size", [1e-200, 1e200, 1e308])
def test_changes_that_are_extreme(size: float, scopecli: Scopecli, tmp_path: Path) -> None:
    """A change is told where its square is no number, and in JSON also where it is none itself."""
    for step, value in ((1, -size), (2, size)):
        save(tmp_path / f"m-{step}", {"w": np.array([value, 0.0])})
    points = json.loads(scopecli("list", tmp_path, *FOLLOW, "-f", "json").stdout)["points"]
    assert points[1]["change"] == ("Infinity" if size == 1e308 else pytest.approx(2 * size))
    assert "never changed" not in scopecli("list", tmp_path, *FOLLOW, "-f", "table").stdout


def test_a_step_that_is_damaged(logs: Path, scopecli: Scopecli) -> None:
    """Of a step whose data are damaged the others are followed; what is missing is told, with status 2."""
    data = logs / "model.ckpt-20.data-00000-of-00001"
    data.write_bytes(bytes(data.stat().st_size))
    result = scopecli("list", logs, *FOLLOW, "--match", "net/kernel", "-f", "csv")
    assert result.exit_code == 2
    assert "'net/kernel' is damaged" in result.stderr
    assert "the values of 2 of 3 tensors were read" in result.stderr
    rows = list(csv.DictReader(result.stdout.splitlines()))
    assert [row["l2"] == "" for row in rows] == [False, True, False]
    assert float(rows[2]["change"]) == pytest.approx(6**0.5 * 95)  # since the last step that could be read
    (logs / "model.ckpt-20.index").write_bytes(b"damaged")
    result = scopecli("list", logs, *FOLLOW, "--match", "net/kernel", "-f", "csv")
    assert result.exit_code == 2
    assert f"{logs}/model.ckpt-20.index: error: the index is damaged" in result.stderr
    assert [row["step"] for row in csv.DictReader(result.stdout.splitlines())] == ["5", "100"]


def test_memory(scopecli: Scopecli, tmp_path: Path) -> None:
    """However many steps and variables there are, two values are in memory."""
    size = 2**20
    for step in range(4):
        save(tmp_path / f"m-{step}", {f"w{number}": np.full(size, step, np.float32) for number in range(4)})
    tracemalloc.start()
    assert len(rows_of(scopecli("list", tmp_path, *FOLLOW, "-f", "csv"))) == 16
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * 4 * size


def test_what_has_no_steps(logs: Path, scopecli: Scopecli) -> None:
    """What is no directory of checkpoints with steps is told, beside those that are."""
    result = scopecli("list", logs / "model.ckpt-5", *FOLLOW)
    assert "it is no directory of checkpoints with steps, such as model.ckpt-100 [SC652]" in result.stderr
    assert result.exit_code == 2
    both = scopecli("list", logs, "scenarios/gan.yaml", *FOLLOW, "--match", "text")
    assert both.stdout.startswith("5\ttext\t")
    assert both.exit_code == 2
    nothing = scopecli("list", logs, *FOLLOW, "--match", "kernel")
    assert 'globs are of whole names: "*kernel*"' in nothing.stderr
    assert nothing.exit_code == 1


def test_several_directories(logs: Path, scopecli: Scopecli) -> None:
    """Of several directories each row begins with its own."""
    rows = rows_of(scopecli("list", logs, logs, *FOLLOW, "--match", "global_step", "-f", "csv"))
    assert [row["source"] for row in rows] == [str(logs)] * 6
    assert len(json.loads(scopecli("list", logs, logs, *FOLLOW, "-f", "json").stdout)) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--step", "all"), "--step all follows the values of variables: add --stats"),
        ((*FOLLOW, "--columns", "name"), "--columns has no meaning with --step all"),
        ((*FOLLOW, "--values", "full"), "--values has no meaning with --step all"),
        ((*FOLLOW, "-f", "tf"), "--step all has no meaning with the format tf"),
        (("--step", "every"), "'every' is no step: give a number, or `all`"),
    ],
)
def test_options_without_meaning(options: tuple[str, ...], said: str, logs: Path, scopecli: Scopecli) -> None:
    """What says nothing of a series is refused."""
    result = scopecli("list", logs, *options)
    assert said in result.stderr
    assert (result.stdout, result.exit_code) == ("", 2)


# diff --steps


def test_two_steps_are_compared(logs: Path, scopecli: Scopecli) -> None:
    """`--steps M:N` compares two steps of a directory as two checkpoints are compared."""
    by_steps = scopecli("diff", logs, "--steps", "5:20", "--values")
    by_paths = scopecli("diff", logs / "model.ckpt-5", logs / "model.ckpt-20", "--values")
    assert by_steps.stdout == by_paths.stdout != ""
    assert by_steps.exit_code == by_paths.exit_code == 1
    assert scopecli("diff", logs, "--steps", "5:5", "--values").exit_code == 0
    assert "there is no checkpoint of step 6" in scopecli("diff", logs, "--steps", "5:6").stderr


def test_steps_that_are_none(logs: Path, scopecli: Scopecli) -> None:
    """Steps stand in the place of B, as two numbers, of what has steps."""
    for arguments, said in (
        ((logs,), "compare A with another source, B, or --steps M:N of A"),
        ((logs, logs, "--steps", "5:20"), "--steps compares two steps of A: leave out B"),
        ((logs, "--steps", "5"), "'5' is not of the form M:N, such as 100:200"),
        (("scenarios/gan.yaml", "--steps", "5:20"), "it has no steps to choose from"),
    ):
        result = scopecli("diff", *arguments)
        assert said in result.stderr
        assert (result.stdout, result.exit_code) == ("", 2)
