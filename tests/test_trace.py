"""`scopecli trace`: what a program's calls are told to be, and that the program is as without it."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, Process, Scopecli, compare_with_file
from tensorflow.python.ops import variable_scope

from scopecli.ground.errors import TensorFlowUnavailableError
from scopecli.tf1.watching.hooks import watch_calls
from scopecli.tf1.watching.surroundings import Surroundings
from scopecli.tracing.recording import Recording

PROGRAMS = ROOT / "tests" / "programs_tf1"
SOUND = ("bert_style", "dcgan", "dqn", "gpt", "seq2seq", "towers")
OLD = ("google_bert", "slim_layers", "slim_nets")

EACH_IN_TURN = """\
import runpy, sys, tensorflow
for path in sys.argv[1:]:
    tensorflow.compat.v1.reset_default_graph()
    runpy.run_path(path, run_name="__main__")
    print("---")
"""
AS_OLD = """\
from scopecli.tf1.compat import old_programs
old_programs.prepare()
import tensorflow
old_programs.put_in_place()
"""

TF1 = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"

Traced = dict[str, Any]
Trace = Callable[[str], tuple[list[Traced], str]]
Program = Callable[[str], Path]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return a function that writes a program."""

    def write(text: str) -> Path:
        path = tmp_path / "program.py"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, scopecli: Scopecli) -> Trace:
    """Return a function that traces one of the programs, each once: its reports, and what it printed."""
    folder = tmp_path_factory.mktemp("traced")

    def trace(name: str) -> tuple[list[Traced], str]:
        report, output = folder / f"{name}.json", folder / f"{name}.txt"
        if not report.exists():
            options = ["-f", "json", "-o", report, "--program-output", output, *["--tf1"] * (name in OLD)]
            assert scopecli("trace", *options, f"tests/programs_tf1/{name}.py").exit_code == 0
        reports = json.loads(report.read_text(encoding="utf-8"))
        return (reports if isinstance(reports, list) else [reports]), output.read_text(encoding="utf-8")

    return trace


@pytest.mark.parametrize(("names", "before"), [(SOUND, ""), (OLD, AS_OLD)], ids=["sound", "old"])
def test_a_traced_program_is_as_without(
    names: tuple[str, ...], before: str, traced: Trace, process: Process
) -> None:
    """Its graphs, of which it prints the digests, and its output are the same."""
    paths = [PROGRAMS / f"{name}.py" for name in names]
    untraced = process("-c", before + EACH_IN_TURN, *paths).stdout
    assert untraced.split("---\n") == [*(traced(name)[1] for name in names), ""]


@pytest.mark.parametrize("name", ["towers", "google_bert"])
def test_a_program_in_a_process_of_its_own(
    name: str, traced: Trace, process: Process, tmp_path: Path
) -> None:
    """A program that is started as users start it is recorded as one that the tests start."""
    report = tmp_path / "report.json"
    options = ["-f", "json", "-o", report, *["--tf1"] * (name in OLD)]
    process("-m", "scopecli", "trace", *options, f"tests/programs_tf1/{name}.py").check_returncode()
    alone = json.loads(report.read_text(encoding="utf-8"))
    assert _without_given(alone if isinstance(alone, list) else [alone]) == _without_given(traced(name)[0])


def _without_given(reports: list[Traced]) -> list[Traced]:
    """Leave out what programs gave to calls: texts of objects, some with their addresses."""
    calls = [[{**call, "given": None} for call in report["calls"]] for report in reports]
    return [{**report, "calls": own} for report, own in zip(reports, calls, strict=True)]


@pytest.mark.parametrize("name", [*SOUND, *OLD])
def test_every_variable_has_a_call(name: str, traced: Trace) -> None:
    """Every variable of a program was yielded by a call, and every place is a line of the program."""
    reports, printed = traced(name)
    assert [len(each["variables"]) for each in reports] == [
        int(each.split()[1]) for each in printed.splitlines()
    ]
    for report in reports:
        derived = {name for call in report["calls"] for name in call.get("derived", ())}
        assert all(row["calls"] or row["name"] in derived for row in report["variables"])
        assert {call["location"]["file"] for call in report["calls"]} == {f"tests/programs_tf1/{name}.py"}
        assert all(call["source_line"] for call in report["calls"])


def _called(report: Traced, **facts: object) -> list[Traced]:
    return [call for call in report["calls"] if all(call[key] == value for key, value in facts.items())]


def test_who_shares_a_variable(traced: Trace) -> None:
    """The sampler of a DCGAN shares the generator's variables, since `reuse_variables` was called."""
    (report,), _ = traced("dcgan")
    first, again = _called(report, variable="generator/g_h1/w")
    assert (first["outcome"], again["outcome"]) == ("created", "reused")
    assert again["first_call"] == first["index"]
    assert first["reuse"], again["reuse"] == ("False", "True")
    line = (PROGRAMS / "dcgan.py").read_text(encoding="utf-8").splitlines()[again["reuse_set_at"]["line"] - 1]
    assert line.strip() == "scope.reuse_variables()"
    assert again["function"] == "deconv2d"


def test_slots_and_averages_tell_the_function_that_made_them(
    traced: Trace,
) -> None:
    """What an optimizer makes is told with the line that called it, and the function of TensorFlow's."""
    (report,), _ = traced("towers")
    libraries = {call["variable"]: call.get("library") for call in report["calls"]}
    assert libraries["conv1/weights/Momentum"] == "tf.train.Optimizer.apply_gradients"
    assert libraries["conv1/weights/ExponentialMovingAverage"] == "tf.train.ExponentialMovingAverage.apply"
    assert libraries["conv1/weights"] is None
    (seen,) = _called(report, step="get_local_variable")
    assert seen["collections"] == ["local_variables"]
    embedding = _called(report, name="embedding")
    assert [call["outcome"] for call in embedding] == ["created", "reused"]
    assert [row["name"] for row in report["variables"] if row["calls"] == [2, 5]] == [
        "embedding/part_0",
        "embedding/part_1",
    ]


def test_layers_of_libraries(traced: Trace) -> None:
    """A variable of a layer is told with the line that called the layer, and the layer."""
    (report,), _ = traced("slim_layers")
    libraries = {call["variable"]: call["library"] for call in report["calls"]}
    assert {
        "encoder/conv/conv_2/BatchNorm/beta": "slim.repeat",
        "encoder/separable/pointwise_weights": "slim.separable_conv2d",
        "encoder/fc/weights": "slim.fully_connected",
        "encoder/LayerNorm/gamma": "slim.layer_norm",
        "head/kernel": "tf.layers.dense",
        "batch_normalization/moving_mean": "tf.layers.batch_normalization",
        "global_step": "tf.train.get_or_create_global_step",
        "head/kernel/Adam": "slim.learning.create_train_op",
    }.items() <= libraries.items()


def test_networks_of_tf_slim(traced: Trace) -> None:
    """The second use of each network shares every variable of the first."""
    reports, _ = traced("slim_nets")
    assert [report["calls"][0]["library"] for report in reports] == [
        "slim.nets.alexnet.alexnet_v2",
        "slim.nets.inception_v1.inception_v1",
        "slim.nets.overfeat.overfeat",
        "slim.nets.resnet_v2.resnet_v2_50",
        "slim.nets.vgg.vgg_a",
    ]
    for report in reports:
        names = {row["name"] for row in report["variables"]}
        by_outcome = {
            outcome: {call["variable"] for call in _called(report, outcome=outcome)}
            for outcome in ("created", "reused", "raised")
        }
        assert by_outcome == {"created": names, "reused": names, "raised": set()}


def test_the_bert_that_google_released(traced: Trace) -> None:
    """Models of an installed package are told by the line that uses them, and the package's class."""
    (report,), _ = traced("google_bert")
    libraries = {call["variable"]: call["library"] for call in report["calls"] if "library" in call}
    assert libraries["bert/encoder/layer_1/attention/self/query/kernel"] == "bert.modeling.BertModel"
    assert libraries["bert/pooler/dense/bias/adam_m"] == "bert.optimization.create_optimizer"
    of_model = {name for name, library in libraries.items() if library == "bert.modeling.BertModel"}
    assert {call["variable"] for call in _called(report, outcome="reused")} == of_model


def test_custom_getters_templates_threads_and_graphs(
    traced: Trace,
) -> None:
    """Tensors made of variables are derived; templates, threads and other graphs are seen."""
    (report, other), _ = traced("seq2seq")
    outcomes = {(call["variable"], call["outcome"]): call for call in report["calls"]}
    assert outcomes["mul", "created"]["derived"] == ["decoder/kernel_v", "decoder/kernel_g"]
    assert outcomes["mul_1", "reused"]["first_call"] == outcomes["mul", "created"]["index"]
    assert outcomes["shared_embedding/table", "reused"]["reuse"] == "True"
    assert ("outside/of_thread", "created") in outcomes
    assert outcomes["frozen", "created"]["trainable"] is False
    assert [row["name"] for row in other["variables"]] == ["in_another_graph"]


def test_scopes_have_the_line_that_opened_them(
    traced: Trace,
) -> None:
    """Each scope has its name, its mode, and the line of the program that opened it."""
    (report,), _ = traced("gpt")
    lines = (PROGRAMS / "gpt.py").read_text(encoding="utf-8").splitlines()
    opened = {scope["name"]: lines[scope["location"]["line"] - 1].strip() for scope in report["scopes"]}
    assert opened["model"] == "with tf.variable_scope(scope, reuse=reuse):"
    assert opened["model/h1/mlp/c_fc"] == "with tf.variable_scope(scope):"
    assert {scope["reuse"] for scope in report["scopes"]} == {"AUTO_REUSE"}


@pytest.mark.parametrize("name", ["exists_twice", "never_initialized", "not_there", "other_shape"])
def test_a_failure(name: str, scopecli: Scopecli) -> None:
    """A failed program: what was recorded, TensorFlow's message, the places that matter, what helps."""
    result = scopecli("trace", "--program-output", os.devnull, f"tests/programs_tf1/{name}.py")
    compare_with_file(PROGRAMS / f"{name}.out", result)


def test_the_scripts_arguments_and_names_are_its_own(
    program: Program, scopecli: Scopecli, tmp_path: Path
) -> None:
    """A script finds what `python script.py ARGS` gives it: what follows `--`, and what scopecli has not."""
    path = program(
        "import __main__, json, sys\n"
        "import inspect\n"
        "bottom, *above = inspect.stack()\n"
        "print(json.dumps([sys.argv, sys.path[0], __name__, __file__, __main__.json is json]))\n"
        "print(json.dumps([bottom.filename, len(above)]))\n"
    )
    output = tmp_path / "output"
    own = ["--steps", "1", "-num_epochs=3", "-verbose", "--lr=2"]
    scopecli("trace", path, *own, "--program-output", output, "--", "-f", "--graph", "x")
    told, bottom = map(json.loads, output.read_text(encoding="utf-8").splitlines())
    argv, folder, name, file, is_main = told
    assert argv == [str(path), *own, "-f", "--graph", "x"]
    assert (folder, name, file, is_main) == (str(tmp_path), "__main__", str(path), True)
    assert bottom == [str(path), 0], "the program is at the bottom of the stack"


def test_a_function_is_called_in_a_graph_of_its_own(scopecli: Scopecli, tmp_path: Path) -> None:
    """A builder is found from the working directory, and gets the arguments of `--args`."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "small.py").write_text(
        "import sys\n"
        "import tensorflow.compat.v1 as tf\n"
        "class Made:\n"
        "    @staticmethod\n"
        "    def build(size, *, name):\n"
        "        assert sys.argv == ['models.small:Made.build']\n"
        "        tf.get_variable(name, [size])\n",
        encoding="utf-8",
    )
    arguments = ["trace", "--cwd", tmp_path, "--args", "{size: 3, name: kernel}", "models.small:Made.build"]
    result = scopecli(*arguments)
    assert (
        result.stdout
        == f"{tmp_path}/models/small.py:7\tkernel\tcreated\t(3,)\tfloat32\tget_variable\n\nkernel\n"
    )


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        ("def f(:\n", 2, "program.py:1:7: error: not Python: "),
        (
            "class E(Exception):\n  def __str__(self): raise KeyError\nraise E\n",
            1,
            "program.py:3:1: error: E: <exception str() failed> [SC803]",
        ),
        (
            "import sys\nopen(sys.path[0] + '/broken.py', 'w').write('x = (')\nimport broken\n",
            1,
            "broken.py:1:1: error: SyntaxError: '(' was never closed [SC803]",
        ),
        ("steps:\n  - {get_variable: w}\n", 2, "error: not Python: "),
        ("a\0b", 2, "error: not Python: "),
        ("assert not 1\n", 1, "program.py:1:1: error: AssertionError [SC803]"),
        ("raise KeyError('x')\n", 1, "program.py:1:1: error: KeyError: 'x' [SC803]"),
        ("import sys; sys.exit(3)\n", 1, "error: the program left with status 3 [SC804]"),
        ("import sys; sys.exit('no data')\n", 1, "error: the program left with status 1 [SC804]"),
        ("import os; os._exit(4)\n", 1, "error: the program left with status 4 [SC804]"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n", 1, "was ended by SIGKILL"),
        (
            "import sys; sys.exit(0)\n",
            1,
            "no get_variable call was made: the program did not import TensorFlow",
        ),
    ],
)
def test_a_program_that_ends_otherwise(
    text: str, status: int, message: str, program: Program, scopecli: Scopecli
) -> None:
    """However a program ends, a line says so, and the status tells it from one that could not run."""
    result = scopecli("trace", program(text))
    assert result.exit_code == status
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("missing.py", "missing.py: error: cannot read the file: No such file or directory [SC801]"),
        ("tests", "tests: error: cannot read the file: Is a directory [SC801]"),
        ("no.such:function", "no.such:function: error: there is no module 'no' [SC801]"),
        ("json:no_function", "json:no_function: error: the module json has no 'no_function' [SC801]"),
        ("json:decoder", "json:decoder: error: 'decoder' can't be called: it is of type module [SC801]"),
        ("json:dumps", "json:dumps: error: dumps can't be called so: missing a required argument: 'obj'"),
    ],
)
def test_a_target_that_is_none(target: str, message: str, scopecli: Scopecli) -> None:
    """A file that can't be read, and a function that can't be found or called, are told."""
    result = scopecli("trace", target)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_function_takes_no_arguments_of_a_script(scopecli: Scopecli) -> None:
    """What would go unheard is refused."""
    result = scopecli("trace", "json:dumps", "4")
    assert result.exit_code == 2
    assert "error: a function's arguments are given by --args alone [SC801]" in result.stderr


def test_what_a_program_did_before_it_left_is_reported(program: Program, scopecli: Scopecli) -> None:
    """A program that forks, prints much and leaves by `os._exit` loses nothing of its record."""
    path = program(
        TF1 + "import os, sys\n"
        "tf.get_variable('before', [2])\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    tf.get_variable('of_the_child', [2])\n"
        "    sys.exit(5)\n"
        "os.waitpid(child, 0)\n"
        "for _ in range(64):\n"
        "    print('x' * 2**20)\n"
        "tf.get_variable('after', [2])\n"
        "os._exit(6)\n"
    )
    result = scopecli("trace", "--program-output", os.devnull, path)
    assert result.exit_code == 1
    assert result.stdout.endswith("\n\nbefore\nafter\n")
    assert "left with status 6" in result.stderr


def test_a_program_that_is_out_of_time(program: Program, scopecli: Scopecli) -> None:
    """A program that never ends is ended, which a line says."""
    result = scopecli("trace", "--timeout", "0.5", program("while True: pass\n"))
    assert (result.exit_code, result.stdout) == (1, "\n")
    assert "the program was out of time; what it did until then is reported [SC805]" in result.stderr


@pytest.mark.parametrize(
    "loop", ["while True: pass", "while True:\n    try:\n        while True: pass\n    except: pass"]
)
def test_an_interrupt_reports_what_is_recorded(loop: str, program: Program) -> None:
    """Ctrl-C ends the program, also one that would not have it, and what it did is reported."""
    path = program(f"{TF1}tf.get_variable('w', [2])\nprint('there', flush=True)\n{loop}\n")
    command = [sys.executable, "-m", "scopecli", "trace", path]
    tracing = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert tracing.stderr
    assert "there\n" in iter(tracing.stderr.readline, "")
    os.killpg(tracing.pid, signal.SIGINT)
    said, errors = tracing.communicate()
    assert tracing.returncode == 130
    assert said.endswith("\nw\n")
    assert "interrupted" in errors


def test_a_table_on_a_narrow_terminal(scopecli: Scopecli) -> None:
    """A table does without what is missed least, and shortens paths, before it would fold names."""
    arguments = ("--width", "80", "-f", "table", "--program-output", os.devnull)
    lines = scopecli("trace", "tests/programs_tf1/towers.py", *arguments).stdout.splitlines()
    header = next(line for line in lines if line.startswith("call"))
    assert header.split() == ["call", "where", "variable", "outcome", "reuse"]
    (average,) = (line for line in lines if line.startswith("#12 "))
    assert average.split() == [
        "#12",
        "towers.py:35",
        "embedding/part_0/ExponentialMovingAverage",
        "created",
        "False",
    ]


def test_eager_variables_are_counted(program: Program, scopecli: Scopecli) -> None:
    """A program in the manner of TF2 makes no call that is reported, and is told so."""
    path = program("import tensorflow as tf\nfor _ in range(3):\n    tf.Variable(1.0)\n")
    result = scopecli("trace", path)
    assert result.exit_code == 1
    assert "no get_variable call was made; eager variables: 3 [SC807]" in result.stderr


def test_what_get_variable_makes_eagerly_is_told_apart(program: Program, scopecli: Scopecli) -> None:
    """A program of TF1 that forgot to switch TF2's behaviour off did call `get_variable`."""
    path = program("import tensorflow.compat.v1 as tf\ntf.get_variable('w', [2])\n")
    result = scopecli("trace", path)
    assert "no get_variable call was made in a graph; eager variables: 1 [SC807]" in result.stderr


NESTED = """\
def scaled(getter, name, *rest, **given):
    return getter(name, *rest, **given) * 2.0
def constant(getter, name, *rest, **given):
    return tf.zeros([3])
def get_local_variable(name):
    return tf.get_variable(name, [1])
tf.Variable(lambda: tf.Variable([1.0, 2.0], name="inner").initialized_value(), name="outer")
tf.get_variable("kernel", initializer=lambda: tf.Variable([1.0], name="first").initialized_value())
tf.get_variable("w", [2], custom_getter=scaled)
tf.get_variable("none", [3], custom_getter=constant)
get_local_variable("mine")
with tf.variable_scope("one", partitioner=tf.fixed_size_partitioner(1)):
    tf.get_variable("w", [4])
tf.get_variable("named", [1], collections=["a$b", tf.GraphKeys.GLOBAL_VARIABLES, "\U0001f600"])
"""


def test_variables_within_others(program: Program, scopecli: Scopecli, tmp_path: Path) -> None:
    """A variable made for another's initial value is a call; a getter may yield none; names stay apart."""
    path, saved, again = program(TF1 + NESTED), tmp_path / "run.json", tmp_path / "again.yaml"
    assert scopecli("trace", path, "-f", "plain").stdout.split("\n\n")[0].splitlines() == [
        f"{path}:{line}"
        for line in (
            "9\touter\tcreated\t(2,)\tfloat32\tVariable",
            "9\touter/Initializer/inner\tcreated\t(2,)\tfloat32\tVariable",
            "10\tkernel\tcreated\t(1,)\tfloat32\tget_variable",
            "10\tkernel/Initializer/first\tcreated\t(1,)\tfloat32\tVariable",
            "11\tmul\tcreated from w\t(2,)\tfloat32\tget_variable",
            "12\tzeros\tno variable\t(3,)\tfloat32\tget_variable",
            "8\tmine\tcreated\t(1,)\tfloat32\tget_variable",
            "15\tone/w\tcreated\t(4,)\tfloat32\tget_variable",
            "16\tnamed\tcreated\t(1,)\tfloat32\tget_variable",
        )
    ]
    assert scopecli("trace", path, "-f", "json", "-o", saved).exit_code == 0
    assert scopecli("trace", path, "--emit", "scenario", "-o", again).exit_code == 0
    columns = ["--columns", "name,shape,dtype,trainable,collections"]
    listed = scopecli("list", saved, *columns).stdout
    assert scopecli("list", again, *columns).stdout == listed
    assert listed.startswith("outer/Initializer/inner\t")
    derived = [call.get("derived") for call in json.loads(saved.read_text(encoding="utf-8"))["calls"]]
    (of_none,) = (
        call
        for call in json.loads(saved.read_text(encoding="utf-8"))["calls"]
        if call["variable"] is None and call["error"] is None
    )
    assert of_none["variable"] is None
    assert derived == [None, None, None, None, ["w"], None, None, None, None]
    explained = scopecli("explain", saved).stdout
    assert "outcome  made of `w` by a custom getter; created here\n" in explained
    assert "outcome  no variable: a custom getter yielded something else\n" in explained


def test_a_variable_whose_shape_is_not_known_is_left_out(program: Program, scopecli: Scopecli) -> None:
    """An emitted scenario says which variable it does not make."""
    path = program(f"{TF1}tf.Variable(tf.placeholder(tf.float32), validate_shape=False, name='any')\n")
    result = scopecli("trace", path, "--emit", "scenario")
    why = "`any` is left out, since its shape is known when it has a value"
    assert f"# {why}: {path}:3:1\n" in result.stdout
    assert result.stdout.endswith("steps: []\n")
    assert f"{path}:3:1: warning: {why} [SC808]\n" in result.stderr


def test_the_first_session_may_run_in_a_thread(program: Program, scopecli: Scopecli) -> None:
    """`--stop-after-build` ends a program whose threads run the sessions, too."""
    path = program(
        TF1 + "import threading\n"
        "w = tf.get_variable('w', [2])\n"
        "session = tf.Session()\n"
        "work = threading.Thread(target=session.run, args=(tf.global_variables_initializer(),))\n"
        "work.start()\n"
        "work.join()\n"
        "tf.get_variable('late', [1])\n"
    )
    result = scopecli("trace", "--stop-after-build", path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("\n\nw\n")


def test_a_program_can_not_catch_its_end(program: Program, scopecli: Scopecli) -> None:
    """`--stop-after-build` ends a program that catches everything where it makes the next variable."""
    path = program(
        TF1 + "try:\n"
        "    tf.Session().run(tf.get_variable('w', [2]))\n"
        "except:\n"
        "    pass\n"
        "tf.get_variable('late', [1])\n"
    )
    result = scopecli("trace", "--stop-after-build", path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("\n\nw\n")


NOISY = """\
import tensorflow as tf, warnings
hidden = tf.layers.dense(tf.placeholder(tf.float32, [None, 8]), 4)
tf.train.AdamOptimizer().minimize(tf.losses.mean_squared_error(hidden, hidden + 1))
tf.logging.set_verbosity(tf.logging.INFO)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    saver = tf.train.Saver()
    saver.restore(session, saver.save(session, "model.ckpt"))
"""


def test_what_tensorflow_says_of_itself_is_for_verbose(
    program: Program, scopecli: Scopecli, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A program that succeeds leaves standard error to what the program itself says."""
    path = program(NOISY)
    arguments = ("trace", "--tf1", "--cwd", tmp_path, path.name)
    assert scopecli(*arguments).stderr == ""
    assert capfd.readouterr().err == ""
    scopecli(*arguments, "-v")
    assert "is deprecated" in capfd.readouterr().err
    program(NOISY + "tf.logging.warn('told')\nwarnings.warn('warned')\n")
    scopecli(*arguments)
    told = capfd.readouterr().err
    assert "WARNING:tensorflow:told\n" in told
    assert "UserWarning: warned\n" in told
    assert "deprecated" not in told


def test_a_program_in_another_encoding(program: Program, scopecli: Scopecli) -> None:
    """Messages show the lines of a program as Python reads them."""
    text = f"# -*- coding: latin-1 -*-\n{TF1}tf.get_variable('é')\n"
    path = program("")
    path.write_bytes(text.encode("latin-1"))
    assert "    4 | tf.get_variable('é')\n" in scopecli("trace", path).stderr


def test_what_a_failure_came_from(program: Program, scopecli: Scopecli) -> None:
    """An exception that was raised from a call's has that call's places beside its own."""
    path = program(
        TF1 + "tf.get_variable('w', [2])\n"
        "try:\n"
        "    tf.get_variable('w', [2])\n"
        "except ValueError as error:\n"
        "    raise RuntimeError('no model') from error\n"
    )
    lines = scopecli("trace", path).stderr.splitlines()
    told = [line.partition("program.py:")[2] for line in lines if "program.py:" in line]
    exists = "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE"
    assert told == [
        "7:5: error: RuntimeError: no model [SC803]",
        f"5:5: note: what came before: ValueError: {exists} in VarScope?",
        "3:1: note: `w` was first created here",
    ]


def test_only_a_line_that_asks_twice_is_said_to(program: Program, scopecli: Scopecli) -> None:
    """Where a helper fails that made another variable before, nothing is said of that one."""
    path = program(
        TF1 + "def weight(name, reuse):\n"
        "    with tf.variable_scope('s', reuse=reuse): return tf.get_variable(name, [2])\n"
        "weight('kernel', None)\n"
        "weight('bias', True)\n"
    )
    notes = [line for line in scopecli("trace", path).stderr.splitlines() if ": note: " in line]
    assert [line.partition(": note: ")[2] for line in notes] == ["reuse was set to True here"]


def test_old_programs(program: Program, scopecli: Scopecli) -> None:
    """With `--tf1`, `tensorflow` is TF1's, until the first session if that is asked for."""
    path = program(
        "import tensorflow as tf\n"
        "import tensorflow.compat.v1\n"
        "from tensorflow.python.framework import ops\n"
        "from tensorflow.contrib.training import HParams\n"
        "from tensorflow.contrib.framework.python.ops import add_arg_scope, arg_scope\n"
        "from tensorflow.contrib.slim.python.slim.nets import vgg\n"
        "from tensorflow.contrib.framework.python.ops import variables\n"
        "assert variables.model_variable\n"
        "from tensorflow.layers import dense\n"
        "from tensorflow.contrib.layers import *\n"
        "import tensorflow.nn as nn\n"
        "assert callable(arg_scope) and callable(fully_connected) and nn is tf.nn and nn.rnn_cell\n"
        "import numpy as np\n"
        "assert tf.compat.v1 is tensorflow.compat.v1\n"
        "assert tf.get_variable is tf.compat.v1.get_variable\n"
        "hparams = HParams(size=2, kind='a').parse('size=3,kind=b')\n"
        "x = tf.placeholder(np.float, [None, hparams.size])\n"
        "w = tf.get_variable(hparams.kind, [hparams.size])\n"
        "with tf.Session() as session:\n"
        "    tf.Variable(0.0, name='counter')\n"
        "    session.run(tf.global_variables_initializer())\n"
        "raise SystemExit(9)\n"
    )
    result = scopecli("trace", "--tf1", "--stop-after-build", path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("\n\nb\ncounter\n")


def test_the_whole_way_to_a_call(program: Program, scopecli: Scopecli) -> None:
    """`--call-site all` has every line of the user's that led to a call, innermost first."""
    path = program(f"{TF1}def inner():\n    tf.get_variable('w', [2])\ndef outer():\n    inner()\nouter()\n")
    result = scopecli("trace", "--call-site", "all", "-f", "json", path)
    (call,) = json.loads(result.stdout)["calls"]
    assert [(each["location"]["line"], each["message"]) for each in call["trail"]] == [
        (4, "in inner: tf.get_variable('w', [2])"),
        (6, "in outer: inner()"),
        (7, "outer()"),
    ]
    (line, *_) = scopecli("trace", "--call-site", "all", "-f", "plain", path).stdout.splitlines()
    assert line.partition("\t")[0] == f"{path}:4 < {path}:6 < {path}:7"
    table = scopecli("trace", "--call-site", "all", "-f", "table", path).stdout
    lines = table.partition("#0")[2].splitlines()[:3]
    assert [each.split()[0].rpartition("/")[2] for each in lines] == [
        "program.py:4",
        "program.py:6",
        "program.py:7",
    ]


def test_one_graph_of_several(program: Program, scopecli: Scopecli) -> None:
    """A program that resets its graph has a report of each, and `--graph` chooses one."""
    path = program(f"{TF1}tf.get_variable('a', [2])\ntf.reset_default_graph()\ntf.get_variable('b', [2])\n")
    result = scopecli("trace", "--graph", "2", path)
    assert result.stdout.endswith("program.py:5\tb\tcreated\t(2,)\tfloat32\tget_variable\n\nb\n")
    assert "\ta\t" not in result.stdout
    result = scopecli("trace", "--graph", "3", path)
    assert (result.exit_code, result.stdout) == (2, scopecli("trace", path).stdout)
    assert "there is no graph 3: the program built 2" in result.stderr
    assert scopecli("trace", "--emit", "scenario", path).exit_code == 2


@pytest.mark.parametrize("name", ["dcgan", "exists_twice"])
def test_a_saved_report_is_a_source(name: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """What `trace -f json` saves is read by `list`, `tree`, `lint`, `explain` and `diff`."""
    saved = tmp_path / "run.json"
    program = f"tests/programs_tf1/{name}.py"
    scopecli("trace", "-f", "json", "-o", saved, "--program-output", os.devnull, program)
    report = json.loads(saved.read_text(encoding="utf-8"))
    names = [row["name"] for row in report["variables"]]
    listed = json.loads(scopecli("list", "-f", "json", saved).stdout)
    assert [row["name"] for row in listed["variables"]] == names
    assert scopecli("tree", "-f", "json", saved).stdout
    explained = json.loads(scopecli("explain", "-f", "json", saved).stdout)
    assert [each["outcome"].partition(":")[0] for each in explained]
    assert len(explained) == len(report["calls"])
    status = 1 if report["error"] else 0
    assert scopecli("lint", saved).exit_code == status
    emitted = tmp_path / "again.yaml"
    scopecli("trace", "--emit", "scenario", "-o", emitted, "--program-output", os.devnull, program)
    compared = scopecli("diff", saved, emitted)
    assert (compared.exit_code, "SC101" in compared.stderr) == ((2, True) if status else (0, False))


def test_lint_of_a_program(program: Program, scopecli: Scopecli, tmp_path: Path) -> None:
    """What is legal and probably not meant is found in a program as in a scenario."""
    path = program(
        f"{TF1}with tf.variable_scope('net', reuse=tf.AUTO_REUSE):\n"
        "    tf.get_variable('weight', [2])\n"
        "    tf.get_variable('wieght', [2])\n"
        "    tf.get_variable('weight', initializer=tf.zeros_initializer(), trainable=False)\n"
        "with tf.variable_scope('net', reuse=True):\n"
        "    with tf.variable_scope('in', reuse=False):\n"
        "        tf.Variable(1.0, name='v')\n"
        "tf.get_variable('lost', [1], collections=['mine'])\n"
    )
    saved = tmp_path / "run.json"
    assert scopecli("trace", path, "-f", "json", "-o", saved).exit_code == 0
    lines = [line for line in scopecli("lint", saved).stdout.splitlines() if ": warning: " in line]
    assert [line.partition("program.py:")[2] for line in lines] == [
        "5:5: warning: `wieght` is made here, and differs from `weight` by a letter or two [SC401]",
        "6:5: warning: `trainable` and `initializer` have no effect: `net/weight` was there already [SC402]",
        "8:5: warning: `reuse=False` does not switch reuse off: it is True here, as around it [SC403]",
        "9:9: warning: `Variable` makes `net_1/in/v` here, also in a scope that reuses [SC404]",
        "10:1: warning: `lost` is in no collection that is initialised [SC407]",
    ]


def test_hooks_are_taken_out_again() -> None:
    """After a block that watches, TensorFlow's methods are those that were there before."""
    store = variable_scope._VariableStore  # noqa: SLF001 - where the hooks are put in
    before = dict(vars(store)), dict(vars(variable_scope.VariableScope))
    with watch_calls(Recording(Surroundings())):
        assert dict(vars(store)) != before[0]
    assert (dict(vars(store)), dict(vars(variable_scope.VariableScope))) == before


def test_a_tensorflow_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a method that is watched is not there, it is named, and no hook is put in."""
    store = variable_scope._VariableStore  # noqa: SLF001 - where the hooks are put in
    monkeypatch.delattr(store, "_get_partitioned_variable")
    before = dict(vars(store))
    with (
        pytest.raises(TensorFlowUnavailableError, match=r"has no _VariableStore\._get_partitioned_variable"),
        watch_calls(Recording(Surroundings())),
    ):
        pass
    assert dict(vars(store)) == before


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "import sys; sys.modules['tf_slim'] = None; tf.contrib.slim.conv2d",
            "tf.contrib.slim needs tf_slim: pip install 'scopecli[tf1]'",
        ),
        ("tf.contrib.seq2seq", "tensorflow_addons does not import with this TensorFlow"),
        ("tf.contrib.cudnn_rnn", "tf.contrib.cudnn_rnn is gone from TensorFlow"),
        ("tf.contrib.layers.no_such", "tf.contrib.layers has no 'no_such' any more"),
    ],
)
def test_what_old_programs_miss(line: str, message: str, program: Program, scopecli: Scopecli) -> None:
    """What is missing is said in one message, with the package that brings it."""
    path = program(f"import tensorflow as tf\n{line}\n")
    result = scopecli("trace", "--tf1", path)
    assert result.exit_code == 1
    assert "program.py:2:1: error: " in result.stderr
    assert message in result.stderr


EARLY = """\
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
w = tf.get_variable("w", [2])
start = tf.global_variables_initializer()
b = tf.get_variable("b", [2])
with tf.Session() as session:
    session.run(start)
    session.run(w + b)
"""
MIXED = """\
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
w = tf.get_variable("w", [2])
tf.reset_default_graph()
c = tf.constant([1.0, 2.0], name="c")
w + c
"""
AGAIN = """\
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
def answer(x):
    return tf.get_variable("w", [2]) * x
for request in (1.0, 2.0):
    answer(request)
"""
POLYAK = """\
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
w = tf.get_variable("w", [2])
tf.get_variable_scope().reuse_variables()
tf.train.ExponentialMovingAverage(0.9, name="polyak").apply([w])
"""
ORIGINS = {
    "an initializer that came too early": (
        EARLY,
        ((4, "`init` was made here, before `b` was, and initialises 1 variable alone"), (5, "`b` was made")),
        "Build all of the graph first",
    ),
    "one that did not run": (
        # Of two without a value, TensorFlow names the one that it happens to read first.
        re.sub(r"(?m)^.*start.*\n", "", EARLY).replace("w + b", "w + 1"),
        ((3, "`w/read` was made here"),),
        "Build all of the graph first",
    ),
    "two graphs": (
        MIXED,
        ((5, "`c` was made here, in one graph"), (3, "`w/read` was made here, in another graph")),
        "Build all that belongs together in one graph.",
    ),
    "a loop": (AGAIN, ((4, "and asked for again by the same line"),), "to share it, build once, before"),
    "an average": (POLYAK, ((4, "reuse was set to True here"),), "which ends before `apply()` is called"),
}


@pytest.mark.parametrize("case", ORIGINS)
def test_where_an_error_comes_from(case: str, program: Program, scopecli: Scopecli) -> None:
    """The lines that matter are told, and the help is for who asked."""
    text, notes, hint = ORIGINS[case]
    result = scopecli("trace", "-f", "json", program(text))
    error = json.loads(result.stdout)["error"] if result.stdout.startswith("{") else None
    if error is None:
        error = next(each["error"] for each in json.loads(result.stdout) if each["error"])
    told = [(note["location"]["line"], note["message"]) for note in error["notes"]]
    for line, message in notes:
        assert any(at == line and said.startswith(message) for at, said in told), told
    assert hint in error["help"]


CONVERTED = """\
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
def body(x):
    if x > 2:
        first = tf.get_variable("w", [2])
        second = tf.get_variable("w", [2])
    return x
tf.data.Dataset.range(3).map(body)
"""


def test_the_place_in_code_that_autograph_converts(program: Program, scopecli: Scopecli) -> None:
    """The user's own line is the place, and nothing of ours is in the message."""
    path = program(CONVERTED)
    result = scopecli("trace", path)
    assert f"{path}:6:9: error: ValueError: in user code:" in result.stderr
    assert '    6 |         second = tf.get_variable("w", [2])\n' in result.stderr
    assert "watching" not in result.stderr
    assert "autograph_generated" not in result.stderr


BUILDS = """\
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
for reuse in (False, True):
    with tf.variable_scope("s", reuse=reuse):
        tf.get_variable("w", [2])
"""
FORKS = """\
import ctypes, os
if os.fork() == 0:
    tf.get_variable("child", [1])
    os._exit(0)
os.wait()
"""
CRASHES = {
    "a fault": ("import ctypes\nctypes.string_at(0)\n", "the program was ended by SIGSEGV"),
    "abort": ("import os\nos.abort()\n", "the program was ended by SIGABRT"),
    "kill": ("import os\nos.kill(os.getpid(), 9)\n", "the program was ended by SIGKILL"),
    "another program": (
        "import os, sys\nos.execv(sys.executable, [sys.executable, '-c', ''])\n",
        "the program left in an unusual way",
    ),
    "a fork and a fault": (
        FORKS + "ctypes.string_at(0)\n",
        "the program was ended by SIGSEGV",
    ),
}


@pytest.mark.parametrize("case", CRASHES)
def test_a_program_that_crashes(case: str, program: Program, scopecli: Scopecli) -> None:
    """What a program did until it was killed, or ended by a fault, is reported."""
    crash, message = CRASHES[case]
    path = program(BUILDS + crash)
    result = scopecli("trace", path, "-f", "json")
    report = json.loads(result.stdout)
    calls = [(call["outcome"], call["reuse"], call["location"]["line"]) for call in report["calls"]]
    assert calls == [("created", "False", 5), ("reused", "True", 5)]
    assert [(row["name"], row["shape"], row["kind"]) for row in report["variables"]] == [("s/w", [2], "ref")]
    assert f"{message}: what it did until then is reported, without scopes [SC806]" in result.stderr
    assert result.exit_code == 1


HINDERS = {
    "our modules taken away": "import sys\n"
    "for name in [*sys.modules]:\n    if 'scopecli' in name: del sys.modules[name]\n",
    "pickle replaced": "import pickle\npickle.dumps = None\n",
    "descriptors closed": "import os\nos.closerange(3, 100)\n",
    "os._exit replaced": "import os\nos._exit = None\n",
}


@pytest.mark.parametrize("hindrance", HINDERS)
def test_a_program_that_hinders(hindrance: str, program: Program, scopecli: Scopecli) -> None:
    """Whatever a program does to its process, what was recorded is reported."""
    result = scopecli("trace", program(BUILDS + HINDERS[hindrance]), "-f", "plain")
    assert [line.split("\t")[2] for line in result.stdout.splitlines()[:2]] == ["created", "reused"]
    assert (result.stderr, result.exit_code) == ("", 0)


@pytest.mark.own_process  # since TensorFlow, from which others are forked, has some of these loaded
def test_a_program_with_modules_of_our_names(program: Program, scopecli: Scopecli) -> None:
    """A program finds its own modules, also those that are called as what we use, and sees none of ours."""
    seen = "import sys\nassert not [each for each in sys.modules if each.startswith('scopecli.')]\n"
    names = ("click", "yaml", "rich", "scopecli")
    path = program(
        "".join(f"import {name}\nassert {name}.whose == 'mine'\n" for name in names) + seen + BUILDS
    )
    for name in names:
        path.with_name(f"{name}.py").write_text("whose = 'mine'\n")
    result = scopecli("trace", path, "-f", "plain")
    assert (result.stderr, result.exit_code) == ("", 0)


def test_a_tensor_in_place_of_a_variable_is_not_emitted(program: Program, scopecli: Scopecli) -> None:
    """What a custom getter makes of nothing is no variable of a scenario."""
    path = program(
        TF1 + "with tf.variable_scope('s', custom_getter=lambda getter, *a, **k: tf.ones([2])):\n"
        "    tf.get_variable('none', [2])\n"
        "tf.get_variable('some', [2])\n"
    )
    emitted = scopecli("trace", path, "--emit", "scenario").stdout
    assert "some" in emitted
    assert emitted.count("- {get_variable") == 1


def test_an_error_that_is_its_own_cause(program: Program, scopecli: Scopecli) -> None:
    """Of errors that were raised from each other each is looked at once."""
    path = program(
        TF1 + "tf.get_variable('w', [1])\n"
        "first, second = ValueError('first'), ValueError('second')\n"
        "first.__cause__, second.__cause__ = second, first\n"
        "raise first\n"
    )
    result = scopecli("trace", path, "--timeout", "20")
    assert "error: ValueError: first" in result.stderr
    assert "SC805" not in result.stderr  # that it was out of time


EAGER = """
import tensorflow.compat.v1 as tf
def layer(reuse):
    with tf.variable_scope("layer", reuse=reuse):
        return tf.get_variable("w", [2])
"""


EAGER_STORE = """
from tensorflow.python.ops.variable_scope import EagerVariableStore
with EagerVariableStore().as_default():
    assert layer(tf.AUTO_REUSE) is layer(tf.AUTO_REUSE)
"""


@pytest.mark.parametrize(
    ("calls", "told"),
    [
        ("layer(tf.AUTO_REUSE)\nlayer(tf.AUTO_REUSE)\n", 1),
        ("layer(None)\nlayer(True)\n", 1),
        ("layer(tf.AUTO_REUSE)\nlayer(tf.AUTO_REUSE)\nlayer(tf.AUTO_REUSE)\n", 1),  # one line, told once
        ("layer(tf.AUTO_REUSE)\n", 0),
        ("layer(None)\nlayer(None)\n", 0),  # nothing is asked to be shared
        ("tf.Variable(1.0)\ntf.Variable(1.0)\n", 0),
        ("with tf.Graph().as_default():\n    layer(tf.AUTO_REUSE)\n    layer(tf.AUTO_REUSE)\n", 0),
        (EAGER_STORE, 0),  # the one way to share there
    ],
)
def test_sharing_in_eager_execution(calls: str, told: int, tmp_path: Path, scopecli: Scopecli) -> None:
    """A program that believes that it shares, and makes two variables in silence, is told."""
    path = tmp_path / "train.py"
    path.write_text(EAGER + calls)
    result = scopecli("trace", path)
    message = (
        f"{path}:5:9: warning: `layer/w` is made once more: in eager execution `reuse` finds nothing [SC810]"
    )
    assert result.stderr.count(message) == told
    assert result.stderr.count("SC810") == told


IN_A_FUNCTION = """
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
def scale(x):
    with tf.variable_scope("scale"):
        w = tf.get_variable("w", [], initializer=tf.ones_initializer())
    return x * w
"""


@pytest.mark.parametrize(
    ("call", "is_traced_twice"),
    [
        ("tf.data.Dataset.range(4).map(lambda x: scale(tf.cast(x, tf.float32)))\n", True),
        ("step = tf.function(scale)\nstep(tf.constant(1.0))\nstep(tf.constant([1.0]))\n", True),
        ("scale(tf.constant(1.0))\nscale(tf.constant(1.0))\n", False),
        ("tf.cond(tf.constant(True), lambda: scale(1.0), lambda: scale(2.0))\n", False),
    ],
)
def test_a_function_that_is_traced_twice(
    call: str, *, is_traced_twice: bool, tmp_path: Path, scopecli: Scopecli
) -> None:
    """The error is at the user's own line, with where the variable was made, and that tracing came again."""
    path = tmp_path / "train.py"
    path.write_text(IN_A_FUNCTION + call)
    result = scopecli("trace", path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}:6:9: error: ValueError")
    assert "generated" not in result.stderr
    assert result.stderr.count("Variable scale/w already exists") == 1
    assert f"{path}:6:9: note: `scale/w` was first created here" in result.stderr
    traced = f"{path}:6:9: note: and asked for again when TensorFlow traced the function once more"
    assert (traced in result.stderr) == is_traced_twice
    assert ("help: a function is traced again" in result.stderr) == is_traced_twice
