"""Several sources at once: one that can't be read keeps no other from being, in any command."""

import json
from pathlib import Path

import pytest
from support import Scopecli

GOOD = "scenarios/gan.yaml"
BAD = "tests/scenarios/invalid/tab.yaml"


@pytest.mark.parametrize("command", ["run", "list", "tree"])
def test_what_could_not_be_read_is_an_element_with_its_error(command: str, scopecli: Scopecli) -> None:
    """In JSON it stands in its place, with the problem that standard error tells."""
    result = scopecli(command, BAD, GOOD, "tests/no_such.yaml", "-f", "json")
    first, good, last = json.loads(result.stdout)
    assert good == json.loads(scopecli(command, GOOD, "-f", "json").stdout)
    assert first["source"] == {"kind": None, "path": BAD}
    assert (first["error"]["code"], first["error"]["location"]["line"]) == ("SC004", 2)
    assert last["error"]["message"] == "cannot read the file: No such file or directory"
    assert "tab.yaml:2:1: error: " in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize("command", ["run", "list", "lint", "tree", "check", "test"])
def test_a_directory_a_pattern_and_standard_input(command: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """A directory stands for the scenarios in it, a pattern for its matches, a dash for standard input."""
    text = Path(GOOD).read_text(encoding="utf-8")
    for name in ("a.yaml", "below/b.yml", ".hidden/c.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text if name[0] != "." else "not: [read", encoding="utf-8")
    ways = [
        scopecli(command, *paths, "-f", "json", text=text)
        for paths in ([tmp_path], [f"{tmp_path}/**/*.y*ml"], [tmp_path / "a.yaml", tmp_path / "below/b.yml"])
    ]
    assert ways[0].stdout == ways[1].stdout == ways[2].stdout != ""
    assert {way.exit_code for way in ways} == {0}
    assert scopecli(command, "-", text=text).exit_code == 0
    assert scopecli(command, tmp_path / "none*.yaml").exit_code == 2


def test_lint_tells_programs_what_could_not_be_read(scopecli: Scopecli) -> None:
    """Among findings of several sources, a problem has its place; of one source it is on standard error."""
    result = scopecli("lint", BAD, "tests/scenarios/lint/SC401_bad.yaml", "-f", "json")
    found = json.loads(result.stdout)
    assert [(one["code"], one["severity"]) for one in found] == [
        ("SC004", "error"),
        *[("SC401", "warning")] * 3,
    ]
    assert result.exit_code == 2
    alone = scopecli("lint", BAD, "-f", "json")
    assert (alone.stdout, alone.exit_code) == ("", 2)


def test_nothing_could_be_read(scopecli: Scopecli, tmp_path: Path) -> None:
    """Then a file that was to be written stays as it is, unless JSON has a list of errors to tell."""
    kept = tmp_path / "kept"
    kept.write_text("as it was", encoding="utf-8")
    for arguments in ([BAD, "-f", "json"], [BAD, BAD, "-f", "plain"]):
        assert scopecli("run", *arguments, "-o", kept).exit_code == 2
        assert kept.read_text(encoding="utf-8") == "as it was"
    assert scopecli("run", BAD, BAD, "-f", "json", "-o", kept).exit_code == 2
    assert [one["error"]["code"] for one in json.loads(kept.read_text(encoding="utf-8"))] == ["SC004"] * 2


@pytest.mark.parametrize("format_", ["plain", "csv"])
def test_sources_are_told_apart(format_: str, scopecli: Scopecli) -> None:
    """Each line of several sources says whose it is."""
    lines = scopecli("list", GOOD, "scenarios/towers.yaml", "-f", format_).stdout.splitlines()
    own = [line for line in lines if line.startswith((GOOD, "scenarios/towers.yaml"))]
    assert len(own) == len(lines) - (format_ == "csv")
    assert GOOD not in scopecli("list", GOOD, "-f", format_).stdout


def test_a_session_that_is_too_large(scopecli: Scopecli) -> None:
    """It is told beside the others, and alone it ends the command."""
    result = scopecli("run", "scenarios/reuse_true.yaml", GOOD, "--max-bytes", "20", "-f", "json")
    small, large = json.loads(result.stdout)
    assert (small["error"], large["error"]["code"], result.exit_code) == (None, "SC106", 2)


def test_a_list_with_an_error_is_no_whole_report(scopecli: Scopecli, tmp_path: Path) -> None:
    """What reads a saved list says what is missing in it."""
    saved = tmp_path / "saved.json"
    scopecli("run", GOOD, BAD, "-f", "json", "-o", saved)
    result = scopecli("list", saved)
    assert result.exit_code == 2
    assert f"[1]: {BAD} could not be read when this was saved: " in result.stderr
