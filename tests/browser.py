"""A headless Chromium for tests, and pages in it that must not complain."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest
from page_data import Data, fill_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_MOST_SECONDS: Final = 10  # what is not there by then never comes

OpenPage: TypeAlias = Callable[..., "Page"]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Yield a browser.

    It lives for one module's tests: as long as Playwright runs, no other test of the process can run an event
    loop of its own, as notebooks do.
    """
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("there is no chromium on the PATH (Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        # Containers run tests as root, and Chromium has no sandbox for root.
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: "Browser", tmp_path: Path) -> Iterator[OpenPage]:
    """Yield a function that opens a page; the test fails if one complained, or asked for anything.

    The function takes the data, what stands behind `#` in the address, and options of a browser's context.
    """
    complaints: list[str] = []
    contexts = []

    def show(data: Data, link: str = "", **options: Any) -> "Page":
        file = tmp_path / f"page_{len(contexts)}.html"
        file.write_text(fill_page(data), encoding="utf-8")
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options}))
        page = contexts[-1].new_page()
        page.set_default_timeout(_MOST_SECONDS * 1000)
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: complaints.extend(_foreign_addresses(request.url, file)))
        page.goto(f"{file.as_uri()}{link}")
        page.wait_for_selector("footer:not(:empty)")
        return page

    yield show
    for context in contexts:
        context.close()
    assert complaints == []


def _foreign_addresses(url: str, file: Path) -> list[str]:
    """Return an address that is neither the page's own nor in the page itself, in a list."""
    return [] if url.startswith(("data:", file.as_uri())) else [f"request: {url}"]
