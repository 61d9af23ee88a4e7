"""`scopecli page`: what is in the file, held against what other commands say of the same source."""

import base64
import json
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support import ROOT, Scopecli, Write

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["browser"]

GAN = "scenarios/gan.yaml"
SHIPPED = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "scenarios").glob("*.yaml"))
MOST_BYTES = 400_000  # of a page of 5,000 variables


@pytest.fixture
def page(tmp_path: Path, scopecli: Scopecli) -> Any:
    """Return a function that writes a page and returns the data in it."""

    def write(*arguments: str | Path, status: int = 0) -> dict[str, Any]:
        file = tmp_path / "page.html"
        assert scopecli("page", *arguments, "-o", file).exit_code == status
        return data_of(file)

    return write


def data_of(file: Path) -> dict[str, Any]:
    """Return the data of a page."""
    packed = re.search(
        r'<script type="application/octet-stream" id="data">(.*?)</script>', file.read_text("utf-8")
    )
    assert packed
    data: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(packed[1])))
    return data


@pytest.mark.parametrize("path", SHIPPED)
def test_it_has_what_other_commands_say(path: str, page: Any, scopecli: Scopecli) -> None:
    """Variables are those of `list`, calls those of `run` and `explain`, findings those of `lint`."""
    (graph,) = page(path)["graphs"]
    listed = json.loads(scopecli("list", path, "-f", "json").stdout)
    columns = graph["variables"]
    run = json.loads(scopecli("run", path, "-f", "json").stdout)
    rows = [*listed["variables"], *run["local_variables"]]
    for column in ("name", "shape", "dtype", "trainable", "size", "bytes", "calls"):
        assert columns[column] == [row[column] for row in rows]
    sets = [graph["collection_sets"][number] for number in columns["collections"]]
    assert sets == [row["collections"] for row in rows]
    assert graph["local"] == [row["name"] for row in run["local_variables"]]
    assert graph["totals"]["parameters"] == listed["totals"]["parameters"]
    for shown, call in zip(graph["calls"], run["calls"], strict=True):
        for key in ("index", "name", "scope", "reuse", "outcome", "first_call"):
            assert shown[key] == call[key]
        yielded = None if shown["variable"] is None else columns["name"][shown["variable"]]
        assert yielded == call["variable"]
        assert shown["place"].startswith(f"{path}:{call['location']['line']}:")
    found = json.loads(scopecli("lint", path, "-f", "json").stdout)
    warnings = [problem["code"] for problem in graph["problems"] if problem["severity"] == "warning"]
    assert warnings == [finding["code"] for finding in found]
    assert graph["drawing"] == scopecli("draw", path, "-f", "svg").stdout.rstrip("\n")


def test_what_failed_is_in_it(page: Any, scopecli: Scopecli) -> None:
    """A refused call names its problem, which has TensorFlow's message, its notes and what helps."""
    (graph,) = page("tests/draw/refused.yaml", status=1)["graphs"]
    refused = [call for call in graph["calls"] if call["outcome"] == "raised"]
    assert [call["variable_name"] for call in refused] == ["layer/kernel", "decoder/kernel"]
    problem = graph["problems"][refused[1]["problem"]]
    run = json.loads(scopecli("run", "tests/draw/refused.yaml", "-f", "json").stdout)
    assert run["error"]["message"] in problem["message"]
    assert problem["help"] == run["error"]["help"]
    assert len(graph["problems"]) == 2


def test_what_is_doubtful_is_in_it(page: Any, scopecli: Scopecli) -> None:
    """Findings of `lint` stand there with their help."""
    path = "tests/scenarios/lint/SC405_bad.yaml"
    (graph,) = page(path)["graphs"]
    assert "SC405" in scopecli("lint", path).stdout
    found = [problem for problem in graph["problems"] if problem["code"] == "SC405"]
    assert found
    assert all(problem["severity"] == "warning" and problem["help"] for problem in found)


@pytest.fixture
def checkpoint(scenario: Write, scopecli: Scopecli) -> Path:
    """Return a checkpoint with values of several kinds."""
    path = scenario(
        "steps:\n"
        "  - {get_variable: a/zeros, shape: [4], initializer: zeros}\n"
        "  - {get_variable: a/constant, shape: [2, 2], initializer: {constant: {value: 3}}}\n"
        "  - {get_variable: b/nan, initializer: [.nan, 1.0, 2.0]}\n"
        "  - {get_variable: b/range, initializer: [0.0, 0.25, 0.5, 1.0]}\n"
        "  - {get_variable: text, initializer: [one, two]}\n"
        "session: [initialize, {save: model.ckpt}]\n"
    )
    assert scopecli("run", path).exit_code == 0
    return path.parent / "model.ckpt"


def test_statistics_and_histograms(checkpoint: Path, page: Any, scopecli: Scopecli) -> None:
    """With `--stats` there are those of `list --stats`, and how the values are distributed."""
    (graph,) = page(checkpoint, "--stats")["graphs"]
    listed = json.loads(scopecli("list", checkpoint, "--stats", "-f", "json").stdout)["variables"]
    names, found = graph["variables"]["name"], graph["statistics"]
    assert names == [row["name"] for row in listed]
    for key in ("min", "max", "mean", "std", "l2", "zeros", "nan", "inf"):
        assert found[key] == [row["stats"][key] for row in listed]
    flags = dict(zip(names, found["flags"], strict=True))
    assert (flags["a/zeros"], flags["a/constant"], flags["b/nan"]) == (["all zero"], ["constant"], ["NaN"])
    histograms = dict(zip(names, found["histograms"], strict=True))
    assert histograms["text"] is None
    assert histograms["a/constant"] == {"low": 3.0, "high": 3.0, "counts": [4]}
    assert histograms["b/nan"]["counts"] == [1, *[0] * 18, 1]
    counts = histograms["b/range"]["counts"]
    assert [counts[0], counts[5], counts[10], counts[19], sum(counts)] == [1, 1, 1, 1, 4]
    assert page(checkpoint)["graphs"][0]["statistics"] is None


def test_a_comparison(page: Any) -> None:
    """With B there are its differences: what is on one side, what is renamed, what has another shape."""
    data = page("tests/draw/before.yaml", "tests/draw/after.yaml")
    rows = {row["what"]: row for row in data["comparison"]["rows"]}
    assert {what: (row["a"], row["b"]) for what, row in rows.items()} == {
        "only_a": ("gone", None),
        "only_b": (None, "added"),
        "renamed": ("encoder/kernel", "enc/kernel"),
        "shape": ("table", "table"),
    }
    assert rows["shape"]["b_facts"].startswith("(10, 8) float32")
    assert data["comparison"]["same"] == 1
    assert data["title"] == "tests/draw/before.yaml against tests/draw/after.yaml"


def test_graphs_of_a_program(tmp_path: Path, page: Any, scopecli: Scopecli) -> None:
    """Each graph of a program is in the page, with the lines that use an object again."""
    report = tmp_path / "objects.json"
    scopecli("trace", "tests/draw/objects.py", "-f", "json", "-o", report)
    first, second = page(report)["graphs"]
    assert [use["place"] for use in first["calls"][0]["uses"]] == [
        "tests/draw/objects.py:7:1",
        "tests/draw/objects.py:8:1",
    ]
    assert len(second["variables"]["name"]) == 40


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([GAN, "-o", "nowhere/page.html"], 2, "nowhere/page.html: error: cannot write"),
        ([GAN, "--stats", "-o", "-"], 2, "a scenario has values in a session only"),
        (["nothing.ckpt", "-o", "-"], 2, "nothing.ckpt"),
        ([GAN, "nothing.ckpt", "-o", "-"], 2, "nothing.ckpt"),
        ([], 2, "missing argument 'SOURCE'"),
    ],
)
def test_wrong_use(arguments: list[str], status: int, message: str, scopecli: Scopecli) -> None:
    """What can't be shown is told in one message, and nothing is written."""
    result = scopecli("page", *arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    assert message in result.stderr


def test_five_thousand_variables(tmp_path: Path, page: Any, scopecli: Scopecli) -> None:
    """A page of many variables and calls is small, since what is in it is deflated."""
    run = json.loads(scopecli("run", GAN, "-f", "json").stdout)
    row, call = run["variables"][0], run["calls"][0]
    names = [f"model/layer_{number // 8}/{'conv' * (number % 8)}kernel" for number in range(5_000)]
    rows = [{**row, "name": name, "calls": [number]} for number, name in enumerate(names)]
    calls = [
        {**call, "index": number, "handle": None, "scope": name.rpartition("/")[0], "variable": name}
        | {"name": name.rpartition("/")[2], "first_call": number, "value": None, "scope_index": None}
        for number, name in enumerate(names)
    ]
    report = tmp_path / "report.json"
    report.write_text(
        json.dumps({**run, "variables": rows, "calls": calls, "expectations": [], "snapshots": []})
    )
    (graph,) = page(report)["graphs"]
    assert graph["variables"]["name"] == names
    assert (tmp_path / "page.html").stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("path", [*SHIPPED, "tests/draw/refused.yaml"])
def test_a_browser_shows_it(path: str, tmp_path: Path, scopecli: Scopecli, browser: "Browser") -> None:
    """Each page shows all its variables and calls, its drawing as it is, and says nothing to the console."""
    file = tmp_path / "page.html"
    scopecli("page", path, "-o", file)
    complaints: list[str] = []
    shown = browser.new_page(viewport={"width": 1280, "height": 900})
    shown.on("console", lambda message: complaints.append(message.text))
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.goto(file.as_uri())
    (graph,) = data_of(file)["graphs"]
    for name in graph["variables"]["name"][:20]:
        shown.goto(f"{file.as_uri()}#{name}")
        shown.locator("[aria-current=true]").first.wait_for()
    assert shown.locator("svg.scopecli .variable").count() > 0
    shown.close()
    assert complaints == []


def test_what_was_expected_to_fail_is_no_error(page: Any) -> None:
    """A failure that the scenario says will come is marked so, and another is not."""
    (graph,) = page("tests/draw/refused.yaml", status=1)["graphs"]
    assert [problem["severity"] for problem in graph["problems"]] == ["expected", "error"]


def test_a_comparison_is_drawn(page: Any, scopecli: Scopecli) -> None:
    """With B the drawing is the one of what differs."""
    sources = ["tests/draw/before.yaml", "tests/draw/after.yaml"]
    (graph,) = page(*sources)["graphs"]
    drawn = scopecli("draw", sources[0], "--against", sources[1], "-f", "svg").stdout
    assert graph["drawing"] == drawn.rstrip("\n")
