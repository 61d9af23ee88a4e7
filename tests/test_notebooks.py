"""`scopecli trace notebook.ipynb`, and `%%scopecli` in a live notebook."""

import json
from pathlib import Path

import pytest
from support import Process, Scopecli

NOTEBOOKS = Path("tests/notebooks")
PRINTED = "w1 : [1. 1.]\nw2 : [2. 2.]\nw3 : [1. 1.]\n"
LISTED = (
    "[<tf.Variable 'test/weight_1:0' shape=(2,) dtype=float32_ref>,\n"
    " <tf.Variable 'test/weight_2:0' shape=(2,) dtype=float32_ref>]\n"
)
TF1 = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
MAKES = "tf.get_variable('w', [2])"


def write(folder: Path, *cells: str) -> Path:
    """Write a notebook with these code cells, between others."""
    code = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    prose = {"cell_type": "markdown", "source": ["not code"]}
    path = folder / "notebook.ipynb"
    path.write_text(json.dumps({"cells": [prose, *code, prose], "nbformat": 4, "metadata": {}}))
    return path


@pytest.fixture
def without_ipython(tmp_path: Path) -> Path:
    """Return a folder for `sys.path` that takes IPython away."""
    folder = tmp_path / "nothing"
    (folder / "IPython").mkdir(parents=True)
    (folder / "IPython" / "__init__.py").write_text("raise ImportError('it is not installed')\n")
    return folder


# Where programs are forked, IPython is loaded with TensorFlow.
BOTH_WAYS = pytest.mark.parametrize(
    "tool", ["IPython", pytest.param("Python", marks=pytest.mark.own_process)]
)


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("templates.ipynb", "IPython"),
        ("templates.txt", "IPython"),
        pytest.param("templates.ipynb", "Python", marks=pytest.mark.own_process),
    ],
)
def test_the_templates(
    name: str, tool: str, tmp_path: Path, without_ipython: Path, scopecli: Scopecli
) -> None:
    """Three templates are three graphs, at the cells' places; what the notebook printed is printed."""
    path, printed = NOTEBOOKS / name, tmp_path / "printed"
    more = ["--path", without_ipython] if tool == "Python" else []
    result = scopecli("trace", path, "--tf1", "-f", "json", "--program-output", printed, *more)
    assert (result.exit_code, result.stderr) == (0, "")
    reports = json.loads(result.stdout)
    assert [report["title"] for report in reports] == [f"{path}, graph {n} of 3" for n in (1, 2, 3)]
    cells = []
    for report in reports:
        assert [call["outcome"] for call in report["calls"]] == ["created", "created", "reused"]
        assert [row["name"] for row in report["variables"]] == ["test/weight_1", "test/weight_2"]
        cells += sorted({call["location"]["file"] for call in report["calls"]})
    assert cells == [f"{path}[{number}]" for number in (2, 6, 10)]
    told = printed.read_text()
    assert told.count(PRINTED) == 3
    assert told.count(LISTED) == 3


def test_places_and_lines(tmp_path: Path, scopecli: Scopecli) -> None:
    """A place is a cell, by its order among the code cells, and a line in it, which a message quotes."""
    path = write(tmp_path, TF1, f"x = 1\n{MAKES}", "def again():\n    " + MAKES, "again()")
    result = scopecli("trace", path, "-f", "plain")
    assert result.exit_code == 1
    assert [line.split("\t")[0] for line in result.stdout.splitlines()[:2]] == [
        f"{path}[2]:2",
        f"{path}[3]:2",
    ]
    told = result.stderr.splitlines()
    error = next(index for index, line in enumerate(told) if "error:" in line)
    assert told[error].startswith(f"{path}[3]:2:5: error: ValueError: Variable w already exists")
    assert told[error + 1] == "    2 |     tf.get_variable('w', [2])"
    assert f"{path}[2]:2:1: note: `w` was first created here" in told


@BOTH_WAYS
def test_a_cell_that_is_run_again(
    tool: str, tmp_path: Path, without_ipython: Path, scopecli: Scopecli
) -> None:
    """What comes of it is told, with what to do, which is not what helps in a loop."""
    path = write(tmp_path, TF1, MAKES, "print('others')")
    more = ["--path", without_ipython] if tool == "Python" else []
    result = scopecli("trace", path, "--rerun", "2", *more)
    assert result.exit_code == 1
    assert result.stderr.count(f"{path}[2]:1:1: error: ValueError: Variable w already exists") == 1
    assert f"{path}[2]:1:1: note: and asked for again when the cell was run again" in result.stderr
    assert "help: what the first run of the cell made is still in the graph" in result.stderr


def test_what_comes_again_otherwise(tmp_path: Path, scopecli: Scopecli) -> None:
    """A loop in a cell is told as one; a cell that shares may be run again."""
    looped = write(tmp_path, TF1, f"for i in range(2):\n    {MAKES}")
    assert "build once, before the loop" in scopecli("trace", looped).stderr
    shared = write(tmp_path, TF1, f"with tf.variable_scope('', reuse=tf.AUTO_REUSE):\n    {MAKES}")
    assert scopecli("trace", shared, "--rerun", "2").exit_code == 0


def test_some_cells(tmp_path: Path, scopecli: Scopecli) -> None:
    """`--cells` takes numbers and ranges, in that order."""
    path = write(tmp_path, TF1, "tf.get_variable('a', [1])", "tf.get_variable('b', [1])", "1 / 0")
    result = scopecli("trace", path, "--cells", "1-2", "--cells", "3", "-f", "tf")
    assert result.exit_code == 0
    assert "'a:0'" in result.stdout
    assert "'b:0'" in scopecli("trace", path, "--cells", "1,3", "-f", "tf").stdout


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--cells", "4", "there is no cell 4: the notebook has 2 code cells"),
        ("--cells", "x", "'x' is no number of a cell, and no range such as 1-5"),
        ("--rerun", "3", "there is no cell 3: the notebook has 2 code cells"),
    ],
)
def test_cells_that_are_not_there(
    option: str, value: str, message: str, tmp_path: Path, scopecli: Scopecli
) -> None:
    """They are refused before anything is run."""
    result = scopecli("trace", write(tmp_path, TF1, MAKES), option, value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr.replace('"', "'")


def test_cells_of_a_script(tmp_path: Path, scopecli: Scopecli) -> None:
    """A script has none."""
    (tmp_path / "train.py").write_text(TF1 + MAKES)
    result = scopecli("trace", tmp_path / "train.py", "--cells", "1")
    assert (result.exit_code, "--cells and --rerun are for notebooks" in result.stderr) == (2, True)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"cells": []}', '{"cells": 3}', '{"worksheets": 3}', ""])
def test_what_is_no_notebook(text: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """It is told in one message."""
    path = tmp_path / "x.ipynb"
    path.write_text(text)
    result = scopecli("trace", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{path}: error: ")
    assert "Traceback" not in result.stderr


def test_an_old_notebook(tmp_path: Path, scopecli: Scopecli) -> None:
    """Of nbformat 3, cells are in worksheets, and their code is their `input`."""
    cells = [{"cell_type": "code", "input": [TF1, MAKES]}, {"cell_type": "heading", "source": "x"}]
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}))
    assert scopecli("trace", path, "-f", "tf").exit_code == 0


MAGIC = f"%time x = 3\n!echo shell says hello\n{TF1}%who_ls\n{MAKES}"


def test_magics_are_ipythons(tmp_path: Path, scopecli: Scopecli) -> None:
    """What IPython takes, it takes; expressions at the top are shown unless a semicolon ends them."""
    path, printed = write(tmp_path, MAGIC, "%%capture\n1", "'shown'", "'not';"), tmp_path / "printed"
    result = scopecli("trace", path, "--program-output", printed, "-f", "plain")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{path}[1]:6\tw\tcreated")
    told = printed.read_text()
    assert "shell says hello" in told
    assert "Out[3]: 'shown'" in told
    assert "not" not in told


@pytest.mark.own_process
def test_magics_without_ipython(tmp_path: Path, without_ipython: Path, scopecli: Scopecli) -> None:
    """They are skipped, and each is told with its place."""
    path, printed = write(tmp_path, MAGIC, "%%bash\nls", "'shown'", "'not';"), tmp_path / "printed"
    result = scopecli("trace", path, "--path", without_ipython, "--program-output", printed, "-f", "plain")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{path}[1]:6\tw\tcreated")
    assert printed.read_text() == "<tf.Variable 'w:0' shape=(2,) dtype=float32_ref>\n'shown'\n"
    skipped = [line.partition(": warning: ") for line in result.stderr.splitlines() if "warning:" in line]
    assert [place for place, _, _ in skipped] == [f"{path}[1]:{n}:1" for n in (1, 2, 5)] + [f"{path}[2]:1:1"]
    assert skipped[0][2] == "this line is skipped: it is IPython's, which is not installed [SC809]"
    assert skipped[3][2] == "this cell is skipped: it is IPython's, which is not installed [SC809]"


def test_it_runs_where_jupyter_would(tmp_path: Path, scopecli: Scopecli) -> None:
    """In the notebook's folder, as `__main__`, with no window for plots and nothing in the user's home."""
    home = tmp_path / "home"
    home.mkdir()
    facts = "import os\nprint(os.getcwd(), __name__, os.environ['MPLBACKEND'], sorted(os.listdir(home)))"
    path, printed = write(tmp_path, TF1 + MAKES, f"home = {str(home)!r}", facts), tmp_path / "printed"
    result = scopecli("trace", path, "--program-output", printed)
    assert result.exit_code == 0
    assert printed.read_text().splitlines()[-1] == f"{tmp_path} __main__ agg []"


@pytest.mark.parametrize(
    ("cell", "status", "message"),
    [
        ("1 / 0", 1, "[2]:1:1: error: ZeroDivisionError: division by zero [SC803]"),
        ("import sys\nsys.exit(3)", 1, ": error: the program left with status 3 [SC804]"),
        ("x = (", 1, "[2]:1:"),
    ],
)
def test_what_ends_a_notebook(
    cell: str, status: int, message: str, tmp_path: Path, scopecli: Scopecli
) -> None:
    """What was made until then is reported, and what follows is not run."""
    path = write(tmp_path, TF1 + MAKES, cell, "tf.get_variable('after', [2])")
    result = scopecli("trace", path, "-f", "plain")
    assert result.exit_code == status
    assert "after" not in result.stdout
    assert f"{path}{message}" in result.stderr
    assert "Traceback" not in result.stderr


LIVE = """
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
shell.run_cell('''import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
with tf.variable_scope('a'): w = tf.get_variable('w', [2])''')
shell.run_cell('%load_ext scopecli')
with capture_output() as captured:
    shell.run_cell('''%%scopecli
with tf.variable_scope('a', reuse=tf.AUTO_REUSE):
    x = tf.get_variable('w', [2])
    y = tf.get_variable('v', [2])
    z = tf.get_variable('v', [2])
    tf.get_variable('w', [3])''')
before = shell.user_ns['tf'].VariableScope.get_variable
print(captured.outputs[0].data['text/plain'])
print('====')
print(captured.outputs[0].data['text/html'])
print('====')
print(captured.stdout)
print('====')
print(shell.user_ns['x'] is shell.user_ns['w'], 'scopecli' in before.__code__.co_filename)
"""


def test_a_cell_of_a_live_notebook(process: Process) -> None:
    """It runs in the live graph, and under it stand its calls, who shares what, and what failed."""
    done = process("-c", LIVE)
    text, html, shown, state = (part.strip() for part in done.stdout.split("===="))
    rows = [line.split()[:6] for line in text.splitlines() if line.startswith("#")]
    assert [row[3] for row in rows] == ["a/w", "a/v", "a/v", "a/w"]
    assert [row[4] for row in rows] == ["reused", "created", "reused", "raised"]
    assert "In[1]:5:5: error: ValueError: Trying to share variable a/w" in text
    assert "<li>a/v is shared by #1 (In[1]:3:5), #2 (In[1]:4:5)</li>" in html
    assert "ValueError: Trying to share variable a/w" in html
    assert "Trying to share variable a/w" in shown
    assert "watching_for_scopecli" not in shown
    assert state == "True False"
