"""Markdown as a terminal shows it."""

from collections.abc import Iterable, Iterator

from rich.markdown import Markdown

from scopecli.render.tables import Canvas, draw


def drawn_markdown(lines: Iterable[str], canvas: Canvas) -> Iterator[str]:
    """Yield Markdown drawn: headings, tables and code as a person reads them."""
    return draw([Markdown("\n".join(lines), code_theme="ansi_dark", hyperlinks=False)], canvas)
