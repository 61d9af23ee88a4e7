"""Where results and messages go: files whole or as they were, broken streams, colours, interrupts."""

import fcntl
import json
import os
import pty
import signal
import stat
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from support import ROOT, Process, Scopecli, Write, files_of_at_most

SOURCE = "scenarios/reuse_true.yaml"
NAMES = "test/weight_1\ntest/weight_2\n"
INVALID = "tests/scenarios/invalid/tab.yaml"

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def shell() -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Return a function that runs a line of shell, in which `scopecli` is a process of its own."""

    def run(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-c", f'scopecli() {{ "{sys.executable}" -m scopecli "$@"; }}; {line}'],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )

    return run


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a file that results are to replace."""
    path = tmp_path / "old"
    path.write_text("as it was\n", encoding="utf-8")
    path.chmod(0o640)
    return path


def _is_as_it_was(old: Path) -> bool:
    """Tell whether the old file is as it was, and nothing else beside it."""
    untouched = (old.read_text(encoding="utf-8"), stat.S_IMODE(old.stat().st_mode)) == ("as it was\n", 0o640)
    return untouched and list(old.parent.iterdir()) == [old]


# Files


def test_a_new_file(tmp_path: Path, scopecli: Scopecli) -> None:
    """A new file has the results and nothing else has, and its mode is the one that the umask leaves."""
    path = tmp_path / "new"
    before = os.umask(0o027)
    try:
        result = scopecli("list", SOURCE, "-o", path)
    finally:
        os.umask(before)
    assert (result.output, result.exit_code) == ("", 0)
    assert path.read_text(encoding="utf-8") == NAMES
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_an_old_file_keeps_its_mode_and_its_link(old: Path, scopecli: Scopecli) -> None:
    """A file that is replaced keeps its mode, and a link to it stays a link."""
    link = old.parent / "link"
    link.symlink_to("old")
    assert scopecli("list", SOURCE, "-o", link).exit_code == 0
    assert link.readlink() == Path("old")
    assert (old.read_text(encoding="utf-8"), stat.S_IMODE(old.stat().st_mode)) == (NAMES, 0o640)


def test_a_file_with_a_long_name(tmp_path: Path, scopecli: Scopecli) -> None:
    """A name may be as long as the file system lets it be."""
    path = tmp_path / ("x" * 255)
    assert scopecli("list", SOURCE, "-o", path).exit_code == 0
    assert path.read_text(encoding="utf-8") == NAMES


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("", "Is a directory"),
        ("missing/new", "No such file or directory"),
        ("old/new", "Not a directory"),
        ("/dev/full", "No space left on device"),
        ("x" * 256, "File name too long"),
    ],
)
def test_what_cannot_be_written(target: str, reason: str, old: Path, scopecli: Scopecli) -> None:
    """A place that can't be written is named in one line, with status 2 and nothing left behind."""
    path = old.parent / target
    result = scopecli("list", SOURCE, "-o", path)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr == f"{path}: error: cannot write: {reason} [SC202]\n"
    assert _is_as_it_was(old)


@pytest.mark.skipif(AS_ROOT, reason="permissions don't bind root")
@pytest.mark.parametrize("protected", ["file", "folder"])
def test_what_may_not_be_written(protected: str, old: Path, scopecli: Scopecli) -> None:
    """A read-only file, or one in a read-only folder, stays as it was."""
    path = old if protected == "file" else old.parent
    mode = stat.S_IMODE(path.stat().st_mode)
    path.chmod(mode & ~0o222)
    result = scopecli("list", SOURCE, "-o", old)
    path.chmod(mode)
    assert result.exit_code == 2
    assert _is_as_it_was(old)


def test_a_file_that_gets_too_large(old: Path, scopecli: Scopecli) -> None:
    """Where the space ends in the middle, the old file is as it was."""
    with files_of_at_most(20):
        result = scopecli("list", SOURCE, "-o", old)
    assert (result.stderr, result.exit_code) == (f"{old}: error: cannot write: File too large [SC202]\n", 2)
    assert _is_as_it_was(old)


@pytest.fixture
def break_rendering(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Return a function that has rendering end with an exception after the first line."""

    def prepare(error: BaseException) -> None:
        rendered = []

        def safe(text: str) -> str:
            rendered.append(text)
            if len(rendered) > 1:
                raise error
            return text

        monkeypatch.setattr("scopecli.render.plain.safe", safe)

    return prepare


def test_a_defect_in_the_middle(
    old: Path, scopecli: Scopecli, break_rendering: Callable[[BaseException], None]
) -> None:
    """Where rendering fails in the middle, the old file is as it was."""
    break_rendering(RuntimeError("a defect"))
    with pytest.raises(RuntimeError, match="a defect"):
        scopecli("list", SOURCE, "-o", old)
    assert _is_as_it_was(old)


def test_an_interrupt_in_the_middle(
    old: Path, scopecli: Scopecli, break_rendering: Callable[[BaseException], None]
) -> None:
    """Where the writing is interrupted, the old file is as it was, and the status is 130."""
    break_rendering(KeyboardInterrupt())
    result = scopecli("list", SOURCE, "-o", old)
    assert (result.stdout, result.stderr, result.exit_code) == ("", "interrupted\n", 130)
    assert _is_as_it_was(old)


def test_a_named_pipe(tmp_path: Path, scopecli: Scopecli) -> None:
    """A pipe takes what is written to it, and stays a pipe."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert scopecli("list", SOURCE, "-o", pipe).exit_code == 0
    reader.join()
    assert read == [NAMES]
    assert pipe.is_fifo()


def test_standard_output_as_a_file(shell: Process, tmp_path: Path, scopecli: Scopecli) -> None:
    """Standard output, named as a file, gets the results in their turn: what it goes to is not replaced."""
    assert scopecli("list", SOURCE, "-o", "-").stdout == NAMES
    assert shell(f"scopecli list {SOURCE} -o /dev/stdout").stdout == NAMES
    log = tmp_path / "log"
    shell(f"(echo before; scopecli list {SOURCE} -o /dev/stdout; echo after) > {log}")
    assert log.read_text(encoding="utf-8") == f"before\n{NAMES}after\n"


def test_a_path_that_is_no_text(tmp_path: Path, scopecli: Scopecli) -> None:
    """A source whose name is no UTF-8 is written as escapes, to a file too."""
    source, target = tmp_path / os.fsdecode(b"\xff.yaml"), tmp_path / "target"
    source.write_text("steps: []\n", encoding="utf-8")
    assert scopecli("run", source, "-f", "table", "-o", target).exit_code == 0
    assert target.read_text(encoding="utf-8").startswith(f"{tmp_path}/\\udcff.yaml\n")


# Streams


def _start(*arguments: str, stdout: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scopecli", *arguments]
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def test_a_reader_that_has_enough() -> None:
    """A reader that closes the pipe early is no error, and gets no message."""
    columns = ",".join(["repr"] * 2_000)  # more than a pipe holds
    with _start("list", SOURCE, "--columns", columns, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.read(10) == "<tf.Variab"
        process.stdout.close()
        assert process.stderr
        assert (process.stderr.read(), process.wait()) == ("", 0)


@pytest.mark.parametrize("arguments", ["--help", "--version", "list --help"])
def test_a_reader_that_is_gone(arguments: str) -> None:
    """Help for a reader that is gone is no error either."""
    reading, writing = os.pipe()
    os.close(reading)
    with _start(*arguments.split(), stdout=writing) as process:
        os.close(writing)
        assert process.stderr
        assert (process.stderr.read(), process.wait()) == ("", 0)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "scopecli --help > /dev/full",
            "standard output: error: cannot write: No space left on device [SC202]",
        ),
        (
            "scopecli list -h > /dev/full",
            "standard output: error: cannot write: No space left on device [SC202]",
        ),
        (
            f"scopecli list {SOURCE} > /dev/full",
            "standard output: error: cannot write: No space left on device [SC202]",
        ),
        ("scopecli --version >&-", "standard output: error: cannot write: it is closed [SC202]"),
        ("scopecli list - <&-", "-: error: cannot read the file: it is closed [SC001]"),
    ],
)
def test_a_stream_that_fails(line: str, message: str, shell: Process) -> None:
    """A standard stream that is full or closed is named in one line, with status 2."""
    result = shell(line)
    assert (result.stdout, result.stderr, result.returncode) == ("", f"{message}\n", 2)


@pytest.mark.parametrize("arguments", [f"list {INVALID}", "no-command", "list"])
@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full", "<&- >&- 2>&-"])
def test_messages_that_nobody_can_read(arguments: str, streams: str, shell: Process) -> None:
    """Without a place for messages the exit status tells, and no message goes anywhere else."""
    result = shell(f"scopecli {arguments} {streams}")
    assert (result.stdout, result.stderr, result.returncode) == ("", "", 2)


def test_a_file_in_place_of_closed_streams(shell: Process, tmp_path: Path) -> None:
    """With every stream closed, a file gets the results, and nothing that was meant for a stream."""
    path = tmp_path / "new"
    assert shell(f"scopecli list {SOURCE} -v -o {path} <&- >&- 2>&-").returncode == 0
    assert path.read_text(encoding="utf-8") == NAMES


def test_no_place_for_temporary_files(shell: Process) -> None:
    """Where no temporary file can be written there are results all the same."""
    result = shell(f"ulimit -f 0; scopecli list {SOURCE}")
    assert (result.stdout, result.returncode) == (NAMES, 0)


# What is drawn


def _on_a_terminal(*arguments: str, lines: int = 0, **environment: str) -> str:
    """Run scopecli on a terminal of so many lines, 0 for one that does not say, and return what it shows."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, 80, 0, 0))
    command = [sys.executable, "-m", "scopecli", *arguments]
    with subprocess.Popen(
        command, stdin=terminal, stdout=terminal, stderr=terminal, cwd=ROOT, env={**os.environ, **environment}
    ):
        os.close(terminal)
        shown = b""
        with os.fdopen(controller, "rb", buffering=0) as screen:
            try:
                while data := screen.read(1024):
                    shown += data
            except OSError:  # how a terminal says that nobody holds it open any more
                pass
    return shown.decode("utf-8").replace("\r\n", "\n")


def test_a_terminal() -> None:
    """A terminal gets lines and colours, and its width is kept."""
    shown = _on_a_terminal("list", SOURCE, TERM="xterm", COLUMNS="50", PYTHONIOENCODING="utf-8")
    assert "\x1b[1mname" in shown
    assert "─" * 50 in shown
    assert "─" * 51 not in shown


def test_a_plain_terminal() -> None:
    """A terminal that knows no colours gets none, and no lines that its encoding lacks."""
    shown = _on_a_terminal("list", SOURCE, TERM="dumb", COLUMNS="50", PYTHONIOENCODING="ascii")
    assert "\x1b" not in shown
    assert shown.isascii()
    assert "------+-----" in shown


@pytest.mark.parametrize(
    ("option", "environment", "colored"),
    [
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "0"}, False),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("always", {}, True),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_color(  # noqa: PLR0913, PLR0917 - three of a case, three fixtures
    option: str,
    environment: dict[str, str],
    colored: bool,  # noqa: FBT001 - of a case
    tmp_path: Path,
    scopecli: Scopecli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Off a terminal, tables, files and messages have colours with --color always, and never otherwise."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "file"
    table = scopecli("list", SOURCE, "-f", "table", "--color", option).stdout
    scopecli("list", SOURCE, "-f", "table", "--color", option, "-o", file)
    message = scopecli("list", INVALID, "--color", option).stderr
    for shown in (table, file.read_text(encoding="utf-8"), message):
        assert ("\x1b[" in shown) == colored


@pytest.mark.parametrize("variable", ["FORCE_COLOR", "CLICOLOR_FORCE"])
def test_forced_color(
    variable: str, tmp_path: Path, scopecli: Scopecli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What programs of many kinds obey has a pipe get colours, and files none."""
    monkeypatch.setenv(variable, "1")
    assert "\x1b[" in scopecli("list", SOURCE, "-f", "table").stdout
    assert "\x1b[" in scopecli("list", INVALID).stderr
    scopecli("list", SOURCE, "-f", "table", "-o", tmp_path / "file")
    assert "\x1b[" not in (tmp_path / "file").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lines", "options", "pager", "paged"),
    [
        (10, [], "tee", True),
        (200, [], "tee", False),
        (10, ["--no-pager"], "tee", False),
        (10, ["-o", "{folder}/out"], "tee", False),
        (10, [], "", False),
        (10, [], "no_such_pager", False),
        (0, [], "tee", False),
    ],
)
def test_a_pager(lines: int, options: list[str], pager: str, paged: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """What is longer than a terminal goes through the user's pager, whole and in colours, and no more."""
    seen = tmp_path / "seen"
    options = [option.format(folder=tmp_path) for option in options]
    environment = {"TERM": "xterm", "COLUMNS": "80", "PAGER": f"{pager} {seen}" if pager else ""}
    shown = _on_a_terminal("list", "scenarios/gpt2.yaml", *options, lines=lines, **environment)
    assert seen.exists() == paged
    if paged:
        assert seen.read_text(encoding="utf-8") in shown
        assert "\x1b[1m148 variables" in seen.read_text(encoding="utf-8")
    else:
        assert ("148 variables" in shown) == (not options or options == ["--no-pager"])


def test_what_is_being_done_is_shown_and_goes_away() -> None:
    """While TensorFlow loads, a terminal says so in a line that is taken away before there are results."""
    shown = _on_a_terminal("run", SOURCE, "-f", "plain", TERM="xterm", COLUMNS="80")
    assert shown.startswith("\r\x1b[Kloading TensorFlow …\r\x1b[K")
    assert "loading" not in _on_a_terminal("run", SOURCE, TERM="dumb")


def test_what_was_written_and_what_is_next(tmp_path: Path) -> None:
    """A terminal says that a file was written, and what to try; nothing else does."""
    path = tmp_path / "new.yaml"
    shown = _on_a_terminal("new", str(path), TERM="xterm", COLUMNS="200")
    assert shown == f"wrote {path}; next: `scopecli run {path}`\n"
    assert "next: `scopecli trace " in _on_a_terminal("export", str(path), "-o", str(tmp_path / "new.py"))


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_color_on_a_terminal(variable: dict[str, str]) -> None:
    """`NO_COLOR` and a terminal that knows no colours keep messages plain."""
    assert "\x1b[" not in _on_a_terminal("list", INVALID, **{"TERM": "xterm", **variable})
    assert "\x1b[" in _on_a_terminal("list", INVALID, TERM="xterm")


def test_messages_in_the_encoding_of_the_stream(process: Process) -> None:
    """A message has escapes for the characters that its stream's encoding lacks."""
    path = "tests/scenarios/invalid/wide_characters.yaml"
    result = process("-m", "scopecli", "list", path, PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr.isascii()) == (2, True)
    assert "    2 |   - {get_variable: \\ubcc0\\uc218," in result.stderr


def _characters(text: str) -> list[str]:
    return sorted(text.replace(" ", "").replace("\n", ""))


@pytest.mark.parametrize("width", [20, 31, 40, 55, 70, 90])
def test_a_narrow_table_loses_nothing(width: int, scopecli: Scopecli) -> None:
    """A table that is folded to a width still has every character of it."""
    whole = scopecli("list", "scenarios/beginners.yaml", "-f", "table").stdout
    folded = scopecli("list", "scenarios/beginners.yaml", "-f", "table", "--width", width).stdout
    assert _characters(folded) == _characters(whole)
    assert width < 31 or max(map(len, folded.splitlines())) <= width


def test_an_excerpt_fits_the_terminal(scenario: Write) -> None:
    """Of a line that is longer than the terminal is wide, the part around the place is quoted."""
    path = scenario(f"steps: [{'reuse_variables, ' * 20}no_step, {'reuse_variables, ' * 20}]\n")
    message = _on_a_terminal("list", str(path), COLUMNS="40", TERM="dumb").splitlines()
    number = next(number for number, line in enumerate(message) if line.lstrip().startswith("| "))
    quoted, underlined = message[number - 1 : number + 1]
    assert max(len(quoted), len(underlined)) <= 40
    assert quoted[underlined.index("^") :].startswith("no_step")


def test_prose_is_wrapped(scopecli: Scopecli) -> None:
    """For a width, messages and explanations break between words, under their beginnings."""
    path = "scenarios/beginners.yaml"
    for arguments in (["run", path], ["lint", path]):
        narrow = scopecli(*arguments, "--width", "60")
        prose = [line for line in (narrow.stdout + narrow.stderr).splitlines() if "error:" in line]
        assert all(len(line) <= 60 for line in prose)
    whole = scopecli("explain", path).stdout
    narrow_text = scopecli("explain", path, "--width", "60").stdout
    assert narrow_text.split() == whole.split()
    assert max(map(len, narrow_text.splitlines())) <= 60 < max(map(len, whole.splitlines()))
    assert any(
        line.startswith(" " * 11 + "`") or line[11:].startswith("at ") for line in narrow_text.splitlines()
    )


# Interrupts


def test_interrupted_while_it_waits_for_a_source(tmp_path: Path) -> None:
    """An interrupt while a source is read ends with status 130 and one word."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with _start("list", str(pipe), stdout=subprocess.PIPE) as process, pipe.open("w"):  # it is open: it reads
        process.send_signal(signal.SIGINT)
        assert process.communicate() == ("", "interrupted\n")
    assert process.returncode == 130


INTERRUPT = """
import _thread, importlib.abc, os, signal, sys, threading
def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
{when}
sys.argv[1:] = {arguments!r}
from scopecli.__main__ import main
main()
"""

WHILE_TENSORFLOW_LOADS = """
class AtImport(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "tensorflow.python.client.session":
            interrupt()
sys.meta_path.insert(0, AtImport())
"""

WHILE_A_SESSION_RUNS = """
def profile(frame, event, function):
    if event == "c_call" and "SessionRun" in getattr(function, "__name__", ""):
        sys.setprofile(None)
        _thread.start_new_thread(interrupt, ())  # it runs when this thread has let go of Python
threading.setprofile(profile)
sys.setprofile(profile)
leave = os._exit
def stack(frame):  # its top may be the function above, where the thread has not gone on since
    while frame:
        yield frame.f_code.co_filename
        frame = frame.f_back
def say_and_leave(status):
    stacks = map(stack, sys._current_frames().values())
    running = any("client/session.py" in file for files in stacks for file in files)
    os.write(1, b"still running" if running else b"it has run")
    leave(status)
os._exit = say_and_leave
"""


NEVER_READY = """
import tensorflow.compat.v1 as tf
def never(shape, dtype, partition_info=None):
    return tf.queue.FIFOQueue(1, [dtype], [shape]).dequeue()  # nobody puts anything in
"""


@pytest.mark.parametrize(
    ("when", "said"),
    [(WHILE_TENSORFLOW_LOADS, ""), (WHILE_A_SESSION_RUNS, "still running")],
    ids=["loading", "running"],
)
def test_interrupted_inside_tensorflow(when: str, said: str, scenario: Write, process: Process) -> None:
    """An interrupt while TensorFlow is at work does not wait for its end, and leaves no file behind."""
    path = scenario("steps:\n  - {get_variable: slow, shape: [2], initializer: {python: 'ready:never'}}\n")
    ready = path.parent / "ready.py"
    ready.write_text(NEVER_READY)
    arguments = ["run", str(path), "--allow-python", "-o", str(path.parent / "new")]
    result = process(
        "-c",
        INTERRUPT.format(when=when, arguments=arguments),
        PYTHONPATH=str(path.parent),
        PYTHONDONTWRITEBYTECODE="1",
    )
    assert (result.stdout, result.stderr, result.returncode) == (said, "interrupted\n", 130)
    assert sorted(path.parent.iterdir()) == sorted([path, ready])


def test_a_checkpoint_that_gets_too_large(scenario: Write, tmp_path: Path, scopecli: Scopecli) -> None:
    """Where TensorFlow can't write all of a checkpoint, nothing of it is left."""
    path = scenario(
        "steps: [{get_variable: w, shape: [100000]}]\nsession: [initialize, {save: saved/model.ckpt}]\n"
    )
    (tmp_path / "saved").mkdir()
    with files_of_at_most(4096):
        result = scopecli("run", path)
    assert result.exit_code == 1
    assert "File too large" in result.stderr
    assert list((tmp_path / "saved").iterdir()) == []


WRITES = "import time, scopecli.ground.whole_files as files, scopecli.__main__ as program\n"
WAITS = (
    "opened = files._open_text\n"
    "def slow(*arguments):\n"
    "    stream = opened(*arguments)\n"
    "    def write(texts):\n"
    "        for text in texts: stream.write(text)\n"
    "        stream.flush(); print('now', flush=True); time.sleep(60)\n"
    "    stream.writelines = write\n"
    "    return stream\n"
    "files._open_text = slow\n"
    "program.main()\n"
)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str
)
def test_a_signal_while_a_file_is_written(number: int, status: int, old: Path) -> None:
    """A process that is ended while it writes leaves the file that was there, and no other."""
    command = [sys.executable, "-c", WRITES + WAITS, "list", SOURCE, "-o", old]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as writing:
        assert writing.stdout
        assert writing.stdout.readline() == b"now\n"
        writing.send_signal(number)
        _, told = writing.communicate(timeout=30)
    assert (writing.returncode, told) == (status, b"interrupted\n" if number == signal.SIGINT else b"")
    assert _is_as_it_was(old)


def test_two_write_one_file(old: Path) -> None:
    """Of two processes that write one file, it is what one of them writes, whole."""
    command = [sys.executable, "-m", "scopecli", "list", SOURCE, "-f", "json", "-o", old]
    both = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [each.wait(60) for each in both] == [0, 0]
    json.loads(old.read_text())
    assert [path.name for path in old.parent.iterdir() if path.name.startswith(".")] == []


def test_a_pipe_that_nobody_reads(
    tmp_path: Path, scopecli: Scopecli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody takes is not waited for without end."""
    monkeypatch.setattr("scopecli.ground.whole_files.PATIENCE", 0.1)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    result = scopecli("list", SOURCE, "-o", pipe)
    assert result.stderr == f"{pipe}: error: cannot write: nothing reads from this pipe [SC202]\n"
    assert result.exit_code == 2


def test_a_pipe_whose_reader_comes_later(tmp_path: Path, scopecli: Scopecli) -> None:
    """A reader of a named pipe gets the results, also one that comes a little later."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    taken: list[str] = []
    reader = Thread(target=lambda: taken.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert scopecli("list", SOURCE, "-f", "plain", "-o", pipe).exit_code == 0
    reader.join(30)
    assert taken == [NAMES]


PIPED = {
    "test that fails": ("test tests/scenarios/valid tests/scenarios/valid", 1),
    "check of what is wrong": ("check tests/scenarios/invalid/tab.yaml tests/scenarios/invalid/tab.yaml", 2),
    "diff of what differs": ("diff scenarios/gan.yaml scenarios/gpt2.yaml -f json", 1),
    "list of what is there": ("list scenarios/gpt2.yaml", 0),
}


@pytest.mark.parametrize("case", PIPED)
def test_the_status_behind_a_pipe_that_is_closed(case: str) -> None:
    """A reader that has enough changes nothing of the answer."""
    arguments, status = PIPED[case]
    command = [sys.executable, "-m", "scopecli", *arguments.split()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as writing:
        assert writing.stdout
        assert writing.stderr
        writing.stdout.close()
        told = writing.stderr.read()
        assert writing.wait(60) == status
    assert b"Traceback" not in told
    assert b"Broken pipe" not in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            "run scenarios/gan.yaml -f jsn",
            "--format: 'jsn' is none of its choices [SC204]\nhelp: did you mean 'json'?",
        ),
        (
            "run scenarios/gan.yaml --fromat json",
            "there is no option --fromat [SC204]\nhelp: did you mean --format?",
        ),
        (
            "new x.yaml --template gna",
            "'gna' is none of its choices [SC204]\nhelp: did you mean 'gan'?",
        ),
        (
            "list scenarios/gan.yaml --columns nmae",
            "there is no column 'nmae' [SC204]\nhelp: did you mean 'name'?",
        ),
        (
            "list scenarios/gan.yaml --role wieght",
            "there is no role 'wieght' [SC204]\nhelp: did you mean 'weight'?",
        ),
        (
            "run",
            "missing argument 'SCENARIO...' [SC204]\nhelp: `scopecli run --help` has",
        ),
        ("run x.yaml -p n", "--parameter: 'n' is not of the form name=value [SC204]"),
    ],
)
def test_a_wrong_use_is_told_as_everything_else_is(arguments: str, told: str, scopecli: Scopecli) -> None:
    """The command, what is wrong, and what was probably meant."""
    result = scopecli(*arguments.split())
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr.startswith("scopecli ")
    assert told in result.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rnu", "scopecli: error: there is no command 'rnu' [SC204]\nhelp: did you mean 'run'?"),
        ("ls", "scopecli: error: there is no command 'ls' [SC204]\nhelp: did you mean 'list'?"),
        ("Run", "scopecli: error: there is no command 'Run' [SC204]\nhelp: did you mean 'run'?"),
        ("quux", "scopecli: error: there is no command 'quux' [SC204]\n"),
        ("x" * 5_000, "there is no command 'xxx"),
        (SOURCE, f"{SOURCE} is no command but a file [SC204]\nhelp: `scopecli run {SOURCE}` takes it\n"),
        (
            "tests/plain_tf.py",
            "is no command but a file [SC204]\nhelp: `scopecli trace tests/plain_tf.py` takes it\n",
        ),
    ],
)
def test_a_command_that_is_none(name: str, message: str, scopecli: Scopecli) -> None:
    """For a name that is no command, what was probably meant is told."""
    result = scopecli(name)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert message in result.stderr
