"""`scopecli diff`: every difference of two sources in one pass, what was renamed, and the exit status."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from support import Process, Scopecli, Write

Save = Callable[[str, Mapping[str, object]], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Return a function that has TensorFlow write a checkpoint with these values."""

    def write(name: str, values: Mapping[str, object]) -> Path:
        with tf.Graph().as_default(), tf.Session() as session:
            for each, value in values.items():
                tf.get_variable(each, initializer=tf.constant(value))
            session.run(tf.global_variables_initializer())
            return Path(tf.train.Saver().save(session, str(tmp_path / name), write_meta_graph=False))

    return write


@pytest.fixture
def graph(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a scenario with these steps."""

    def write(*steps: str, name: str = "model.yaml", before: str = "") -> Path:
        path = tmp_path / name
        path.write_text(f"{before}\nsteps:\n" + "".join(f"  - {step}\n" for step in steps), encoding="utf-8")
        return path

    return write


def lines(result: object) -> list[list[str]]:
    """Return the fields of what was printed."""
    return [line.split("\t") for line in result.stdout.splitlines()]


ONE = {"same": [1.0, 2.0], "shape": [[1.0, 2.0]], "dtype": [1.0], "gone": [1.0, 2.0, 3.0]}
OTHER = {"same": [1.0, 2.0], "shape": [[1.0], [2.0]], "dtype": [1], "come": [[[1.0]]]}


def test_no_difference(save: Save, scopecli: Scopecli) -> None:
    """Two sources that say the same: nothing is printed, and the status is 0."""
    result = scopecli("diff", save("a", ONE), save("b", ONE))
    assert (result.stdout, result.stderr, result.exit_code) == ("", "", 0)


def test_every_difference_is_a_line(save: Save, scopecli: Scopecli) -> None:
    """Piped, each difference is a line, all kinds of them in one pass, and the status is 1."""
    result = scopecli("diff", save("a", ONE), save("b", OTHER))
    assert result.exit_code == 1
    assert lines(result) == [
        ["only in A", "gone", "(3,)", "float32", "-"],
        ["only in B", "come", "(1, 1, 1)", "float32", "-"],
        ["other shape", "shape", "(1, 2)", "(2, 1)"],
        ["other dtype", "dtype", "float32", "int32"],
    ]


def test_table(save: Save, scopecli: Scopecli) -> None:
    """A person reads what it comes to, the differences by kind, and the counts."""
    a, b = save("a", ONE), save("b", OTHER)
    assert scopecli("diff", a, b, "-f", "table").stdout.replace(str(a.parent), "") == (
        "A  /a  checkpoint\n"
        "B  /b  checkpoint\n"
        "\n"
        "They differ: 1 only in A, 1 only in B, 2 on both sides and not the same\n"
        "\n"
        "Only in A: 1\n"
        "  - gone  (3,) float32\n"
        "\n"
        "Another shape: 1\n"
        "  ! shape  (1, 2) -> (2, 1)\n"
        "\n"
        "Another dtype: 1\n"
        "  ! dtype  float32 -> int32\n"
        "\n"
        "Only in B: 1\n"
        "  + come  (1, 1, 1) float32\n"
        "\n"
        "4 variables in A, 4 in B: 1 the same, 1 only in A, "
        "1 of another shape, 1 of another dtype, 1 only in B\n"
    )


def test_a_table_fits_its_width(save: Save, scopecli: Scopecli) -> None:
    """Whatever the names, no line of a table is wider than it may be but for a name by itself."""
    a = save("a", {f"{'scope/' * count}kernel_{count}": [1.0] * count for count in range(1, 9)})
    b = save("b", {f"{'scope/' * count}kernel_{count}": [[1.0]] * count for count in range(1, 9)})
    names = {row["a"]["name"] for row in json.loads(scopecli("diff", a, b, "-f", "json").stdout)["shapes"]}
    table = scopecli("diff", a, b, "-f", "table", "--width", "50").stdout
    body = table.split("Another shape")[1].splitlines()
    assert all(len(line) <= 50 or line.split()[-1] in names for line in body)
    assert len(names) == 8
    assert all(name in table for name in names)


def test_limit_folds_a_table_and_nothing_else(save: Save, scopecli: Scopecli) -> None:
    """With a limit, a table says how many more there are; JSON has them all."""
    a, b = save("a", {f"v{i}": [1.0] * (i + 1) for i in range(9)}), save("b", {"other": [[1.0]]})
    table = scopecli("diff", a, b, "-f", "table", "--limit", "2").stdout
    assert "Only in A: 9\n  - v0  (1,) float32\n  - v1  (2,) float32\n    and 7 more" in table
    found = json.loads(scopecli("diff", a, b, "-f", "json", "--limit", "2").stdout)
    assert len(found["only_in_a"]) == 9


def test_json_has_everything(save: Save, scopecli: Scopecli) -> None:
    """As JSON, every list and its count is there, also by `--emit`."""
    a, b = save("a", ONE), save("b", OTHER)
    found = json.loads(scopecli("diff", a, b, "--emit", "json").stdout)
    assert found == json.loads(scopecli("diff", a, b, "-f", "json").stdout)
    assert found["a"] == {"kind": "checkpoint", "path": str(a)}
    assert [row["name"] for row in found["only_in_a"]] == ["gone"]
    assert [(row["a"]["shape"], row["b"]["shape"]) for row in found["shapes"]] == [([1, 2], [2, 1])]
    assert [(row["a"]["dtype"], row["b"]["dtype"]) for row in found["dtypes"]] == [("float32", "int32")]
    assert found["values"] is None
    assert found["counts"] == {
        "a": 4, "b": 4, "equal": 1, "only_in_a": 1, "only_in_b": 1,
        "renames": 0, "shapes": 1, "dtypes": 1, "values": None,
    }  # fmt: skip


def test_markdown(save: Save, scopecli: Scopecli) -> None:
    """As Markdown, a difference is a row with what A has and what B has."""
    result = scopecli("diff", save("a", {"old/w": [1.0]}), save("b", {"new/w": [1.0]}), "-f", "markdown")
    assert result.stdout == (
        "| difference | variable | A | B |\n"
        "| --- | --- | --- | --- |\n"
        "| `only in A` | `old/w` | `(1,) float32` | `perhaps new/w` |\n"
        "| `only in B` | `new/w` | `perhaps old/w` | `(1,) float32` |\n"
    )


def test_quiet_prints_nothing(save: Save, scopecli: Scopecli) -> None:
    """With -q only the status tells."""
    result = scopecli("diff", save("a", ONE), save("b", OTHER), "-q", "-f", "json")
    assert (result.stdout, result.stderr, result.exit_code) == ("", "", 1)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--match", "s/*"], "s/a s/b"),
        (["--exclude", "s/*"], "other w/Adam"),
        (["--scope", "s"], "s/a s/b"),
        (["--role", "slot"], "w/Adam"),
        (["--role", "weight", "--sort", "name", "--reverse"], "s/b s/a other"),
        (["--trainable"], ""),
    ],
    ids=" ".join,
)
def test_selection(options: list[str], names: str, save: Save, scopecli: Scopecli) -> None:
    """Each option chooses or orders what is compared, on both sides."""
    values = {"s/a": [1.0], "s/b": [2.0] * 2, "other": [3.0] * 3, "w/Adam": [4.0] * 4}
    both = {"w": [4.0] * 4}
    others = {f"{name}/x": [[1]] for name in values}
    a, b = save("a", values | both), save("b", {"else": [[1.0, 2.0]], **others, **both})
    result = scopecli("diff", a, b, "--no-renames", *options)
    found = [fields[1] for fields in lines(result) if fields[0] == "only in A"]
    assert sorted(found) == sorted(names.split())
    if "--sort" in options:
        assert found == names.split()


def test_renames_are_offered_on_both_sides(save: Save, scopecli: Scopecli) -> None:
    """Of what one side lacks, the likeliest partner is told; a slot is none for a weight."""
    a = save("a", {"old/w": [1.0], "old/w/Adam": [1.0], "old/v": [1.0, 2.0], "alone": [1, 2, 3]})
    b = save("b", {"new/w": [1.0], "new/w/Adam": [1.0], "new/v": [1.0, 2.0], "solitary": [1.0, 2.0, 3.0]})
    partners = {fields[1]: fields[4] for fields in lines(scopecli("diff", a, b))}
    pairs = {"old/w": "new/w", "old/w/Adam": "new/w/Adam", "old/v": "new/v"}
    assert partners == {**pairs, **{new: old for old, new in pairs.items()}, "alone": "-", "solitary": "-"}
    assert {fields[4] for fields in lines(scopecli("diff", a, b, "--no-renames"))} == {"-"}


def test_renames_of_one_scope_are_one_line_and_a_rule(save: Save, scopecli: Scopecli) -> None:
    """A table folds the renames of a scope, and gives the rule that makes them no difference."""
    a = save("a", {f"old/layer_{i}/w": [1.0] for i in range(5)})
    b = save("b", {f"new/layer_{i}/w": [1.0] for i in range(5)})
    table = scopecli("diff", a, b, "-f", "table").stdout
    assert "  ~ old/* -> new/*  5 variables\n" in table
    rule = r"old/(.*)=new/\1"
    assert f"help: --map '{rule}' compares 5 of them under their new names\n" in table
    assert scopecli("diff", a, b, "--map", rule).exit_code == 0


def test_rules_come_in_order_and_match_whole_names(save: Save, scopecli: Scopecli) -> None:
    """The first rule that matches a whole name is the one; the others are as they were."""
    a, b = save("a", {"x/w": [1.0], "x/v": [1.0], "xx": [1.0]}), save("b", {"y/w": [1.0], "z": [1.0]})
    rules = ["--map", "x/v=z", "--map", r"x/(?P<rest>.*)=y/\g<rest>", "--map", "x=nothing"]
    assert [fields[:2] for fields in lines(scopecli("diff", a, b, *rules))] == [["only in A", "xx"]]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("old", "is not of the form REGEX=REPLACEMENT"),
        ("(old=new", "is no regular expression"),
        (r"old=\1", "can't replace what"),
        (r"old=\g<name>", "can't replace what"),
    ],
)
def test_a_wrong_rule_is_refused(rule: str, message: str, save: Save, scopecli: Scopecli) -> None:
    """A rule that can't be read is one clear error."""
    result = scopecli("diff", save("a", {"gone": [1.0], "same": [1.0]}), save("b", ONE), "--map", rule)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert message in result.stderr


def test_partitionings_are_no_difference(graph: Callable[..., Path], scopecli: Scopecli) -> None:
    """A whole in other parts is the same variable; a table notes it, and another whole is another shape."""
    step = "{{get_variable: emb, shape: [{}, 2], partitioner: {{fixed_size: {{num_shards: {}}}}}}}"
    a, b = graph(step.format(6, 2)), graph(step.format(6, 3), name="other.yaml")
    result = scopecli("diff", a, b, "-f", "table")
    assert result.exit_code == 0
    assert "In other parts, which is no difference: 1\n  = emb  2 parts -> 3 parts\n" in result.stdout
    whole = graph("{get_variable: emb, shape: [6, 2]}", name="whole.yaml")
    assert "2 parts -> whole" in scopecli("diff", a, whole, "-f", "table").stdout
    larger = graph(step.format(8, 2), name="larger.yaml")
    assert lines(scopecli("diff", a, larger)) == [["other shape", "emb", "(6, 2)", "(8, 2)"]]


def test_values(save: Save, scopecli: Scopecli) -> None:
    """With --values, the first elements that differ are told, how many, and how far they are apart."""
    a = save(
        "a", {"w": [[1.0, 2.0], [3.0, 4.0]], "text": [b"x", b"\xff"], "nan": [np.nan, np.inf], "b": [True]}
    )
    b = save(
        "b", {"w": [[1.0, 2.5], [3.0, 5.0]], "text": [b"x", b"y"], "nan": [np.nan, np.inf], "b": [False]}
    )
    assert scopecli("diff", a, b).exit_code == 0
    assert lines(scopecli("diff", a, b, "--values")) == [
        ["other values", "b", "true", "false", "by up to 1, first at [0]"],
        ["other values", "text", '{"base64": "/w=="}', '"y"', "1 of 2, first at [1]"],
        ["other values", "w", "2", "2.5", "2 of 4, by up to 1, first at [0, 1]"],
    ]


INF, NAN = np.inf, np.nan


@pytest.mark.parametrize(
    ("case", "options", "status"),
    [
        (([0.5], [0.53125]), "--atol 0.03", 1),
        (([0.5], [0.53125]), "--atol 0.03125", 0),
        (([1.0], [2.0]), "--rtol 0.5", 0),
        (([2.0], [1.0]), "--rtol 0.5", 1),
        (([1.0], [2.5]), "--rtol 0.5 --atol 0.25", 0),
        (([NAN, INF], [NAN, INF]), "", 0),
        (([NAN], [1.0]), "--atol inf", 1),
        (([INF], [-INF]), "--rtol 1 --atol 1", 1),
        (([INF], [1.0]), "--rtol 1 --atol 1", 1),
        ((np.array([NAN, 1], ml_dtypes.bfloat16), np.array([NAN, 1], ml_dtypes.bfloat16)), "", 0),
        ((np.array([NAN, 1], ml_dtypes.bfloat16), np.array([NAN, 2], ml_dtypes.bfloat16)), "", 1),
        ((np.array([2**63 - 1]), np.array([2**63 - 2])), "", 1),
        (([1 + 1j], [1 + 1j]), "", 0),
        (([1 + 1j], [1 + 2j]), "--atol 0.5", 1),
        (([b"a", b""], [b"a", b""]), "", 0),
        (([b"a"], [b"a\0"]), "--atol 5", 1),
        ((np.zeros((0, 3)), np.zeros((0, 3))), "", 0),
    ],
)
def test_tolerances(
    case: tuple[object, object], options: str, status: int, save: Save, scopecli: Scopecli
) -> None:
    """Elements may be as far apart as is said, of B's; NaN equals NaN, and nothing else is near infinity."""
    a, b = (save(f"{number}", {"w": value}) for number, value in enumerate(case))
    result = scopecli("diff", a, b, "--values", *options.split())
    assert result.exit_code == status, result.stdout


def test_values_of_other_dtypes_are_compared_as_numbers(save: Save, scopecli: Scopecli) -> None:
    """Where only the dtype differs, so is told, and whether the numbers do too."""
    a = save("a", {"w": np.array([1.5, 2], np.float32), "v": np.array([1.1], np.float32)})
    b = save("b", {"w": np.array([1.5, 2], ml_dtypes.bfloat16), "v": np.array([1.1], ml_dtypes.bfloat16)})
    found = [fields[:2] for fields in lines(scopecli("diff", a, b, "--values"))]
    assert found == [["other dtype", "v"], ["other dtype", "w"], ["other values", "v"]]


def test_large_values_are_compared_block_by_block(save: Save, scopecli: Scopecli) -> None:
    """A difference behind the first million elements is found where it is."""
    values = np.zeros((3, 1 << 20), np.float32)
    a = save("a", {"w": values})
    values[1, 7] = values[2, 5] = 3
    found = json.loads(scopecli("diff", a, save("b", {"w": values}), "--values", "-f", "json").stdout)
    assert found["values"][0]["difference"] == {
        "different": 2,
        "of": 3 << 20,
        "largest": 3.0,
        "first": {"index": [1, 7], "a": 0.0, "b": 3.0},
    }


def test_values_of_a_scenario_are_those_of_its_session(
    graph: Callable[..., Path], scopecli: Scopecli
) -> None:
    """A scenario's session runs for --values alone, and a variable without a value is told."""
    steps = ("{get_variable: w, as: w, shape: [2], initializer: ones}", "{get_variable: v, shape: [2]}")
    a = graph(*steps, before="session: [{initialize: [$w]}, {assign: $w, value: [1.0, 3.0]}]")
    b = graph(*steps, before="session: [{initialize: [$w]}]", name="b.yaml")
    c = graph(*steps, name="c.yaml")
    assert scopecli("diff", a, b).exit_code == 0
    assert lines(scopecli("diff", a, b, "--values")) == [
        ["other values", "w", "3", "1", "1 of 2, by up to 2, first at [1]"]
    ]
    assert lines(scopecli("diff", b, c, "--values")) == [["other values", "v", "no value", "a value", "-"]]


def test_a_source_without_values_is_refused(
    graph: Callable[..., Path], save: Save, tmp_path: Path, scopecli: Scopecli
) -> None:
    """Values asked of a report that keeps none are one error."""
    report = tmp_path / "report.json"
    report.write_text(scopecli("list", graph("{get_variable: w, shape: [1]}"), "-f", "json").stdout)
    checkpoint = save("a", {"w": [1.0]})
    assert scopecli("diff", report, checkpoint).exit_code == 0
    result = scopecli("diff", report, checkpoint, "--values")
    assert (result.stdout, result.exit_code) == ("", 2)
    assert "there are no values in it" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--rtol 1", "--rtol and --atol need --values"),
        ("--emit json -f table", "leave out --format"),
        ("--emit assignment-map", "a graph as A, and a checkpoint as B"),
    ],
)
def test_options_that_do_not_go_together(options: str, message: str, save: Save, scopecli: Scopecli) -> None:
    """What has no meaning is a usage error."""
    result = scopecli("diff", save("a", ONE), save("b", ONE), *options.split())
    assert (result.stdout, result.exit_code) == ("", 2)
    assert message in result.stderr


def test_both_sources_problems_are_told(tmp_path: Path, scopecli: Scopecli) -> None:
    """What is wrong with A does not hide what is wrong with B."""
    result = scopecli("diff", tmp_path / "no", tmp_path / "neither")
    assert (result.stdout, result.exit_code) == ("", 2)
    assert f"{tmp_path / 'no'}:" in result.stderr
    assert f"{tmp_path / 'neither'}:" in result.stderr


def test_a_scenario_that_fails_is_not_compared(
    graph: Callable[..., Path], save: Save, scopecli: Scopecli
) -> None:
    """Half a graph would differ in what was never made: the failure is told, and the status is 2."""
    twice = graph("{get_variable: w, shape: [1]}", "{get_variable: w, shape: [1]}")
    result = scopecli("diff", twice, save("b", {"w": [1.0]}))
    assert (result.stdout, result.exit_code) == ("", 2)
    assert "already exists" in result.stderr


def test_names_are_data(save: Save, tmp_path: Path, scopecli: Scopecli) -> None:
    """A name is never an escape to the terminal, in no format."""
    report = json.loads(scopecli("list", save("a", {"w": [1.0]}), "-f", "json").stdout)
    report["variables"][0]["name"] = "\x1b[31m[bold]\u202e\n|`"
    (tmp_path / "a.json").write_text(json.dumps(report))
    for form in ("plain", "table", "json", "markdown"):
        printed = scopecli("diff", tmp_path / "a.json", save("b", {"v": [[1.0]]}), "-f", form).stdout
        assert "\x1b" not in printed
        assert "\u202e" not in printed
        assert "[bold]" in printed


@pytest.mark.parametrize("form", ["plain", "json", "markdown"])
def test_checkpoints_are_compared_without_anything_heavy(form: str, save: Save, process: Process) -> None:
    """Without values, two checkpoints are compared without TensorFlow, numpy, yaml or rich."""
    code = (
        "import sys\nfrom scopecli.cli.program import cli\n"
        "cli.main(sys.argv[1:], standalone_mode=False)\n"
        "print([each for each in ('tensorflow', 'numpy', 'yaml', 'rich') if each in sys.modules])"
    )
    done = process("-c", code, "diff", save("a", ONE), save("b", ONE), "-f", form)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


FAILING = "steps:\n  - {get_variable: w, shape: [2]}\n  - {get_variable: w, shape: [2]}\n"


def test_what_failed_is_not_compared(scenario: Write, tmp_path: Path, scopecli: Scopecli) -> None:
    """Its error is told, and that nothing was compared; of a report on both sides once."""
    report = tmp_path / "failed.json"
    scopecli("run", scenario(FAILING), "-f", "json", "-o", report)
    for other in (report, "scenarios/gan.yaml"):
        result = scopecli("diff", report, other)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.count("Variable w already exists") == 1
        told = f"{report}: error: nothing was compared: the scenario failed before its end [SC701]\n"
        assert result.stderr.count(told) == 1
        assert "scenarios/gan.yaml" not in result.stderr
