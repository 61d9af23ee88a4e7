"""`scopecli tree`: the scopes of a source with what is in each, summed."""

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from rich.cells import cell_len
from support import ROOT, Process, Scopecli, Write, compare_with_file

FOLDER = Path("tests/tree")
SOURCE = FOLDER / "source.yaml"


@pytest.mark.parametrize(
    ("golden", "options"),
    [
        ("plain", []),
        ("drawn", ["-f", "table", "--width", "84"]),
        ("narrow", ["-f", "table", "--width", "60"]),
        ("markdown", ["-f", "markdown"]),
        ("json", ["-f", "json"]),
    ],
)
def test_what_is_printed(golden: str, options: list[str], scopecli: Scopecli) -> None:
    """Each form has the scopes in graph order with their sums, and the totals at the end."""
    compare_with_file(FOLDER / f"{golden}.out", scopecli("tree", SOURCE, *options))


def test_json_is_nested(scopecli: Scopecli) -> None:
    """As JSON, each scope has its members as children, and its share of all parameters."""
    found = json.loads(scopecli("tree", SOURCE, "-f", "json").stdout)
    model, _, table = found["tree"]["children"]
    assert {**model, "children": [each["path"] for each in model["children"]]} == {
        "name": "model",
        "path": "model",
        "variables": 3,
        "parameters": 17,
        "bytes": 68,
        "share": 17 / 97,
        "children": ["model/block/dense", "model/scale"],
    }
    assert model["children"][1] == {
        "name": "scale",
        "path": "model/scale",
        "variables": 1,
        "parameters": 1,
        "bytes": 4,
        "share": 1 / 97,
        "shape": [],
        "dtype": "float32",
        "role": "weight",
        "users": 3,
    }
    assert table["users"] == 1
    assert found["totals"]["parameters"] == 97
    assert found["source"] == {"kind": "scenario", "path": str(SOURCE)}


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--depth", "0"], "/"),
        (["--depth", "1"], "model/ text table /"),
        (["--depth", "2"], "model/ block/ scale text table /"),
        (["--depth", "3"], "model/ block/dense/ scale text table /"),
        (["--sort", "name", "--depth", "1"], "model/ table text /"),
        (["--sort", "size", "--depth", "2"], "text model/ scale block/ table /"),
        (["--sort", "size", "--reverse", "--depth", "2"], "table model/ block/ scale text /"),
        (["--reverse", "--depth", "2"], "table text model/ scale block/ /"),
        (["--scope", "model/block"], "model/block/dense/ kernel bias /"),
        (["--match", "*kernel"], "model/block/dense/ kernel /"),
        (["--exclude", "model/*", "--role", "weight"], "table /"),
        (["--no-trainable"], "model/block/dense/ bias /"),
        (["--match", "nothing"], "/"),
    ],
    ids=" ".join,
)
def test_selection(options: list[str], names: str, scopecli: Scopecli) -> None:
    """Levels, order and filters; a scope with nothing in it but a scope is one with that."""
    printed = scopecli("tree", SOURCE, *options).stdout.splitlines()
    assert [line.split("\t")[0].strip() for line in printed] == names.split()


def test_what_is_too_deep_is_in_the_sums(scopecli: Scopecli) -> None:
    """A scope whose members are not shown has the same sums as where they are."""
    shallow = scopecli("tree", SOURCE, "--depth", "1").stdout.splitlines()
    assert shallow[0] == "model/\t3\t17\t68"


def test_a_filter_says_of_how_many(scopecli: Scopecli) -> None:
    """Where not all variables are shown, the totals say of how many, and shares are of those shown."""
    lines = scopecli("tree", SOURCE, "--scope", "model", "-f", "table").stdout.splitlines()
    assert lines[-1] == "3 of 5 variables, 17 of 97 parameters, 68 B of 708 B"
    assert "100%" in lines[2]


@pytest.mark.parametrize("path", ["scenarios/gpt2.yaml", "scenarios/gan.yaml"])
def test_sums_are_those_of_the_printed_lines(path: str, scopecli: Scopecli) -> None:
    """The sums of each scope are those of the lines that are printed under it."""
    *lines, root = scopecli("tree", path).stdout.splitlines()
    above: list[tuple[int, list[int]]] = [(-1, [0, 0, 0])]
    told: list[tuple[list[int], list[int]]] = []
    for line in lines:
        indent, name, sums = re.fullmatch(r"( *)([^\t]*)\t(\d+\t\d+\t\d+).*", line).groups()
        level = len(indent)
        while above[-1][0] >= level:
            above.pop()
        numbers = list(map(int, sums.split("\t")))
        if name.endswith("/"):
            above.append((level, [0, 0, 0]))
            told.append((above[-1][1], numbers))
        else:
            for _, sum_ in above:
                sum_[:] = [one + other for one, other in zip(sum_, numbers, strict=True)]
    assert told
    assert [reckoned for reckoned, _ in told] == [printed for _, printed in told]
    assert root == "\t".join(["/", *map(str, above[0][1])])


@pytest.fixture
def saved(tmp_path: Path, scopecli: Scopecli) -> Callable[[Iterable[str]], Path]:
    """Return a function that saves a report with variables of these names."""
    kept = json.loads(scopecli("list", SOURCE, "--scope", "model/block", "-f", "json").stdout)
    row = kept["variables"][0]

    def save(names: Iterable[str]) -> Path:
        path = tmp_path / "report.json"
        rows = [{**row, "name": name} for name in names]
        path.write_text(json.dumps({**kept, "variables": rows}), encoding="utf-8")
        return path

    return save


Save = Callable[[Iterable[str]], Path]


@pytest.mark.parametrize("form", ["plain", "table", "markdown", "json"])
def test_a_deep_name(form: str, saved: Save, scopecli: Scopecli) -> None:
    """A name of 10,000 scopes is no deeper than what has to be told apart."""
    deep = "/".join(["s"] * 10_000)
    result = scopecli("tree", saved([f"{deep}/a", f"{deep}/b"]), "-f", form)
    assert result.exit_code == 0
    assert len(result.stdout) < 200_000


def test_deeper_than_functions_may_call_each_other(saved: Save, scopecli: Scopecli) -> None:
    """A tree of more levels than Python's limit of recursion is told whole."""
    levels = sys.getrecursionlimit() + 50
    path = saved("s/" * level + "w" for level in range(levels))
    lines = scopecli("tree", path).stdout.splitlines()
    assert lines[-2].startswith("  " * (levels - 1) + "w\t1\t12\t48")
    text = scopecli("tree", path, "-f", "json").stdout
    assert text.count('"children": [') == levels
    assert text.count("]}") == levels


@pytest.mark.parametrize("form", ["plain", "table", "markdown", "json"])
def test_names_are_data(form: str, saved: Save, scopecli: Scopecli) -> None:
    """What a terminal would act on is shown as an escape, in every form."""
    printed = scopecli("tree", saved(["a\x1b[31m/\u202eb"]), "-f", form).stdout
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "u202eb" in printed


def test_lines_in_ascii(process: Process) -> None:
    """Where the output has no lines and blocks, the tree is drawn in ASCII."""
    result = process(
        "-m", "scopecli", "tree", SOURCE, "-f", "table", "--scope", "model", PYTHONIOENCODING="ascii"
    )
    assert "|-block/dense/" in result.stdout
    assert "####" in result.stdout
    assert "\\u" not in result.stdout.replace("\\xd7", "")


@pytest.mark.parametrize("width", [24, 40, 60, 80, 160])
def test_a_tree_fits_its_width(width: int, scopecli: Scopecli) -> None:
    """No line of a tree is longer than what it is drawn for: columns that are missed least are left out."""
    for path in sorted((ROOT / "scenarios").glob("*.yaml")):
        heading, *lines, totals = scopecli(
            "tree", path, "-f", "table", "--width", str(width)
        ).stdout.splitlines()
        assert str(path) in heading
        assert "parameters" in totals
        assert max(map(cell_len, lines)) <= width


def _folded(names: Iterable[str], saved: Save, scopecli: Scopecli, *options: str) -> list[str]:
    """Return the beginning of each line of a tree in which equal blocks are one."""
    drawn = scopecli("tree", saved(names), "-f", "markdown", *options).stdout.splitlines()
    return [line.strip(" -").partition(":")[0].strip("`") for line in drawn if "- " in line]


@pytest.mark.parametrize(
    ("names", "options", "told"),
    [
        ([f"m/h{n}/{leaf}" for n in range(12) for leaf in "wb"], [], "m/|h0 … h11/|w|b"),
        ([f"m/h{n}/{leaf}" for n in range(2) for leaf in "wb"], [], "m/|h0/|w|b|h1/|w|b"),
        (["dense/w", "dense_1/w", "dense_2/w", "out/w"], [], "dense … dense_2/|w|out/|w"),
        (["a1/w", "b2/w", "c3/w"], [], "a1/|w|b2/|w|c3/|w"),
        ([f"w{n}" for n in range(5)], [], "w0 … w4"),
        (["h0/a/w", "h1/a/w", "h2/a/w", "h2/b"], [], "h0/a/|w|h1/a/|w|h2/|a/|w|b"),
        (["h0/a/w", "h1/a/w", "h2/a/w", "h2/b"], ["--depth", "1"], "h0/|h1/|h2/"),
        ([f"h{n}/a/w" for n in range(3)], ["--depth", "1"], "h0 … h2/"),
        ([f"h{n}/b{m}/w" for n in range(3) for m in range(4)], [], "h0 … h2/|b0 … b3/|w"),
        ([f"m/h{n}/w" for n in range(3)], ["--no-fold"], "m/|h0/|w|h1/|w|h2/|w"),
    ],
)
def test_equal_blocks_are_one(
    names: list[str], options: list[str], told: str, saved: Save, scopecli: Scopecli
) -> None:
    """What holds the same under names that differ in numbers is told once, if there are three or more."""
    assert "|".join(_folded(names, saved, scopecli, *options)) == told


def test_equal_blocks_are_summed(scopecli: Scopecli) -> None:
    """A block that stands for others has the sums of all, and the tree the same totals."""
    folded = json.loads(scopecli("tree", "scenarios/gpt2.yaml", "-f", "json", "--fold").stdout)
    whole = json.loads(scopecli("tree", "scenarios/gpt2.yaml", "-f", "json").stdout)
    (model,) = folded["tree"]["children"]
    block = model["children"][2]
    assert block["alike"] == [f"h{number}" for number in range(12)]
    layers = [node for node in whole["tree"]["children"][0]["children"] if node["name"] in block["alike"]]
    assert [block[key] for key in ("variables", "parameters", "bytes")] == [
        sum(layer[key] for layer in layers) for key in ("variables", "parameters", "bytes")
    ]
    assert folded["totals"] == whole["totals"]
    drawn = scopecli("tree", "scenarios/gpt2.yaml", "-f", "table").stdout
    assert "h0 … h11/    12 equal blocks of 12 variables" in drawn


def test_a_block_that_is_shared_otherwise_is_not_equal(scenario: Write, scopecli: Scopecli) -> None:
    """Blocks of which one is shared by more calls than the others are told apart."""
    layers = "".join(
        f"  - {{variable_scope: h{n}, steps: [{{get_variable: w, shape: [2]}}]}}\n" for n in range(4)
    )
    again = "  - {variable_scope: h3, reuse: true, steps: [{get_variable: w}]}\n"
    drawn = scopecli("tree", scenario(f"steps:\n{layers}{again}"), "-f", "table").stdout
    assert "h0 … h2/" in drawn
    assert re.search(r"h3/.*\n. w ×2", drawn)


def test_the_calls_of_each_variable(scopecli: Scopecli) -> None:
    """With `--calls` each form says which calls a variable is of, by handle or line."""
    lines = scopecli("tree", "scenarios/gan.yaml", "--calls").stdout.splitlines()
    assert lines[4].endswith("\t×2\td_real, d_fake")
    assert lines[5].endswith("\t×2\tscenarios/gan.yaml:16, scenarios/gan.yaml:22")
    drawn = scopecli("tree", "scenarios/gan.yaml", "--calls", "-f", "table", "--width", "50").stdout
    assert "│   d_real, d_fake\n" in drawn
    found = json.loads(scopecli("tree", "scenarios/towers.yaml", "--calls", "-f", "json").stdout)
    assert found["tree"]["children"][0]["children"][0]["calls"] == ["scenarios/towers.yaml:11 ×3"]
    assert (
        "of `d_real`, `d_fake`" in scopecli("tree", "scenarios/gan.yaml", "--calls", "-f", "markdown").stdout
    )


def test_list_says_how_many_calls_and_which(scopecli: Scopecli) -> None:
    """The column `calls` has how many calls yield a variable, and which; csv has their numbers."""
    shown = scopecli("list", "scenarios/gan.yaml", "--columns", "name,calls").stdout.splitlines()
    assert shown[2] == "discriminator/kernel\t2: d_real, d_fake"
    towers = scopecli("list", "scenarios/towers.yaml", "--columns", "calls").stdout.splitlines()
    assert towers[0] == "3: scenarios/towers.yaml:11 ×3"
    assert scopecli("list", "scenarios/gan.yaml", "--columns", "calls", "-f", "csv").stdout.splitlines()[
        3
    ] == ('"[2, 4]"')
