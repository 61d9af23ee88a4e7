"""Sources of other libraries beside TensorFlow's: transposed kernels, names of dots, and plans."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from saved import save
from support import Scopecli

Arrays = Mapping[str, np.ndarray[Any, Any]]
TO_PYTORCH = {2: (1, 0), 3: (2, 1, 0), 4: (3, 2, 0, 1), 5: (4, 3, 0, 1, 2)}


def drawn(*shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    """Return an array of a shape in which no two elements are equal."""
    return np.random.default_rng(seed).permutation(np.prod(shape, dtype=int)).astype("f").reshape(shape)


def transposed(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a kernel as PyTorch has it."""
    return np.ascontiguousarray(array.transpose(TO_PYTORCH[array.ndim]))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """Return a function that writes a checkpoint and a safetensors file."""

    def both(tensorflow: Arrays, pytorch: Arrays) -> tuple[Path, Path]:
        save_file(dict(pytorch), tmp_path / "model.safetensors")
        return Path(save(tmp_path / "model.ckpt", tensorflow)), tmp_path / "model.safetensors"

    return both


def network() -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, np.ndarray[Any, Any]]]:
    """Return a network as a program of TensorFlow's has it, and as a module of PyTorch's."""
    here, there = {}, {}

    def add(name: str, other: str, *shape: int, is_kernel: bool = False) -> None:
        array = drawn(*shape, seed=len(here))
        here[name], there[other] = array, transposed(array) if is_kernel else array

    add("bert/embeddings/word_embeddings", "bert.embeddings.word_embeddings.weight", 9, 4)
    for layer in range(2):
        a, b = f"bert/encoder/layer_{layer}", f"bert.encoder.layer.{layer}"
        add(f"{a}/attention/query/kernel", f"{b}.attention.query.weight", 4, 4, is_kernel=True)
        add(f"{a}/attention/query/bias", f"{b}.attention.query.bias", 4)
        # The first of these has the shape of the second when it is transposed.
        add(f"{a}/intermediate/dense/kernel", f"{b}.intermediate.dense.weight", 4, 6, is_kernel=True)
        add(f"{a}/output/dense/kernel", f"{b}.output.dense.weight", 6, 4, is_kernel=True)
        add(f"{a}/output/LayerNorm/gamma", f"{b}.output.LayerNorm.weight", 4)
        add(f"{a}/output/LayerNorm/beta", f"{b}.output.LayerNorm.bias", 4)
    add("bert/pool/bn/moving_mean", "bert.pool.bn.running_mean", 4)
    add("bert/pool/bn/moving_variance", "bert.pool.bn.running_var", 4)
    add("bert/conv/kernel", "bert.conv.weight", 3, 3, 2, 5, is_kernel=True)
    return here, there


def renames_of(result: Any) -> dict[str, dict[str, Any]]:
    """Return what JSON says of renames, by A's names."""
    return {pair["a"]: pair for pair in json.loads(result.stdout)["renames"]}


def test_a_network_of_another_library(scopecli: Scopecli, write: Callable[..., Any]) -> None:
    """Every variable finds its own, kernels transposed, though others have their shapes; values prove it."""
    here, there = network()
    a, b = write(here, there)
    told = renames_of(scopecli("diff", a, b, "-f", "json", "--values"))
    assert {name: pair["b"] for name, pair in told.items()} == dict(sorted(zip(here, there, strict=True)))
    assert all(pair["is_sure"] for pair in told.values())
    kernels = {name: pair for name, pair in told.items() if name.endswith("kernel")}
    assert all(pair["equal_transposed"] for pair in kernels.values())
    assert kernels["bert/conv/kernel"]["axes"] == [3, 2, 0, 1]
    others = [pair for name, pair in told.items() if name not in kernels]
    assert all("axes" not in pair and pair["difference"] is None for pair in others)
    back = renames_of(scopecli("diff", b, a, "-f", "json", "--values"))
    assert {pair["b"]: name for name, pair in back.items()} == {
        name: pair["b"] for name, pair in told.items()
    }
    assert back["bert.conv.weight"]["axes"] == [2, 3, 1, 0]


def test_every_format_tells(scopecli: Scopecli, write: Callable[..., Any]) -> None:
    """A transposition is told in each format: as probable by shapes, and as what it is by values."""
    array = drawn(4, 6)
    a, b = write(
        {"fc/dense/kernel": array, "w": array}, {"fc.dense.weight": transposed(array), "w": array.T.copy()}
    )
    shapes = "fc/dense/kernel -> fc.dense.weight  (4, 6) -> (6, 4), "
    assert f"{shapes}perhaps transposed" in scopecli("diff", a, b, "-f", "table").stdout
    table = scopecli("diff", a, b, "-f", "table", "--values").stdout
    assert f"{shapes}equal when transposed" in table
    assert "  ! w  (4, 6) -> (6, 4), equal when transposed" in table
    assert (
        "fc/dense/kernel\t(4, 6)\tfloat32\tfc.dense.weight\tperhaps transposed"
        in scopecli("diff", a, b).stdout
    )
    plain = scopecli("diff", a, b, "--values").stdout
    assert "fc/dense/kernel\t(4, 6)\tfloat32\tfc.dense.weight\tequal when transposed" in plain
    assert "other shape\tw\t(4, 6)\t(6, 4)\tequal when transposed" in plain
    markdown = scopecli("diff", a, b, "--values", "-f", "markdown").stdout
    assert "`perhaps fc.dense.weight, equal when transposed`" in markdown
    assert "| `other shape` | `w` | `(4, 6)` | `(6, 4), equal when transposed` |" in markdown
    assert scopecli("diff", a, b, "--values").exit_code == 1


@pytest.mark.parametrize(
    "axes", [(1, 0), (2, 1, 0), (3, 2, 0, 1), (2, 3, 1, 0), (2, 3, 0, 1), (4, 3, 0, 1, 2)]
)
def test_usual_transpositions(axes: tuple[int, ...], scopecli: Scopecli, tmp_path: Path) -> None:
    """Each is found, also where several fit the shape: values tell which."""
    for shape in ((2, 3, 4, 5, 6)[: len(axes)], (3,) * len(axes)):
        array = drawn(*shape)
        np.savez(tmp_path / "a.npz", w=array)
        np.savez(tmp_path / "b.npz", w=array.transpose(axes))
        changes = json.loads(
            scopecli("diff", tmp_path / "a.npz", tmp_path / "b.npz", "--values", "-f", "json").stdout
        )
        (pair,) = changes["shapes"] or changes["values"]
        assert (pair["axes"], pair["equal_transposed"]) == (list(axes), True)


def test_what_is_no_transposition(scopecli: Scopecli, write: Callable[..., Any]) -> None:
    """Other values are told as such; of two checkpoints of TensorFlow's nothing is transposed."""
    array = drawn(4, 6)
    a, b = write({"fc/kernel": array}, {"fc.weight": transposed(array) + 1})
    plain = scopecli("diff", a, b, "--values").stdout
    assert "only in A\tfc/kernel\t(4, 6)\tfloat32\tfc.weight\tother values, also when transposed" in plain
    a, b = write({"fc/kernel": drawn(2, 3, 4)}, {"fc.weight": drawn(3, 2, 4)})  # no usual one
    assert "only in A\tfc/kernel\t(2, 3, 4)\tfloat32\t-\n" in scopecli("diff", a, b, "--values").stdout
    a, _ = write({"fc/kernel": array}, {})
    other = save(a.parent / "other.ckpt", {"fc/kernel": transposed(array)})
    assert scopecli("diff", a, other, "--values").stdout == "other shape\tfc/kernel\t(4, 6)\t(6, 4)\n"


def test_renames_have_their_values_compared(scopecli: Scopecli, tmp_path: Path) -> None:
    """Also of two checkpoints: what was probably renamed is told to be the same, or not."""
    values = {f"{name}/kernel": drawn(2, size) for size, name in enumerate("abcdef", start=2)}
    a = save(tmp_path / "a.ckpt", {f"old/{name}": array for name, array in values.items()})
    values["f/kernel"] = values["f/kernel"] + 1
    b = save(tmp_path / "b.ckpt", {f"new/{name}": array for name, array in values.items()})
    table = scopecli("diff", a, b, "--values", "-f", "table").stdout
    assert "~ old/* -> new/*  6 variables, 5 with the same values, 1 with other values" in table


def test_a_report_without_values_of_what_was_renamed(scopecli: Scopecli, tmp_path: Path) -> None:
    """A saved report may keep a summary alone: what was probably renamed is told all the same."""
    steps = "steps: [{get_variable: old/kernel, shape: [40, 50]}, {get_variable: b, initializer: [1.0]}]\n"
    (tmp_path / "model.yaml").write_text(steps, encoding="utf-8")
    scopecli("run", tmp_path / "model.yaml", "-f", "json", "-o", tmp_path / "run.json")
    saved = save(tmp_path / "m.ckpt", {"new/kernel": drawn(40, 50), "b": np.ones(1, np.float32)})
    result = scopecli("diff", tmp_path / "run.json", saved, "--values")
    assert result.stderr == ""
    assert "only in A\told/kernel\t(40, 50)\tfloat32\tnew/kernel\n" in result.stdout


# Plans


def plan_of(scopecli: Scopecli, a: Path, b: Path, *options: str) -> Path:
    """Write a plan, and return its path."""
    path = a.parent / "plan.yaml"
    path.write_text(scopecli("diff", a, b, "--emit", "plan", *options).stdout, encoding="utf-8")
    return path


def test_a_plan_is_written_and_checked(scopecli: Scopecli, write: Callable[..., Any]) -> None:
    """What is found is written, and is what the check finds: status 0, until a value is another."""
    here, there = network()
    here |= {"global_step": np.int64(7), "beta1_power": np.float32(0.5)}
    a, b = write(here, there)
    plan = plan_of(scopecli, a, b, "--values")
    assert '- {from: "global_step", to: null}  # step\n' in plan.read_text(encoding="utf-8")
    result = scopecli("diff", a, b, "--plan", plan, "--values", "-f", "table")
    assert result.exit_code == 0
    assert f"{len(there)} the same, 2 left out by the plan" in result.stdout
    there["bert.conv.weight"][4, 1, 2, 0] += 1
    write(here, there)
    result = scopecli("diff", a, b, "--plan", plan, "--values")
    assert result.exit_code == 1
    assert result.stdout.startswith("other values\tbert/conv/kernel\t")
    assert "first at [4, 1, 2, 0]" in result.stdout
    assert scopecli("diff", a, b, "--plan", plan).exit_code == 0  # shapes alone


def test_without_values_shapes_and_neighbours_tell(scopecli: Scopecli, write: Callable[..., Any]) -> None:
    """A square kernel is transposed as its neighbours are, and the plan says that this is a guess."""
    a, b = write(*network())
    plan = plan_of(scopecli, a, b)
    squares = [line for line in plan.read_text(encoding="utf-8").splitlines() if "square" in line]
    assert len(squares) == 2
    assert all("transpose: [1, 0]}  # square: transposed as its neighbours are" in line for line in squares)
    assert scopecli("diff", a, b, "--plan", plan, "--values").exit_code == 0


def test_what_is_not_sure_is_a_comment(scopecli: Scopecli, write: Callable[..., Any]) -> None:
    """Weights without a partner and other shapes are comments; once they are entries, the check holds."""
    array = drawn(4, 6)
    a, b = write(
        {"fc/kernel": array, "lost/kernel": drawn(7, 2), "w": drawn(3)},
        {"fc.weight": transposed(array), "fc.position_ids": np.arange(3), "w": drawn(4)},
    )
    plan = plan_of(scopecli, a, b)
    text = plan.read_text(encoding="utf-8")
    assert '\n- {from: "fc/kernel", to: "fc.weight", transpose: [1, 0]}\n' in text
    assert (
        '\n# - {from: "lost/kernel", to: null}  # (7, 2) float32: no variable of B was found for it\n' in text
    )
    assert '\n# - {from: null, to: "fc.position_ids"}  # (3,) int64: no variable of A was found' in text
    assert '\n# - {from: "w", to: "w"}  # (3,) is no (4,)\n' in text
    assert scopecli("diff", a, b, "--plan", plan, "--values").exit_code == 1
    entries = ["{from: fc/kernel, to: fc.weight, transpose: true}", "{from: lost/kernel, to: null}"]
    entries += ["{from: w, to: null}", "{from: null, to: w}", "{from: ~, to: fc.position_ids}"]
    plan.write_text("".join(f"- {entry}\n" for entry in entries), encoding="utf-8")
    assert scopecli("diff", a, b, "--plan", plan, "--values").exit_code == 0


def test_other_dtypes(scopecli: Scopecli, write: Callable[..., Any]) -> None:
    """What is kept with fewer bits finds its own, whatever is before its name, and the plan casts it."""
    here, there = network()
    there = {
        name.removeprefix("bert."): (array / 3).astype(ml_dtypes.bfloat16) for name, array in there.items()
    }
    a, b = write({name: array / 3 for name, array in here.items()}, there)
    found = renames_of(scopecli("diff", a, b, "-f", "json"))
    assert {name: f"bert.{pair['b']}" for name, pair in found.items()} == dict(
        sorted(zip(here, network()[1], strict=True))
    )
    plan = plan_of(scopecli, a, b, "--values")
    assert 'transpose: [3, 2, 0, 1], cast: "bfloat16"}' in plan.read_text(encoding="utf-8")
    assert scopecli("diff", a, b, "--plan", plan, "--values").exit_code == 0


def test_guesses_are_comments(scopecli: Scopecli, write: Callable[..., Any]) -> None:
    """Names that do not tell are a guess, also where values happen to be equal, as zeros are."""
    zeros = np.zeros(7, np.float32)
    a, b = write({"cls/predictions/output_bias": zeros}, {"cls.predictions.bias": zeros})
    (line,) = plan_of(scopecli, a, b, "--values").read_text(encoding="utf-8").splitlines()[5:]
    assert line == (
        '# - {from: "cls/predictions/output_bias", to: "cls.predictions.bias"}'
        "  # perhaps: the names do not tell, though the values are equal"
    )


@st.composite
def plans(draw: st.DrawFn) -> list[tuple[np.ndarray[Any, Any], tuple[int, ...] | None, str | None]]:
    """Draw arrays, each with how it is transposed and cast."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        shape = draw(st.lists(st.integers(1, 3), max_size=4))
        axes = draw(st.none() | st.permutations(range(len(shape)))) if shape else None
        cast = draw(st.none() | st.sampled_from(["bfloat16", "float16", "float64"]))
        found.append((drawn(*shape, seed=draw(st.integers(0, 99))), axes and tuple(axes), cast))
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn_plan=plans(), wrong=st.booleans())
def test_any_plan_is_what_numpy_makes(
    drawn_plan: list[Any], scopecli: Scopecli, tmp_path: Path, *, wrong: bool
) -> None:
    """Any order of axes and any cast holds if numpy makes B of A by them, and else does not."""
    made, lines = {}, []
    for number, (array, axes, cast) in enumerate(drawn_plan):
        value = np.array(array if axes is None else array.transpose(axes), order="C")
        made[f"b{number}"] = value.astype(getattr(ml_dtypes, cast, cast)) if cast else value
        entry = {"from": f"a/{number}", "to": f"b{number}", "transpose": axes, "cast": cast}
        lines.append(f"- {json.dumps({key: fact for key, fact in entry.items() if fact})}")
    if wrong:
        made["b0"] = np.array(made["b0"] + made["b0"].dtype.type(1))
    np.savez(tmp_path / "a.npz", **{f"a/{number}": array for number, (array, _, _) in enumerate(drawn_plan)})
    save_file(made, tmp_path / "b.safetensors")
    (tmp_path / "plan.yaml").write_text("\n".join(lines), encoding="utf-8")
    paths = (tmp_path / "a.npz", tmp_path / "b.safetensors")
    result = scopecli("diff", *paths, "--plan", tmp_path / "plan.yaml", "--values")
    assert (result.exit_code, result.stderr) == (int(wrong), "")


WRONG = {
    "- {from: v, to: w}": ":1:3: error: A has no variable `v`",
    "- {from: w, to: w, transpose: [1, 0]}": ":1:3: error: `w` has 1 axes, and `transpose` 2",
    "- {from: w, to: w, transpose: [1, 1]}": ":1:31: error: `transpose` must have every axis once",
    "- {from: w, to: w, transpose: 1}": ":1:31: error: `transpose` must have every axis once",
    "- {from: w, to: w, transpose: [true]}": ":1:31: error: `transpose` must have every axis once",
    "- {from: w, to: w, cast: float33}": ":1:26: error: expected a dtype of numbers, found the string",
    "- {from: w, to: w, cast: string}": ":1:26: error: expected a dtype of numbers",
    "- {from: w, too: w}": ':1:13: error: there is no key "too"',
    "- {from: null, to: ~}": ":1:3: error: it names no variable: `from` and `to` are null",
    "- {to: w}": ":1:3: error: `from` is missing",
    "- {from: [w], to: w}": ":1:10: error: expected a name, found a list",
    "- w": ':1:3: error: expected an entry, found the string "w"',
    "w: w": ":1:1: error: expected a list of entries, found a mapping",
    "- {from: w, to: a}\n- {from: w, to: a}": ':2:3: error: "a" is made twice: one variable can\'t be two',
    "- {from: w, to: a}\n- {from: w, to: ~}": ':1:3: error: "w" is left out by another entry',
    "- {from: text, to: text, cast: float32}": ":1:3: error: `text` is string, which nothing is cast from",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_plan_that_is_wrong(text: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Each problem has its place, and the status is 2."""
    np.savez(tmp_path / "a.npz", w=np.ones(2), text=np.array(["a"]))
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    result = scopecli("diff", tmp_path / "a.npz", tmp_path / "a.npz", "--plan", tmp_path / "plan.yaml")
    assert (result.stdout, result.exit_code) == ("", 2)
    assert f"{tmp_path / 'plan.yaml'}{WRONG[text]}" in result.stderr
    assert "[SC703]" in result.stderr


def test_a_graph_is_held_against_a_checkpoint(scopecli: Scopecli, tmp_path: Path) -> None:
    """By a plan all of both sides is accounted for, also where a restore would not use all of B."""
    (tmp_path / "model.yaml").write_text("steps: [{get_variable: w, shape: [2, 3]}]\n", encoding="utf-8")
    saved = save(tmp_path / "b.ckpt", {"v": drawn(3, 2), "rest": drawn(2)})
    paths = (tmp_path / "model.yaml", saved, "--plan", tmp_path / "plan.yaml")
    (tmp_path / "plan.yaml").write_text("- {from: w, to: v, transpose: [1, 0]}\n", encoding="utf-8")
    result = scopecli("diff", *paths)
    assert (result.stdout, result.exit_code) == ("only in B\trest\t(2,)\tfloat32\t-\n", 1)
    assert scopecli("diff", *paths, "--exclude", "rest").exit_code == 0
    (tmp_path / "plan.yaml").write_text("- {from: w, to: v}\n- {from: ~, to: rest}\n", encoding="utf-8")
    assert scopecli("diff", *paths).stdout == "other shape\tw\t(2, 3)\t(3, 2)\tperhaps transposed\n"
    (tmp_path / "plan.yaml").write_text("- {from: w, to: gone}\n- {from: ~, to: rest}\n", encoding="utf-8")
    assert scopecli("diff", *paths).stdout.split("\n")[:2] == [
        "only in A\tw\t(2, 3)\tfloat32\t-", "only in B\tv\t(3, 2)\tfloat32\t-",
    ]  # fmt: skip


def test_options_that_exclude_each_other(scopecli: Scopecli, tmp_path: Path) -> None:
    """A plan says names: rules beside it, and another plan out of it, are refused."""
    for options in (("--map", "a=b"), ("--emit", "plan"), ("--emit", "assignment-map")):
        result = scopecli("diff", tmp_path / "a", tmp_path / "b", "--plan", tmp_path / "plan.yaml", *options)
        assert "--plan says what A's variables are in B" in result.stderr
        assert result.exit_code == 2
