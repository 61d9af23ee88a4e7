"""`scopecli new`, and what shells complete."""

from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from support import Process, Scopecli

from scopecli.cli.completion import Bash
from scopecli.cli.program import cli
from scopecli.scenario.vocabulary import INITIALIZERS
from scopecli.starters import STARTERS


@pytest.mark.parametrize("name", STARTERS)
def test_starters_are_right(name: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Each starter gives nothing to say, does what it expects, and says in comments how to go on."""
    path = tmp_path / f"{name}.yaml"
    assert scopecli("new", path, "--template", name).exit_code == 0
    assert (scopecli("check", path).stdout, scopecli("test", path).exit_code) == ("", 0)
    assert path.read_text(encoding="utf-8").count("#") > 5


def test_standard_output_and_default(scopecli: Scopecli, tmp_path: Path) -> None:
    """A dash is standard output; without a template it is AUTO_REUSE."""
    scopecli("new", tmp_path / "a.yaml", "--template", "auto_reuse")
    assert scopecli("new", "-").stdout == (tmp_path / "a.yaml").read_text(encoding="utf-8")


def test_a_file_that_is_there(scopecli: Scopecli, tmp_path: Path) -> None:
    """A file that is there stays as it is, unless it may be written over."""
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")
    result = scopecli("new", path)
    assert (result.exit_code, path.read_text(encoding="utf-8")) == (2, "mine")
    assert "--force" in result.stderr
    assert scopecli("new", path, "--force").exit_code == 0
    assert path.read_text(encoding="utf-8") != "mine"


def test_unknown_template(scopecli: Scopecli, tmp_path: Path) -> None:
    """An unknown template is an error of usage that names those there are."""
    result = scopecli("new", tmp_path / "x.yaml", "--template", "lstm")
    assert result.exit_code == 2
    assert "partitioned_embedding" in result.stderr


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
