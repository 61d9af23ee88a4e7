"""Notebooks: which cells they have, read without running any."""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from scopecli.ground.diagnostics import Location
from scopecli.ground.errors import source_error
from scopecli.ground.words import quote_text

SUFFIX: Final = ".ipynb"
_NOT_A_NOTEBOOK: Final = "a notebook is JSON of nbformat 3 or 4, as Jupyter saves it"
_PROMPT: Final = re.compile(r"^In ?\[[\d *]*\]:[ \t]?", re.MULTILINE)
_RANGE: Final = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


class Cell(NamedTuple):
    """A code cell.

    Attributes:
        number: its place among the code cells, from 1.
        source: what is in it.
        runs: how many times it ran before.
    """

    number: int
    source: str
    runs: int = 0


def cell_file(notebook: str, number: int) -> str:
    """Return what stands for a cell in the place of a file: `train.ipynb[3]`."""
    return f"{notebook}[{number}]"


def is_notebook(path: str, text: str) -> bool:
    """Tell whether a file is a notebook, or a notebook that was copied as text: cells behind `In [1]:`."""
    return path.endswith(SUFFIX) or (not path.endswith(".py") and len(_PROMPT.findall(text)) > 0)


def read_cells(path: str, text: str) -> tuple[Cell, ...]:
    """Return the code cells of a notebook, in order.

    Args:
        path: the notebook's, as a message names it.
        text: what is in it: JSON of nbformat 3 or 4 (https://nbformat.readthedocs.io), or text with prompts.

    Raises:
        InvalidSourceError: if it is none.
    """
    sources = _sources_in_json(path, text) if path.endswith(SUFFIX) else _sources_in_text(text)
    cells = tuple(Cell(number, source) for number, source in enumerate(sources, start=1))
    if not any(cell.source.strip() for cell in cells):
        raise source_error("SC801", "there is no code in this notebook", Location(path))
    return cells


def _sources_in_json(path: str, text: str) -> list[str]:
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise source_error("SC801", f"no notebook: {error}", Location(path), _NOT_A_NOTEBOOK) from None
    sheets = notebook.get("worksheets", [notebook]) if isinstance(notebook, dict) else None
    if not isinstance(sheets, list) or not all(isinstance(sheet, dict) for sheet in sheets):
        raise source_error("SC801", "no notebook: it has no cells", Location(path), _NOT_A_NOTEBOOK)
    listed = [sheet.get("cells") for sheet in sheets]
    cells = [cell for found in listed if isinstance(found, list) for cell in found]
    return [_source_of(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _source_of(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _sources_in_text(text: str) -> list[str]:
    """Return what stands behind each prompt, up to what is no code any more: the output, or prose."""
    _, *behind = _PROMPT.split(text)
    return [_code_at_the_start(part) for part in behind]


def _code_at_the_start(text: str) -> str:
    """Return the first paragraphs of a text, as many as are Python together."""
    paragraphs = re.split(r"(\n[ \t]*\n)", text)
    for end in range(len(paragraphs), 0, -2):
        code = "".join(paragraphs[:end])
        if _is_python(code):
            return code.strip("\n")
    return paragraphs[0].strip("\n")


def _is_python(text: str) -> bool:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith(("%", "!")))
    try:
        ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return False
    return True


def chosen_cells(
    path: str, cells: Sequence[Cell], chosen: Sequence[str], again: Sequence[int]
) -> tuple[Cell, ...]:
    """Return the cells to be run, in that order.

    Args:
        path: the notebook's.
        cells: all of them.
        chosen: numbers and ranges such as `1-5`; none for all.
        again: the numbers of cells to be run once more afterwards.

    Raises:
        InvalidSourceError: if there is no such cell.
    """
    numbers = [number for text in chosen for number in _numbers(path, text)] or [
        cell.number for cell in cells
    ]
    for number in (*numbers, *again):
        if not 0 < number <= len(cells):
            message = f"there is no cell {number}: the notebook has {len(cells)} code cells"
            raise source_error("SC801", message, Location(path))
    return tuple(_with_runs(cells[number - 1] for number in (*numbers, *again)))


def _numbers(path: str, text: str) -> Iterable[int]:
    match = _RANGE.fullmatch(text.strip())
    if not match:
        message = f"{quote_text(text)} is no number of a cell, and no range such as 1-5"
        raise source_error("SC801", message, Location(path))
    first = int(match[1])
    return range(first, int(match[2] or first) + 1)


def _with_runs(cells: Iterable[Cell]) -> Iterator[Cell]:
    runs: dict[int, int] = {}
    for cell in cells:
        yield cell._replace(runs=runs.get(cell.number, 0))
        runs[cell.number] = runs.get(cell.number, 0) + 1
