"""A page to look at and to send: one HTML file with all that is known of a source."""

import base64
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final

from scopecli import __version__
from scopecli.analysis.diff.changes import Changes
from scopecli.drawing.page_comparison import comparison_data
from scopecli.drawing.page_data import GraphPage, graph_data
from scopecli.drawing.shipped import asset, module_names
from scopecli.ground.escapes import safe

_VENDOR: Final = "vendor/d3-hierarchy"
_PLACE: Final = re.compile("@@[A-Z]+@@")


def page_lines(source: str, pages: Sequence[GraphPage], changes: Changes | None) -> Iterator[str]:
    """Return the lines of an HTML document that needs nothing else, and loads nothing.

    Args:
        source: what A is called where it has several graphs.
        pages: what there is to show of each graph of A.
        changes: what A and B differ in; None where there is no B.
    """
    data = {
        "scopecli": __version__,
        "title": _title(source, pages, changes),
        "graphs": [graph_data(page) for page in pages],
        "comparison": comparison_data(changes) if changes else None,
    }
    return filled_lines(data)


def _title(source: str, pages: Sequence[GraphPage], changes: Changes | None) -> str:
    if changes:
        return safe(f"{changes.a.path} against {changes.b.path}")
    return pages[0].title if len(pages) == 1 else safe(source)


def filled_lines(data: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the page that shows some data."""
    parts = {
        "@@TITLE@@": escape(data["title"]),
        "@@CSS@@": asset("page.css"),
        "@@MODULES@@": _pack({name: asset(f"{name}.js") for name in module_names()}),
        "@@START@@": asset("start.js"),
        "@@DATA@@": _pack(data),
        "@@VENDOR@@": f"/*\n{asset(f'{_VENDOR}.LICENSE')}*/\n{asset(f'{_VENDOR}.min.js')}",
    }
    for line in asset("page.html").splitlines():
        yield _PLACE.sub(lambda place: parts[place[0]], line)


def _pack(data: dict[str, Any]) -> str:
    """Return data as JSON, deflated, in base64: nothing in it is anything to a browser."""
    text = json.dumps(data, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")
