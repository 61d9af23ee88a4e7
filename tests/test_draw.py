"""`scopecli draw`: who shares what, in every form, whatever the source is like."""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from support import ROOT, Scopecli, Write, compare_with_file

FOLDER = Path("tests/draw")
GAN = "scenarios/gan.yaml"
FORMATS = ("text", "svg", "mermaid", "dot", "html")
SHIPPED = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "scenarios").glob("*.yaml"))
HOSTILE = [
    "</script><script>alert(1)</script>/w",
    "a\"b'c&d<e>/w",
    r"\N/\G",
    "{x}|[y]",
    "#quot;/`b`",
    "\u202eevil/w",
    "%% note",
    "end",
    "]]>",
    "-->",
]
_DIFFERENT = (FOLDER / "before.yaml", "--against", FOLDER / "after.yaml")
SVG = "{http://www.w3.org/2000/svg}"

Save = Callable[..., Path]


@pytest.mark.parametrize("form", ["text", "boxes", "mermaid", "dot"])
def test_what_is_drawn(form: str, scopecli: Scopecli) -> None:
    """A box a scope, a line a variable, and each call beside what it yielded."""
    options = ["-f", "text", "--width", "80"] if form == "boxes" else ["-f", form]
    compare_with_file(FOLDER / f"gan.{form}", scopecli("draw", GAN, *options))


def test_what_differs_is_drawn(scopecli: Scopecli) -> None:
    """Of two sources the variables of both are drawn, with a sign and a word for each difference."""
    compare_with_file(FOLDER / "difference.text", scopecli("draw", *_DIFFERENT, "--width", "80"))
    drawn = _svg(scopecli("draw", *_DIFFERENT, "-f", "svg").stdout)
    kinds = {"only_a": "gone", "only_b": "added", "renamed": "encoder/kernel", "other": "table"}
    for kind, name in kinds.items():
        assert [part.get("data-name") for part in _parts(drawn, kind) if part.get("data-name")] == [name]


def test_what_is_refused_is_drawn(scopecli: Scopecli) -> None:
    """A refused call stands beside the variable whose name it asked for, or beside the name of none."""
    result = scopecli("draw", FOLDER / "refused.yaml", "--width", "90")
    compare_with_file(FOLDER / "refused.text", result)
    drawn = _svg(scopecli("draw", FOLDER / "refused.yaml", "-f", "svg").stdout)
    (missing,) = _parts(drawn, "missing")
    assert missing.get("data-name") == "decoder/kernel"
    assert [_text(part) for part in _parts(drawn, "raised") if part.get("data-call")] == [
        "SC101 again: already exists",
        "SC101 nowhere: does not exist",
    ]


def test_graphs_and_objects_of_a_program(tmp_path: Path, scopecli: Scopecli) -> None:
    """Each graph of a program is drawn; what is shared by its object has the lines that use it."""
    report = tmp_path / "objects.json"
    scopecli("trace", FOLDER / "objects.py", "-f", "json", "-o", report)
    lines = scopecli("draw", report).stdout.splitlines()
    assert [line for line in lines if "graph" in line] == [
        "tests/draw/objects.py, graph 1 of 2",
        "tests/draw/objects.py, graph 2 of 2",
    ]
    assert lines[2:6] == [
        "  v ×2 (3,) float32, 12 B",
        "    created by objects.py:6",
        "    object used by objects.py:7",
        "    object used by objects.py:8",
    ]
    assert "    w0 … w39 40 equal variables, (2,) float32, 8 B each" in lines
    assert len(_parts(_svg(scopecli("draw", report, "-f", "svg").stdout), "used")) == 3  # one in the legend


@pytest.mark.parametrize("path", SHIPPED)
def test_every_shared_variable_stands_out(path: str, scopecli: Scopecli) -> None:
    """What several calls yield is marked as shared, with as many lines; nothing else is."""
    drawn = _svg(scopecli("draw", path, "-f", "svg", "--no-fold", "--depth", "9").stdout)
    listed = json.loads(scopecli("list", path, "-f", "json").stdout)["variables"]
    shared = {row["name"] for row in listed if len(row.get("calls", ())) > 1}
    assert {part.get("data-name") for part in _parts(drawn, "shared")} == shared
    assert {part.get("data-name") for part in _parts(drawn, "variable")} >= {row["name"] for row in listed}
    for part in _parts(drawn, "shared"):
        kinds = [mark.get("class", "").split()[1] for mark in _parts(part, "call")]
        assert kinds[0] == "created"
        assert "reused" in kinds


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", SHIPPED)
def test_every_form_of_every_scenario(path: str, form: str, scopecli: Scopecli) -> None:
    """Each form has the name of each scope that is open, and says nothing on standard error."""
    result = scopecli("draw", path, "-f", form)
    assert (result.exit_code, result.stderr) == (0, "")
    tree = scopecli("tree", path, "--depth", "1", "-f", "plain").stdout.splitlines()
    for scope in (line.split("\t")[0] for line in tree[:-1] if not line.startswith("/")):
        assert scope in result.stdout


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("gan.svg", "<svg"),
        ("gan.HTML", "<!doctype html>"),
        ("gan.mmd", '---\ntitle: "GAN with'),
        ("gan.gv", "digraph"),
        ("gan.txt", "GAN with"),
        ("gan", "GAN with"),
    ],
)
def test_the_file_says_which_form(name: str, begins: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """The format is what the file's name ends in, unless one is named."""
    assert scopecli("draw", GAN, "-o", tmp_path / name).exit_code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
    scopecli("draw", GAN, "-o", tmp_path / name, "-f", "dot")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith("digraph")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (
            ["-o", "gan.png"],
            2,
            "no format is known for files that end in .png; choose one with -f: text, svg",
        ),
        (["-f", "png"], 2, "'png'"),
        (["-o", "nowhere/gan.svg"], 2, "nowhere/gan.svg: error: cannot write: No such file or directory"),
        (["--against", "scenarios/siamese.yaml", "--calls"], 2, "calls are drawn of one source"),
        (["scenarios/siamese.yaml", "--against", GAN], 2, "one source is compared with another"),
        (["--scope", "discriminater"], 1, 'did you mean "discriminator"?'),
        (["--against", "nothing.ckpt"], 2, "nothing.ckpt"),
        (["--trainable", "--role", "wieght"], 2, "did you mean 'weight'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use(arguments: list[str], status: int, message: str, scopecli: Scopecli) -> None:
    """What can't be drawn is told in one message, with the right status, and no file is begun."""
    result = scopecli("draw", GAN, *arguments)
    assert result.exit_code == status
    assert message in result.stderr.replace("\n    ", " ").replace("\n", " ")
    assert not Path("gan.png").exists()


def test_some_sources_that_can_not_be_read(tmp_path: Path, scopecli: Scopecli) -> None:
    """What can be read is drawn all the same, in one picture; the status tells of the rest."""
    result = scopecli("draw", GAN, tmp_path / "none.yaml", "scenarios/siamese.yaml", "-f", "svg")
    assert result.exit_code == 2
    titles = [_text(part) for part in _parts(_svg(result.stdout), "title")]
    assert titles == ["GAN with a shared discriminator", "Siamese encoder"]


@pytest.fixture
def saved(tmp_path: Path, scopecli: Scopecli) -> Save:
    """Return a function that saves a report with variables of these names, and facts for all of them."""
    kept = json.loads(scopecli("list", GAN, "-f", "json").stdout)
    row = kept["variables"][0] | {"calls": []}

    def save(names: Iterable[str], **facts: Any) -> Path:
        path = tmp_path / "report.json"
        rows = [{**row, "name": name, **facts} for name in names]
        path.write_text(json.dumps({**kept, "variables": rows}), encoding="utf-8")
        return path

    return save


@pytest.mark.parametrize("form", FORMATS)
def test_names_do_nothing(form: str, saved: Save, scopecli: Scopecli) -> None:
    """Names that mean something to what reads a form are text in it."""
    result = scopecli("draw", saved(HOSTILE), "-f", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "\u202e" not in result.stdout
    assert "<script>alert" not in result.stdout or form in ("text", "dot")
    if form in ("svg", "html"):
        names = {part.get("data-name") for part in _parts(_svg(result.stdout), "variable")}
        assert names == {name.replace("\u202e", r"\u202e") for name in HOSTILE}


@pytest.mark.parametrize("form", FORMATS)
def test_large_and_odd_graphs(form: str, saved: Save, scopecli: Scopecli) -> None:
    """What is large is folded or drawn in part, and says so; what is odd is drawn all the same."""

    def draw(names: Iterable[str], **facts: Any) -> str:
        result = scopecli("draw", saved(names, **facts), "-f", form)
        assert (result.exit_code, result.stderr) == (0, "")
        return str(result.stdout)

    assert "w0 … w9999" in draw(f"w{number}" for number in range(10_000))
    different = draw(chr(97 + number % 26) * (1 + number // 26) for number in range(1_500))
    assert re.search(r"and (1,[34]\d\d|501) more", different)
    assert "drawn to a depth of 1 level" in draw(
        f"{a}/{b}{'x' * b}" for a in "abc" for b in range(600)
    ).replace("#59;", ";")
    assert "a" * 400 not in _visible(draw(["a" * 500, "b/" + "c" * 500]), form)
    assert "drawn to a depth" not in draw("/".join([*"s" * depth, "w"]) for depth in range(1, 31))
    assert "drawn to a depth of 40 levels" in draw("/".join([*"s" * depth, "w"]) for depth in range(1, 101))
    assert "unknown" in draw(["w"], shape=None, size=None, bytes=None)
    assert "there is no variable to draw" in draw([])


def _visible(text: str, form: str) -> str:
    """Return a drawing without what is no part of the picture: titles and the whole names of parts."""
    if form in ("svg", "html"):
        text = re.sub(r'<title>.*?</title>|<desc>.*?</desc>|data-\w+="[^"]*"|aria-label="[^"]*"', "", text)
    if form == "dot":
        text = re.sub(r'tooltip="[^"]*"', "", text)
    return "" if form == "text" else text  # which has names whole in a pipe


def test_a_hundred_thousand_calls(saved: Save, scopecli: Scopecli) -> None:
    """Calls of one line are one; of many lines the first are drawn, and the others counted."""
    kept = json.loads(scopecli("run", "scenarios/towers.yaml", "-f", "json").stdout)
    first, again = kept["calls"][0], kept["calls"][2] | {"handle": None}
    calls = [first] + [again | {"index": number} for number in range(1, 100_000)]
    row = kept["variables"][0] | {"calls": list(range(100_000))}
    path = saved([])
    path.write_text(
        json.dumps({**kept, "calls": calls, "variables": [row], "expectations": [], "snapshots": []}),
        encoding="utf-8",
    )
    lines = scopecli("draw", path).stdout.splitlines()
    assert "    kernel ×100,000 (8, 8) float32, 256 B" in lines
    assert "      reused by towers.yaml:11 ×99,999" in lines


def test_many_lines_share_a_variable(scenario: Write, scopecli: Scopecli) -> None:
    """Of many calls the first are drawn, and how many more there are."""
    calls = "".join(f"  - {{get_variable: w, shape: [2], as: w{number}}}\n" for number in range(30))
    text = f"steps:\n- variable_scope: s\n  reuse: AUTO_REUSE\n  steps:\n{calls}"
    lines = scopecli("draw", scenario(text)).stdout.splitlines()
    at = lines.index("      reused by w1")
    assert lines[at - 1 : at + 5] == [
        "      created by w0",
        *(f"      reused by w{number}" for number in range(1, 5)),
        "      reused by 25 more",
    ]


def test_a_line_that_is_reached_by_two_ways(scopecli: Scopecli) -> None:
    """Calls that one line makes are told apart by where the ways to it part."""
    lines = scopecli("draw", "scenarios/siamese.yaml").stdout.splitlines()
    at = lines.index("      kernel ×2 (3, 3, 1, 8) float32, 288 B")
    assert lines[at + 1 : at + 3] == [
        "        created by siamese.yaml:11 < 6",
        "        reused by siamese.yaml:11 < 18",
    ]


def test_a_closed_scope_keeps_nothing_back(scopecli: Scopecli) -> None:
    """A scope whose content is not drawn says how many variables in it are shared, and what was refused."""
    lines = scopecli("draw", GAN, "--depth", "1").stdout.splitlines()
    assert "  discriminator/ 2 variables, 260 B, 2 shared" in lines
    refused = scopecli("draw", FOLDER / "refused.yaml", "--depth", "1").stdout.splitlines()
    at = refused.index("  layer/ 1 variable, 64 B")
    assert refused[at + 1] == "    refused: SC101 again: already exists"


def test_an_svg_stands_alone(scopecli: Scopecli) -> None:
    """It refers to nothing, each of its parts has a title, and its description says who shares what."""
    text = scopecli("draw", GAN, "-f", "svg").stdout
    drawn = _svg(text)
    assert not re.findall(r"(?:href|src|url\()", text)
    assert "prefers-color-scheme: dark" in text
    for kind in ("box", "variable", "call"):
        parts = [part for part in _parts(drawn, kind) if "legend" not in part.get("class", "")]
        assert parts
        assert all(part[0].tag == f"{SVG}title" for part in parts)
    described = drawn.find(f"{SVG}desc")
    assert described is not None
    assert "discriminator/kernel is shared by d_real, d_fake." in (described.text or "")


def _svg(text: str) -> ET.Element:
    return ET.fromstring(text[text.index("<svg") : text.rindex("</svg>") + len("</svg>")])  # noqa: S314 - our own


def _parts(drawn: ET.Element, kind: str) -> list[ET.Element]:
    """Return the parts of a drawing that are of a kind."""
    return [part for part in drawn.iter() if kind in part.get("class", "").split()]


def _text(part: ET.Element) -> str:
    """Return what is written on a part."""
    return "".join(part.itertext()) if part.tag == f"{SVG}text" else part.findtext(f"{SVG}text") or ""


BLOCKS = """
steps:
  - for: n
    in: [0, 1, 2, 3, 4, 5]
    steps:
      - variable_scope: block_${n}
        steps: [{get_variable: w, shape: [2]}, {get_variable: b, shape: [2]}]
  - {variable_scope: block_3, reuse: true, steps: [{get_variable: w}]}
"""


def test_blocks_that_are_shared_otherwise_stand_apart(scenario: Write, scopecli: Scopecli) -> None:
    """The names say which blocks are one, whether calls are drawn or not, and closed ones count all."""
    path = scenario(BLOCKS)
    for options in ([], ["--no-calls"]):
        lines = scopecli("draw", path, *options).stdout.splitlines()
        (equal,) = [line for line in lines if "equal" in line]
        assert equal == "  block_0 … block_2, block_4 … block_5/ 5 equal blocks of 2 variables, 80 B"
        assert "    w ×2 (2,) float32, 8 B" in lines
    tree = scopecli("tree", path, "-f", "markdown").stdout
    assert "`block_0 … block_2, block_4 … block_5/`: 5 equal blocks of 2 variables" in tree
    shared = scopecli("draw", "scenarios/gpt2.yaml", "--depth", "1").stdout.splitlines()
    assert "  model/ 148 variables, 91.5 KiB, 148 shared" in shared


def test_what_is_special_of_a_variable(scopecli: Scopecli) -> None:
    """Where some variables are trainable, others are told apart; local ones are marked, and counted apart."""
    lines = scopecli("draw", "scenarios/target_network.yaml").stdout.splitlines()
    assert "    kernel (4, 2) float32, not trainable, 32 B" in lines
    assert "  episodes () int64, not trainable, local, 8 B" in lines
    assert lines[-1] == "4 variables, 20 parameters (10 trainable), 80 B; and 1 local variable"
    assert "not trainable" not in scopecli("draw", GAN).stdout


def test_objects_are_counted_alike(tmp_path: Path, scopecli: Scopecli) -> None:
    """What is used again by its object is shared in `tree`, in its JSON, and in the drawing."""
    report = tmp_path / "objects.json"
    scopecli("trace", FOLDER / "objects.py", "-f", "json", "-o", report)
    assert scopecli("tree", report).stdout.splitlines()[0].endswith("v\t1\t3\t12\t(3,)\tfloat32\t×2")
    first, _ = json.loads(scopecli("tree", report, "-f", "json").stdout)
    assert first["tree"]["children"][0]["users"] == 2


def test_a_comparison_keeps_the_order(scopecli: Scopecli) -> None:
    """Scopes stand as the first source has them, also where all of one has another name."""
    drawn = _svg(scopecli("draw", *_DIFFERENT, "-f", "svg").stdout)
    names = [part.get("data-name") for part in _parts(drawn, "variable")]
    assert names == ["encoder/kernel", "encoder/scale", "table", "gone", "added"]


def test_nothing_is_written_where_nothing_matches(tmp_path: Path, scopecli: Scopecli) -> None:
    """A file that was there stays as it was, where filters let nothing through."""
    file = tmp_path / "gan.svg"
    file.write_text("old", encoding="utf-8")
    assert scopecli("draw", GAN, "--match", "nothing", "-o", file).exit_code == 1
    assert file.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("width", [20, 40, 60])
def test_boxes_are_whole_whatever_the_width(width: int, scopecli: Scopecli) -> None:
    """Each line of a box ends in its frame, and no number is cut."""
    for path in SHIPPED:
        lines = scopecli("draw", path, "--width", str(width)).stdout.splitlines()
        boxed = [line for line in lines if line[:1] in "╭│╰╔║╚"]
        assert all(len(line) == width and line[-1] in "╮│╯╗║╝" for line in boxed)
