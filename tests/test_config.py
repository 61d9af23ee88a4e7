"""`[tool.scopecli]` in `pyproject.toml`, and comments that suppress warnings."""

import json
from pathlib import Path

import pytest
from support import ROOT, Scopecli

BAD = (ROOT / "tests" / "scenarios" / "lint" / "SC401_bad.yaml").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a project with a scenario, in a folder of which the commands are run."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "bad.yaml").write_text(BAD, encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _configure(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(
        f"[project]\nname = 'x'\n\n[tool.scopecli]\n{text}", encoding="utf-8"
    )


def test_defaults_of_a_project(project: Path, scopecli: Scopecli, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the nearest file says stands for options and paths that are not given; what is given counts."""
    assert scopecli("lint", "models").exit_code == 1
    _configure(project, 'ignore = ["SC401"]\npaths = ["models"]\n')
    assert scopecli("lint").exit_code == 0
    assert scopecli("check", "-f", "json").stdout == "[\n]\n"
    assert scopecli("lint", "--ignore", "SC402").exit_code == 1
    _configure(project, 'select = ["SC402"]\ncolor = "always"\n')
    monkeypatch.chdir(project / "elsewhere")
    assert scopecli("lint", "../models").exit_code == 0
    assert "\x1b[" in scopecli("check", "missing.yaml").stdout


def test_without_paths(project: Path, scopecli: Scopecli) -> None:
    """Without a path, and none in the project, the usage is told."""
    result = scopecli("lint")
    assert result.exit_code == 2
    assert "scopecli lint: error: missing argument 'SOURCE...' [SC204]" in result.stderr
    assert project.exists()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("ingore = []\n", 5, "`[tool.scopecli]` has no key `ingore` [SC203]"),
        ("ignore = 'SC401'\n", 5, '`ignore` is to be a list of codes such as ["SC405"]'),
        ("color = 'blue'\n", 5, '`color` is to be "auto", "always" or "never"'),
        ("allow-python = 'yes'\n", 5, "`allow-python` is to be true or false"),
    ],
)
def test_a_wrong_key(text: str, line: int, message: str, project: Path, scopecli: Scopecli) -> None:
    """A key that is none, or of another type, ends every command with its place."""
    _configure(project, text)
    result = scopecli("list", "models/bad.yaml")
    assert result.exit_code == 2
    assert f"pyproject.toml:{line}:1: error: {message}" in result.stderr


def test_not_toml(project: Path, scopecli: Scopecli) -> None:
    """A file that is no TOML is told, unless nothing in it is for this program."""
    (project / "pyproject.toml").write_text("[tool.black\n", encoding="utf-8")
    assert scopecli("list", "models/bad.yaml").exit_code == 0
    _configure(project, "ignore = [\n")
    assert "not TOML" in scopecli("list", "models/bad.yaml").stderr


def test_python_is_allowed(project: Path, scopecli: Scopecli) -> None:
    """A project may say that its scenarios run its code."""
    (project / "own.py").write_text("def getter(getter, *args, **kwargs): return getter(*args, **kwargs)\n")
    (project / "own.yaml").write_text(
        "steps:\n"
        '  - variable_scope: s\n    custom_getter: {python: "own:getter"}\n'
        "    steps: [{get_variable: w, shape: []}]\n"
    )
    assert scopecli("run", "own.yaml").exit_code == 2
    _configure(project, "allow-python = true\n")
    assert scopecli("run", "own.yaml").exit_code == 0


SCENARIO = """\
steps:
  - variable_scope: s
    reuse: AUTO_REUSE
    steps:
      - {get_variable: kernel, shape: [2]}
      - {get_variable: kernel, shape: [2]}
      - {get_variable: kernal, shape: [2]}COMMENT
"""


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("", ["SC401"]),
        ("  # scopecli: ignore[SC401]", []),
        ("  # scopecli: ignore[SC402, SC401]", ["SC409"]),
        ("  # scopecli: ignore", []),
        ("  # scopecli: ignore[SC402]", ["SC401", "SC409"]),
        ("  # scopecli: ignored", ["SC401"]),
    ],
)
def test_a_comment(comment: str, codes: list[str], project: Path, scopecli: Scopecli) -> None:
    """A comment suppresses the codes that it names, or all; one that suppresses nothing is told."""
    path = project / "s.yaml"
    path.write_text(SCENARIO.replace("COMMENT", comment), encoding="utf-8")
    found = json.loads(scopecli("lint", path, "-f", "json").stdout)
    assert [one["code"] for one in found] == codes


def test_a_comment_for_check(project: Path, scopecli: Scopecli) -> None:
    """What `check` warns of is suppressed likewise, and `lint` knows of it; errors are not."""
    path = project / "s.yaml"
    path.write_text("steps: [{get_variable: 'a b', shape: [1], raises: ValueError}, {get_variable: 'c d'}]\n")
    assert scopecli("check", path).exit_code == 1
    text = "steps:\n  - {get_variable: 'c d', shape: [1]}  # scopecli: ignore\n"
    path.write_text(text, encoding="utf-8")
    assert scopecli("check", path).stdout == ""
    assert "SC409" not in scopecli("lint", path).stdout
    path.write_text("steps:\n  - {get_varible: c}  # scopecli: ignore\n")
    assert scopecli("check", path).exit_code == 2


def test_a_comment_in_a_program(project: Path, scopecli: Scopecli) -> None:
    """In a program the comment stands at the end of the call's line."""
    lines = [
        "import tensorflow.compat.v1 as tf; tf.disable_v2_behavior()",
        "with tf.variable_scope('s', reuse=tf.AUTO_REUSE):",
        "    tf.get_variable('kernel', [2])",
        "    tf.get_variable('kernel', [2])",
        "    tf.get_variable('kernal', [2])  # scopecli: ignore[SC401]",
    ]
    (project / "program.py").write_text("\n".join(lines), encoding="utf-8")
    scopecli("trace", "program.py", "-f", "json", "-o", "saved.json")
    assert scopecli("lint", "saved.json").stdout == ""
    (project / "program.py").unlink()
    assert scopecli("lint", "saved.json").stdout == ""  # the report carries its lines


def test_a_comment_for_check_under_other_parameters(project: Path, scopecli: Scopecli) -> None:
    """Whether a comment is of use is judged with the values that the scenario is built with."""
    (project / "model.yaml").write_text(
        "parameters: {n: 0}\n"
        "steps:\n"
        "  - for: i\n"
        "    in: $n\n"
        "    steps:\n"
        "      - {get_variable: 'a b', shape: [2], raises: ValueError}\n"
        "      - {variable_scope: 'c d', steps: []}  # scopecli: ignore[SC302]\n"
    )
    for value, codes in (("0", ["SC409"]), ("1", [])):
        found = json.loads(scopecli("lint", "model.yaml", "-p", f"n={value}", "-f", "json").stdout)
        assert [one["code"] for one in found] == codes, value
