"""Sources that are broken, without end or hostile: one clear answer, and text stays text."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
import tensorflow.compat.v1 as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support import ROOT, SCENARIOS, Scopecli, Write

from scopecli.ground import files
from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.limits import MAX_PROBLEMS, MAX_SCENARIO_BYTES
from scopecli.scenario.expansion import load_program

EXCERPT = """\
    3 |   - {get_variabl: w}
      |     ^^^^^^^^^^^^^^^^
help: did you mean `get_variable`?
"""


@pytest.fixture
def source(tmp_path: Path) -> Callable[[bytes], Path]:
    """Return a function that writes a source, of whatever bytes."""

    def write(data: bytes) -> Path:
        path = tmp_path / "source"
        path.write_bytes(data)
        return path

    return write


# Files


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", ": error: the file is empty [SC006]"),
        (b"\xef\xbb\xbf", ": error: the file is empty [SC006]"),
        ("steps: []\n".encode("utf-16"), ":1:1: error: not UTF-8: byte 0xff does not belong there [SC002]"),
        (
            "steps: []\n".encode("utf-16-le"),
            ":1:2: error: a character that YAML does not allow (\\x00) stands in the text [SC004]",
        ),
        ("é\n".encode() + b"\x80", ":2:1: error: not UTF-8: byte 0x80 does not belong there [SC002]"),
        (b"\x7fABC\x02\x01", ":1:1: error: a character that YAML does not allow (\\x7f) stands in the text"),
        (b"steps: " + b"[" * 10_000, ":1:106: error: nested deeper than 100 levels [SC008]"),
        (b"- " * 10_000, ":1:199: error: nested deeper than 100 levels [SC008]"),
        (b"steps: " + b"[" * 101, ":1:106: error: nested deeper than 100 levels [SC008]"),
        (b"- " * 101, ":1:199: error: nested deeper than 100 levels [SC008]"),
        (b"".join(b" " * depth + b"a:\n" for depth in range(200)), ":100:100: error: nested deeper than"),
        (b"".join(b" " * depth + b"a:\n" for depth in range(1_500)), ":100:100: error: nested deeper than"),
        (b"steps: " + b"[" * 99 + b"]" * 99, ":1:9: error: expected a step"),
    ],
    ids=[
        "empty", "bom", "utf-16", "utf-16-le", "latin-1", "binary",
        "flow", "dashes", "flow by one", "dashes by one", "block", "block beyond libyaml", "at the bound",
    ],
)  # fmt: skip
def test_a_broken_file(
    data: bytes, message: str, source: Callable[[bytes], Path], scopecli: Scopecli
) -> None:
    """A file that is no scenario at all gets one message, at its place, and status 2."""
    path = source(data)
    result = scopecli("list", path)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr.startswith(f"{path}{message}")
    assert result.stderr.count("error: ") == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "tests/list",
            "tests/list: error: the directory has no checkpoint, no SavedModel and no scenario [SC650]",
        ),
        ("", '"": error: cannot read the file: No such file or directory [SC001]'),
        (
            "gone\n\x1b[31m",
            "gone\\n\\x1b[31m: error: there is no such file, and as a pattern it matches none [SC001]",
        ),
        ("/dev/zero", "/dev/zero: error: the file is larger than 16 MiB, the most a scenario may be [SC003]"),
        ("/dev/null", "/dev/null: error: the file is empty [SC006]"),
    ],
    ids=["directory", "no name", "missing", "endless", "nothing"],
)
def test_a_path_that_is_no_file(path: str, message: str, scopecli: Scopecli) -> None:
    """A path that leads to no scenario is named, with the reason."""
    result = scopecli("list", path)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr.splitlines()[0] == message


def test_a_program_in_place_of_a_scenario(tmp_path: Path, scopecli: Scopecli) -> None:
    """A Python program is not read as YAML: the message has the command for it."""
    path = tmp_path / "my train.py"
    path.write_text("import tensorflow.compat.v1 as tf\n")
    result = scopecli("run", path)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr == (
        f"{path}: error: this is a Python program, not a scenario [SC004]\n"
        f"help: `scopecli trace '{path}'` runs it, and shows which variables it makes\n"
    )


def test_a_path_with_a_zero_byte() -> None:
    """A path that no file can have, which only a library's user can give, is refused like any other."""
    with pytest.raises(InvalidSourceError, match="cannot read the file: embedded null byte"):
        load_program("with\0zero")


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions don't bind root")
def test_a_file_that_may_not_be_read(scenario: Write, scopecli: Scopecli) -> None:
    """A file that may not be read is named, with the reason."""
    path = scenario("steps: []\n")
    path.chmod(0)
    result = scopecli("list", path)
    assert result.stderr == f"{path}: error: cannot read the file: Permission denied [SC001]\n"


def _nine_of_each(first: str, next_one: str) -> bytes:
    """Return a document in which each anchor stands for nine of the one before it."""
    lines = [f"a0: &a0 {first}"]
    for n in range(1, 90):
        before = ", ".join([f"*a{n - 1}"] * 9)
        lines.append(f"a{n}: &a{n} {next_one.format(before=before, n=n)}")
    return "\n".join(lines).encode()


BIG = {
    "a longer file": b"#" * (MAX_SCENARIO_BYTES + 1),
    "a scalar of 100 MB": b"title: " + b"x" * 100_000_000,
    "the longest scalar": b"steps: " + b"x" * (MAX_SCENARIO_BYTES - 7),
    "brackets without end": b"[" * 5_000_000,
    "aliases of aliases": _nine_of_each("[x]", "[{before}]"),
    "merges of merges": _nine_of_each("{k: 1}", "{{<<: [{before}], k{n}: 1}}"),
}


def _limited(limits: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run scopecli in a shell that limits what it may take."""
    quoted = " ".join(f"'{argument}'" for argument in arguments)
    line = f'{limits}; exec "{sys.executable}" -m scopecli {quoted}'
    return subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.parametrize("data", BIG.values(), ids=BIG)
def test_a_big_file(data: bytes, source: Callable[[bytes], Path]) -> None:
    """A file that is built to take up memory is refused with little of it."""
    result = _limited("ulimit -v 400000", "list", source(data))
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr.count("error: ") == 1
    assert len(result.stderr) < 1_000


def test_problems_without_end(scenario: Write, scopecli: Scopecli) -> None:
    """Of very many problems the first are told, and how many more there are."""
    path = scenario("steps:\n" + "  - {get_variabl: w}\n" * 5_000)
    messages = re.findall(r"^.*error: .*$", scopecli("list", path).stderr, re.MULTILINE)
    assert len(messages) == MAX_PROBLEMS + 1
    assert messages[-1] == f"{path}:1002:5: error: 4,000 more problems from here on [SC030]"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_line_breaks(line_break: str, source: Callable[[bytes], Path], scopecli: Scopecli) -> None:
    """Whatever ends the lines, the place and the line that is quoted agree."""
    lines = ["title: ünicode", "steps:", "  - {get_variabl: w}", ""]
    path = source(line_break.join(lines).encode())
    assert scopecli("list", path).stderr == f"{path}:3:5: error: no step is named here [SC014]\n{EXCERPT}"


# Pipes

PIPED = b"title: a\nsteps:\n  - {get_variabl: w}\n"


def test_a_pipe(scopecli: Scopecli) -> None:
    """What comes through a pipe, as from a process substitution, is read once and quoted all the same."""
    reading, writing = os.pipe()
    os.write(writing, PIPED)
    os.close(writing)
    path = f"/dev/fd/{reading}"
    assert scopecli("list", path).stderr == f"{path}:3:5: error: no step is named here [SC014]\n{EXCERPT}"
    os.close(reading)


def test_a_named_pipe(tmp_path: Path, scopecli: Scopecli) -> None:
    """A named pipe is read when its writer comes, and quoted when the writer is gone."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = Thread(target=path.write_bytes, args=[PIPED])
    writer.start()
    assert scopecli("list", path).stderr == f"{path}:3:5: error: no step is named here [SC014]\n{EXCERPT}"
    writer.join()


def test_a_named_pipe_without_a_writer(
    tmp_path: Path, scopecli: Scopecli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A named pipe that nobody writes to is not waited for without end."""
    monkeypatch.setattr(files, "PATIENCE", 0)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    result = scopecli("list", path)
    assert result.stderr == f"{path}: error: cannot read the file: nothing writes to this pipe [SC001]\n"
    assert result.exit_code == 2


def test_standard_input_twice(scopecli: Scopecli) -> None:
    """Standard input, named twice, is the same scenario twice."""
    text = "steps: [{get_variable: w, shape: []}]\n"
    assert scopecli("list", "-", "-", text=text).stdout == "w\nw\n"


# Hostile text

# Sequences for a terminal, markup of rich and of Markdown, text in the other direction, breaks of lines.
MARKUP = "a|b`c``d\\|\\\\|[bold]x[/x] :smile: <b>&amp;*_#"
HOSTILE = MARKUP + "\x1b[31m\x1b]0;t\x07\x9b1m\u202ee\u2066f\u200f\t\r\n\x85\u2028g"
# What a terminal may be given: no control characters, nothing that turns the direction of text.
ACTIVE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
TEXT = json.dumps(HOSTILE)  # a string of YAML too

STEPS = f"""\
title: {TEXT}
description: {TEXT}
steps:
  - {{get_variable: w, shape: [1], initializer: ones, as: w}}
  - {{get_variable: texts, dtype: string, initializer: {{value: [{TEXT}]}}, as: texts}}
  - {{get_variable: kept, shape: [1], collections: [GLOBAL_VARIABLES, {TEXT}]}}
  - {{get_variable: {TEXT}, shape: [1], raises: ValueError}}
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return a scenario with hostile text wherever text can be, in its name too."""
    path = tmp_path / HOSTILE.replace("/", "")
    path.write_text(STEPS, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["table", "plain", "json", "jsonl", "tf", "markdown"])
def test_hostile_text_in_a_run(form: str, hostile: Path, scopecli: Scopecli) -> None:
    """Whatever the format of a run, text of the scenario does nothing to a terminal."""
    result = scopecli("run", hostile, "-f", form, "--color", "never")
    assert (result.stderr, result.exit_code) == ("", 0)
    assert not ACTIVE.search(result.stdout)
    assert "[bold]x[/x] :smile:" in result.stdout.replace("\\[", "[").replace("\\]", "]")


@pytest.mark.parametrize("form", ["table", "plain", "json", "jsonl", "csv", "tsv", "markdown"])
def test_hostile_text_in_a_list(form: str, hostile: Path, scopecli: Scopecli) -> None:
    """Whatever the format of a list, text of the scenario does nothing to a terminal."""
    columns = "name,collections,repr"
    result = scopecli("list", hostile, hostile, "-f", form, "--columns", columns, "--color", "never")
    assert (result.stderr, result.exit_code) == ("", 0)
    assert not ACTIVE.search(result.stdout)
    assert result.stdout.count("[bold]x[/x] :smile:") >= 2


def test_hostile_text_comes_back_from_json(hostile: Path, scopecli: Scopecli) -> None:
    """JSON gives the text back as it is in the scenario."""
    report = json.loads(scopecli("run", hostile, "-f", "json").stdout)
    _, texts, kept, refused = report["calls"]
    assert (report["title"], report["description"], texts["value"]) == (HOSTILE, HOSTILE, [HOSTILE])
    assert refused["name"] == HOSTILE
    assert HOSTILE in report["variables"][kept["index"]]["collections"]
    assert report["source"]["path"] == str(hostile)


def test_hostile_text_on_lines(hostile: Path, scopecli: Scopecli) -> None:
    """On lines, a call is a line and has its six fields, whatever they hold."""
    calls, names = scopecli("run", hostile).stdout.split("\n\n")
    assert [len(line.split("\t")) for line in calls.split("\n")] == [6] * 4
    assert names == "w\ntexts\nkept\n"


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_hostile_text_in_rows(form: str, delimiter: str, hostile: Path, scopecli: Scopecli) -> None:
    """Delimited, a variable is a line and has its fields, whatever they hold."""
    lines = scopecli("list", hostile, hostile, "-f", form, "--columns", "name,collections").stdout
    rows = list(csv.reader(lines.splitlines(), delimiter=delimiter))
    assert [len(row) for row in rows] == [3] * 7


def test_hostile_text_in_a_markdown_table(hostile: Path, scopecli: Scopecli) -> None:
    """In Markdown no cell ends its table, its row or itself, and the heading is one line."""
    markdown = scopecli("run", hostile, "-f", "markdown").stdout
    tokens = MarkdownIt().enable("table").parse(markdown)
    kinds = [token.type for token in tokens]
    assert (kinds.count("heading_open"), kinds.count("table_open"), kinds.count("fence")) == (1, 1, 1)
    assert (kinds.count("tr_open"), kinds.count("td_open")) == (1 + 4, 8 * 4)
    parts = [part for token in tokens for part in token.children or ()]
    assert {part.type for part in parts} <= {"text", "text_special", "code_inline"}
    assert any("a|b`c``d" in part.content for part in parts if part.type == "code_inline")


def test_hostile_text_in_messages(scenario: Write, scopecli: Scopecli) -> None:
    """A message keeps its shape whatever it quotes: no line of it passes for a line of scopecli's."""
    spoof = json.dumps(HOSTILE + "\nother.yaml:1:1: error: no\nhelp: no")
    invalid = f"{spoof}: 1\nsteps:\n  - {{get_variable: w, as: {spoof}, shape: {spoof}}}\n"
    refused = f"steps:\n  - {{variable_scope: {spoof}, steps: []}}\n"
    unmet = f"steps:\n  - {{get_variable: w, shape: [], raises: {{type: E, match: {spoof}}}}}\n"
    for text in (invalid, refused, unmet):
        message = scopecli("run", scenario(text)).stderr
        assert not ACTIVE.search(message)
        assert not re.search(r"^(other|help: no)", message, re.MULTILINE)
        assert "[bold]x[/x]" in message
    assert not ACTIVE.search(scopecli("run", scenario(refused), "-v").stderr)


# Whatever else

VALID = [path.read_text(encoding="utf-8") for path in sorted((SCENARIOS / "valid").glob("*.yaml"))]
TOKENS = sorted({token for text in VALID for token in re.findall(r"\w+|\s+|[^\w\s]", text)})
ODD = [
    "\r",
    "\x85",
    "\u2028",
    "\x00",
    "한",
    "&a ",
    "*a ",
    "<<: ",
    "? ",
    "!!int ",
    "| ",
    "---\n",
    "${",
    ".nan",
]


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_changed_scenarios(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A scenario with tokens put in, taken out or exchanged is read, or refused at places that it has."""
    tokens = re.findall(r"\w+|\s+|[^\w\s]", data.draw(st.sampled_from(VALID)))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(tokens)))
        put_in = data.draw(st.lists(st.sampled_from(TOKENS + ODD), max_size=3))
        tokens[start : start + data.draw(st.integers(0, 3))] = put_in
    text = "".join(tokens)
    path = tmp_path_factory.getbasetemp() / "changed.yaml"
    path.write_bytes(text.encode())
    try:
        load_program(str(path))
    except InvalidSourceError as error:
        lines = files.lines_of(str(path))
        for each in error.diagnostics:
            place = each.location
            assert place.line or each.code == "SC006"
            assert place.line <= len(lines)
            assert not place.line or place.column <= len(lines[place.line - 1]) + 1
            assert "\n" not in each.message


NOT_NAMED = ["/etc/passwd", "/proc/self/environ", "/proc/kmsg", "../secret.txt", "link.txt"]


@pytest.mark.parametrize("named", NOT_NAMED)
def test_a_report_shows_no_file_that_was_not_named(named: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """A path that stands in a report is data: only what lies below the report's folder is shown."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret: 42\n")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "program.py").write_text("shown = 42\n")
    place = {"file": "", "line": 1, "column": 1, "end_line": 1, "end_column": 5}
    call = {
        "index": 0, "step": "get_variable", "handle": None, "name": "w", "scope": "", "reuse": "False",
        "outcome": "created", "variable": "w", "first_call": 0, "value": None, "error": None,
        "reuse_set_at": None,
    }  # fmt: skip
    row = {
        "name": "w", "shape": [2], "dtype": "float32", "repr": "w", "kind": "ref", "trainable": True,
        "collections": [], "device": "", "itemsize": 4, "calls": [0],
    }  # fmt: skip
    for file, shown in ((folder / "program.py", True), (named, False)):
        given = str(file) if str(file).startswith(("/", str(tmp_path))) else str(folder / str(file))
        source = {"kind": "program", "path": given}
        report = {
            "schema_version": 1,
            "source": source,
            "calls": [call | {"location": place | {"file": given}}],
        }
        (folder / "run.json").write_text(json.dumps(report | {"variables": [row]}))
        result = scopecli("lint", folder / "run.json")
        assert "is in no collection that is initialised" in result.stdout
        assert ("shown = 42" in result.stdout) == shown
        assert result.stdout.count("    1 | ") == int(shown)


def test_references_that_multiply(tmp_path: Path, scopecli: Scopecli) -> None:
    """References to lists of references are bounded in number and in depth, on both sides of the bound."""
    path = tmp_path / "s.yaml"

    def status(parameters: list[str], code: str) -> int:
        written = "".join(f"  p{number}: {value}\n" for number, value in enumerate(parameters))
        used = f"{{get_variable: w, initializer: $p{len(parameters) - 1}}}"
        path.write_text(f"parameters:\n{written}steps: [{used}]\n")
        result = scopecli("list", path)
        assert (f"[{code}]" in result.stderr) == (result.exit_code == 2)
        return result.exit_code

    tens = ["[1]", *(f"[{', '.join([f'$p{number}'] * 10)}]" for number in range(11))]
    assert [status(tens[:many], "SC009") for many in (5, 6, 7, 12)] == [0, 0, 2, 2]
    deep = "[" * 60 + "1" + "]" * 60
    assert [status([deep, "[" * more + "$p0" + "]" * more], "SC008") for more in (40, 41)] == [1, 2]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            "{get_variable: w, shape: [20000], partitioner: {fixed_size: {num_shards: 10001}}}",
            "the partitioner cuts it into 10,001 parts, and 10,000 is the most [SC110]",
        ),
        (
            "{get_variable: w, shape: [30000], partitioner: {variable_axis_size: {max_shard_bytes: 4}}}",
            "the partitioner cuts it into 30,000 parts, and 10,000 is the most [SC110]",
        ),
        (
            "{get_variable: w, shape: [20000, 20000], initializer: orthogonal}",
            "the session would need 5.96 GiB for its variables, and the limit is 2 GiB",
        ),
        (
            "{variable_scope: s, initializer: orthogonal, steps: [{get_variable: w, shape: [20000, 20000]}]}",
            "the session would need 5.96 GiB for its variables, and the limit is 2 GiB",
        ),
    ],
    ids=["shards", "bytes of shards", "factors", "factors of a scope"],
)
def test_what_would_take_too_long_is_refused(
    step: str, message: str, tmp_path: Path, scopecli: Scopecli
) -> None:
    """A small file that asks for a great deal is told what is too much, before anything is begun."""
    path = tmp_path / "s.yaml"
    path.write_text(f"steps: [{step}]\n")
    result = scopecli("run", path)
    assert message in result.stderr
    assert result.exit_code in (1, 2)


def test_a_pattern_that_backtracks(tmp_path: Path) -> None:
    """A pattern is matched in linear time: by one that goes back, this takes longer than there is time."""
    path, name = tmp_path / "s.yaml", "a" * 60
    path.write_text(
        "steps:\n"
        f"  - {{get_variable: {name}, shape: [1]}}\n"
        f"  - {{get_variable: {name}, shape: [1], raises: {{type: ValueError, match: '(a|a)*(a+)+!$'}}}}\n"
    )
    result = _limited("ulimit -t 30", "run", path)
    assert "already exists" in result.stderr
    assert (result.returncode, result.stderr.count("error: ")) == (1, 1)


def test_a_rule_that_backtracks(tmp_path: Path) -> None:
    """So is a rule of `--map`."""
    path = tmp_path / "s.yaml"
    path.write_text(f"steps: [{{get_variable: {'a' * 60}, shape: [1]}}]\n")
    assert _limited("ulimit -t 30", "diff", path, path, "--map", "(a|a)*(a+)+!=b").returncode == 0


MEGABYTE = {
    "numbers": "steps: [{get_variable: w, initializer: [" + "1," * 500_000 + "]}]",
    "lists": "steps: [{get_variable: w, initializer: [" + ("[" * 80 + "1" + "]" * 80 + ",") * 6_200 + "]}]",
    "mappings": "steps: [{get_variable: w, initializer: [" + "{a: 1}," * 143_000 + "]}]",
}


@pytest.mark.parametrize("text", MEGABYTE.values(), ids=MEGABYTE)
def test_memory_of_a_megabyte(text: str, tmp_path: Path) -> None:
    """A file of a megabyte is read in less than a gibibyte, however much is in it."""
    path = tmp_path / "s.yaml"
    path.write_text(text)
    result = _limited("ulimit -v 1048576", "check", path)
    assert result.returncode in (0, 2)
    assert "Traceback" not in result.stderr
    assert "memory" not in result.stderr


@pytest.mark.parametrize(("more", "status"), [(0, 0), (1, 2)])
def test_values_of_a_file(
    more: int, status: int, tmp_path: Path, scopecli: Scopecli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file may have so many values, and no more."""
    monkeypatch.setattr("scopecli.scenario.parser.MAX_VALUES", 50)
    path = tmp_path / "s.yaml"
    path.write_text(f"steps: [{{get_variable: w, initializer: [{', '.join(['1'] * (42 + more))}]}}]\n")
    result = scopecli("check", path)
    assert result.exit_code == status
    assert (": error: the file has more than 50 values [SC003]" in result.stdout) == bool(more)


@pytest.mark.parametrize(("rounds", "told"), [(1_249, ""), (1_250, "TensorFlow has 2,501 steps to build")])
def test_long_work_is_announced(rounds: int, told: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """Before much is built, a line says how much it is, and what it may take."""
    path = tmp_path / "s.yaml"
    path.write_text(f"steps: [{{for: i, in: {rounds}, steps: [get_variable_scope]}}]\n")
    result = scopecli("list", path)
    assert result.exit_code == 0
    assert result.stderr == (f"{told}, which may take 20 seconds\n" if told else "")


@pytest.mark.parametrize(("count", "status"), [(2_000_000, 0), (2_000_001, 2)])
def test_a_constant_that_is_filled(count: int, status: int, tmp_path: Path, scopecli: Scopecli) -> None:
    """Of a constant that is one value many times over, so many are written out, and no more."""
    graph = tf.GraphDef()
    graph.node.add(name="x", op="Placeholder").attr["dtype"].type = 1
    constant = graph.node.add(name="c", op="Const")
    constant.attr["dtype"].type = 1
    tensor = constant.attr["value"].tensor
    tensor.dtype = 1
    for size in (count, 1):
        tensor.tensor_shape.dim.add(size=size)
    tensor.float_val.append(1.5)
    graph.node.add(name="m", op="MatMul", input=["x", "c"]).attr["T"].type = 1
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.SerializeToString())
    result = scopecli("list", path, "--stats", "-f", "plain")
    assert (result.stdout.split()[0], result.exit_code) == ("c", status)
    assert ("1 of its values are to fill 2,000,001 elements" in result.stderr) == bool(status)


FOUND = sorted((ROOT / "tests" / "hostile_found").iterdir())
ACTIVE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@pytest.mark.parametrize("folder", FOUND, ids=lambda folder: folder.name)
@pytest.mark.parametrize(
    "command",
    ["list", "list --stats", "list --values summary -f jsonl", "tree", "explain", "lint", "check", "export"],
)
def test_found_by_mutation(folder: Path, command: str, scopecli: Scopecli) -> None:
    """What was found by changing files at random ends in an answer or a message, of which nothing acts."""
    candidates = (folder / "d" / "m.index", folder / "f", folder / "f.json", folder / "s.yaml")
    source = next(path for path in candidates if path.exists())
    result = scopecli(*command.split(), source)
    assert result.exit_code in (0, 1, 2)
    assert not ACTIVE.search(result.stdout + result.stderr)
