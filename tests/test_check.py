"""`scopecli check`: what is wrong or doubtful with a scenario, without TensorFlow."""

import json
from pathlib import Path

import pytest
from support import ROOT, SCENARIOS, Scopecli, Write, compare_with_file

RIGHT = sorted(
    path
    for folder in ("valid", "variable_scope", "explain")
    for path in (SCENARIOS / folder).glob("*.yaml")
    if path.stem != "scope_refused"  # it shows how TensorFlow refuses a name
)
DOUBTFUL = sorted((SCENARIOS / "doubtful").glob("*.yaml"))
UNUSED = sorted((SCENARIOS / "unused").glob("*.yaml"))
INVALID = sorted((SCENARIOS / "invalid").glob("*.yaml"))


@pytest.mark.parametrize("path", DOUBTFUL + UNUSED, ids=lambda path: path.stem)
def test_warnings(path: Path, scopecli: Scopecli) -> None:
    """Each doubtful scenario gives the expected warnings, and status 1."""
    result = scopecli("check", path.relative_to(ROOT))
    compare_with_file(path.with_suffix(".out"), result)
    assert result.exit_code == 1


@pytest.mark.parametrize("path", DOUBTFUL, ids=lambda path: path.stem)
def test_what_is_doubtful_fails(path: Path, scopecli: Scopecli) -> None:
    """TensorFlow does refuse what check warns of, at the step or its key."""
    warned = json.loads(scopecli("check", path, "-f", "json").stdout)
    report = json.loads(scopecli("run", path, "-f", "json").stdout)
    assert report["error"]["location"]["line"] == warned[0]["location"]["line"]
    assert [note["location"]["line"] for note in warned[0]["notes"]] == [
        note["location"]["line"] for note in report["error"]["notes"]
    ]


@pytest.mark.parametrize("path", DOUBTFUL, ids=lambda path: path.stem)
def test_what_is_expected_is_not_doubtful(path: Path, scopecli: Scopecli, scenario: Write) -> None:
    """A block that says what it raises gives no warning."""
    text = path.read_text(encoding="utf-8")
    before, _, steps = text.partition("steps:\n")
    inner = "".join(f"      {line}\n" for line in steps.splitlines())
    block = f"  - variable_scope: ''\n    raises: Exception\n    steps:\n{inner}"
    assert scopecli("check", scenario(f"{before}steps:\n{block}")).stdout == ""


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_nothing_to_say(path: Path, scopecli: Scopecli) -> None:
    """A scenario that is right gives no word, and status 0."""
    result = scopecli("check", path)
    assert (result.stdout, result.stderr, result.exit_code) == ("", "", 0)


def test_shipped_scenarios(scopecli: Scopecli) -> None:
    """There is nothing to say of the shipped scenarios, taken as a directory."""
    assert scopecli("check", "scenarios").exit_code == 0


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_check_and_run_agree_on_errors(path: Path, scopecli: Scopecli) -> None:
    """What check says of an invalid file is what run says of it; only check knows no `--allow-python`."""
    checked, run = scopecli("check", path), scopecli("run", path)
    if path.stem == "python":
        assert (checked.exit_code, run.exit_code) == (0, 2)
    else:
        assert (checked.stdout, checked.exit_code) == (run.stderr, 2)


def test_github(scopecli: Scopecli) -> None:
    """The GitHub form is a workflow command a problem, escaped as GitHub wants it."""
    result = scopecli("check", "tests/scenarios/doubtful/variable_name.yaml", "-f", "github")
    assert result.stdout == (
        "::warning file=tests/scenarios/doubtful/variable_name.yaml,"
        "line=2,col=6,endLine=2,endColumn=14,title=SC302"
        '::"w:0" can\'t be a name in TensorFlow%0A'
        'help: leave the number out: "w" is the operation, "w:0" its output\n'
    )


def test_json(scopecli: Scopecli) -> None:
    """The JSON form has an object a problem, of all files, in order."""
    result = scopecli("check", "tests/scenarios/invalid", "-f", "json")
    found = json.loads(result.stdout)
    assert {each["severity"] for each in found} == {"error"}
    files = [each["location"]["file"] for each in found]
    assert files == sorted(files)
    assert len(set(files)) == len([path for path in INVALID if path.stem != "python"])


def test_parameters(scopecli: Scopecli, scenario: Write) -> None:
    """A parameter's value is judged where it is used; one that is not declared is an error."""
    path = scenario("parameters: {n: 1}\nsteps: [{get_variable: w, shape: [$n]}]\n")
    assert scopecli("check", path, "-p", "n=7").exit_code == 0
    assert "expected an integer" in scopecli("check", path, "-p", "n=x").stdout
    assert "did you mean `n`?" not in scopecli("check", path, "-p", "m=1").stdout
    assert "no scenario has a parameter `m`" in scopecli("check", path, "-p", "m=1").stdout
    assert scopecli("check", path, "-p", "n").exit_code == 2


def test_an_empty_directory(scopecli: Scopecli, tmp_path: Path) -> None:
    """A directory without scenarios is an error."""
    result = scopecli("check", tmp_path)
    assert result.exit_code == 2
    assert "there is no scenario in it" in result.stdout


def test_a_template_shares(scopecli: Scopecli, scenario: Write) -> None:
    """The second call of a template finds its variables: a dimension that is not known is no fault there."""
    path = scenario(
        "functions: {build: [{get_variable: w, shape: $shape}]}\n"
        "steps:\n"
        "  - {make_template: t, function: build, as: t}\n"
        "  - {call: $t, with: {shape: [2]}}\n"
        "  - {call: $t, with: {shape: [null]}}\n"
    )
    assert scopecli("run", path).exit_code == 0
    assert scopecli("check", path).stdout == ""
