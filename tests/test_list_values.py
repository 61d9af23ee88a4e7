"""`scopecli list --stats` and `--values`: what is read of a source's values, and what is said of them."""

import csv
import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from saved import save
from support import Scopecli, Write, compare_with_file

import scopecli as library
from scopecli.analysis.selection import Selection
from scopecli.commands.engine import Engine
from scopecli.commands.list import Details, list_variables

VALUES: dict[str, Any] = {
    "layer/kernel": np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4),
    "layer/kernel/Adam": np.zeros((3, 4), "float32"),
    "same": np.full(2, 7.0),
    "broken": np.array([1, np.nan, np.inf, -np.inf], "float32"),
    "large": np.arange(2_000, dtype="int64").reshape(40, 50) % 7,
    "nothing": np.zeros((0, 3), "float32"),
    "text": np.array([b"a", b"\xff"], dtype=object),
    "global_step": np.array(12, "int64"),
}

TABLE = np.arange(10, dtype="float32").reshape(5, 2)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkpoint that TensorFlow saved, with values of several kinds."""
    path = tmp_path_factory.mktemp("saved") / "model.ckpt"
    with tf.Graph().as_default(), tf.Session() as session:
        for name, value in VALUES.items():
            tf.Variable(value, name=name, use_resource=False)
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(path), write_meta_graph=False)
    return path


def _rows(printed: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads(printed)["variables"]}


def test_statistics_are_those_of_numpy(checkpoint: Path, scopecli: Scopecli) -> None:
    """Each statistic is what numpy reckons of the finite elements."""
    rows = _rows(scopecli("list", checkpoint, "--stats", "-f", "json").stdout)
    assert rows.keys() == VALUES.keys()
    for name in ("layer/kernel", "layer/kernel/Adam", "same", "broken", "large", "global_step"):
        value = VALUES[name].astype("float64")
        finite = value[np.isfinite(value)]
        stats = rows[name]["stats"]
        assert (stats["min"], stats["max"]) == (finite.min(), finite.max())
        assert stats["mean"] == pytest.approx(finite.mean(), abs=1e-12)
        assert stats["std"] == pytest.approx(finite.std(), abs=1e-12)
        assert stats["l2"] == pytest.approx(math.sqrt((finite**2).sum()))
        assert stats["zeros"] == (value == 0).sum()
        assert stats["nan"] == np.isnan(value).sum()
        assert stats["inf"] == np.isinf(value).sum()


def test_what_is_odd_is_flagged(checkpoint: Path, scopecli: Scopecli) -> None:
    """NaN, infinities, and tensors of zeros or of one value are flagged, and nothing else is."""
    rows = _rows(scopecli("list", checkpoint, "--stats", "-f", "json").stdout)
    flags = {name: row["stats"]["flags"] for name, row in rows.items() if row["stats"]["flags"]}
    assert flags == {
        "layer/kernel/Adam": ["all zero"],
        "same": ["constant"],
        "broken": ["NaN", "Inf"],
    }


def test_values_as_json(checkpoint: Path, scopecli: Scopecli) -> None:
    """As strict JSON, a value is whole up to numpy's threshold, above it a summary, or whole if asked for."""
    rows = _rows(scopecli("list", checkpoint, "--values", "summary", "-f", "json").stdout)
    assert rows["broken"]["value"] == [1.0, "NaN", "Infinity", "-Infinity"]
    assert rows["text"]["value"] == ["a", {"base64": "/w=="}]
    assert rows["global_step"]["value"] == 12
    assert rows["nothing"]["value"] == []
    assert (rows["large"]["value"], rows["large"]["value_summary"]["max"]) == (None, 6)
    full = _rows(scopecli("list", checkpoint, "--values", "full", "--match", "large", "-f", "json").stdout)
    assert full["large"]["value"] == VALUES["large"].tolist()
    assert "value_summary" not in full["large"]


@pytest.mark.parametrize(("values", "threshold"), [("summary", 1000), ("full", 10_000)])
def test_values_as_numpy_prints_them(
    values: str, threshold: int, checkpoint: Path, scopecli: Scopecli
) -> None:
    """Under the table each value is as numpy prints it, shortened or whole."""
    result = scopecli("list", checkpoint, "--match", "l*", "--values", values, "-f", "table")
    with np.printoptions(threshold=threshold):
        for name in ("layer/kernel", "layer/kernel/Adam", "large"):
            assert f"\n{name} : {VALUES[name]}\n" in result.stdout


def test_values_on_a_line(checkpoint: Path, scopecli: Scopecli) -> None:
    """Piped, a value stands on a line with its name, every element of it if asked for."""
    line = scopecli("list", checkpoint, "--match", "large", "--values", "full").stdout
    name, value = line.rstrip("\n").split("\t")
    assert name == "large"
    assert [int(each) for each in value.replace("[", " ").replace("]", " ").split()] == VALUES[
        "large"
    ].ravel().tolist()


@pytest.mark.parametrize("width", [80, 160])
def test_a_table_of_statistics(
    width: int, checkpoint: Path, scopecli: Scopecli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table with statistics has what there is room for, and no line is longer."""
    monkeypatch.chdir(checkpoint.parent)
    result = scopecli("list", "model.ckpt", "--stats", "-f", "table", "--width", str(width))
    assert max(map(len, result.stdout.splitlines())) <= width
    compare_with_file(Path(__file__).parent / "list" / f"stats_{width}.out", result)


def test_columns_of_statistics_need_no_option(checkpoint: Path, scopecli: Scopecli) -> None:
    """A column that is of values has them read; others are left out."""
    result = scopecli("list", checkpoint, "--match", "same", "--columns", "name,max,flags,value", "-f", "csv")
    assert result.stdout == "name,max,flags,value\nsame,7.0,constant,[7. 7.]\n"


@pytest.mark.parametrize("option", ["--stats", "--values=full", "--columns=name"])
def test_the_notebook_form_takes_no_columns(option: str, checkpoint: Path, scopecli: Scopecli) -> None:
    """With the format tf there is nothing to choose or to add."""
    result = scopecli("list", checkpoint, "-f", "tf", option)
    assert result.exit_code == 2
    assert "has no meaning with the format tf" in result.stderr


def test_nothing_is_read_that_is_not_listed(checkpoint: Path, scopecli: Scopecli, tmp_path: Path) -> None:
    """Of a checkpoint without its data the index is listed, and what is missing is said."""
    index = tmp_path / "model.ckpt.index"
    index.write_bytes(checkpoint.with_name("model.ckpt.index").read_bytes())
    names = scopecli("list", checkpoint).stdout
    data = f"{tmp_path / 'model.ckpt'}.data-00000-of-00001"
    for options in ([], ["--columns", "name"], ["--stats", "--columns", "name"], ["-o", tmp_path / "names"]):
        result = scopecli("list", tmp_path / "model.ckpt", *options)
        assert result.exit_code == 2
        assert (result.stdout or (tmp_path / "names").read_text()) == names
        assert result.stderr.startswith(f"{data}: error: cannot read the file: No such file or directory")
        assert result.stderr.count("error: ") == 1
    assert scopecli("tree", tmp_path / "model.ckpt").exit_code == 2
    (told,) = library.load(tmp_path / "model.ckpt").warnings
    assert told.code == "SC601"
    assert not library.diff(checkpoint, tmp_path / "model.ckpt").different  # in names, shapes and dtypes


def test_a_damaged_tensor_does_not_hide_the_others(
    checkpoint: Path, scopecli: Scopecli, tmp_path: Path
) -> None:
    """All that can be read is listed, streamed or not; what can't is told, with how much could."""
    checkpoint = shutil.copytree(checkpoint.parent, tmp_path / "copy") / checkpoint.name
    data = checkpoint.with_name("model.ckpt.data-00000-of-00001")
    whole = scopecli("list", checkpoint, "--stats", "-f", "jsonl").stdout.splitlines()
    raw = bytearray(data.read_bytes())
    raw[raw.index(VALUES["same"].tobytes())] ^= 1
    data.write_bytes(raw)
    result = scopecli("list", checkpoint, "--stats", "-f", "jsonl")
    lines = result.stdout.splitlines()
    (changed,) = [new for old, new in zip(whole, lines, strict=True) if old != new]
    assert json.loads(changed)["name"] == "same"
    assert "stats" not in json.loads(changed)
    assert result.exit_code == 2
    assert "'same' is damaged: its bytes do not match their checksum [SC602]" in result.stderr
    assert f"help: the values of {len(lines) - 1} of {len(lines)} tensors were read" in result.stderr


def test_problems_are_complete_whatever_is_read_first(checkpoint: Path, tmp_path: Path) -> None:
    """What is wrong with the files is told once, before, while and after the rows are taken."""
    checkpoint = shutil.copytree(checkpoint.parent, tmp_path / "copy") / checkpoint.name
    data = checkpoint.with_name("model.ckpt.data-00000-of-00001")
    data.write_bytes(data.read_bytes().replace(VALUES["same"].tobytes(), bytes(VALUES["same"].nbytes)))
    paths = [str(checkpoint), str(checkpoint)]
    listed = list_variables(paths, Engine(), Selection(), Details(stats=True), iter)
    before = listed.problems
    assert ["'same' is damaged" in each.message for each in before] == [True, True]
    next(listed.rows_and_unread())
    assert listed.problems == before
    listed.listings()
    assert listed.problems == before


def test_statistics_of_complex_numbers(tmp_path: Path, scopecli: Scopecli) -> None:
    """Complex numbers have no order; what is odd about them is told like that of others."""
    values = {
        "zero": np.zeros(3, "complex64"),
        "same": np.full(3, 1 + 2j, "complex128"),
        "nan": np.array([1 + 1j, complex(np.nan, 1), complex(np.inf, 1)], "complex64"),
        "some": np.array([3, 4j, 0], "complex128"),
    }
    save(tmp_path / "c", {name: tf.constant(value) for name, value in values.items()})
    result = scopecli("list", tmp_path / "c", "--columns", "name,min,std,l2,zeros,nan,inf,flags")
    assert result.stdout.splitlines() == [
        f"nan\t-\t0.0\t{float(np.sqrt(2))!r}\t0\t1\t1\tNaN, Inf",
        f"same\t-\t0.0\t{float(np.linalg.norm(values['same']))!r}\t0\t0\t0\tconstant",
        f"some\t-\t{float(values['some'].std())!r}\t5.0\t1\t0\t0\t-",
        "zero\t-\t0.0\t0.0\t3\t0\t0\tall zero",
    ]


@pytest.fixture
def partitioned(tmp_path: Path) -> Path:
    """Return a checkpoint with a variable that was saved in slices."""
    path = tmp_path / "model.ckpt"
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("s", partitioner=tf.fixed_size_partitioner(2), use_resource=False):
            tf.get_variable("table", initializer=tf.constant(TABLE))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(path))
    return path


def test_a_variable_in_slices(partitioned: Path, scopecli: Scopecli) -> None:
    """What a checkpoint keeps in slices is one row, its slices under it, and its value is whole."""
    result = scopecli("list", partitioned, "--slices", "--columns", "name,shape,bytes,max")
    assert result.stdout == ("s/table\t(5, 2)\t40\t9.0\n  [0:3, :]\t(3, 2)\t24\t\n  [3:5, :]\t(2, 2)\t16\t\n")
    assert scopecli("list", partitioned).stdout == "s/table\n"
    (row,) = _rows(scopecli("list", partitioned, "-f", "json").stdout).values()
    assert row["slices"] == [{"offset": [0, 0], "shape": [3, 2]}, {"offset": [3, 0], "shape": [2, 2]}]


def test_a_metagraph_and_its_checkpoint_have_the_same_wholes(partitioned: Path, scopecli: Scopecli) -> None:
    """With parts as one row, a MetaGraph lists what the checkpoint saved with it lists."""
    meta = partitioned.with_name("model.ckpt.meta")
    columns = ("--no-slices", "--columns", "name,shape,dtype,size,bytes")
    assert scopecli("list", meta).stdout == "s/table/part_0\ns/table/part_1\n"
    assert scopecli("list", meta, *columns).stdout == scopecli("list", partitioned, *columns).stdout


def test_a_graph_has_no_values(partitioned: Path, scopecli: Scopecli) -> None:
    """Where a source keeps no values, one message says what to list instead; the others are listed."""
    meta = partitioned.with_name("model.ckpt.meta")
    result = scopecli("list", meta, partitioned, "--stats")
    assert (result.stdout, result.exit_code) == (scopecli("list", partitioned, "--stats").stdout, 2)
    assert result.stderr == (
        f"{meta}: error: there are no values in it, only what is known of the variables [SC653]\n"
        "help: list the checkpoint that was saved with it\n"
    )


def test_a_report_has_the_values_it_was_saved_with(
    scenario: Write, scopecli: Scopecli, tmp_path: Path
) -> None:
    """The values of a saved run are listed without running anything."""
    path = scenario("steps:\n  - {get_variable: w, initializer: [1.0, 2.0], as: w}\n")
    scopecli("run", path, "-f", "json", "-o", tmp_path / "run.json")
    path.unlink()
    assert scopecli("list", tmp_path / "run.json", "--values", "summary").stdout == "w\t[1. 2.]\n"


def test_statistics_that_a_report_keeps(tmp_path: Path, scopecli: Scopecli) -> None:
    """Of a large value a report keeps its statistics, which are those of the whole value."""
    short, whole = tmp_path / "short.json", tmp_path / "whole.json"
    scopecli("run", "scenarios/gan.yaml", "-f", "json", "-o", short)
    scopecli("run", "scenarios/gan.yaml", "-f", "json", "--values", "full", "-o", whole)
    listed = [scopecli("list", report, "--stats", "-f", "csv") for report in (short, whole)]
    assert [(result.exit_code, result.stderr) for result in listed] == [(0, "")] * 2
    rows = [list(csv.DictReader(result.stdout.splitlines())) for result in listed]
    assert rows[0][0]["name"] == "generator/kernel"
    for kept, read in zip(*rows, strict=True):
        for column in ("min", "max", "mean", "std", "l2", "zeros", "nan", "inf", "flags"):
            assert kept[column] == read[column], (kept["name"], column)
    values = scopecli("list", short, "--stats", "--values", "summary")
    assert values.exit_code == 2
    assert "of its value the report has a summary only" in values.stderr
