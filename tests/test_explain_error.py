"""`scopecli explain --error`: what is recognised, in whatever form it is pasted, and what is said of it."""

import contextlib
import io
import json
import re
import textwrap
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow  # noqa: ICN001 - `tf` is TF1's
import tensorflow.compat.v1 as tf
from provoked import PROGRAMS, Provoked, raised_by
from support import ROOT, Process, Scopecli, compare_with_file

from scopecli.advice import ErrorExplanation, Situation, advise, explain_error
from scopecli.advice.known import Fix, Known
from scopecli.advice.table import KNOWN, read_message
from scopecli.advice.tf1_names import TF1_NAMES, TF1_TRAIN_NAMES

EXISTS = (
    "Variable encoder/layer_1/kernel already exists, disallowed. "
    "Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
)


def _explained(text: str) -> ErrorExplanation:
    explanation = explain_error(text).explanation
    assert explanation, text
    return explanation


@pytest.mark.parametrize("provoked", PROGRAMS, ids=str)
def test_what_tensorflow_raises(provoked: Provoked) -> None:
    """TensorFlow's message is recognised, bare and at the end of its traceback, and so is the variable."""
    error = raised_by(provoked)
    for text in (str(error), "".join(traceback.format_exception(error))):
        reading = explain_error(text)
        assert reading.explanation
        assert (reading.explanation.known, reading.explanation.variable) == (
            provoked.known,
            provoked.variable,
        )
        assert reading.others == ()


MESSAGES = ROOT / "scopecli" / "advice" / "messages"


def test_every_file_is_an_entry() -> None:
    """Each file of a message is in the table, once."""
    keys = [known.key for known in KNOWN]
    assert sorted(keys) == sorted(path.stem for path in MESSAGES.iterdir())
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("key: no-session", "key: another"),
        ("## Causes", "## Reasons"),
        ("pattern: ", "regex: "),
        ("- Ask", "Ask"),
    ],
)
def test_a_file_that_is_written_otherwise(
    written: str, instead: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of a message that has another form is an error of ours, not a message without causes."""
    text = (MESSAGES / "no-session.md").read_text(encoding="utf-8")
    assert written in text
    (tmp_path / "no-session.md").write_text(text.replace(written, instead), encoding="utf-8")
    monkeypatch.setattr("scopecli.advice.table._FOLDER", tmp_path)
    with pytest.raises((ValueError, KeyError)):
        read_message("no-session")


OF_OLD = {
    "rnn-cell-used-twice",
    "rnn-cells-of-one-size",
    "cell-not-built",
    "read-without-variable",
    "variable-of-another-world",
}


def test_every_entry_is_provoked() -> None:
    """No entry is left that TensorFlow was not made to raise, so that a change of its words is noticed.

    What only older versions say, or another Keras, is held against their words.
    """
    provoked = {each.known for each in PROGRAMS}
    assert {each.key for each in KNOWN} == provoked | OF_OLD
    assert not provoked & OF_OLD
    assert {known for known, *_ in TF1_WORDINGS} >= OF_OLD
    assert len({each.key for each in KNOWN}) == len(KNOWN)


ERRORS = ROOT / "tests" / "errors"
TF1_WORDINGS = [
    line.split("\t") for line in (ERRORS / "tf1_wordings.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


@pytest.mark.parametrize(("known", "variable", "text"), TF1_WORDINGS)
def test_tf1_wordings(known: str, variable: str, text: str) -> None:
    """The words of TF1, and those that people leave of them, are recognised too."""
    explanation = _explained(text)
    assert (explanation.known, explanation.variable or "") == (known, variable)


@pytest.mark.parametrize(
    "pasted",
    [
        EXISTS,
        f"ValueError: {EXISTS}",
        f"tensorflow.python.framework.errors_impl.InvalidArgumentError: {EXISTS}\n\t [[{{{{node a/w}}}}]]",
        f"“{EXISTS}”",
        f"> ValueError: {EXISTS}\n> \n",
        f"2018-05-01 W tensorflow/core] loss 0.5\n{EXISTS}\n0 successful operations.\n",
        f"2 root error(s) found.\n  (0) Invalid argument: {EXISTS}\n  (1) Invalid argument: {EXISTS}",
        f"\x1b[0;31mValueError\x1b[0m: {EXISTS}",
        repr(ValueError(f'{EXISTS} Originally defined at:\n\n  File "it\'s.py", line 3\n    a = b\n')),
        EXISTS.replace(" ", "\u00a0"),
        f"<pre><code>ValueError: {EXISTS}</code></pre>",
        f"&gt;&gt;&gt; net(x)\nValueError: {EXISTS.replace('=', '&#61;')}",
        f'>>> net(x)\nTraceback (most recent call last):\n  File "<stdin>", line 1, in <module>\n{EXISTS}',
        f"\u00abValueError: {EXISTS}\u00bb",
        EXISTS.replace(" ", "\r\n"),
        EXISTS.replace("exists, ", "exists").replace("Variable ", "Variable"),
    ],
)
def test_pasted_forms(pasted: str) -> None:
    """A message is recognised as consoles, notebooks, logs and forums leave it."""
    assert _explained(pasted).variable == "encoder/layer_1/kernel"


@pytest.mark.parametrize("width", range(8, 100))
def test_lines_broken_anywhere(width: int) -> None:
    """A message is recognised where a terminal broke its lines, and where a mail program did."""
    broken = "\n".join(EXISTS[start : start + width] for start in range(0, len(EXISTS), width))
    assert _explained(broken).variable == "encoder/layer_1/kernel"
    assert _explained(textwrap.fill(EXISTS, max(width, 30))).variable == "encoder/layer_1/kernel"


def test_lines_of_code_are_no_messages() -> None:
    """What a traceback quotes of TensorFlow's source is not taken for a message."""
    frames = (
        '  File "saver.py", line 30, in build\n'
        '    raise ValueError("No variables to save")\n'
        '--> 31     raise ValueError("At least two variables have the same name: w")\n'
        "     32     # Variable w does not exist, or was not created\n"
        '    raise ValueError("Variable %s already exists, disallowed." % name)\n'
        '    raise ValueError(f"Variable {name} did not get an initializer, so its `shape` argument")\n'
    )
    assert explain_error(frames).explanation is None
    reading = explain_error(f"{frames}ValueError: The reuse parameter must be True or False or None.")
    assert reading.explanation
    assert (reading.explanation.known, reading.others) == ("wrong-reuse-value", ())


def test_the_last_error_is_explained() -> None:
    """Of several errors the last one is explained, and each other one is mentioned once."""
    first, second = "Graph is finalized and cannot be modified.", "No variables to save"
    reading = explain_error(f"{first}\n{EXISTS}\n{first}\n{EXISTS}\nDuring handling\nValueError: {second}\n")
    assert reading.message == second
    assert [each.known for each in reading.others] == ["graph-finalized", "already-exists"]


def test_an_unknown_error_after_known_ones(scopecli: Scopecli) -> None:
    """Where a traceback ends in an error that is not known, that is said, with the known ones before it."""
    text = (
        f"ValueError: {EXISTS}\n\n"
        "During handling of the above exception, another exception occurred:\n\n"
        'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    go()\n'
        "RuntimeError: the cat sat on the keyboard\n"
    )
    reading = explain_error(text)
    assert (reading.message, reading.explanation) == ("the cat sat on the keyboard", None)
    assert [each.known for each in reading.others] == ["already-exists"]
    result = scopecli("explain", "--error", text)
    assert result.exit_code == 1
    assert "not an error that scopecli knows: the cat sat on the keyboard" in result.stderr
    assert "already exists" in result.stderr


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.key)
def test_an_entry_is_whole(known: Known) -> None:
    """Each entry explains its own example, with causes, ways out, and every gap of its texts filled."""
    explanation = _explained(known.example)
    assert explanation.known == known.key
    assert explanation.causes
    assert explanation.fixes
    for fix in explanation.fixes:
        told = (explanation.meaning, *explanation.causes, fix.text, fix.code or "", fix.scenario or "")
        assert not [text for text in told if re.search(r"%[a-z{]|``", text)]
        assert all(len(line) <= 92 for line in (fix.code or "").split("\n"))


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.key)
def test_help_inside_a_scenario(known: Known) -> None:
    """Inside a scenario the help against a message comes from the same entry."""
    advice = advise(known.example, Situation({}, "False", None))
    assert bool(advice.help) == bool(known.hint)
    assert advice.help == known.hint or callable(known.hint)


RESET = "tf.reset_default_graph()"  # TensorFlow does not do this while another graph is the default
FIXES = [
    pytest.param(fix, id=f"{known.key}-{number}")
    for known in KNOWN
    for number, fix in enumerate(_explained(known.example).fixes, 1)
    if fix.code or fix.scenario
]


@pytest.fixture
def reader(tmp_path: Path) -> dict[str, Any]:
    """Return what stands for the reader's own in the code of a fix, in a graph and a session of its own."""
    path = str(tmp_path / "model.ckpt")
    variable = tf.get_variable("given/kernel", [2])
    saver, session = tf.train.Saver(), tf.Session()
    session.run(tf.global_variables_initializer())
    saver.save(session, path)
    return {
        "tf": tf,
        "x": tf.ones([2]),
        "model": lambda x: x * tf.get_variable("model/kernel", [2]),
        "loss": tf.reduce_sum(variable),
        "train": tf.no_op(),
        "variable": variable,
        "name": "given/kernel",
        "inputs": tf.placeholder(tf.float32),
        "saver": saver,
        "sess": session,
        "path": path,
        "folder": str(tmp_path),
    }


@pytest.fixture(params=["plain", "partitioned", "resource"])
def _in_a_graph(request: pytest.FixtureRequest) -> Any:
    """Enter a graph whose variables are of a kind."""
    partitioner = tf.fixed_size_partitioner(2) if request.param == "partitioned" else None
    use_resource = request.param == "resource"
    with tf.Graph().as_default(), tf.variable_scope("", use_resource=use_resource, partitioner=partitioner):
        yield


@pytest.mark.usefixtures("_in_a_graph")
@pytest.mark.parametrize("fix", [each for each in FIXES if each.values[0].code not in (None, RESET)])
def test_the_code_of_a_fix_runs(fix: Fix, reader: dict[str, Any]) -> None:
    """TensorFlow takes the code that an explanation offers, with a shape for the dots."""
    code = re.sub(r"\.\.\.([,)])", r"[2]\1", fix.code or "")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code.replace("tf.disable_v2_behavior()", ""), reader)  # noqa: S102 - it is ours


@pytest.mark.parametrize("fix", [each for each in FIXES if each.values[0].scenario])
def test_the_scenario_of_a_fix_runs(fix: Fix, scopecli: Scopecli) -> None:
    """The steps that an explanation offers run as a scenario."""
    result = scopecli("run", "-", text=f"steps:\n{textwrap.indent(fix.scenario or '', '  ')}\n")
    assert (result.exit_code, result.stderr) == (0, "")


def test_names_of_tf1_are_in_compat_v1() -> None:
    """What an explanation says has moved to `tf.compat.v1` is there, and no longer in TensorFlow 2."""
    assert [name for name in TF1_NAMES if not hasattr(tf, name) or hasattr(tensorflow, name)] == []
    trained = [
        name for name in TF1_TRAIN_NAMES if not hasattr(tf.train, name) or hasattr(tensorflow.train, name)
    ]
    assert trained == []


@pytest.mark.parametrize("name", ["w", "a/b/w", "w:0", "a-b/w.c", "layer/kernel/"])
def test_a_name_of_any_depth(name: str) -> None:
    """The variable's scope and its own name are told apart in the code, also where there is no scope."""
    code = _explained(f"Variable {name} already exists, disallowed.").fixes[0].code or ""
    scope, _, leaf = name.removesuffix(":0").strip("/").rpartition("/")
    assert (
        f'tf.variable_scope("{scope}", ' in code
        if scope
        else "tf.variable_scope(tf.get_variable_scope()" in code
    )
    assert f'tf.get_variable("{leaf}", ...)' in code
    compile(code, "fix", "exec")


@pytest.mark.parametrize("path", sorted(ERRORS.glob("*.txt")), ids=lambda path: path.stem)
def test_whole_pastes(path: Path, scopecli: Scopecli) -> None:
    """What people paste is explained as expected."""
    pasted = path.read_text(encoding="utf-8")
    compare_with_file(path.with_suffix(".out"), scopecli("explain", "--error", pasted))


def test_standard_input(scopecli: Scopecli) -> None:
    """A dash is standard input, whatever its bytes."""
    result = scopecli("explain", "--error", "-", text=f"x\ud800\n{EXISTS}".encode("utf-8", "surrogatepass"))
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "Variable encoder/layer_1/kernel already exists, disallowed\n\n`tf.get_var"
    )


def test_unreadable_input(process: Process) -> None:
    """Standard input that can't be read is said to be so, without a traceback."""
    code = "import os; from scopecli import __main__; os.dup2(os.open('/', os.O_RDONLY), 0); __main__.main()"
    done = process("-c", code, "explain", "--error", "-")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "scopecli explain: error: cannot read standard input: Is a directory [SC204]\n"
    )


def test_the_end_of_a_long_log_counts(scopecli: Scopecli) -> None:
    """Of a log of many megabytes the end is read, where its error is."""
    log = f"{EXISTS}\n" + "step 100, loss = 0.25\n" * 250_000 + "ValueError: No variables to save\n"
    result = scopecli("explain", "--error", "-", "-f", "json", text=log)
    reading = json.loads(result.stdout)
    assert (reading["explanation"]["known"], reading["others"]) == ("nothing-to-save", [])


def test_json(scopecli: Scopecli) -> None:
    """As JSON, an explanation has the fields that programs depend on."""
    result = scopecli("explain", "--error", f"No variables to save\n{EXISTS}", "-f", "json")
    reading = json.loads(result.stdout)
    explanation = reading["explanation"]
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(reading) == ["schema_version", "message", "explanation", "others", "nearest"]
    assert list(explanation) == [
        "known",
        "message",
        "variable",
        "meaning",
        "causes",
        "fixes",
        "asked_by",
        "hint",
    ]
    assert (explanation["known"], explanation["variable"]) == ("already-exists", "encoder/layer_1/kernel")
    assert list(explanation["fixes"][0]) == ["text", "code", "scenario"]
    assert reading["others"] == [{"known": "nothing-to-save", "message": "No variables to save"}]
    assert reading["nearest"] == []


def test_an_unknown_error(scopecli: Scopecli) -> None:
    """An error that is not known is said to be so in one line, with status 1."""
    result = scopecli("explain", "--error", "log\nTraceback:\nRuntimeError: the cat sat on the mat\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "not an error that scopecli knows: the cat sat on the mat\n"


def test_the_nearest_known_errors(scopecli: Scopecli) -> None:
    """For an unknown error the known ones that are like it are named, also in JSON."""
    text = "ValueError: No variables to be saved now"
    assert scopecli("explain", "--error", text).stderr == (
        "not an error that scopecli knows: No variables to be saved now; "
        "the nearest that it knows: No variables to save\n"
    )
    result = scopecli("explain", "--error", text, "-f", "json")
    reading = json.loads(result.stdout)
    assert (result.exit_code, reading["explanation"]) == (1, None)
    assert reading["nearest"] == [{"known": "nothing-to-save", "message": "No variables to save"}]


@pytest.mark.parametrize("empty", ["", " \n\t"])
def test_an_empty_error(empty: str, scopecli: Scopecli) -> None:
    """An empty error is wrong usage, as an argument and on standard input."""
    for result in (scopecli("explain", "--error", empty), scopecli("explain", "--error", "-", text=empty)):
        assert (result.exit_code, result.stdout) == (2, "")
        assert "the error is empty" in result.stderr


def test_nothing_to_explain(scopecli: Scopecli) -> None:
    """Without an error the command says what to give."""
    result = scopecli("explain")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "give a SOURCE to explain its calls, or an error as --error TEXT" in result.stderr


@pytest.mark.parametrize("more", [["scenarios/gan.yaml"], ["-p", "a=1"], ["--allow-python"]])
def test_an_error_goes_with_no_scenario(more: list[str], scopecli: Scopecli) -> None:
    """A scenario, or an option for one, beside an error is wrong usage."""
    result = scopecli("explain", *more, "--error", EXISTS)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--error explains a text" in result.stderr


def test_lines_fit_the_width(scopecli: Scopecli) -> None:
    """Prose is wrapped to --width, and not at all in a pipe; code keeps its lines."""
    piped = scopecli("explain", "--error", EXISTS).stdout
    narrow = scopecli("explain", "--error", EXISTS, "--width", "60").stdout
    assert max(map(len, piped.splitlines())) > 150
    prose = [line for line in narrow.splitlines() if not line.startswith("       ")]
    assert max(map(len, prose)) <= 60
    assert narrow.split() == piped.split()
    assert '       with tf.variable_scope("encoder/layer_1", reuse=tf.AUTO_REUSE):\n' in narrow


def test_colors_on_request(scopecli: Scopecli) -> None:
    """Colours are for a terminal, or for who asks for them; the text is the same."""
    plain = scopecli("explain", "--error", EXISTS).stdout
    colored = scopecli("explain", "--error", EXISTS, "--color", "always").stdout
    assert "\x1b[1mUsual causes:\x1b[0m" in colored
    assert re.sub(r"\x1b\[\d*m", "", colored) == plain


def test_a_file_for_the_explanation(scopecli: Scopecli, tmp_path: Path) -> None:
    """With -o an explanation is written to a file."""
    path = tmp_path / "explanation.txt"
    scopecli("explain", "--error", EXISTS, "-o", path)
    assert path.read_text(encoding="utf-8") == scopecli("explain", "--error", EXISTS).stdout


@pytest.mark.parametrize(
    "text", ["Variable a\x1bc\x07\u202e already exists", "no\x1b]0;title\x07 such error"]
)
@pytest.mark.parametrize("style", ["text", "json"])
def test_nothing_acts_on_the_terminal(text: str, style: str, scopecli: Scopecli) -> None:
    """What a terminal would act on is shown as an escape, in an explanation and where there is none."""
    result = scopecli("explain", "--error", text, "-f", style)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.stdout + result.stderr)
    assert re.search(r"\\(x1b|u001b)", result.stdout + result.stderr)


@pytest.mark.parametrize("form", ["ref", "resource", "partitioned"])
def test_what_a_checkpoint_has_is_restored(form: str, tmp_path: Path) -> None:
    """The code that restores what a checkpoint has does so for weights and slots, whatever they are."""
    path = str(tmp_path / "model.ckpt")

    def build(value: float) -> None:
        partitioner = tf.fixed_size_partitioner(2) if form == "partitioned" else None
        with tf.variable_scope("net", use_resource=form == "resource", partitioner=partitioner):
            table = tf.get_variable("table", [4, 2], initializer=tf.constant_initializer(value))
        tf.train.AdagradOptimizer(0.1, value).minimize(tf.reduce_sum(tf.convert_to_tensor(table)))

    with tf.Graph().as_default(), tf.Session() as session:
        build(3.0)
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, path)
    fixes = _explained("Key net/b not found in checkpoint").fixes
    (fix,) = (each for each in fixes if each.text.startswith("Restore what it has"))
    with tf.Graph().as_default(), tf.Session() as session:
        build(1.0)
        tf.get_variable("new", initializer=5.0)
        exec(fix.code or "", {"tf": tf, "sess": session, "path": path})  # noqa: S102 - it is ours
        values = {each.op.name: session.run(each).tolist() for each in tf.global_variables()}
    assert values.pop("new") == 5.0
    assert values
    assert {number for value in values.values() for row in value for number in row} == {3.0}


def _average() -> None:
    tf.get_variable("w", [2])
    tf.get_variable_scope().reuse_variables()
    tf.train.ExponentialMovingAverage(0.9, name="polyak").apply(tf.trainable_variables())


def _optimizer() -> None:
    loss = tf.reduce_sum(tf.get_variable("w", [2]))
    tf.get_variable_scope().reuse_variables()
    tf.train.MomentumOptimizer(0.1, 0.9, name="mine").minimize(loss)


def _metric() -> None:
    mean, _ = tf.metrics.mean(tf.constant([1.0]))
    with tf.Session() as session:
        session.run(mean)


def _get_variable() -> None:
    tf.get_variable_scope().reuse_variables()
    tf.get_variable("w", [2])


ASKERS = {
    _average: ("average-under-reuse", "`ExponentialMovingAverage.apply`"),
    _optimizer: ("slot-under-reuse", "`Optimizer.minimize`"),
    _metric: ("metric-uninitialized", "`tf.metrics`"),
    _get_variable: ("does-not-exist", None),
}


@pytest.mark.parametrize("program", ASKERS, ids=lambda program: program.__name__)
def test_who_asked(program: Callable[[], None], scopecli: Scopecli) -> None:
    """A traceback tells who asked for the variable, and where the program called that."""
    key, asker = ASKERS[program]
    with tf.Graph().as_default(), pytest.raises((ValueError, tf.errors.OpError)) as raised:
        program()
    pasted = "".join(traceback.format_exception(raised.value))
    explanation = json.loads(scopecli("explain", "--error", pasted, "-f", "json").stdout)["explanation"]
    assert explanation["known"] == key
    if asker is None:
        assert explanation["asked_by"] is None
        return
    code = program.__code__
    place, _, line = explanation["asked_by"].removeprefix(f"{asker}, called at ").rpartition(":")
    assert place == code.co_filename
    assert int(line) in {line for *_, line in code.co_lines()}
    assert f"Asked for by {asker}, called at " in scopecli("explain", "--error", pasted).stdout


HALF_BEGUN = ("float32 is incompatible with ", "a/", "Variable ", "Dense")


def test_a_large_text_of_beginnings(process: Process, tmp_path: Path) -> None:
    """What looks like a message's beginning, again and again, takes time that grows with the text."""
    paths = [tmp_path / str(number) for number in range(len(HALF_BEGUN))]
    for path, unit in zip(paths, HALF_BEGUN, strict=True):
        path.write_text(unit * (300_000 // len(unit)), encoding="utf-8")
    program = (
        "import resource, sys, pathlib; resource.setrlimit(resource.RLIMIT_CPU, (20, 20)); "
        "from scopecli.advice import explain_error; "
        "print([explain_error(pathlib.Path(path).read_text()).explanation for path in sys.argv[1:]])"
    )
    result = process("-c", program, *paths)
    assert (result.stdout, result.returncode) == (f"{[None] * len(paths)}\n", 0)


TWO_TRACEBACKS = """\
Traceback (most recent call last):
  File "first.py", line 3, in <module>
    ema.apply([v])
  File "/x/tensorflow/python/training/moving_averages.py", line 400, in apply
ValueError: something of another day
Traceback (most recent call last):
  File "/x/tensorflow/python/ops/variable_scope.py", line 868, in _get_single_variable
ValueError: Variable w already exists, disallowed. Did you mean to set reuse=True in VarScope?
"""


def test_who_asked_is_told_by_the_last_traceback(scopecli: Scopecli) -> None:
    """Of two tracebacks the last one is of the error: the frames of the other say nothing of it."""
    told = scopecli("explain", "--error", TWO_TRACEBACKS).stdout
    assert "w" in told
    assert "Asked for by" not in told
