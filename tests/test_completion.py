"""What shells complete, and `scopecli completion`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from support import Process, Scopecli

from scopecli.cli.completing import Bash
from scopecli.cli.program import cli
from scopecli.scenario.vocabulary import INITIALIZERS


def _completed(*words: str) -> list[str]:
    complete = BashComplete(cli, {}, "scopecli", "_SCOPECLI_COMPLETE")
    return [item.value for item in complete.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["exp"], ["explain", "export"]),
        (["new", "x.yaml", "--template", "reuse_"], ["reuse_true", "reuse_variables"]),
        (["run", "scenarios/reuse_"], ["scenarios/reuse_true.yaml", "scenarios/reuse_variables.yaml"]),
        (["run", "scen"], ["scenarios/"]),
        (["run", "./scen"], ["./scenarios/"]),
        (["run", "README"], []),
        (["trace", "tests/programs_tf1/tow"], ["tests/programs_tf1/towers.py"]),
        (["trace", "tests/programs_l"], ["tests/programs_lint/"]),
        (["help", "initial"], ["initializers", "initialize"]),
        (["explain", "scenarios/reuse_true.yaml", "w"], ["w1", "w2", "w3"]),
        (["explain", "tests/scenarios/invalid/dtypes.yaml", ""], []),
        (["explain", "scenarios/gan.yaml", "#1"], ["#1"]),
        (["explain", "scenarios/gan.yaml", "generator/"], ["generator/bias", "generator/kernel"]),
        (["list", "scenarios/gan.yaml", "--scope", "g"], ["generator"]),
        (["run", "scenarios/gan.yaml", "--scope", ""], ["discriminator", "generator"]),
        (["lint", "x.yaml", "--ignore", "SC401,SC402,SC40"], [f"SC401,SC402,SC40{n}" for n in range(1, 10)]),
        (["completion", "install", "f"], ["fish"]),
        (["list", "x.yaml", "--columns", "name,dt"], ["name,dtype"]),
        (["run", "tests/scenarios/valid/parameters.yaml", "-p", "n_"], ["n_embd=", "n_inner="]),
        (
            ["run", "tests/scenarios/valid/parameters.yaml", "-p", "init=he_"],
            ["init=he_uniform", "init=he_normal"],
        ),
        (["run", "tests/scenarios/valid/parameters.yaml", "-p", "n_embd=he_"], []),
        (["run", "x.yaml", "-f", "js"], ["json", "jsonl"]),
    ],
)
def test_completion(words: list[str], completed: list[str]) -> None:
    """Shells complete commands, files, handles, columns, parameters, initializers and choices."""
    assert _completed(*words) == completed


@pytest.mark.parametrize(
    ("words", "given", "completed"),
    [
        ("scopecli run P -p init = he_", "6", ["plain,he_uniform", "plain,he_normal"]),
        ("scopecli run P -p n_embd = 2 -p init =", "9", None),
        ("scopecli run P -p ini", "4", ["plain,init="]),
        ("scopecli run scen", "2", ["plain,scenarios/"]),
    ],
    ids=["initializer", "all initializers", "parameter", "folder"],
)
def test_completion_in_bash(
    words: str, given: str, completed: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bash takes `=` for a word of its own, and puts what is completed in place of what follows it."""
    monkeypatch.setenv("COMP_WORDS", words.replace("P", "tests/scenarios/valid/parameters.yaml"))
    monkeypatch.setenv("COMP_CWORD", given)
    found = Bash(cli, {}, "scopecli", "_SCOPECLI_COMPLETE").complete().splitlines()
    assert found == (completed or [f"plain,{name}" for name in INITIALIZERS])


def test_bash_adds_no_space_where_more_follows(process: Process) -> None:
    """After a folder and after `=` the word goes on."""
    done = process("-m", "scopecli", _SCOPECLI_COMPLETE="bash_source")
    assert "[[ $value == *[=/] ]] && compopt -o nospace" in done.stdout


def test_completion_of_reports(tmp_path: Path, scopecli: Scopecli) -> None:
    """What a report has calls of goes by numbers and variables, in the order of the numbers."""
    report = str(tmp_path / "report.json")
    assert scopecli("run", "scenarios/gpt2.yaml", "-f", "json", "-o", report).exit_code == 0
    assert _completed("explain", f"{tmp_path}/rep") == [report]
    assert _completed("explain", report, "#1")[:12] == ["#1", *(f"#{n}" for n in range(10, 20)), "#100"]
    for name in _completed("explain", report, "model/h1/"):
        assert scopecli("explain", report, name).exit_code == 0


def test_what_can_not_be_read_completes_nothing() -> None:
    """A word that stands for no source is passed over without a message."""
    assert _completed("list", "no-such-file", "--scope", "") == []
    assert _completed("explain", "tests/scenarios/invalid/dtypes.yaml", "#") == []


def _complete_in_bash(process: Process, words: str) -> list[str]:
    """Return what bash puts in the place of the last word, by the script that is installed."""
    script = process("-m", "scopecli", "completion", "show", "bash").stdout
    call = (
        f"COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); compopt() {{ :; }}; "
        '_scopecli_completion scopecli; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return _run_in("bash", f"{script}\n{call}")


def _run_in(shell: str, commands: str) -> list[str]:
    done = subprocess.run([shell, "-c", commands], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have shells find the program that is tested."""
    program = tmp_path / "bin" / "scopecli"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scopecli "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


@pytest.mark.usefixtures("on_path")
def test_bash_takes_a_number_for_no_comment(process: Process) -> None:
    """`#1` begins a comment where it is typed, so that it is completed with a backslash."""
    assert _complete_in_bash(process, r"scopecli explain scenarios/gan.yaml \\#0") == [r"\#0"]


@pytest.mark.usefixtures("on_path")
@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_cuts_nothing_at_a_comma(process: Process) -> None:
    """What follows a comma belongs to the help, and to the value."""
    script = process("-m", "scopecli", "completion", "show", "fish").stdout
    found = _run_in("fish", f"{script}\ncomplete -C 'scopecli lint x.yaml --select SC401,SC402'")
    assert found == ["SC401,SC402\tan argument has no effect, since the variable is there"]


@pytest.mark.parametrize(
    ("shell", "script", "start"),
    [
        ("bash", ".local/share/scopecli/completion.bash", ".bashrc"),
        ("zsh", ".local/share/scopecli/completion.zsh", ".zshrc"),
        ("fish", ".config/fish/completions/scopecli.fish", None),
    ],
)
def test_install(shell: str, script: str, start: str | None, home: Path, scopecli: Scopecli) -> None:
    """The script is where the shell finds it; of its start-up file a line is added, once."""
    if start:
        (home / start).write_text("alias ll='ls -l'")
    for _ in range(2):
        result = scopecli("completion", "install", shell)
        assert (result.exit_code, result.stdout) == (0, "")
    assert "_scopecli_completion" in (home / script).read_text()
    if start:
        line = f"[ -r '{home / script}' ] && . '{home / script}'"
        assert (home / start).read_text() == f"alias ll='ls -l'\n{line}\n"
        assert f"added a line to {home / start}" not in result.stderr


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home of the test's own."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_install_for_the_shell_that_one_logs_in_with(
    home: Path, scopecli: Scopecli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is what SHELL says; another one is refused with those that there are."""
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    assert scopecli("completion", "install").exit_code == 0
    assert (home / ".zshrc").exists()
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    refused = scopecli("completion", "install")
    assert (refused.exit_code, "no completion for tcsh" in refused.stderr) == (2, True)
    assert "help: give one of bash, zsh, fish" in refused.stderr


def test_install_where_nothing_can_be_written(home: Path, scopecli: Scopecli) -> None:
    """One message, and status 2."""
    (home / ".local").write_text("a file")
    result = scopecli("completion", "install", "bash")
    assert result.exit_code == 2
    assert "cannot write" in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_to_do(scopecli: Scopecli) -> None:
    """Without a word of what to do, the words are told."""
    refused = scopecli("completion")
    assert (refused.exit_code, refused.stderr.splitlines()[1]) == (2, "help: it takes install, show")
