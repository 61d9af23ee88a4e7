"""Scenario files beside what scopecli says of them.

`SCOPECLI_RENEW=1 pytest tests/test_golden.py` writes the expected files anew; read every line of the change.
"""

import os
from pathlib import Path

import pytest
from support import ROOT, SCENARIOS, Scopecli

SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))
VALID = sorted((SCENARIOS / "valid").glob("*.yaml"))
INVALID = sorted((SCENARIOS / "invalid").glob("*.yaml"))


def _said(scopecli: Scopecli, *arguments: str) -> str:
    result = scopecli(*arguments)
    return f"{result.stdout}--- standard error, exit {result.exit_code}\n{result.stderr}"


def _compare(expected: Path, said: str) -> None:
    if os.environ.get("SCOPECLI_RENEW"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenario(path: Path, scopecli: Scopecli) -> None:
    """Each shipped scenario runs, and its table is the expected one."""
    said = _said(scopecli, "run", str(path.relative_to(ROOT)), "-f", "table")
    _compare(ROOT / "tests" / "golden" / f"{path.stem}.table", said)
    assert said.endswith("--- standard error, exit 0\n")


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_scenario(path: Path, scopecli: Scopecli) -> None:
    """Each valid scenario gives the expected lines and messages."""
    _compare(path.with_suffix(".out"), _said(scopecli, "run", str(path.relative_to(ROOT)), "-f", "plain"))


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_scenario(path: Path, scopecli: Scopecli) -> None:
    """Each invalid scenario is refused with the expected messages, and nothing else is printed."""
    said = _said(scopecli, "run", str(path.relative_to(ROOT)))
    _compare(path.with_suffix(".err"), said)
    assert said.startswith("--- standard error, exit 2\n")


@pytest.mark.parametrize(("folder", "suffix"), [("valid", ".out"), ("invalid", ".err")])
def test_no_expected_file_is_orphaned(folder: str, suffix: str) -> None:
    """Every file of expectations stands beside a scenario, and there are some of each."""
    scenarios = {path.stem for path in (SCENARIOS / folder).glob("*.yaml")}
    expected = {path.stem for path in (SCENARIOS / folder).iterdir() if path.suffix == suffix}
    assert scenarios == expected
    assert len(scenarios) > 10


def test_every_table_belongs_to_a_shipped_scenario() -> None:
    """Every expected table stands for a shipped scenario."""
    tables = {path.stem for path in (ROOT / "tests" / "golden").glob("*.table")}
    assert tables == {path.stem for path in SHIPPED}
