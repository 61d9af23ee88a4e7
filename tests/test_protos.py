"""MetaGraphs, GraphDefs and SavedModels, read without TensorFlow, say what TensorFlow makes of them."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from google.protobuf import text_format
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support import Process, Scopecli, Write
from tensorflow.python.grappler import tf_optimizer
from tensorflow.python.tools import optimize_for_inference_lib

from scopecli.report.model import Variable
from scopecli.sources.protos import is_proto, open_proto
from scopecli.sources.protos.files import read
from scopecli.sources.protos.nodes import tensor_of

EXAMPLES = os.environ.get("SCOPECLI_EXAMPLES")
FROZEN_BY_TF2 = """\
import sys
import numpy as np
import tensorflow as tf
from tensorflow.python.framework import convert_to_constants
kernel = tf.Variable(np.arange(16, dtype="float32").reshape(4, 4))
@tf.function(input_signature=[tf.TensorSpec([2, 4])])
def run(x):
    return tf.while_loop(lambda y: tf.reduce_sum(y) < 100.0, lambda y: (y @ kernel,), (x,))
frozen = convert_to_constants.convert_variables_to_constants_v2(
    run.get_concrete_function(), lower_control_flow=bool(sys.argv[2])
)
open(sys.argv[1], "wb").write(frozen.graph.as_graph_def().SerializeToString())
"""


def _build(*, use_resource: bool) -> tf.Graph:
    """Return a graph with variables of many kinds."""
    graph = tf.Graph()
    with graph.as_default(), tf.variable_scope("", use_resource=use_resource):
        with tf.variable_scope("layer"):
            kernel = tf.get_variable("kernel", [3, 4], initializer=tf.ones_initializer())
            tf.get_variable("bias", initializer=tf.constant([1.0, 2.0, 3.0, 4.0]), trainable=False)
        with tf.variable_scope("table", partitioner=tf.fixed_size_partitioner(3)):
            tf.get_variable("rows", [7, 2])
        tf.get_variable("half", [2], tf.bfloat16)
        tf.get_variable("names", initializer=tf.constant(["a", "b"]))
        tf.get_local_variable("count", [], tf.int64, tf.zeros_initializer())
        tf.get_variable("mine", [1], collections=["mine", tf.GraphKeys.GLOBAL_VARIABLES])
        tf.get_variable("nowhere", [1], collections=["elsewhere"])
        tf.get_variable(
            "any_shape", initializer=tf.placeholder_with_default([1.0], None), validate_shape=False
        )
        with tf.device("/cpu:0"):
            tf.Variable([1, 2], name="placed")
        tf.train.get_or_create_global_step()
        tf.train.AdamOptimizer().minimize(tf.reduce_sum(kernel))
        tf.add_to_collection("words", "no variable")
        tf.add_to_collection("numbers", 7)
    return graph


def _export(path: str | Path, graph: tf.Graph, **options: Any) -> Any:
    """Write a graph's MetaGraph, and return it."""
    with graph.as_default():
        return tf.train.export_meta_graph(path and str(path), graph=graph, **options)


def _told(variables: Any, graph: tf.Graph) -> list[tuple[Any, ...]]:
    """Return what TensorFlow says of variables."""
    trainable = {each.name for each in graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)}
    rows = []
    for each in {each.name: each for each in variables}.values():
        shape = each.get_shape()
        known = None if shape.rank is None else tuple(shape.as_list())
        info = each._get_save_slice_info()  # noqa: SLF001 - as savers ask
        part = info and (info.full_name, tuple(info.full_shape), tuple(info.var_offset))
        dtype = each.dtype.base_dtype.name
        rows.append((each.op.name, known, dtype, repr(each), each.name in trainable, each.device, part))
    return rows


def _found(variables: tuple[Variable, ...]) -> list[tuple[Any, ...]]:
    return [
        (row.name, row.shape, row.dtype, row.repr, row.trainable, row.device, row.part) for row in variables
    ]


@pytest.mark.parametrize("as_text", [False, True], ids=["binary", "text"])
@pytest.mark.parametrize("use_resource", [False, True], ids=["ref", "resource"])
def test_a_metagraph_has_what_its_import_has(*, use_resource: bool, as_text: bool, tmp_path: Path) -> None:
    """Global and local variables of a MetaGraph are those that TensorFlow has after it imported it."""
    path = str(tmp_path / "model.meta")
    _export(path, _build(use_resource=use_resource), as_text=as_text)
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(path)
        report = open_proto(path).report
        assert _found(report.variables) == _told(tf.global_variables(), graph)
        assert _found(report.local_variables) == _told(tf.local_variables(), graph)
        for key in ("mine", "elsewhere", tf.GraphKeys.TRAINABLE_VARIABLES):
            expected = dict.fromkeys(each.op.name for each in graph.get_collection(key))
            assert list(report.collections[key]) == list(expected)
    assert report.source.kind == "metagraph"
    assert report.tensorflow == tf.__version__
    kinds = {row.kind for row in report.variables}
    assert kinds == ({"resource"} if use_resource else {"ref"})
    (mine,) = (row for row in report.variables if row.name == "mine")
    assert mine.collections == ("variables", "mine", "trainable_variables")


def test_a_metagraph_is_listed_as_its_scenario_is(
    scopecli: Scopecli, tmp_path: Path, scenario: Write
) -> None:
    """What `list -f json` says of a MetaGraph and of a scenario of the same graph differs in calls alone."""
    written = scenario(
        "steps:\n"
        "  - variable_scope: layer\n"
        "    steps:\n"
        "      - {get_variable: kernel, shape: [3, 4]}\n"
        "      - {get_variable: bias, shape: [4], trainable: false}\n"
    )
    with tf.Graph().as_default() as graph, tf.variable_scope("layer", use_resource=False):
        tf.get_variable("kernel", [3, 4])
        tf.get_variable("bias", [4], trainable=False)
    meta = str(tmp_path / "model.meta")
    _export(meta, graph)
    both = [json.loads(scopecli("list", each, "-f", "json").stdout)["variables"] for each in (written, meta)]
    for rows in both:
        for row in rows:
            del row["calls"]
    assert both[0] == both[1]
    assert scopecli("diff", written, meta).exit_code == 0


@pytest.mark.parametrize("name", ["graph.pb", "graph.pbtxt"])
@pytest.mark.parametrize("use_resource", [False, True], ids=["ref", "resource"])
def test_a_graph_has_its_variables(*, use_resource: bool, name: str, tmp_path: Path) -> None:
    """A GraphDef has the variables of its operations, in their order; it does not say what is trainable."""
    graph = _build(use_resource=use_resource)
    tf.io.write_graph(graph, str(tmp_path), name, as_text=name.endswith("pbtxt"))
    opened = open_proto(str(tmp_path / name))
    operations = [each for each in graph.get_operations() if each.type in ("VariableV2", "VarHandleOp")]
    assert [row.name for row in opened.report.variables] == [each.name for each in operations]
    assert {row.trainable for row in opened.report.variables} == {None}
    everything = {row.name: row for row in opened.report.variables}
    for each in [*graph.get_collection("variables"), *graph.get_collection("elsewhere")]:
        row = everything[each.op.name]
        assert (row.dtype, row.repr) == (each.dtype.base_dtype.name, repr(each))
    assert opened.report.source.kind == "graphdef"
    assert opened.read is None


@pytest.mark.parametrize("use_resource", [False, True], ids=["ref", "resource"])
def test_a_frozen_graph_has_the_constants_that_were_variables(*, use_resource: bool, tmp_path: Path) -> None:
    """Of a frozen graph, the constants that were variables are rows, with their values; others are not."""
    with tf.Graph().as_default() as graph, tf.variable_scope("", use_resource=use_resource):
        kernel = tf.get_variable("layer/kernel", [300, 4])
        flags = tf.get_variable("flags", initializer=tf.constant([True, False]))
        one = tf.get_variable("one", initializer=tf.ones([2, 2], tf.float64))
        table = tf.get_variable("table", [5, 2])
        rows = tf.nn.embedding_lookup(table, [1, 2])
        total = tf.reduce_sum(kernel) + tf.cast(tf.reduce_sum(one), "float32") + tf.reduce_sum(rows)
        tf.add(tf.where(flags[0], total, -total), tf.constant(5.0, name="plain"), name="out")
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            values = session.run({"layer/kernel": kernel, "flags": flags, "one": one, "table": table})
            frozen = tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), ["out"])
    tf.io.write_graph(frozen, str(tmp_path), "frozen.pb", as_text=False)
    opened = open_proto(str(tmp_path / "frozen.pb"))
    assert {row.name: row.kind for row in opened.report.variables} == dict.fromkeys(values, "constant")
    assert opened.read is not None
    for row in opened.report.variables:
        array = opened.read(row)
        assert (array.dtype.name, array.shape) == (row.dtype, row.shape)
        np.testing.assert_array_equal(array, values[row.name])


NUMBERS = (
    "float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128 "
    "bfloat16 string float8_e5m2 float8_e4m3fn"
).split()


@pytest.mark.parametrize("dtype", NUMBERS)
def test_constants_of_every_dtype(dtype: str, tmp_path: Path) -> None:
    """The value of a constant is read, be it kept as bytes, as numbers, or as one number for all."""
    into = object if dtype == "string" else getattr(ml_dtypes, dtype, None) or dtype
    one, many = np.array(1).astype(into), np.arange(7).astype(into)
    if dtype == "string":
        one, many = np.array(b"a", object), np.array([b"a", b"", b"\xff"], object)
    with tf.Graph().as_default() as graph, tf.Session() as session:
        constants = {
            "scalar": tf.constant(one, name="scalar"),
            "same": tf.constant(one, shape=[2, 3], name="same"),
            "many": tf.constant(many, name="many"),
            "empty": tf.constant(many[:0], name="empty"),
        }
        values = session.run(constants)
        for name, constant in constants.items():
            tf.identity(constant, name=f"{name}/read")
    tf.io.write_graph(graph, str(tmp_path), "frozen.pb", as_text=False)
    opened = open_proto(str(tmp_path / "frozen.pb"))
    assert opened.read is not None
    found = {row.name: opened.read(row) for row in opened.report.variables}
    assert found.keys() == values.keys()
    for name, array in found.items():
        assert array.shape == np.shape(values[name])
        assert array.tolist() == np.asarray(values[name]).tolist()


def test_a_saved_model_of_tf1(scopecli: Scopecli, tmp_path: Path) -> None:
    """A SavedModel of several MetaGraphs shows the one that is served, with its tags, flags and values."""
    directory = str(tmp_path / "saved")
    builder = tf.saved_model.Builder(directory)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("kernel", initializer=tf.constant([1.5, 2.5]))
        tf.get_variable("step", initializer=tf.constant(7), trainable=False)
        with tf.variable_scope("table", partitioner=tf.fixed_size_partitioner(2)):
            parts = list(tf.get_variable("rows", [3, 2]))
        session.run(tf.global_variables_initializer())
        values = session.run(parts)
        builder.add_meta_graph_and_variables(session, ["train"])
        builder.add_meta_graph(["serve", "gpu"])
    builder.save()
    opened = open_proto(directory)
    assert opened.report.source.kind == "savedmodel"
    assert opened.report.title == "tags: serve, gpu (one of 2 MetaGraphs)"
    rows = {row.name: row for row in opened.report.variables}
    assert {name: row.trainable for name, row in rows.items()} == {
        "kernel": True,
        "step": False,
        "table/rows/part_0": True,
        "table/rows/part_1": True,
    }
    assert opened.read is not None
    assert opened.read(rows["kernel"]).tolist() == [1.5, 2.5]
    for number, value in enumerate(values):
        np.testing.assert_array_equal(opened.read(rows[f"table/rows/part_{number}"]), value)
    listed = scopecli("list", directory, "--stats", "--match", "k*", "-f", "json").stdout
    assert json.loads(listed)["variables"][0]["stats"]["max"] == 2.5


OF_TF2 = """
import sys
import tensorflow as tf

class Model(tf.Module):
    def __init__(self):
        self.first = tf.Variable([1.0, 2.0], name="scope/w")
        self.second = tf.Variable([[3]], name="scope/w", trainable=False)
        self.listed = [tf.Variable(tf.zeros([2, 3], tf.bfloat16), name="b")]
        self.open = tf.Variable([1.0], shape=[None], name="open")

    @tf.function(input_signature=[])
    def __call__(self):
        return tf.reduce_sum(self.first) + tf.reduce_sum(self.open)

model = Model()
tf.saved_model.save(model, sys.argv[1])
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
frozen = convert_variables_to_constants_v2(model.__call__.get_concrete_function())
tf.io.write_graph(frozen.graph, sys.argv[2], "frozen.pb", as_text=False)
"""


@pytest.fixture(scope="module")
def of_tf2(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return the directory of a SavedModel that TF2 wrote, and the path of the same frozen."""
    folder = tmp_path_factory.mktemp("tf2")
    script = folder / "model.py"
    script.write_text(OF_TF2, encoding="utf-8")
    subprocess.run([sys.executable, script, folder / "saved", folder], check=True, capture_output=True)
    return str(folder / "saved"), str(folder / "frozen.pb")


def test_a_saved_model_of_tf2(of_tf2: tuple[str, str]) -> None:
    """A SavedModel without collections has the variables of its objects, with key, flags and values."""
    opened = open_proto(of_tf2[0])
    end = "/.ATTRIBUTES/VARIABLE_VALUE"
    rows = {row.key: row for row in opened.report.variables}
    assert {key: (row.name, row.shape, row.dtype, row.trainable) for key, row in rows.items()} == {
        f"first{end}": ("scope/w", (2,), "float32", True),
        f"second{end}": ("scope/w", (1, 1), "int32", False),
        f"listed/0{end}": ("b", (2, 3), "bfloat16", True),
        f"open{end}": ("open", (None,), "float32", True),
    }
    assert opened.read is not None
    assert opened.read(rows[f"first{end}"]).tolist() == [1.0, 2.0]
    assert opened.read(rows[f"second{end}"]).tolist() == [[3]]
    assert opened.read(rows[f"open{end}"]).tolist() == [1.0]


def test_a_graph_that_tf2_froze(of_tf2: tuple[str, str]) -> None:
    """A graph that TF2 froze has the constants that were variables, which lost their names."""
    opened = open_proto(of_tf2[1])
    assert opened.read is not None
    values = [opened.read(row).tolist() for row in opened.report.variables]
    assert sorted(values) == [[1.0], [1.0, 2.0]]


def test_what_it_is_does_not_depend_on_its_name(tmp_path: Path) -> None:
    """A file is known by its content, whatever it is called; a scenario or a report is none of these."""
    graph = _build(use_resource=False)
    kinds = {}
    for number, as_text in enumerate((False, True)):
        path = tmp_path / f"some_{number}"
        _export(path, graph, as_text=as_text)
        kinds[path] = "metagraph"
        tf.io.write_graph(graph, str(tmp_path), f"graph_{number}", as_text=as_text)
        kinds[tmp_path / f"graph_{number}"] = "graphdef"
    for path, kind in kinds.items():
        assert is_proto(str(path))
        assert open_proto(str(path)).report.source.kind == kind
    for name, text in (("a.yaml", "\ntitle: x\nsteps: []\n"), ("b.json", '{"schema_version": 1}'), ("c", "")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert not is_proto(str(tmp_path / name))


WRONG: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.meta", b"", "the file is empty"),
    "text": ("a.pb", b"steps: []\n", "it is no SavedModel, MetaGraph or GraphDef, or is damaged"),
    "noise": ("a.meta", bytes(range(256)) * 16, "it is no SavedModel, MetaGraph or GraphDef"),
}


WRONG_TEXT = {
    "cut in a string": (b'node { name: "a" op: "', "1:22: error: it is no GraphDef: it is cut short"),
    "cut in a value": (b'node {\n foo: "a', "2:1: error: it is no GraphDef: it is cut short"),
    "cut in a message": (b'node {\n name: "a"\n', "2:8: error: it is no GraphDef: it is cut short"),
    "cut in a long line": (
        b'node {\n name: "' + b"\\377a" * 50_000,
        "2:245768: error: it is no GraphDef: it is cut short",
    ),
    "wrong value": (b"node {\n name: }\n", "2:8: error: it is no GraphDef: Expected string but found: '}'"),
    "wrong after a long line": (
        b'node { name: "' + b"a" * 100_000 + b'" }\nnode { name: 5 }\n',
        "2:14: error: it is no GraphDef: Expected string but found: '5'",
    ),
    "deep": (
        b"node { " + b"attr { value { list { " * 5000,
        "1:1: error: it is no GraphDef: it is nested too",
    ),
    "not UTF-8": (
        'node { name: "é'.encode() + b"\xff",
        "1:16: error: it is no GraphDef: not UTF-8: byte 0xff",
    ),
    "says nothing": (b"versions { producer: 5 }", ": error: it is no GraphDef: it says too little"),
}


@pytest.mark.parametrize("case", WRONG_TEXT)
def test_a_broken_text(case: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """A message as text is refused with the place and the reason, and said to be cut where it is."""
    data, message = WRONG_TEXT[case]
    path = tmp_path / "graph.pbtxt"
    path.write_bytes(data)
    result = scopecli("list", path)
    assert (result.stdout, result.exit_code) == ("", 2)
    first = result.stderr.splitlines()[0]
    assert first.startswith(f"{path}{message}" if message[0] == ":" else f"{path}:{message}")
    assert ("it is cut short" in first) == case.startswith("cut")


@pytest.mark.parametrize("comment", ["", "# it is a comment 'or \"so\n"])
@pytest.mark.parametrize("seed", range(8))
def test_long_lines_of_text(seed: int, comment: str, tmp_path: Path) -> None:
    """Long strings, which are parsed in pieces, are what they are in the binary form."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    value = bytes(chance.choices(b"\"'\\#ab\n\xff\x001", k=40_000 + seed))
    graph = tf.GraphDef()
    for number in range(2):
        node = graph.node.add(name=f"constant_{number}", op="Const")
        node.attr["dtype"].type = tf.string.as_datatype_enum
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto([value * (number + 1), b"'\"\\"]))
    path = tmp_path / "graph.pbtxt"
    path.write_text(comment + text_format.MessageToString(graph, as_one_line=not comment), encoding="utf-8")
    found = read(str(path)).content
    assert [list(tensor_of(node).string_val) for node in found.node] == [
        list(node.attr["value"].tensor.string_val) for node in graph.node
    ]


@pytest.mark.parametrize(("speed", "told"), [(1_000_000, False), (1, True)])
def test_a_long_text_is_announced(
    speed: int,
    told: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
    scopecli: Scopecli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before a text that takes long is read, a line says so."""
    monkeypatch.setattr("scopecli.sources.protos.files._TEXT_A_SECOND", speed)
    path = tmp_path / "graph.pbtxt"
    path.write_text('node { name: "w" op: "VariableV2" }\n')
    result = scopecli("list", path, "-f", "plain")
    assert (result.stdout, result.exit_code) == ("w\n", 0)
    line = f"{path} is 36 B of text to read, which may take 40 seconds\n"
    assert result.stderr == (line if told else "")


def test_memory_of_a_text(process: Process, tmp_path: Path) -> None:
    """A text takes less than ten times its size, whatever it has: one string of eight million bytes too."""
    path = tmp_path / "graph.pbtxt"
    with tf.Graph().as_default() as graph:
        tf.constant(np.random.default_rng(0).normal(size=2_000_000).astype("f4"), name="c")
        tf.io.write_graph(graph, str(tmp_path), path.name, as_text=True)
    program = (
        "import resource, sys, google.protobuf.text_format; from scopecli.sources.protos.files import read; "
        "limit = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + 10 * int(sys.argv[2]); "
        "print(len(read(sys.argv[1]).content.node)); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < limit)"
    )
    assert process("-c", program, path, path.stat().st_size).stdout == "1\nTrue\n"


@pytest.mark.parametrize("case", WRONG)
def test_what_is_none_of_them(case: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """A file that is no graph, or is cut short, is refused in one line."""
    name, data, message = WRONG[case]
    path = tmp_path / name
    path.write_bytes(data)
    result = scopecli("list", path)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert f"{path}: error: {message}" in result.stderr
    assert result.stderr.count("\n") <= 2


def test_a_cut_file(scopecli: Scopecli, tmp_path: Path) -> None:
    """A MetaGraph that was cut short is refused, wherever the cut is."""
    path = tmp_path / "model.meta"
    _export(path, _build(use_resource=False))
    data = path.read_bytes()
    for size in (1, 2, 100, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:size])
        result = scopecli("list", path)
        assert (result.stdout, result.exit_code) == ("", 2), size


def test_a_pipe_is_not_waited_for(scopecli: Scopecli, tmp_path: Path) -> None:
    """A named pipe is no graph, and nothing waits for its writer."""
    path = tmp_path / "model.meta"
    os.mkfifo(path)
    assert not is_proto(str(path))
    assert open_refused(str(path))
    assert scopecli("list", "--limit", "0", tmp_path / "none.meta").exit_code == 2


def open_refused(path: str) -> bool:
    """Tell whether a path is refused with a message."""
    from scopecli.ground.errors import InvalidSourceError  # noqa: PLC0415 - one use

    try:
        open_proto(path)
    except InvalidSourceError as error:
        return bool(error.diagnostics[0].message)
    return False


def test_names_are_data(scopecli: Scopecli, tmp_path: Path) -> None:
    """Control characters and bytes of another encoding in names come out as text."""
    dtype = 'attr { key: "dtype" value { type: DT_FLOAT } }'
    node = f'node {{ name: "a\\033[31m\\377[/red]\\n" op: "VariableV2" {dtype} }}'
    path = tmp_path / "odd.pbtxt"
    path.write_text(node, encoding="utf-8")
    result = scopecli("list", path, "-f", "table")
    assert "a\\x1b[31m\\xff[/red]\\n" in result.stdout
    assert "\x1b" not in result.stdout


def test_heavy_modules_are_not_loaded(process: Process, tmp_path: Path) -> None:
    """A MetaGraph is listed without TensorFlow, numpy, the YAML parser or rich."""
    path = tmp_path / "model.meta"
    _export(path, _build(use_resource=False))
    code = (
        "import sys; from scopecli.cli.program import cli\n"
        f"cli.main(['list', {str(path)!r}], standalone_mode=False)\n"
        "heavy = {'tensorflow', 'numpy', 'yaml', 'rich'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    result = process("-c", code)
    assert result.stderr.strip() == "[]"
    assert "layer/kernel" in result.stdout


def _originals() -> list[bytes]:
    graph = _build(use_resource=True)
    meta = _export("", graph)
    return [
        meta.SerializeToString(),
        graph.as_graph_def().SerializeToString(),
        text_format.MessageToString(graph.as_graph_def()).encode(),
    ]


ORIGINALS = _originals()


@settings(
    max_examples=int(EXAMPLES or 150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(original=st.sampled_from(range(3)), seed=st.integers(0, 2**32), flips=st.integers(1, 8))
@example(original=0, seed=0, flips=1)
def test_damaged_files(original: int, seed: int, flips: int, tmp_path: Path) -> None:
    """A file with bytes changed, put in or left out is read or refused: nothing else."""
    chance = random.Random(seed)  # noqa: S311 - noise, not a secret
    data = bytearray(ORIGINALS[original])
    for _ in range(flips):
        place = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randrange(1, 30)]
            case _:
                data[place:place] = chance.randbytes(chance.randrange(1, 30))
    path = tmp_path / ("a.meta", "a.pb", "a.pbtxt")[original]
    path.write_bytes(data)
    if not open_refused(str(path)):
        opened = open_proto(str(path))
        assert all(row.name and row.repr for row in opened.report.variables)


def _frozen(build: Callable[[Any], Any], output: str) -> tuple[Any, dict[str, Any]]:
    """Return the frozen graph of what `build` makes of a placeholder, and the values of its variables."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        build(tf.placeholder(tf.float32, [2, 4, 4], name="x"))
        session.run(tf.global_variables_initializer())
        values = {each.op.name: session.run(each) for each in tf.global_variables()}
        return tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), [output]), values


def _layers(x: Any) -> None:
    """Build what uses weights in each of the usual ways, and constants that are none."""
    weight = partial(tf.get_variable, use_resource=False)
    y = tf.nn.conv1d(x, weight("conv", [3, 4, 8]), 1, "SAME")
    scale, offset, mean, variance = (weight(name, [8]) for name in ("gamma", "beta", "mean", "variance"))
    y = tf.nn.batch_normalization(y, mean, variance, offset, scale, 1e-3)
    y = tf.nn.bias_add(y, weight("bias", [8]))

    def step(before: Any, now: Any) -> Any:
        return tf.tanh(tf.matmul(now, weight("cell", [8, 8])) + before)

    with tf.variable_scope("rnn"):
        y = tf.scan(step, tf.transpose(y, [1, 0, 2]), tf.zeros([2, 8]))
    rows = tf.nn.embedding_lookup(
        [weight("table_0", [9, 8]), weight("table_1", [9, 8])], tf.cast(x[0, 0, :2], tf.int32)
    )
    tf.identity(y[-1] + rows, name="out")


def _without_reads(graph: Any) -> Any:
    """Return a graph without the operations that read its constants, as tools that fold them leave it."""
    lean = tf.GraphDef(library=graph.library)
    reads = {
        node.name: node.input[0] for node in graph.node if node.op == "Identity" and "/read" in node.name
    }
    for node in graph.node:
        if node.name not in reads:
            added = lean.node.add()
            added.CopyFrom(node)
            added.input[:] = [reads.get(name, name) for name in node.input]
    return lean


@pytest.mark.parametrize("kind", ["frozen", "without reads", "optimized", "grappler"])
def test_weights_are_what_is_used_as_such(kind: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Whatever a tool made of a frozen graph, the constants that layers use are its weights."""
    graph, values = _frozen(_layers, "out")
    if kind == "without reads":
        graph = _without_reads(graph)
    elif kind == "optimized":
        graph = optimize_for_inference_lib.optimize_for_inference(
            graph, ["x"], ["out"], tf.float32.as_datatype_enum
        )
    elif kind == "grappler":
        with tf.Graph().as_default():
            meta_graph = tf.train.export_meta_graph(graph_def=graph)
        meta_graph.collection_def["train_op"].node_list.value.append("out")
        graph = tf_optimizer.OptimizeGraph(tf.ConfigProto(), meta_graph)
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.SerializeToString())
    opened = open_proto(str(path))
    assert opened.read is not None
    found = [opened.read(row) for row in opened.report.variables]
    folded = {"gamma", "beta", "mean", "variance"} if kind in ("optimized", "grappler") else set()
    for name, value in values.items():
        assert name in folded or any(np.array_equal(each.reshape(-1), value.reshape(-1)) for each in found), (
            name
        )
    assert scopecli("list", path).exit_code == 0


def test_constants_that_are_no_weights_are_counted(scopecli: Scopecli, tmp_path: Path) -> None:
    """What is of some size and not used as a weight is told of, in one line, and is no failure."""
    with tf.Graph().as_default() as graph:
        tf.print(tf.constant([1.0] * 100))
        tf.print(tf.constant([2.0] * 50, name="small"), tf.constant(list(range(1_000))))
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.as_graph_def().SerializeToString())
    result = scopecli("list", path)
    assert (result.stdout, result.exit_code) == ("", 0)
    assert (
        "2 more constants of 1,100 numbers: no operation here is known to use them as weights"
        in result.stderr
    )


@pytest.mark.parametrize("lower", ["", "lowered"])
def test_weights_of_functions(lower: str, process: Process, tmp_path: Path) -> None:
    """TF2 freezes into constants with numbers for names, that loops and calls take as arguments."""
    path = tmp_path / "graph.pb"
    process("-c", FROZEN_BY_TF2, path, lower)
    opened = open_proto(str(path))
    assert opened.read is not None
    (row,) = opened.report.variables
    assert opened.read(row).tolist() == np.arange(16).reshape(4, 4).tolist()


def test_a_saved_model_without_variables(scopecli: Scopecli, tmp_path: Path) -> None:
    """Its constants are listed with their values, status 0."""
    graph, values = _frozen(_layers, "out")
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(graph, name="")
        builder = tf.saved_model.builder.SavedModelBuilder(str(tmp_path / "model"))
        builder.add_meta_graph_and_variables(session, ["serve"])
        builder.save()
    result = scopecli("list", tmp_path / "model", "--stats", "-f", "json")
    assert result.exit_code == 0
    listed = {row["name"]: row["stats"]["mean"] for row in json.loads(result.stdout)["variables"]}
    assert listed.keys() >= values.keys()
    assert listed["conv"] == pytest.approx(float(values["conv"].mean()), abs=1e-6)
