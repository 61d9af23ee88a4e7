"""A drawing in a page of its own, in which a click folds a box."""

from collections.abc import Iterator, Sequence
from html import escape

from scopecli.drawing.model import Picture
from scopecli.drawing.shipped import asset, import_map
from scopecli.drawing.svg import svg_lines

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' data:"


def html_lines(pictures: Sequence[Picture]) -> Iterator[str]:
    """Yield the lines of an HTML document that needs nothing else."""
    title = escape(", ".join(picture.title for picture in pictures))
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>{asset('folding.css')}</style>\n</head>\n<body>\n<main>"
    yield from svg_lines(pictures)
    yield f'</main>\n<script type="importmap">{import_map(["folding"])}</script>'
    yield '<script type="module">import { makeFoldable } from "#folding";'
    yield 'document.querySelectorAll("svg.scopecli").forEach(makeFoldable);</script>\n</body>\n</html>'
