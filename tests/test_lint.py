"""`scopecli lint`: what is legal and probably not meant."""

import json
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, SCENARIOS, Scopecli, Write, compare_with_file

from scopecli.analysis.lint import RULES

BAD = sorted((SCENARIOS / "lint").glob("*_bad.yaml"))
GOOD = sorted((SCENARIOS / "lint").glob("*_good.yaml"))

# Scenarios that show just such a thing; there is nothing to find in any other.
SHOWN = {
    "scenarios/beginners.yaml": {"SC401", "SC403", "SC406"},
    "valid/already_exists_beside_variable.yaml": {"SC404"},
    "valid/default_name.yaml": {"SC408"},
    "valid/operations.yaml": {"SC408"},
    "valid/reopen_captured.yaml": {"SC406"},
    "valid/reuse_is_inherited.yaml": {"SC403", "SC406"},
    "valid/setters.yaml": {"SC408"},
    "valid/templates.yaml": {"SC404", "SC405"},
    "valid/trainable_made_again.yaml": {"SC404"},
    "valid/uninitialized.yaml": {"SC407"},
    "valid/variable_never_shares.yaml": {"SC404"},
    "variable_scope/auto_reuse_makes_once.yaml": {"SC402"},
    "variable_scope/auto_reuse_over_true.yaml": {"SC403"},
    "variable_scope/constraint_of_a_scope.yaml": {"SC408"},
    "variable_scope/default_names_reused.yaml": {"SC408"},
    "variable_scope/default_names_with_like_beginnings.yaml": {"SC405"},
    "variable_scope/dtype_of_a_scope.yaml": {"SC408"},
    "variable_scope/ignored_arguments_of_a_reused_variable.yaml": {"SC402"},
    "variable_scope/initializer_of_a_scope.yaml": {"SC408"},
    "variable_scope/local_variables.yaml": {"SC408"},
    "variable_scope/name_scopes_made_unique.yaml": {"SC408"},
    "variable_scope/names_exist_or_not.yaml": {"SC406"},
    "variable_scope/object_over_default_name.yaml": {"SC408"},
    "variable_scope/object_over_default_name_inside_itself.yaml": {"SC408"},
    "variable_scope/original_name_scope.yaml": {"SC408"},
    "variable_scope/partitioner_of_a_captured_scope.yaml": {"SC408"},
    "variable_scope/regularizer_of_a_scope.yaml": {"SC408"},
    "variable_scope/regularizer_of_a_variable_named_otherwise.yaml": {"SC404", "SC407"},
    "variable_scope/reopening_an_outer_scope.yaml": {"SC408"},
    "variable_scope/reopening_an_outer_scope_inside_itself.yaml": {"SC408"},
    "variable_scope/reuse_of_captured_scopes.yaml": {"SC403"},
    "variable_scope/reuse_param_and_method.yaml": {"SC408"},
    "variable_scope/scopes_and_name_scopes.yaml": {"SC408"},
    "variable_scope/template_scope_opened_at_once.yaml": {"SC405"},
    "variable_scope/template_sharing.yaml": {"SC405"},
    "variable_scope/variable_is_never_shared.yaml": {"SC404"},
}


PROGRAMS = ROOT / "tests" / "programs_lint"
TEN = sorted(PROGRAMS.glob("*.py"))
QUIET = sorted((PROGRAMS / "quiet").glob("*.py"))
LOUD = sorted((PROGRAMS / "loud").glob("*.py"))
SLIPS = {
    "actor_critic.py": "SC404",
    "attention.py": "SC401",
    "dqn.py": "SC405",
    "gan.py": "SC405",
    "keras_towers.py": "SC405",
    "language_model.py": "SC405",
    "resnet_towers.py": "SC405",
    "siamese.py": "SC405",
    "vae.py": "SC405",
    "word_vectors.py": "SC402",
    "loud/gan_bad.py": "SC405",
    "loud/notrain.py": "SC404",
    "loud/twice.py": "SC405",
}


def _found(scopecli: Scopecli, *arguments: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(scopecli("lint", *arguments, "-f", "json").stdout)
    return found


OF_PROGRAMS = {"SC410", "SC411"}  # of objects and imports, which no scenario has: test_sharing_by_object.py


def test_every_rule_has_a_bad_and_a_good_scenario() -> None:
    """There is a bad and a good scenario for each code."""
    for files in (BAD, GOOD):
        assert {path.stem.split("_")[0] for path in files} == set(RULES) - OF_PROGRAMS


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad(path: Path, scopecli: Scopecli) -> None:
    """A bad scenario gives the expected finding of its code, and status 1."""
    code = path.stem.split("_")[0]
    result = scopecli("lint", path.relative_to(ROOT), "--select", code)
    compare_with_file(path.with_suffix(".out"), result)
    assert result.exit_code == 1
    assert f"[{code}]" in result.stdout


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good(path: Path, scopecli: Scopecli) -> None:
    """A good scenario gives no finding of its code, though it comes near."""
    result = scopecli("lint", path, "--select", path.stem.split("_")[0])
    assert (result.stdout, result.exit_code) == ("", 0)


@pytest.mark.parametrize("folder", ["scenarios", "valid", "variable_scope"])
def test_scenarios_that_are_right(folder: str, scopecli: Scopecli) -> None:
    """There is nothing to find in a scenario that is right, and in the others what they show."""
    root = ROOT / "scenarios" if folder == "scenarios" else SCENARIOS / folder
    found: dict[str, set[str]] = {}
    for finding in _found(scopecli, root, "--select", "SC4"):
        path = f"{folder}/{Path(finding['location']['file']).name}"
        found.setdefault(path, set()).add(finding["code"])
    assert found == {path: codes for path, codes in SHOWN.items() if path.startswith(folder + "/")}


def test_statistics(scopecli: Scopecli) -> None:
    """Codes are counted, the commonest first; the status is what it would be."""
    result = scopecli("lint", "scenarios/beginners.yaml", "--select", "SC4", "--statistics")
    assert result.exit_code == 1
    counts = [(int(line.split()[0]), line.split()[1]) for line in result.stdout.splitlines()]
    assert {code for _, code in counts} == {"SC401", "SC403", "SC406"}
    assert counts == sorted(counts, key=lambda count: -count[0])
    counted = scopecli("lint", "scenarios/beginners.yaml", "--select", "SC4", "--statistics", "--json").stdout
    assert [(row["count"], row["code"]) for row in json.loads(counted)] == counts


def test_select_and_ignore(scopecli: Scopecli) -> None:
    """Codes are chosen in full or by their beginnings, and left out."""
    every = ("scenarios/beginners.yaml", "--select", "SC4")
    assert {each["code"] for each in _found(scopecli, every[0])} == {"SC401", "SC403"}
    assert {each["code"] for each in _found(scopecli, *every)} == {"SC401", "SC403", "SC406"}
    assert {each["code"] for each in _found(scopecli, every[0], "--select", "SC401,SC406")} == {
        "SC401",
        "SC406",
    }
    assert {each["code"] for each in _found(scopecli, *every, "--ignore", "SC406", "--ignore", "SC401")} == {
        "SC403"
    }
    assert _found(scopecli, *every, "--ignore", "SC4") == []
    assert scopecli("lint", *every, "--select", "SC9").exit_code == 2


def test_objects_of_ones_own(
    scopecli: Scopecli, scenario: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same object given twice is the same request, and a name that a getter chose is none made unique."""
    getter = "def getter(getter, name, *args, **kwargs):\n    return getter(name + '_own', *args, **kwargs)\n"
    (tmp_path / "lint_own.py").write_text(getter, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    path = scenario(
        "steps:\n"
        "  - {get_variable: w, shape: [], custom_getter: {python: 'lint_own:getter'}}\n"
        "  - variable_scope: s\n"
        "    reuse: AUTO_REUSE\n"
        "    steps:\n"
        "      - {get_variable: c, shape: [], constraint: {python: 'math:sqrt'}}\n"
        "      - {get_variable: c, shape: [], constraint: {python: 'math:sqrt'}}\n"
        "      - {get_variable: c, shape: [], constraint: {python: 'math:exp'}}\n"
    )
    found = _found(scopecli, path, "--allow-python")
    assert [(each["code"], each["location"]["line"]) for each in found] == [("SC402", 8)]


EACH_IN_TURN = """\
import os, runpy, sys
import tensorflow as tf
for slip, path in (each.split("=", 1) for each in sys.argv[1:]):
    tf.keras.backend.clear_session()
    tf.reset_default_graph()
    if slip:
        os.environ["SLIP"] = slip
    else:
        os.environ.pop("SLIP", None)
    runpy.run_path(path, run_name="__main__")
"""


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory, scopecli: Scopecli) -> dict[str, list[dict[str, Any]]]:
    """Trace every program once, those with a slip with it too, and return what is found in each."""
    folder = tmp_path_factory.mktemp("linted")
    (folder / "each.py").write_text(EACH_IN_TURN, encoding="utf-8")
    runs = [f"={path}" for path in (*TEN, *QUIET, *LOUD)] + [f"1={path}" for path in TEN]
    options = ("--tf1", "-f", "json", "-o", folder / "all.json")
    assert scopecli("trace", *options, folder / "each.py", *runs).exit_code == 0
    reports = json.loads((folder / "all.json").read_text(encoding="utf-8"))
    found: dict[str, list[dict[str, Any]]] = {}
    for report in reports:
        files = {Path(call["location"]["file"]) for call in report["calls"]} - {folder / "each.py"}
        (file,) = {file.resolve().relative_to(PROGRAMS) for file in files}
        name = f"{file} with its slip" if str(file) in found else str(file)
        (folder / "one.json").write_text(json.dumps(report), encoding="utf-8")
        found[name] = json.loads(scopecli("lint", "-f", "json", folder / "one.json").stdout)
    return found


@pytest.mark.parametrize("path", [*TEN, *QUIET], ids=lambda path: path.stem)
def test_correct_programs_are_quiet(path: Path, linted: dict[str, list[dict[str, Any]]]) -> None:
    """Of programs in the manner of well-known ones nothing is said."""
    assert linted[str(path.relative_to(PROGRAMS))] == []


@pytest.mark.parametrize(("name", "code"), SLIPS.items())
def test_slips_are_found(name: str, code: str, linted: dict[str, list[dict[str, Any]]]) -> None:
    """A slip is found by its rule, at a place in the program, once."""
    key = name if name in linted and name.startswith("loud") else f"{name} with its slip"
    found = linted[key]
    assert {each["code"] for each in found} == {code}
    assert {Path(each["location"]["file"]).name for each in found} == {Path(name).name}
    helps = " ".join(each["help"] for each in found)
    assert ("make the layer once" in helps) == (name == "keras_towers.py")
    assert "variable_scope: " not in helps  # which would be YAML


@pytest.mark.parametrize("build", ["slim.fully_connected(x, 4)", "scoped(x)"])
def test_help_for_a_function_called_twice_holds(build: str) -> None:
    """The scopes that are offered share what was made twice."""
    import tensorflow.compat.v1 as tf  # noqa: PLC0415 - here alone
    import tf_slim as slim  # noqa: PLC0415

    def scoped(x: Any) -> Any:
        with tf.variable_scope(None, "D"):
            return tf.get_variable("w", [2, 2]) + x

    x = tf.placeholder
    with tf.Graph().as_default():
        for reuse in (None, True):
            with tf.variable_scope("net", reuse=reuse):
                x = tf.placeholder(tf.float32, [2, 2])
                eval(build, {"tf": tf, "slim": slim, "scoped": scoped, "x": x})  # noqa: S307 - ours
        names = [variable.op.name for variable in tf.global_variables()]
    assert names
    assert len(names) == len({name for name in names if "_1" not in name})


def test_a_scenario_that_fails_is_an_error(scopecli: Scopecli) -> None:
    """What TensorFlow refuses is told, with status 1."""
    result = scopecli("lint", "tests/scenarios/valid/already_exists.yaml")
    assert result.exit_code == 1
    assert "already exists" in result.stderr


def test_a_default_that_a_call_does_not_take_is_not_judged(scopecli: Scopecli, scenario: Write) -> None:
    """Where a call gives its own initializer, that one has no effect, and of the scope's nothing is said."""
    path = scenario(
        "steps:\n"
        "  - {variable_scope: s, steps: [{get_variable: w, shape: [2], initializer: zeros}]}\n"
        "  - variable_scope: s\n"
        "    reuse: true\n"
        "    initializer: {constant: 2}\n"
        "    steps: [{get_variable: w, shape: [2], initializer: ones}]\n"
    )
    found = _found(scopecli, path, "--select", "SC402")
    assert [one["location"]["line"] for one in found] == [6]


@pytest.mark.parametrize("command", ["lint", "check"])
def test_sarif(command: str, scopecli: Scopecli) -> None:
    """SARIF has the findings of JSON, with their places and the other places that matter."""
    paths = {"lint": "scenarios/beginners.yaml", "check": "tests/scenarios/invalid/unknown_keys.yaml"}
    found = json.loads(scopecli(command, paths[command], "-f", "json").stdout)
    (run,) = json.loads(scopecli(command, paths[command], "-f", "sarif").stdout)["runs"]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {one["code"] for one in found}
    assert len(run["results"]) == len(found) > 0
    for result, one in zip(run["results"], found, strict=True):
        place = result["locations"][0]["physicalLocation"]
        assert (result["ruleId"], result["level"]) == (one["code"], one["severity"])
        assert place["artifactLocation"]["uri"] == paths[command]
        assert place["region"]["startLine"] == one["location"]["line"]
        assert result["message"]["text"].startswith(one["message"])
        assert len(result.get("relatedLocations", ())) == len(one["notes"])


FIXABLE = """\
steps:
  - variable_scope: layer
    reuse: AUTO_REUSE
    steps:
      - {get_variable: kernel, shape: [2]}
      - {get_variable: kernel, shape: [2]}
      - {shape: [2], get_variable: kernal}
      - shape: [2]
        get_variable: "kernell"  # its own comment
      - variable_scope: inner
        reuse: false
        steps: [{get_variable: bias, shape: [3]}]
      - {variable_scope: second, reuse: false, steps: [{get_variable: bias, shape: [3]}]}
      - {variable_scope: third, steps: [{get_variable: bias, shape: [3]}], reuse: false}
      - reuse: False
        variable_scope: fourth
        steps: [{get_variable: bias, shape: [3]}]
"""
FIXED = """\
steps:
  - variable_scope: layer
    reuse: AUTO_REUSE
    steps:
      - {get_variable: kernel, shape: [2]}
      - {get_variable: kernel, shape: [2]}
      - {shape: [2], get_variable: kernel}
      - shape: [2]
        get_variable: "kernel"  # its own comment
      - variable_scope: inner
        steps: [{get_variable: bias, shape: [3]}]
      - {variable_scope: second, steps: [{get_variable: bias, shape: [3]}]}
      - {variable_scope: third, steps: [{get_variable: bias, shape: [3]}]}
      - variable_scope: fourth
        steps: [{get_variable: bias, shape: [3]}]
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_has_one_right_answer_is_fixed(line_end: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """The file is written anew, with nothing else changed, and then there is nothing to find."""
    path = tmp_path / "model.yaml"
    path.write_bytes(FIXABLE.replace("\n", line_end).encode())
    path.chmod(0o640)
    result = scopecli("lint", path, "--fix")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{path}: 6 findings fixed\n"
    assert path.read_bytes() == FIXED.replace("\n", line_end).encode()
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        (  # the name is not in the text
            (
                "parameters: {name: kernal}\n"
                "steps:\n  - variable_scope: a\n    reuse: AUTO_REUSE\n    steps:\n"
                "      - {get_variable: kernel, shape: [2]}\n      - {get_variable: kernel, shape: [2]}\n"
                "      - {get_variable: $name, shape: [2]}\n"
            ),
            "SC401",
        ),
        (  # nor is the value
            (
                "parameters: {r: false}\nsteps:\n  - variable_scope: a\n    reuse: true\n    steps:\n"
                "      - {variable_scope: b, reuse: $r, steps: []}\n"
            ),
            "SC403",
        ),
        (  # two right answers at least
            "steps:\n  - {get_variable: w, shape: [2]}\n  - {Variable: w, initial_value: [1.0, 2.0]}\n",
            "SC404",
        ),
    ],
)
def test_what_is_in_doubt_is_not_fixed(scenario: str, code: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """The file stays as it was, and the finding is told."""
    path = tmp_path / "model.yaml"
    path.write_text(scenario)
    result = scopecli("lint", path, "--fix")
    assert result.exit_code == 1
    assert code in result.stdout
    assert path.read_text() == scenario


def test_a_report_is_not_fixed(tmp_path: Path, scopecli: Scopecli) -> None:
    """It is told what is wrong, and nothing is written: not the report, nor the file that it names."""
    path, report = tmp_path / "model.yaml", tmp_path / "report.json"
    path.write_text(FIXABLE)
    assert scopecli("run", path, "-f", "json", "-o", report).exit_code == 0
    before = report.read_bytes()
    assert scopecli("lint", report, "--fix").exit_code == 1
    assert (path.read_text(), report.read_bytes()) == (FIXABLE, before)


def test_an_ignored_finding_is_not_fixed(tmp_path: Path, scopecli: Scopecli) -> None:
    """What a comment suppresses is meant."""
    path = tmp_path / "model.yaml"
    path.write_text(FIXABLE.replace("kernal}", "kernal}  # scopecli: ignore[SC401]"))
    assert scopecli("lint", path, "--fix").exit_code == 0
    assert path.read_text() == FIXED.replace(
        "get_variable: kernel}\n      - shape",
        "get_variable: kernal}  # scopecli: ignore[SC401]\n      - shape",
    )
