"""Sources that are given to a command which takes others: called by their kinds, and by the nearest names."""

from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf
from saved import save
from support import Scopecli

COMMANDS = ("run", "check", "test", "export")


@pytest.fixture
def kinds(tmp_path: Path, scopecli: Scopecli) -> dict[str, Path]:
    """Return sources that are no scenario, by what they are called."""
    save(tmp_path / "model.ckpt", {"w": tf.zeros([2])})
    scopecli("run", "scenarios/gan.yaml", "-f", "json", "-o", tmp_path / "report.json")
    with tf.Graph().as_default() as graph:
        tf.get_variable("w", [2])
        tf.io.write_graph(graph, str(tmp_path), "graph.pb", as_text=False)
    return {
        "a checkpoint": tmp_path / "model.ckpt",
        "a saved report": tmp_path / "report.json",
        "a graph": tmp_path / "graph.pb",
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_scenario(command: str, kinds: dict[str, Path], scopecli: Scopecli) -> None:
    """It is called by its kind, with the command that takes it."""
    for kind, path in kinds.items():
        result = scopecli(command, path)
        told = result.stdout + result.stderr
        assert f"{path}: error: this is {kind}, not a scenario [SC004]" in told
        assert f"help: `scopecli list {path}` shows what is in it" in told
        assert result.exit_code == 2


@pytest.mark.parametrize(
    ("command", "name", "near"),
    [
        ("run", "scenarios/gna.yaml", "scenarios/gan.yaml"),
        ("list", "scenarios/gna.yaml", "scenarios/gan.yaml"),
        ("trace", "tests/plian_tf.py", "tests/plain_tf.py"),
    ],
)
def test_a_file_that_is_not_there(command: str, name: str, near: str, scopecli: Scopecli) -> None:
    """The file beside it with the nearest name is told."""
    result = scopecli(command, name)
    assert f'help: did you mean "{near}"?' in result.stderr
    assert result.exit_code == 2


def test_a_checkpoint_that_is_not_there(kinds: dict[str, Path], scopecli: Scopecli) -> None:
    """So is a checkpoint's prefix, which is no file."""
    path = kinds["a checkpoint"]
    result = scopecli("list", path.with_name("model.cpkt"))
    assert f'help: did you mean "{path}"?' in result.stderr


def test_a_directory_of_scenarios(scopecli: Scopecli) -> None:
    """`run` takes a directory as `check` and `test` do."""
    result = scopecli("run", "tests/scenarios/valid", "-f", "plain")
    files = sorted(Path("tests/scenarios/valid").rglob("*.yaml"))
    assert result.stdout == scopecli("run", *files, "-f", "plain").stdout
    assert result.exit_code in (0, 1)


def test_a_function_in_a_very_long_module(scopecli: Scopecli) -> None:
    """A name that no file can have is a module that is not there."""
    result = scopecli("trace", f"{'x' * 5_000}:build")
    assert "[SC801]" in result.stderr
    assert result.exit_code == 2
