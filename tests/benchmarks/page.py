"""Measures the page of 5,000 variables in a headless Chromium: `python tests/benchmarks/page.py`.

The medians are held against one second until all of the page is painted, and 50 ms from a key in the search
to the next frame; the ratios are of these.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from compare import Row, tell
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from page_data import Data, call, fill_page, graph, page, statistics, variable

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VARIABLES = 5_000
MOST_TO_PAINT = 1_000  # milliseconds
MOST_TO_ANSWER = 50  # likewise
PAINTED = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("main section")) return;
  observer.disconnect();
  const tell = () => { document.documentElement.dataset.painted = performance.now(); };
  requestAnimationFrame(() => setTimeout(tell));
}).observe(document, { childList: true, subtree: true });
"""
KEYS = """async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const search = document.querySelector("[type=search]");
  const times = [];
  for (const text of ["h", "h1", "h12", "h1", "h", "", "w", "w7", "w7 h3", "w7 h33", "w7", ""]) {
    await frame();
    const begin = performance.now();
    search.value = text;
    search.dispatchEvent(new Event("input"));
    const handled = performance.now() - begin;
    await frame();
    times.push([handled, performance.now() - begin]);
  }
  return times;
}"""


def page_of_blocks(*, with_statistics: bool) -> Data:
    """Return the data of a page of variables in blocks of ten, each made by a call."""
    names = [f"model/h{at // 10}/w{at % 10}" for at in range(VARIABLES)]
    variables = [variable(name, (at % 70 + 1, 64), calls=[at]) for at, name in enumerate(names)]
    calls = [call(at, name.rpartition("/")[2], name.rpartition("/")[0]) for at, name in enumerate(names)]
    told = statistics([{} for _ in names]) if with_statistics else None
    return page(graph(variables, calls, statistics=told))


def measure(browser: "Browser", file: Path) -> tuple[float, list[Any]]:
    """Return the milliseconds until a page is painted, and until each key is handled, and shown."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.add_init_script(PAINTED)
    tab.goto(file.as_uri())
    tab.wait_for_selector("html[data-painted]")
    painted = float(tab.locator("html").get_attribute("data-painted") or "nan")
    keys = tab.evaluate(KEYS)
    tab.close()
    return painted, keys


def rows(repeat: int, folder: Path) -> list[Row]:
    """Measure pages with statistics and without."""
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for with_statistics in (False, True):
            file = folder / "page.html"
            file.write_text(fill_page(page_of_blocks(with_statistics=with_statistics)), encoding="utf-8")
            runs = [measure(browser, file) for _ in range(repeat)]
            painted = median(painted for painted, _ in runs)
            handled, shown = (median(key[at] for _, keys in runs for key in keys) for at in (0, 1))
            kind = "statistics" if with_statistics else "calls"
            size = f"{painted:.0f} ms, {file.stat().st_size / 1000:.0f} kB"
            found.append(Row(f"page with {kind}, painted", painted / MOST_TO_PAINT, 1.0, size))
            sides = f"{shown:.0f} ms, {handled:.0f} ms of it handling"
            found.append(Row(f"page with {kind}, a key", shown / MOST_TO_ANSWER, 1.0, sides))
        browser.close()
    return found


def main() -> None:
    """Print a line a measurement; leave with 1 if one is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="rounds, the median counts (default: 5)")
    with tempfile.TemporaryDirectory() as folder:
        tell(rows(parser.parse_args().repeat, Path(folder)))


if __name__ == "__main__":
    main()
