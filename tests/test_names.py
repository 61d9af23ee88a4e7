"""Names that a reader can search for: what a function does or returns, what a loop goes through."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ROOT

MODULES = sorted((ROOT / "scopecli").rglob("*.py"))
PARTICIPLE = re.compile(
    r"_*(?:[a-z]+ed|begun|bound|built|chosen|drawn|found|given|held|kept|known|made|seen|shown|taken|told"
    r"|unknown|unseen|written)_*"
)
VERBS = {"embed", "feed", "need", "seed", "shed"}


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def _is_property(function: ast.FunctionDef) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "scopecli")))
def test_functions_and_loops(path: Path) -> None:
    """No function is called by a participle alone, and no loop variable is called `each`."""
    participles = [
        function.name
        for function in _functions(path)
        if PARTICIPLE.fullmatch(function.name) and function.name not in VERBS and not _is_property(function)
    ]
    assert participles == []
    names = {
        node.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name)
    }
    assert "each" not in names


def test_classes() -> None:
    """No two public classes have one name."""
    classes = Counter(
        node.name
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, count in classes.items() if count > 1] == []
