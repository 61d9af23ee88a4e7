"""`--watch`: a command runs again when a file changes."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest
from support import Scopecli

SCENARIO = "steps:\n  - {get_variable: kernel, shape: [2]}\n"


def save(file: Path, text: str) -> None:
    """Put a file with this text in its place, as editors do, so that no half of it is ever seen."""
    (file.parent / "saved").write_text(text)
    (file.parent / "saved").replace(file)


class Watching:
    """A command under `--watch`, in a process of its own."""

    def __init__(self, *arguments: str | Path, cwd: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scopecli", *map(str, arguments), "--watch"],
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

        self._alarm = Timer(60, self.process.kill)  # what never comes is not waited for
        self._alarm.start()

    def wait_for(self, text: str) -> str:
        """Return what is printed until a line has a text in it."""
        assert self.process.stdout is not None
        read: list[str] = []
        for line in self.process.stdout:
            read.append(line)
            if re.search(text, line):
                return "".join(read)
        raise AssertionError(f"it ended without {text!r}: {''.join(read)}")

    def interrupt(self) -> int:
        """Press Ctrl-C once it waits, and return the status that it ends with."""
        self.wait_for("waiting for a file to change")
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        return self.process.returncode

    def end(self) -> None:
        """End it, whatever it does."""
        self._alarm.cancel()
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def watching() -> Iterator[list[Watching]]:
    """Return a list for what is watching, which is ended with the test."""
    started: list[Watching] = []
    yield started
    for one in started:
        one.end()


def test_it_checks_again_when_the_file_changes(tmp_path: Path, watching: list[Watching]) -> None:
    """Each turn prints what is true then, and the last status is the program's."""
    file = tmp_path / "model.yaml"
    file.write_text("steps: [{get_varable: kernel}]\n")
    watching.append(Watching("check", "model.yaml", "-f", "json", cwd=tmp_path))
    assert "SC014" in watching[0].wait_for(r"\]$")
    save(file, SCENARIO)
    assert watching[0].wait_for(r"\]$").endswith("[\n]\n")
    assert watching[0].interrupt() == 0


def test_it_tests_again_when_a_file_comes_to_be(tmp_path: Path, watching: list[Watching]) -> None:
    """In a folder that is watched, a new file is one more."""
    (tmp_path / "a.yaml").write_text(SCENARIO)
    watching.append(Watching("test", ".", cwd=tmp_path))
    watching[0].wait_for(r"= 1 passed")
    save(tmp_path / "b.yaml", SCENARIO + "expect: {variables: [bias]}\n")
    assert "b.yaml" in watching[0].wait_for("= 1 failed")
    save(tmp_path / "b.yaml", SCENARIO)
    watching[0].wait_for("= 2 passed")
    assert watching[0].interrupt() == 0


def test_code_of_the_user_is_read_again(tmp_path: Path, watching: list[Watching]) -> None:
    """What a scenario names in Python is as the file has it now, with what that imports."""
    (tmp_path / "inner.py").write_text("SHAPE = [3]\n")
    (tmp_path / "outer.py").write_text(
        "import inner\nimport tensorflow as tf\n"
        "def made(shape, dtype=None, partition_info=None):\n"
        "    return tf.fill(shape, float(inner.SHAPE[0]))\n"
    )
    (tmp_path / "model.yaml").write_text(
        "steps:\n  - {get_variable: kernel, shape: [1], initializer: {python: 'outer:made'}}\n"
    )
    command = ("run", "model.yaml", "--allow-python", "-f", "plain")
    watching.append(Watching(*command, cwd=tmp_path))
    watching[0].wait_for(r"\[3.*\]")
    save(tmp_path / "inner.py", "SHAPE = [12]\n")
    watching[0].wait_for(r"\[12.*\]")
    assert watching[0].interrupt() == 0


def test_standard_input_cannot_be_watched(scopecli: Scopecli) -> None:
    """It is read once."""
    ended = scopecli("check", "-", "--watch")
    assert ended.exit_code == 2
    assert "--watch reads a file again and again, and standard input is read once" in ended.stderr
