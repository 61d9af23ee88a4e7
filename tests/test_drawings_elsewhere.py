"""Drawings in what shows them: a browser, Mermaid, Graphviz."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from support import ROOT, Scopecli

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ["browser"]

SHIPPED = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "scenarios").glob("*.yaml"))
GAN = "scenarios/gan.yaml"
GRAPHVIZ = shutil.which("dot")
RENDER = """async (text) => {
  mermaid.initialize({ startOnLoad: false });
  const { svg } = await mermaid.render("drawn", text);
  document.body.innerHTML = svg;
  return [...document.querySelectorAll(".nodeLabel")].map((label) => label.textContent);
}"""


def _mermaid() -> Path | None:
    """Return Mermaid's script, beside the programs that npm installed."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    scripts = [folder.parent / "mermaid/dist/mermaid.min.js" for folder in folders if folder.name == ".bin"]
    return next((script for script in scripts if script.is_file()), None)


MERMAID = _mermaid()


@pytest.fixture
def shown(browser: "Browser") -> Iterator["Page"]:
    """Yield an empty page of a browser; the test fails if it complained."""
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert complaints == []


def _draw(scopecli: Scopecli, tmp_path: Path, path: str, ending: str) -> Path:
    file = tmp_path / f"drawing.{ending}"
    assert scopecli("draw", path, "-o", file).exit_code == 0
    return file


@pytest.mark.parametrize("path", SHIPPED)
def test_a_browser_shows_the_svg(path: str, tmp_path: Path, scopecli: Scopecli, shown: "Page") -> None:
    """Every part lies within the picture, and no text within a box is wider than that."""
    shown.goto(_draw(scopecli, tmp_path, path, "svg").as_uri())
    width, height = shown.evaluate(
        "() => [document.documentElement.width, document.documentElement.height].map((a) => a.baseVal.value)"
    )
    for box in _boxes(shown, "rect, text"):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height + 8
    for row, facts in zip(_boxes(shown, ".row"), _boxes(shown, ".variable > .facts"), strict=True):
        assert facts["right"] <= row["right"]


def _boxes(page: "Page", selector: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.evaluate(
        "(selector) => [...document.querySelectorAll(selector)]"
        ".map((part) => part.getBoundingClientRect().toJSON())",
        selector,
    )
    assert found
    return found


def test_dark_and_light(tmp_path: Path, scopecli: Scopecli, shown: "Page") -> None:
    """The picture's colours are those of the reader's scheme, and text is told from its ground in both."""
    shown.goto(_draw(scopecli, tmp_path, GAN, "svg").as_uri())
    colors = {}
    for scheme in ("light", "dark"):
        shown.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        colors[scheme] = shown.evaluate(
            "() => ['.paper', '.title'].map((a) => getComputedStyle(document.querySelector(a)).fill)"
        )
    assert colors == {
        "light": ["rgb(255, 255, 255)", "rgb(31, 35, 40)"],
        "dark": ["rgb(13, 17, 23)", "rgb(230, 237, 243)"],
    }


def test_boxes_fold(tmp_path: Path, scopecli: Scopecli, shown: "Page") -> None:
    """A click on a box's name, or Enter, hides what is in it; what is below moves up, and back."""
    shown.goto(_draw(scopecli, tmp_path, GAN, "html").as_uri())
    generator, discriminator = shown.locator(".box").all()
    inner = generator.locator(".variable").first
    before = discriminator.bounding_box()
    height = shown.locator("svg").evaluate("(svg) => svg.height.baseVal.value")
    generator.locator(":scope > .header").click()
    assert not inner.is_visible()
    assert generator.locator(":scope > .header").get_attribute("aria-expanded") == "false"
    after = discriminator.bounding_box()
    assert before
    assert after
    assert after["y"] < before["y"] - 40
    assert shown.locator("svg").evaluate("(svg) => svg.height.baseVal.value") < height - 40
    generator.locator(":scope > .header").press("Enter")
    assert inner.is_visible()
    assert discriminator.bounding_box() == before
    assert shown.locator("svg").evaluate("(svg) => svg.height.baseVal.value") == height


def test_names_in_a_browser(tmp_path: Path, scopecli: Scopecli, shown: "Page", hostile: Path) -> None:
    """Names are text in the page, and no script of theirs runs."""
    file = tmp_path / "names.html"
    scopecli("draw", hostile, "-o", file)
    shown.goto(file.as_uri())
    assert shown.locator("script").count() == 2  # our own
    assert "</script><script>alert(1)</script>/" in shown.locator(".header .name").all_text_contents()


@pytest.fixture
def hostile(tmp_path: Path, scopecli: Scopecli) -> Path:
    """Return a report with names that mean something to what shows them."""
    path = tmp_path / "report.json"
    scopecli("list", GAN, "-f", "json", "-o", path)
    text = path.read_text(encoding="utf-8")
    text = text.replace("generator/kernel", "</script><script>alert(1)</script>/a#quot;`[{|}]")
    path.write_text(text.replace("generator/bias", r"%% end --> \\N &lt; &#34;; \\\"/\\\\"), encoding="utf-8")
    return path


@pytest.mark.skipif(MERMAID is None, reason="there is no Mermaid; `npm install mermaid` brings it")
@pytest.mark.parametrize("path", [*SHIPPED, "hostile"])
def test_mermaid_draws_it(
    path: str, tmp_path: Path, scopecli: Scopecli, shown: "Page", request: pytest.FixtureRequest
) -> None:
    """Mermaid takes each flowchart, and shows the names of scopes, variables and calls as they are."""
    source = str(request.getfixturevalue("hostile")) if path == "hostile" else path
    text = _draw(scopecli, tmp_path, source, "mmd").read_text(encoding="utf-8")
    shown.add_script_tag(path=str(MERMAID))
    labels = "\n".join(shown.evaluate(RENDER, text))
    for name in _names(scopecli("draw", source, "-f", "svg").stdout):
        assert name in labels


def _names(text: str) -> list[str]:
    """Return the names that are written in an SVG."""
    drawn = ET.fromstring(text)  # noqa: S314 - our own
    return [part.text or "" for part in drawn.iter() if part.get("class") == "name"]


@pytest.mark.skipif(GRAPHVIZ is None, reason="there is no Graphviz (Debian: apt-get install graphviz)")
@pytest.mark.parametrize("path", [*SHIPPED, "hostile"])
def test_graphviz_draws_it(
    path: str, tmp_path: Path, scopecli: Scopecli, request: pytest.FixtureRequest
) -> None:
    """Graphviz takes each graph without a word, and shows the names of scopes and variables as they are."""
    source = str(request.getfixturevalue("hostile")) if path == "hostile" else path
    file = _draw(scopecli, tmp_path, source, "dot")
    done: Any = subprocess.run(
        [str(GRAPHVIZ), "-Tsvg", file], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stderr == ""
    texts = [part.text or "" for part in ET.fromstring(done.stdout).iter() if part.tag.endswith("}text")]  # noqa: S314
    for name in _names(scopecli("draw", source, "-f", "svg").stdout):
        assert any(name in text for text in texts)
