"""`scopecli list`: which variables are listed, in which order and form; no session runs."""

import csv
import json
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf
from saved import save
from support import Scopecli, Write

from scopecli.report.roles import role_of

SCENARIO = """\
steps:
  - variable_scope: s
    steps:
      - {get_variable: kernel, shape: [3, 4]}
      - {get_variable: bias, shape: [4], trainable: false}
  - variable_scope: s2
    steps:
      - {get_variable: kernel, shape: [2, 2], dtype: float64}
  - {get_variable: text, shape: [5], dtype: string}
"""


@pytest.fixture
def source(scenario: Write) -> Path:
    """Return a scenario with variables of several kinds."""
    return scenario(SCENARIO)


def test_one_name_a_line(source: Path, scopecli: Scopecli) -> None:
    """Piped, list prints the names in graph order and nothing else."""
    result = scopecli("list", source)
    assert (result.stdout, result.stderr) == ("s/kernel\ns/bias\ns2/kernel\ntext\n", "")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--match", "*/kernel"], "s/kernel s2/kernel"),
        (["--match", "*/kernel", "--match", "text"], "s/kernel s2/kernel text"),
        (["--match", "kernel"], ""),
        (["--match", "S/*"], ""),
        (["--exclude", "*/kernel"], "s/bias text"),
        (["--match", "s*", "--exclude", "*/bias"], "s/kernel s2/kernel"),
        (["--scope", "s"], "s/kernel s/bias"),
        (["--scope", "s/"], "s/kernel s/bias"),
        (["--scope", "s/kernel"], ""),
        (["--trainable"], "s/kernel s2/kernel text"),
        (["--no-trainable"], "s/bias"),
        (["--collection", "trainable_variables"], "s/kernel s2/kernel text"),
        (["--collection", "trainable"], ""),
        (["--role", "weight"], "s/kernel s/bias s2/kernel"),
        (["--role", "slot,bookkeeping"], "text"),
        (["--role", "slot", "--role", "weight", "--scope", "s2"], "s2/kernel"),
        (["--sort", "name"], "s/bias s/kernel s2/kernel text"),
        (["--sort", "size"], "s/bias s2/kernel text s/kernel"),
        (["--sort", "shape"], "s2/kernel s/kernel s/bias text"),
        (["--reverse"], "text s2/kernel s/bias s/kernel"),
        (["--sort", "size", "--reverse", "--limit", "1"], "s/kernel"),
        (["--limit", "2"], "s/kernel s/bias"),
        (["--limit", "0"], ""),
    ],
    ids=" ".join,
)
def test_selection(options: list[str], names: str, source: Path, scopecli: Scopecli) -> None:
    """Each option selects or orders by full names and their facts."""
    assert scopecli("list", source, *options).stdout.split() == names.split()


def test_columns(source: Path, scopecli: Scopecli) -> None:
    """Columns are shown as they are named, also on lines."""
    result = scopecli("list", source, "--columns", "size,name,bytes", "--limit", "2")
    assert result.stdout == "12\ts/kernel\t48\n4\ts/bias\t16\n"


def test_an_unknown_column_is_refused(source: Path, scopecli: Scopecli) -> None:
    """A column that there is not is a usage error that names those there are."""
    result = scopecli("list", source, "--columns", "name,shap")
    assert result.exit_code == 2
    assert "there is no column 'shap'" in result.stderr
    assert "did you mean 'shape'?" in result.stderr
    assert "the columns are name, shape, dtype" in scopecli("list", source, "--columns", "quux").stderr


def test_an_unknown_role_is_refused(source: Path, scopecli: Scopecli) -> None:
    """A role that there is not is a usage error that names those there are."""
    result = scopecli("list", source, "--role", "weight,slots")
    assert result.exit_code == 2
    assert "there is no role 'slots'" in result.stderr
    assert "did you mean 'slot'?" in result.stderr
    assert "the roles are weight, slot, average" in scopecli("list", source, "--role", "quux").stderr


def test_json_has_the_rows_and_the_totals(source: Path, scopecli: Scopecli) -> None:
    """As JSON, a listing has its totals, and for a selection those of all variables."""
    listing = json.loads(scopecli("list", source, "-f", "json", "--scope", "s").stdout)
    assert [row["name"] for row in listing["variables"]] == ["s/kernel", "s/bias"]
    assert listing["totals"] == {
        "variables": 2,
        "parameters": 16,
        "trainable_parameters": 12,
        "bytes": 64,
        "roles": {"weight": {"variables": 2, "parameters": 16, "bytes": 64}},
        "of": {"variables": 4, "parameters": 20, "trainable_parameters": 16, "bytes": 96},
    }


def test_jsonl_is_a_row_a_line(source: Path, scopecli: Scopecli) -> None:
    """As JSON lines, each variable is a line with the columns that are asked for."""
    result = scopecli("list", source, "-f", "jsonl", "--columns", "name,bytes", "--limit", "1")
    assert json.loads(result.stdout) == {"name": "s/kernel", "bytes": 48}


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_delimited(form: str, delimiter: str, source: Path, scopecli: Scopecli) -> None:
    """CSV and TSV read back as a header and a row a variable."""
    result = scopecli("list", source, "-f", form)
    header, first, *_ = csv.reader(result.stdout.splitlines(), delimiter=delimiter)
    assert header == ["name", "shape", "dtype", "trainable", "size", "bytes"]
    assert first == ["s/kernel", "[3, 4]", "float32", "true", "12", "48"]


def test_several_sources_are_told_apart(source: Path, scopecli: Scopecli) -> None:
    """With several sources, each row of CSV begins with its source."""
    result = scopecli("list", source, "scenarios/reuse_true.yaml", "-f", "csv", "--columns", "name")
    assert result.stdout.splitlines()[0] == "source,name"
    assert result.stdout.splitlines()[-1] == "scenarios/reuse_true.yaml,test/weight_2"


def test_tf_is_what_a_notebook_shows(scopecli: Scopecli) -> None:
    """As tf, the list is what `tf.global_variables()` shows in a notebook."""
    assert scopecli("list", "scenarios/reuse_true.yaml", "-f", "tf").stdout == (
        "[<tf.Variable 'test/weight_1:0' shape=(2,) dtype=float32_ref>,\n"
        " <tf.Variable 'test/weight_2:0' shape=(2,) dtype=float32_ref>]\n"
    )


def test_table_ends_in_totals(source: Path, scopecli: Scopecli) -> None:
    """A table ends in totals, of how many where not all are listed."""
    whole = scopecli("list", source, "-f", "table").stdout.splitlines()
    part = scopecli("list", source, "-f", "table", "--scope", "s2").stdout.splitlines()
    assert whole[-1] == "4 variables, 20 parameters (16 trainable), 96 B"
    assert part[-1] == "1 of 4 variables, 4 of 20 parameters, 32 B of 96 B"


def test_totals_are_those_of_the_printed_rows(scopecli: Scopecli) -> None:
    """The totals are the sums of the rows as they are printed."""
    lines = scopecli("list", "scenarios/siamese.yaml", "-f", "table", "--columns", "size,bytes").stdout.split(
        "\n"
    )
    rows = [list(map(int, line.split())) for line in lines[1:-2]]
    size, count = (sum(column) for column in zip(*rows, strict=True))
    assert lines[-2] == f"{len(rows)} variables, {size} parameters ({size} trainable), {count} B"


def test_totals_of_each_role(source: Path, scopecli: Scopecli) -> None:
    """Where there are several roles, a table tells the totals of each; strings are no parameters."""
    lines = scopecli("list", source, "-f", "table").stdout.splitlines()
    assert lines[-3:-1] == [
        "weights: 3 variables, 20 parameters, 96 B",
        "bookkeeping: 1 variable, 0 parameters, 0 B",
    ]
    weights = scopecli("list", source, "-f", "table", "--role", "weight").stdout
    assert "weights:" not in weights


PARTITIONED = """\
steps:
  - {get_variable: table, shape: [5, 2], partitioner: {fixed_size: {num_shards: 2}}, as: table}
  - {get_variable: bias, shape: [2]}
"""


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ([], ["table/part_0 (3, 2)", "table/part_1 (2, 2)", "bias (2,)"]),
        (["--no-slices"], ["table (5, 2)", "bias (2,)"]),
        (
            ["--slices"],
            [
                "table (5, 2)",
                "  table/part_0 [0:3, :] (3, 2)",
                "  table/part_1 [3:5, :] (2, 2)",
                "bias (2,)",
            ],
        ),
    ],
    ids=["as it is", "folded", "with its parts"],
)
def test_partitioned_variables(
    options: list[str], rows: list[str], scenario: Write, scopecli: Scopecli
) -> None:
    """Parts are rows as TensorFlow lists them, or one row, or one row with the parts under it."""
    result = scopecli("list", scenario(PARTITIONED), "--columns", "name,shape", *options)
    assert result.stdout.replace("\t", " ").splitlines() == rows


def test_totals_count_a_partitioned_variable_once(scenario: Write, scopecli: Scopecli) -> None:
    """The totals have as many parameters with slices as without, and one variable for all parts."""
    path = scenario(PARTITIONED)
    parts, folded = (
        scopecli("list", path, "-f", "table", *options).stdout.splitlines()[-1]
        for options in ([], ["--slices"])
    )
    assert parts == "3 variables, 12 parameters (12 trainable), 48 B"
    assert folded == "2 variables, 12 parameters (12 trainable), 48 B"


def test_json_tells_parts_and_slices(scenario: Write, scopecli: Scopecli) -> None:
    """As JSON, a part tells of what it is a part, and a whole has its slices."""
    path = scenario(PARTITIONED)
    rows = json.loads(scopecli("list", path, "-f", "json").stdout)["variables"]
    assert rows[1]["part"] == {"whole": "table", "whole_shape": [5, 2], "offset": [3, 0]}
    whole, bias = json.loads(scopecli("list", path, "-f", "json", "--no-slices").stdout)["variables"]
    assert whole["slices"] == [
        {"offset": [0, 0], "shape": [3, 2], "name": "table/part_0"},
        {"offset": [3, 0], "shape": [2, 2], "name": "table/part_1"},
    ]
    assert "slices" not in bias


@pytest.mark.parametrize("option", ["--stats", "--values=full", "--columns=name,mean"])
def test_a_scenario_has_no_values_to_list(option: str, source: Path, scopecli: Scopecli) -> None:
    """Values of a scenario are refused in one message that says what shows them."""
    result = scopecli("list", source, option)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr == (
        f"{source}: error: a scenario has values in a session only, and none is run here [SC653]\n"
        f"help: `scopecli run {source}` runs it and shows them\n"
    )


def test_a_scenario_has_no_steps_to_choose_from(source: Path, scopecli: Scopecli) -> None:
    """A step is refused where there is none to choose."""
    result = scopecli("list", source, "--step", "3")
    assert result.exit_code == 2
    assert "it has no steps to choose from [SC652]" in result.stderr


def test_every_problem_of_every_source_is_told(source: Path, scopecli: Scopecli, tmp_path: Path) -> None:
    """The problems of sources of all kinds are told, and the others are listed."""
    (tmp_path / "empty").mkdir()
    result = scopecli("list", tmp_path / "empty", source, tmp_path / "missing.yaml")
    assert (result.stdout, result.exit_code) == (scopecli("list", source).stdout, 2)
    assert result.stderr.splitlines()[0] == (
        f"{tmp_path / 'empty'}: error: the directory has no checkpoint, no SavedModel and no scenario [SC650]"
    )
    assert "missing.yaml: error: cannot read the file" in result.stderr


def test_no_session_runs(scopecli: Scopecli, scenario: Write) -> None:
    """What only a session would find is not found: list builds the graph and no more."""
    path = scenario(
        "steps:\n"
        "  - get_variable: w\n"
        "    shape: [1]\n"
        "    dtype: int32\n"
        "    initializer: {random_uniform: {minval: 5, maxval: 1}}\n"
    )
    assert (scopecli("list", path).exit_code, scopecli("run", path).exit_code) == (0, 1)


def test_a_failed_scenario_is_listed_as_far_as_it_came(scopecli: Scopecli, scenario: Write) -> None:
    """A refused step ends with status 1 and the variables that were made before it."""
    path = scenario("steps:\n  - {get_variable: w, shape: [1]}\n  - {get_variable: w, shape: [1]}\n")
    result = scopecli("list", path)
    assert (result.exit_code, result.stdout) == (1, "w\n")
    assert "already exists" in result.stderr


def test_a_collection_may_have_others_than_global_variables(scopecli: Scopecli, scenario: Write) -> None:
    """Whatever is in the collection is listed: local variables, and those in no other."""
    path = scenario(
        "steps:\n"
        "  - {get_variable: w, shape: [1]}\n"
        "  - {get_local_variable: l, shape: [1]}\n"
        "  - {get_variable: m, shape: [1], collections: [mine]}\n"
    )
    assert scopecli("list", path, "--collection", "local_variables").stdout == "l\n"
    assert scopecli("list", path, "--collection", "mine").stdout == "m\n"


@pytest.mark.parametrize("option", ["--trainable", "--no-trainable", "--collection=variables"])
@pytest.mark.parametrize("command", ["list", "tree"])
def test_what_a_source_does_not_know_is_not_asked(
    option: str, command: str, scopecli: Scopecli, tmp_path: Path
) -> None:
    """A checkpoint knows of no collections: nothing listed would read as none being in any."""
    save(tmp_path / "c", {"w": tf.zeros([2])})
    result = scopecli(command, tmp_path / "c", option)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert f"{tmp_path / 'c'}: error: a checkpoint does not say which " in result.stderr
    assert f"help: leave out `{option.partition('=')[0].replace('no-', '')}`" in result.stderr


@pytest.mark.parametrize(
    ("name", "dtype", "role"),
    [
        ("step/.ATTRIBUTES/VARIABLE_VALUE", "int32", "step"),
        ("step", "float32", "weight"),
        ("optimizer/beta_1/.ATTRIBUTES/VARIABLE_VALUE", "float32", "bookkeeping"),
        ("opt/_learning_rate/.ATTRIBUTES/VARIABLE_VALUE", "float32", "bookkeeping"),
        ("opt/_variables/3/.ATTRIBUTES/VARIABLE_VALUE", "float32", "slot"),
        ("disc_optimizer/_variables/3/.ATTRIBUTES/VARIABLE_VALUE", "float32", "slot"),
        ("keras_api/metrics/0/total/.ATTRIBUTES/VARIABLE_VALUE", "float32", "bookkeeping"),
        ("norm/beta_1", "float32", "weight"),
        ("gate/decay", "float32", "weight"),
        ("w/Adam", "float32", "slot"),
    ],
)
def test_roles_of_names(name: str, dtype: str, role: str) -> None:
    """What TensorFlow's own optimizers, metrics and counters are called is no weight."""
    assert role_of(name, dtype) == role


@pytest.mark.parametrize(
    ("filters", "message", "hint"),
    [
        ("--scope discriminater", 'is in the scope "discriminater"', 'did you mean "discriminator"?'),
        ("--match kernel", 'no full name matches "kernel"', 'globs are of whole names: "*kernel*"'),
        ("--match generator/kernle", 'matches "generator/kernle"', 'did you mean "generator/kernel"?'),
        ("--match kern*", 'no full name matches "kern*"', 'globs are of whole names: "*kern*"'),
        ("--collection trainble_variables", 'the collection "trainble_variables"', '"trainable_variables"?'),
        ("--role slot", "no variable has the role `slot`", "the roles of its variables are weight"),
        ("--no-trainable", "every variable is trainable", ""),
        ("--exclude *", "`--exclude` leaves none of them", ""),
        ("--scope generator --match disc*", "no variable passes all of the filters", ""),
    ],
)
@pytest.mark.parametrize("command", ["list", "tree"])
def test_filters_that_let_nothing_through(
    command: str, filters: str, message: str, hint: str, scopecli: Scopecli
) -> None:
    """Where nothing is left, that is said, with what was probably meant, and the status is 1."""
    result = scopecli(command, "scenarios/gan.yaml", *filters.split())
    assert result.exit_code == 1
    assert message in result.stderr
    assert hint in result.stderr
    assert "[SC656]" in result.stderr


def test_filters_of_several_sources(scopecli: Scopecli) -> None:
    """What one of several sources has is enough."""
    sources = ["scenarios/gan.yaml", "scenarios/gpt2.yaml"]
    result = scopecli("list", *sources, "--scope", "generator", "-f", "plain")
    listed = "".join(f"scenarios/gan.yaml\tgenerator/{name}\n" for name in ("kernel", "bias"))
    assert (result.stdout, result.stderr, result.exit_code) == (listed, "", 0)


def test_a_collection_by_its_constant(scopecli: Scopecli) -> None:
    """The name of the constant is as good as the collection's own."""
    ways = [
        scopecli("list", "scenarios/gan.yaml", "-f", "plain", "--collection", name).stdout
        for name in ("TRAINABLE_VARIABLES", "trainable_variables")
    ]
    assert ways[0] == ways[1] != ""


def test_the_table_of_a_source_without_variables(scopecli: Scopecli, scenario: Write) -> None:
    """The header is as of one that has some."""
    table = scopecli("list", scenario("steps: []\n"), "-f", "table").stdout
    assert table.splitlines()[0].split() == ["name", "shape", "dtype", "trainable", "size", "bytes"]
