"""The tables of `run` and `trace`: whole names in little room, and what of a report is shown."""

import csv
import io
import json
import os
from pathlib import Path

import pytest
from rich.cells import cell_len
from support import Scopecli, Write

TRACED = ("trace", "tests/programs_tf1/towers.py", "--program-output", os.devnull)
SOURCES = [
    ("run", "scenarios/gan.yaml"),
    ("run", "scenarios/towers.yaml"),
    ("run", "scenarios/gpt2.yaml"),
    TRACED,
]
LONG = "encoder/bidirectional_rnn/forward/attention_wrapper/lstm_cell_layer/kernel"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: Path(source[1]).stem)
def test_names_are_whole(source: tuple[str, ...], scopecli: Scopecli) -> None:
    """At every usual width the names of variables stand on one line, and no value is cut."""
    names = scopecli("list", source[1]).stdout.split() if source[0] == "run" else []
    for width in (80, 120) if "gpt2" in source[1] else (80, 100, 160):
        lines = scopecli(*source, "-f", "table", "--width", width).stdout.splitlines()
        table = lines[lines.index("") + 1 :]
        table = table[: table.index("")]
        assert all(any(f" {name} " in line for line in table) for name in names)
        assert not any("…" in line for line in table)
        assert max(map(cell_len, table)) <= width


def test_what_was_left_out_is_told(scopecli: Scopecli) -> None:
    """What is the same everywhere goes first, with what it is; then what repeats; columns by name stay."""
    arguments = ("run", "scenarios/gan.yaml", "-f", "table", "--width")
    narrow = scopecli(*arguments, 80).stdout
    assert "left out for want of room: train (yes in every row), dtype (float32 in every\nrow)" in narrow
    assert "row), name" in scopecli(*arguments, 60).stdout.replace("\n", " ")
    assert "left out" not in scopecli(*arguments, 120).stdout
    chosen = scopecli(*arguments, 60, "--columns", "variable,dtype,train").stdout
    assert chosen.splitlines()[2].split() == ["variable", "dtype", "train"]


def test_a_long_name_is_broken_at_its_slashes(scopecli: Scopecli, scenario: Write) -> None:
    """A name for which there is no room is folded between its parts."""
    path = scenario(f"title: t\nsteps: [{{get_variable: {LONG}, shape: [300, 300], initializer: ones}}]\n")
    lines = scopecli("run", path, "-f", "table", "--width", "60").stdout.splitlines()
    table = lines[2 : lines.index("", 2)]
    pieces = [word for line in table for word in line.split() if "/" in word or word == "kernel"]
    assert "".join(pieces) == LONG
    assert all(piece.endswith("/") for piece in pieces[:-1])
    assert any("1 ± 0" in line for line in table)


def test_the_same_call_many_times_over_is_one_row(scopecli: Scopecli, scenario: Write) -> None:
    """On a terminal, calls that differ in their numbers alone are counted; a pipe gets them all."""
    path = scenario(
        "steps:\n"
        "  - variable_scope: s\n"
        "    reuse: AUTO_REUSE\n"
        "    steps: [{for: i, in: 1200, steps: [{get_variable: w, shape: [2], initializer: ones}]}]\n"
    )
    table = scopecli("run", path, "-f", "table", "--width", "80").stdout
    assert "#1 ×1,199" in table
    assert len(table.splitlines()) < 12
    assert len(scopecli("run", path, "-f", "table").stdout.splitlines()) > 1200


def test_of_many_variables_the_first_are_shown_as_tensorflow_shows_them(
    scopecli: Scopecli, scenario: Write
) -> None:
    """Thirty are shown whole, of more it is told how to see all; a pipe gets all of them."""
    for count, shown in ((30, 30), (31, 15)):
        path = scenario(f"steps: [{{for: i, in: {count}, steps: [{{get_variable: 'w_$i', shape: []}}]}}]\n")
        table = scopecli("run", path, "-f", "table", "--width", "80").stdout
        assert table.count("<tf.Variable") == shown
        assert ("… 16 more; `-f tf` shows all 31]" in table) == (count == 31)
        assert scopecli("run", path, "-f", "table").stdout.count("<tf.Variable") == count


def test_calls_are_chosen(scopecli: Scopecli) -> None:
    """By the names of their variables, by what became of them, and by their number."""

    def variables(*filters: str) -> list[str]:
        result = scopecli("run", "scenarios/gan.yaml", "-f", "csv", "--columns", "variable,outcome", *filters)
        assert result.exit_code == 0
        return result.stdout.splitlines()[1:]

    assert variables("--outcome", "reused") == [
        "discriminator/kernel,reused d_real",
        "discriminator/bias,reused #3",
    ]
    assert variables("--scope", "generator", "--exclude", "*/bias") == ["generator/kernel,created"]
    assert variables("--match", "*/kernel", "--limit", "1") == ["generator/kernel,created"]
    table = scopecli("run", "scenarios/gan.yaml", "-f", "table", "--scope", "generator").stdout
    assert "2 of 4 variables, 1,088 of 1,153 parameters" in table
    assert "discriminator/" not in table
    traced = scopecli(*TRACED, "-f", "plain", "--outcome", "reused", "--columns", "variable,reuse").stdout
    assert {line.split("\t")[1] for line in traced.splitlines()} <= {"True", "AUTO_REUSE"}


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ("--scope discriminater", "did you mean"),
        ("--match kernel", "globs are of whole names"),
        ("--outcome raised", "its calls were created, reused"),
    ],
)
def test_a_filter_that_lets_nothing_through(filters: str, message: str, scopecli: Scopecli) -> None:
    """It is told, and the status is 1."""
    result = scopecli("run", "scenarios/gan.yaml", *filters.split())
    assert result.exit_code == 1
    assert message in result.stderr
    assert "[SC656]" in result.stderr


def test_a_report_is_whole(scopecli: Scopecli) -> None:
    """A report that is saved has indices of its calls: nothing is left out of it but values."""
    result = scopecli("run", "scenarios/gan.yaml", "-f", "json", "--outcome", "reused")
    assert result.exit_code == 2
    assert "a report as json is whole" in result.stderr
    report = json.loads(scopecli("run", "scenarios/gan.yaml", "-f", "json", "--values", "none").stdout)
    assert {call["value"] for call in report["calls"]} == {None}
    assert "value" not in scopecli("run", "scenarios/gan.yaml", "-f", "table", "--values", "none").stdout


def test_csv_is_for_programs(scopecli: Scopecli) -> None:
    """Booleans, lists and what is not known are as programs read them."""
    text = scopecli("run", "scenarios/beginners.yaml", "-f", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (rows[0]["shape"], rows[0]["train"], rows[1]["dtype"]) == ("[2, 2]", "true", "")
    listed = csv.DictReader(io.StringIO(scopecli("list", "scenarios/gan.yaml", "-f", "csv").stdout))
    assert json.loads(next(listed)["shape"]) == [16, 64]


def test_values_are_shortened_unless_all_are_asked_for(scopecli: Scopecli, scenario: Write) -> None:
    """A value of many elements has its corners on its line, and all of them with `--values full`."""
    path = scenario("steps: [{get_variable: w, shape: [2000], initializer: ones}]\n")
    short = scopecli("run", path, "-f", "plain").stdout
    assert short.splitlines()[0].endswith("\t[1. 1. 1. ... 1. 1. 1.]")
    assert scopecli("run", path, "-f", "plain", "--values", "full").stdout.count("1.") == 2000
