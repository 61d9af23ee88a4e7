"""What `convert` writes is what was asked for: chosen, renamed, like another; what can't be is refused."""

import json
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
import tensorflow.compat.v1 as tf
from saved import save, told_by_tensorflow
from support import Scopecli

VALUES = {
    "old/kernel": np.arange(6, dtype="f4").reshape(2, 3),
    "old/bias": np.arange(3, dtype="f4"),
    "old/kernel/Adam": np.zeros((2, 3), "f4"),
    "old/bn/moving_mean": np.ones(3, "f4"),
    "global_step": np.int64(7),
}

GRAPH = """
steps:
  - variable_scope: new
    steps:
      - {get_variable: bias, shape: [3]}
      - {get_variable: kernel, shape: [2, 3]}
"""


@pytest.fixture
def source(tmp_path: Path) -> str:
    """Return a checkpoint of a layer, with what its optimizer keeps."""
    return save(tmp_path / "model.ckpt", VALUES)


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """Return a scenario of the same layer in another scope."""
    (tmp_path / "graph.yaml").write_text(GRAPH)
    return tmp_path / "graph.yaml"


def names(path: Path) -> list[str]:
    """Return the names in a file of safetensors, in the order of its header."""
    data = path.read_bytes()
    return list(json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")]))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), (list(VALUES), "5 variables, 80 B")),
        (("--scope", "old"), (list(VALUES)[:4], "4 of 5 variables, 72 B of 80 B; 1 step left out")),
        (
            ("--role", "weight,statistic"),
            (
                ["old/kernel", "old/bias", "old/bn/moving_mean"],
                "3 of 5 variables, 48 B of 80 B; 1 optimizer slot, 1 step left out",
            ),
        ),
        (
            ("--match", "old/*", "--exclude", "*/Adam", "--exclude", "*/bn/*"),
            (
                ["old/kernel", "old/bias"],
                "2 of 5 variables, 36 B of 80 B; 1 optimizer slot, 1 batch statistic, 1 step left out",
            ),
        ),
    ],
)
def test_filters(
    options: tuple[str, ...], expected: tuple[list[str], str], source: str, scopecli: Scopecli, tmp_path: Path
) -> None:
    """The filters of `list` choose, and the last line says of how much."""
    chosen, told = expected
    result = scopecli("convert", source, tmp_path / "out.safetensors", *options)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{told}\n", "")
    assert names(tmp_path / "out.safetensors") == sorted(chosen)


def test_rules(source: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Of several rules the first that matches a whole name counts, as in `diff`."""
    rules = ("--map", r"old/(ker.*)=a/\1", "--map", r"old/(?P<rest>.*)=b/\g<rest>")
    assert scopecli("convert", source, tmp_path / "new.ckpt", *rules).exit_code == 0
    found = told_by_tensorflow(str(tmp_path / "new.ckpt"))
    expected = told_by_tensorflow(source)
    assert found == {
        name.replace("old/ker", "a/ker").replace("old/", "b/"): value for name, value in expected.items()
    }
    assert scopecli("diff", source, tmp_path / "new.ckpt", *rules, "--values", "-q").exit_code == 0


def test_a_rule_with_other_letters(source: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """A name may have any letters, also beside what a group matched; so it may for `diff`."""
    rule = ("--map", r"(?:old|öld)/(.*)=größe/😀\1")
    assert scopecli("convert", source, tmp_path / "new.ckpt", *rule, "--match", "*/bias").exit_code == 0
    assert set(told_by_tensorflow(str(tmp_path / "new.ckpt"))) == {"größe/😀bias"}
    compared = scopecli("diff", source, tmp_path / "new.ckpt", *rule, "--match", "*bias", "-q")
    assert compared.exit_code == 0


def test_a_map_of_diff(source: str, graph: Path, scopecli: Scopecli, tmp_path: Path) -> None:
    """Both files that `diff` emits say what the names of B are called in A."""
    for emitted in ("assignment-map", "json"):
        found = scopecli("diff", graph, source, "--emit", emitted).stdout
        (tmp_path / "map").write_text(found)
        options = ("--map-file", tmp_path / "map", "--like", graph, "--force")
        result = scopecli("convert", source, tmp_path / "new.ckpt", *options)
        assert (result.exit_code, result.stderr) == (0, "")
        assert set(told_by_tensorflow(str(tmp_path / "new.ckpt"))) == {"new/kernel", "new/bias"}
        assert scopecli("diff", graph, tmp_path / "new.ckpt", "-q").exit_code == 0


def test_a_tensor_for_several(scopecli: Scopecli, tmp_path: Path) -> None:
    """A map that is a list of pairs may give one tensor to several variables."""
    source = save(tmp_path / "model.ckpt", {"both/w": np.arange(3)})
    (tmp_path / "map.py").write_text("[('both/w', 'left/w'), ('both/w', 'right/w')]\n# a comment\n")
    for option in ("--link", "--join"):
        result = scopecli(
            "convert", source, tmp_path / "new.ckpt", "--map-file", tmp_path / "map.py", option, "--force"
        )
        assert result.stdout.endswith("1 variable, 24 B, as 48 B\n")
        found = told_by_tensorflow(str(tmp_path / "new.ckpt"))
        assert set(found) == {"left/w", "right/w"}
        assert found["left/w"] == found["right/w"] == told_by_tensorflow(source)["both/w"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{'old/kernel': __import__('os').getcwd()}", "it has something else than names"),
        ("{'old/kernel': 3}", "it has something else than names"),
        ("'old/kernel'", "it is no dict, and no list of pairs"),
        ("[('old/kernel',)]", "it is no dict, and no list of pairs"),
        ("{'old/kernel': 'w'", "it is no map of names: '{' was never closed"),
        ("(" * 100_000, "it is no map of names: "),
        ("-" * 1_000_000 + "1", "it is no map of names: "),
        ("\x00", "it is no map of names: "),
        ("", "it is no map of names: "),
        ('{"schema_version": 2, "renames": [', "this is no JSON: "),
        ('{"schema_version": 2}', "it tells no renames"),
        ('{"schema_version": 2, "renames": [[]]}', "it tells no renames"),
        (
            '{"schema_version": 2, "renames": [{"a": 1, "b": 2, "is_sure": true}]}',
            "something else than names",
        ),
        (
            '{"schema_version": 2, "renames": [{"a": "x", "b": "old/bias", "is_sure": false}]}',
            '1 of its renames are not sure: "old/bias" to "x"',
        ),
    ],
)
def test_maps_that_are_none(text: str, told: str, source: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """A file is data: what is no map of names is refused in one line, and nothing of it is run."""
    (tmp_path / "map").write_text(text)
    result = scopecli("convert", source, tmp_path / "new.ckpt", "--map-file", tmp_path / "map")
    assert (result.exit_code, told in result.stderr, "[SC668]" in result.stderr) == (2, True, True)
    assert not list(tmp_path.glob("new*"))


@pytest.mark.parametrize("kind", ["graph", "report", "checkpoint", "safetensors"])
def test_like(kind: str, source: str, graph: Path, scopecli: Scopecli, tmp_path: Path) -> None:
    """Another source says which variables are written, and in which order."""
    like = graph
    if kind == "report":
        like = tmp_path / "report.json"
        scopecli("run", graph, "-f", "json", "-o", like)
    elif kind == "checkpoint":
        like = Path(
            save(
                tmp_path / "like.ckpt", {"new/bias": np.zeros(3, "f4"), "new/kernel": np.zeros((2, 3), "f4")}
            )
        )
    elif kind == "safetensors":
        like = tmp_path / "like.safetensors"
        safetensors.numpy.save_file(
            {"new/bias": np.zeros(3, "f4"), "new/kernel": np.zeros((2, 3), "f4")}, like
        )
    result = scopecli(
        "convert", source, tmp_path / "new.safetensors", "--map", r"old/(.*)=new/\1", "--like", like
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert names(tmp_path / "new.safetensors") == ["new/bias", "new/kernel"]
    assert result.stdout.startswith("2 of 5 variables, 36 B of 80 B; ")


def test_like_a_partitioned_graph(scopecli: Scopecli, tmp_path: Path) -> None:
    """The parts of a variable are one: a `Saver` restores it into them."""
    source = save(tmp_path / "model.ckpt", {"w": np.ones((10, 3), "f4"), "v": np.ones(1)})
    with tf.Graph().as_default():
        tf.get_variable("w", (10, 3), partitioner=tf.fixed_size_partitioner(2, 0))
        tf.train.export_meta_graph(str(tmp_path / "graph.meta"))
        result = scopecli("convert", source, tmp_path / "new.ckpt", "--like", tmp_path / "graph.meta")
        assert result.stdout == "1 of 2 variables, 120 B of 128 B; 1 weight left out\n"
        with tf.Session() as running:
            tf.train.Saver().restore(running, str(tmp_path / "new.ckpt"))


def test_not_like_another(source: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """What is missing, of another shape or of another dtype is told, all of it, and nothing is written."""
    other = {
        "old/kernel": np.zeros((3, 2), "f4"),
        "old/bias": tf.zeros([3], tf.bfloat16),
        "global_step": np.int32(0),
        "more": np.zeros(1),
    }
    like = save(tmp_path / "like.ckpt", other)
    result = scopecli("convert", source, tmp_path / "new.ckpt", "--like", like)
    assert [line for line in result.stderr.splitlines() if "error" in line] == [
        f"{source}: error: 'global_step' is of int64, and of int32 there [SC664]",
        f"{source}: error: 'more' (1,) float64 is missing [SC664]",
        f"{source}: error: 'old/bias' is of float32, and of bfloat16 there [SC664]",
        f"{source}: error: 'old/kernel' is of shape (2, 3), and of (3, 2) there [SC664]",
    ]
    assert "help: `--cast float32=bfloat16` makes it so\n" in result.stderr
    assert (result.exit_code, list(tmp_path.glob("new*"))) == (2, [])


def test_a_dry_run(source: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """It shows what would be written, refuses what would be refused, and writes nothing."""
    before = sorted(tmp_path.iterdir())
    options = ("--role", "weight", "--map", r"old/(.*)=new/\1", "--cast", "float32=bfloat16", "--dry-run")
    table = scopecli("convert", source, tmp_path / "new.ckpt", *options, "-f", "table").stdout
    assert table.splitlines() == [
        "name        becomes     shape   dtype                bytes",
        "old/bias    new/bias    (3,)    float32 -> bfloat16      6",
        "old/kernel  new/kernel  (2, 3)  float32 -> bfloat16     12",
        "2 of 5 variables, 36 B of 80 B, as 18 B; 1 optimizer slot, 1 batch statistic, 1 step left out",
    ]
    plain = scopecli("convert", source, tmp_path / "new.ckpt", *options).stdout
    assert plain == "old/bias\tnew/bias\t(3,)\tbfloat16\t6\nold/kernel\tnew/kernel\t(2, 3)\tbfloat16\t12\n"
    found = json.loads(scopecli("convert", source, tmp_path / "new.ckpt", *options, "--json").stdout)
    assert (found["written"], found["totals"]["variables"], found["totals"]["of"]["variables"]) == (
        False,
        2,
        5,
    )
    assert found["left_out"] == {"slot": 1, "statistic": 1, "step": 1}
    assert found["variables"][0]["new_dtype"] == "bfloat16"
    assert scopecli("convert", source, source, "--dry-run").exit_code == 2
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "options", "code", "told"),
    [
        ("new.ckpt", ("--map", ".*/kernel=w"), "", ""),
        ("new.ckpt", ("--map", "old/.*=w"), "SC661", "4 variables would be called 'w': 'old/bias', 'old/bn/"),
        ("new.ckpt", ("--map", "kernel=w"), "SC662", "`--map kernel=…` renames no variable"),
        ("new.ckpt", ("--map", "old/.*=w", "--map", "old/bias=v"), "SC662", "`--map old/bias=…` renames no"),
        ("new.ckpt", ("--cast", "float64=float32"), "SC662", "`--cast` finds no variable of float64"),
        ("new.ckpt", ("--cast", "int64=float32"), "SC662", "only floats are cast, and int64 is none"),
        ("new.ckpt", ("--cast", "flaot32=float64"), "SC662", '"flaot32" is no dtype of TensorFlow\'s'),
        ("new.ckpt", ("--cast", "float32=int8"), "SC204", "floats are cast to one of bfloat16, float16"),
        ("new.ckpt", ("--cast", "float32"), "SC204", "'float32' is not of the form OLD=NEW"),
        ("new.ckpt", ("--match", "kernel"), "SC656", 'no full name matches "kernel"'),
        ("new.ckpt", ("--map", "global_step="), "SC663", "can't hold a variable called '': it is empty"),
        ("new.npz", ("--map", "global_step=a.npy"), "SC663", "numpy takes .npy for the ending of its own"),
        ("new.safetensors", ("--map", "global_step=__metadata__"), "SC663", "the format has it for itself"),
        (
            "new.npz",
            ("--cast", "float32=bfloat16"),
            "SC663",
            "npz can't hold bfloat16, which 'old/bias', 'old",
        ),
        ("new.npz", ("--link",), "SC204", "--link is for the data files of a checkpoint, which npz has not"),
        ("new.npz", ("--shards", "2"), "SC204", "--shards is for the data files of a checkpoint"),
        ("new.ckpt.h5", (), "SC204", "nothing that is written ends in .h5"),
        ("new.h5", (), "SC204", "nothing that is written ends in .h5; convert writes a checkpoint ("),
        ("new.ckpt.index", (), "SC204", "is a file of a checkpoint; a checkpoint is named by its prefix: "),
        ("", (), "SC204", "is a folder; name the checkpoint in it, such as "),
        ("none/new.ckpt", (), "SC204", "there is no folder "),
        ("checkpoint", (), "SC204", "a file checkpoint is where TensorFlow keeps which"),
        ("new.ckpt", ("--plan", "x", "--map", "a=b"), "SC204", "--plan says all names and casts: leave out"),
        ("new.ckpt", ("--step", "9"), "SC601", "there is no checkpoint of this name: no file model.ckpt-9"),
    ],
)
def test_refusals(  # noqa: PLR0913 - what is varied, and the fixtures
    name: str,
    options: tuple[str, ...],
    code: str,
    told: str,
    *,
    source: str,
    scopecli: Scopecli,
    tmp_path: Path,
) -> None:
    """What can't be done is refused by name before a byte is written."""
    before = sorted(tmp_path.iterdir())
    result = scopecli("convert", source, tmp_path / name, *options)
    if not code:
        assert result.exit_code == 0
        return
    assert (result.exit_code, told in result.stderr, f"[{code}]" in result.stderr) == (2, True, True)
    assert (sorted(tmp_path.iterdir()), result.stdout) == (before, "")


def test_strings_and_small_integers(scopecli: Scopecli, tmp_path: Path) -> None:
    """What a format can't hold is told by its dtype and names, with what to do."""
    many = {f"w{number}": tf.constant(np.zeros(1, ml_dtypes.int4)) for number in range(9)}
    source = save(
        tmp_path / "model.ckpt", {"text": tf.constant("a"), "half": tf.zeros([1], tf.bfloat16), **many}
    )
    result = scopecli("convert", source, tmp_path / "new.npz")
    others = "leave out what is of it with `--exclude`, or write a checkpoint, which holds all"
    assert result.stderr.splitlines() == [
        f"{source}: error: npz can't hold bfloat16, which 'half' is [SC663]",
        f"help: `--cast bfloat16=float32`, or {others}",
        f"{source}: error: npz can't hold string, which 'text' is [SC663]",
        f"help: {others}",
        f"{source}: error: npz can't hold int4, which 'w0', 'w1', 'w2', 'w3', 'w4' and 4 more are [SC663]",
        f"help: {others}",
    ]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_a_cast_that_loses_a_value(dtype: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """A finite value that would become infinite is told, and nothing is left; infinite ones stay."""
    source = save(
        tmp_path / "model.ckpt", {"fine": np.float64([np.inf, np.nan, 1]), "w": np.float64([1, 1e300])}
    )
    result = scopecli("convert", source, tmp_path / "new.npz", "--cast", "float64=float32")
    assert f"{source}: error: 'w' has 1e+300, which is too large for float32 [SC667]" in result.stderr
    result = scopecli("convert", source, tmp_path / "new.ckpt", "--cast", f"float64={dtype}")
    assert f"{source}: error: 'w' has 1e+300, which is too large for {dtype} [SC667]" in result.stderr
    assert (result.exit_code, list(tmp_path.glob("new*")), list(tmp_path.glob(".*"))) == (2, [], [])
    options = ("--cast", f"float64={dtype}", "--match", "fine")
    assert scopecli("convert", source, tmp_path / "new.ckpt", *options).exit_code == 0


def test_a_cast_has_its_own_bound(scopecli: Scopecli, tmp_path: Path) -> None:
    """The largest float of the other dtype is cast, and the next one is not."""
    for value, status in ((65504.0, 0), (65519.0, 0), (65520.0, 2)):
        source = save(tmp_path / "model.ckpt", {"w": np.float32([value])})
        result = scopecli("convert", source, tmp_path / "new.ckpt", "--cast", "float32=float16", "--force")
        assert result.exit_code == status


def test_slices_that_are_no_whole(scopecli: Scopecli, tmp_path: Path) -> None:
    """They are kept as they are, and refused where there would have to be a whole."""
    source = str(tmp_path / "model.ckpt")
    tf.raw_ops.SaveV2(prefix=source, tensor_names=["w"], shape_and_slices=["8 2,4"], tensors=[tf.ones([4])])
    assert scopecli("convert", source, tmp_path / "new.ckpt").exit_code == 0
    assert Path(f"{source}.index").read_bytes() == (tmp_path / "new.ckpt.index").read_bytes()
    for options in (("new.npz",), ("again.ckpt", "--join")):
        result = scopecli("convert", source, tmp_path / options[0], *options[1:])
        assert "the slices of 'w' leave some of it out: there is no whole of it [SC663]" in result.stderr
        assert result.exit_code == 2


@pytest.mark.parametrize("kind", ["scenario", "report", "graph"])
def test_sources_without_values(kind: str, graph: Path, scopecli: Scopecli, tmp_path: Path) -> None:
    """They are told, by what they are."""
    source = graph
    if kind == "report":
        source = tmp_path / "report.json"
        scopecli("run", graph, "-f", "json", "--values", "full", "-o", source)
    elif kind == "graph":
        with tf.Graph().as_default():
            tf.get_variable("w", [2])
            tf.train.export_meta_graph(str(tmp_path / "graph.meta"))
        source = tmp_path / "graph.meta"
    result = scopecli("convert", source, tmp_path / "new.ckpt")
    assert (result.exit_code, "[SC653]" in result.stderr) == (2, True)


def test_data_that_is_gone(source: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """A data file that is missing or cut is told before anything is written, if it is needed."""
    data = Path(f"{source}.data-00000-of-00001")
    data.write_bytes(data.read_bytes()[:70])
    for option in ("--link", "--join"):
        result = scopecli("convert", source, tmp_path / "new.ckpt", option)
        assert (result.exit_code, "the file ends after 70 bytes" in result.stderr) == (2, True)
    assert scopecli("convert", source, tmp_path / "new.ckpt", "--match", "*/kernel").exit_code == 0
    data.unlink()
    result = scopecli("convert", source, tmp_path / "again.ckpt")
    assert (result.exit_code, "No such file or directory [SC601]" in result.stderr) == (2, True)
    assert not list(tmp_path.glob("again*"))


def test_a_plan(source: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """What a plan says is written, and `diff` finds nothing that it does not account for."""
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "- {from: old/kernel, to: weight, transpose: [1, 0]}\n"
        "- {from: old/bias, to: bias, cast: float16}\n"
        "- {from: old/bias, to: again}\n"
        "- {from: global_step, to: null}\n"
    )
    result = scopecli("convert", source, tmp_path / "new.safetensors", "--plan", plan)
    assert (result.exit_code, result.stderr) == (0, "")
    found = safetensors.numpy.load_file(tmp_path / "new.safetensors")
    assert names(tmp_path / "new.safetensors") == ["weight", "bias", "again"]
    assert found["weight"].tolist() == VALUES["old/kernel"].T.tolist()
    assert (found["bias"].dtype, found["bias"].tolist()) == (np.float16, [0, 1, 2])
    selected = ("--exclude", "*/Adam", "--exclude", "*/bn/*")
    compared = scopecli(
        "diff", source, tmp_path / "new.safetensors", "--plan", plan, "--values", "-q", *selected
    )
    assert compared.exit_code == 0


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{from: nothing, to: x}", "has no variable `nothing` [SC703]"),
        ("{from: old/bias, to: x, transpose: [1, 0]}", "`old/bias` has 1 axes, and `transpose` 2 [SC703]"),
        (
            "{from: global_step, to: x, cast: float32}",
            "`global_step` is of int64, and only floats are cast [SC662]",
        ),
        ("{from: old/bias, to: x, cast: int32}", "floats are cast to one of bfloat16, float16, float32"),
    ],
)
def test_plans_that_can_t_be(entry: str, told: str, source: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """What a plan says that is not so is told at its place."""
    (tmp_path / "plan.yaml").write_text(f"- {entry}\n")
    result = scopecli("convert", source, tmp_path / "new.ckpt", "--plan", tmp_path / "plan.yaml")
    assert (result.exit_code, f"{tmp_path}/plan.yaml:1:3: error: " in result.stderr) == (2, True)
    assert told in result.stderr
    assert not list(tmp_path.glob("new*"))
