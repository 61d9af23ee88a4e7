"""The door to TensorFlow: what loads it, which way, and that both ways are the same."""

import json
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf
from support import Process
from test_run import NOTEBOOK, TEMPLATES

HEAVY = ("tensorflow", "numpy", "yaml", "rich")

# Runs the command line as the program does, and says before the process ends what it has loaded.
PROGRAM = """
import json, os, sys
from scopecli import __main__
leave = os._exit
def say_and_leave(status):
    bare = "tensorflow" in sys.modules and not hasattr(sys.modules["tensorflow"], "__version__")
    loaded = [name for name in {heavy!r} if name in sys.modules]
    print(json.dumps({{"bare": bare, "loaded": loaded, "status": status}}), flush=True)
    leave(status)
os._exit = say_and_leave
sys.argv[1:] = {arguments!r}
{before}
__main__.main()
"""


def _program(
    process: Process, *arguments: str, before: str = "", **environment: str
) -> tuple[str, dict, str]:
    code = PROGRAM.format(arguments=list(arguments), before=before, heavy=HEAVY)
    done = process("-c", code, **environment)
    *output, facts = done.stdout.splitlines(keepends=True)
    return "".join(output), json.loads(facts), done.stderr


@pytest.mark.parametrize("option", ["--help", "--version", "run --help", "check --help", "list --help"])
def test_help_loads_nothing_heavy(option: str, process: Process) -> None:
    """Help and version come without TensorFlow, numpy, yaml or rich."""
    _, facts, _ = _program(process, *option.split())
    assert (facts["loaded"], facts["status"]) == ([], 0)


@pytest.mark.parametrize("style", ["text", "json"])
def test_an_error_is_explained_without_tensorflow(style: str, process: Process) -> None:
    """An error is explained without TensorFlow, numpy, yaml or rich, known or not."""
    for error, status in (("No variables to save", 0), ("no such error", 1)):
        _, facts, _ = _program(process, "explain", "--error", error, "-f", style)
        assert (facts["loaded"], facts["status"]) == ([], status)


def test_an_invalid_file_is_refused_without_tensorflow(process: Process) -> None:
    """What is wrong with a file is said before TensorFlow is loaded."""
    _, facts, messages = _program(process, "run", "tests/scenarios/invalid/dtypes.yaml")
    assert (facts["loaded"], facts["status"]) == (["yaml", "rich"], 2)
    assert "flaot32" in messages


def test_completion_needs_no_tensorflow(process: Process) -> None:
    """Completing handles comes without TensorFlow and numpy."""
    words = {"COMP_WORDS": "scopecli explain scenarios/reuse_true.yaml w", "COMP_CWORD": "3"}
    output, facts, _ = _program(process, _SCOPECLI_COMPLETE="bash_complete", **words)
    assert output.split() == ["plain,w1", "plain,w2", "plain,w3"]
    assert facts["loaded"] == ["yaml"]


def test_check_needs_no_tensorflow(process: Process) -> None:
    """Check comes without TensorFlow and numpy."""
    output, facts, _ = _program(process, "check", "scenarios", "tests/scenarios/doubtful")
    assert "SC302" in output
    assert set(facts["loaded"]) == {"yaml", "rich"}


@pytest.mark.parametrize("form", ["plain", "json", "csv"])
def test_a_checkpoint_is_listed_without_anything_heavy(form: str, process: Process, tmp_path: Path) -> None:
    """What is in a checkpoint, and its tree, come without TensorFlow, numpy, yaml or rich."""
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.Variable([1.0, 2.0], name="w")
        session.run(variable.initializer)
        tf.train.Saver().save(session, str(tmp_path / "model.ckpt"))
    for command in ("list", "tree") if form != "csv" else ("list",):
        output, facts, messages = _program(process, command, str(tmp_path / "model.ckpt"), "-f", form)
        assert "w" in output
        assert (facts["loaded"], facts["status"], messages) == ([], 0, "")


def test_a_checkpoint_is_converted_without_tensorflow(process: Process, tmp_path: Path) -> None:
    """A checkpoint is renamed and copied without anything heavy, and cast with numpy alone."""
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.Variable([1.0, 2.0], name="w")
        session.run(variable.initializer)
        source = tf.train.Saver().save(session, str(tmp_path / "model.ckpt"))
    for name, options, loaded in (
        ("a.ckpt", ("--link", "--map", "w=v"), []),
        ("b.ckpt", ("--shards", "2", "--role", "weight"), []),
        ("c.safetensors", ("--like", source), []),
        ("d.ckpt", ("--cast", "float32=bfloat16"), ["numpy"]),
        ("e.npz", (), ["numpy"]),
    ):
        output, facts, messages = _program(process, "convert", source, str(tmp_path / name), *options)
        assert output.endswith("\n")
        assert (facts["loaded"], facts["status"], messages) == (loaded, 0, "")


def test_schema_needs_nothing_heavy(process: Process) -> None:
    """The schema comes without TensorFlow, numpy, yaml or rich."""
    _, facts, _ = _program(process, "schema")
    assert (facts["loaded"], facts["status"]) == ([], 0)


@pytest.mark.parametrize("full", ["", "1"])
def test_templates_both_ways(full: str, process: Process) -> None:
    """The templates print the same the fast way and with TensorFlow imported in full, and nothing else."""
    paths = [f"scenarios/{template}.yaml" for template in TEMPLATES]
    output, facts, messages = _program(process, "run", *paths, "-f", "tf", SCOPECLI_FULL_IMPORT=full)
    assert (output, messages, facts["bare"]) == ("\n".join([NOTEBOOK] * len(paths)), "", not full)


def test_the_fast_way_has_the_same_objects(process: Process) -> None:
    """Every object of the fast way is the one that `tensorflow.compat.v1` has."""
    done = process("-c", SAME_OBJECTS)
    assert done.stdout == "all the same\n", done.stderr


SAME_OBJECTS = """
import sys
from scopecli.tf1 import startup
fast = startup.load(own_process=True)
for name in ("tensorflow", "tensorflow.python"):
    assert not hasattr(sys.modules.pop(name), "__file__")
import tensorflow.compat.v1 as tf
for name in '''AUTO_REUSE ConfigProto Graph GraphKeys Session Variable VariableScope as_dtype constant
        get_local_variable get_variable get_variable_scope global_variables local_variables name_scope
        set_random_seed variable_scope variables_initializer'''.split():
    assert getattr(fast, name) is getattr(tf, name), name
assert fast.OpError is tf.errors.OpError
from scopecli.scenario.vocabulary import INITIALIZERS
for name in INITIALIZERS:
    public = getattr(tf, name + "_initializer", None) or getattr(tf.initializers, name)
    private = getattr(fast.init_ops, name + "_initializer", None) or getattr(fast.init_ops, name)
    assert private is public, name
print("all the same")
"""

HIDE = """
import importlib.abc
class Hidden(importlib.abc.MetaPathFinder):
    tries = 0
    def find_spec(self, name, path=None, target=None):
        if name == {name!r} and not Hidden.tries:
            Hidden.tries += 1
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
"""


@pytest.mark.parametrize("name", ["tensorflow.python.ops.variable_v1", "tensorflow.python.framework.ops"])
def test_another_layout_falls_back_to_the_full_import(name: str, process: Process) -> None:
    """Where a module is not where the fast way expects it, the full import follows without a word."""
    before = HIDE.format(name=name)
    output, facts, messages = _program(process, "run", "scenarios/reuse_true.yaml", "-f", "tf", before=before)
    assert (output, messages, facts["bare"]) == (NOTEBOOK, "", False)


def test_the_fallback_is_told_with_verbose(process: Process) -> None:
    """With -v, a line says that the fast way was not there."""
    before = HIDE.format(name="tensorflow.python.ops.variable_v1")
    _, _, messages = _program(process, "run", "scenarios/reuse_true.yaml", "-v", before=before)
    assert "scopecli: the fast way to TensorFlow is not there" in messages


LIBRARY = """
{first}
from scopecli.scenario.expansion import load_program
from scopecli.interpret import interpret
report = interpret(load_program("scenarios/reuse_true.yaml"), seed=None, session=None)
import tensorflow as tf
assert [row.name for row in report.variables] == ["test/weight_1", "test/weight_2"]
assert tf.executing_eagerly() and tf.add(1, 2).numpy() == 3 and tf.keras
assert not tf.compat.v1.get_default_graph().get_operations()
assert tf.compat.v1.resource_variables_enabled() and tf.compat.v1.control_flow_v2_enabled()
print("ordinary")
"""


@pytest.mark.parametrize("first", ["", "import tensorflow"])
def test_a_library_user_gets_the_ordinary_tensorflow(first: str, process: Process) -> None:
    """Imported as a library, scopecli leaves TensorFlow whole, TF2 as it is, and the default graph empty."""
    done = process("-c", LIBRARY.format(first=first))
    assert done.stdout == "ordinary\n", done.stderr


def test_no_tensorflow(process: Process) -> None:
    """Without TensorFlow the message says how to get it."""
    before = "sys.modules['tensorflow'] = None"
    _, facts, messages = _program(process, "run", "scenarios/reuse_true.yaml", before=before)
    assert facts["status"] == 2
    assert messages == (
        "tensorflow: error: TensorFlow is not installed [SC201]\nhelp: pip install tensorflow\n"
    )


def test_tensorflow_log_lines_with_verbose(process: Process) -> None:
    """TensorFlow's own lines are let through with -v."""
    _, _, messages = _program(process, "run", "scenarios/reuse_true.yaml", "-v")
    assert messages


@pytest.mark.parametrize("full", ["", "1"])
def test_a_tensorflow_that_can_t_be_loaded(full: str, process: Process, tmp_path: Path) -> None:
    """Where TensorFlow is there and fails to load, that is told in one message."""
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").write_text("raise ImportError('libfoo.so.1: cannot open it')\n")
    done = process(
        *("-m", "scopecli", "run", "scenarios/reuse_true.yaml"),
        PYTHONPATH=str(tmp_path),
        SCOPECLI_FULL_IMPORT=full,
    )
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr == (
        "tensorflow: error: TensorFlow can't be loaded: libfoo.so.1: cannot open it [SC201]\n"
        "help: `python -c 'import tensorflow'` shows where it fails\n"
    )
