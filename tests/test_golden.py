"""Scenario files beside what scopecli says of them.

`SCOPECLI_RENEW=1 pytest tests/test_golden.py` writes the expected files anew; read every line of the change.
"""

from pathlib import Path

import pytest
from support import ROOT, SCENARIOS, Scopecli, compare_with_file

SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))
VALID = sorted((SCENARIOS / "valid").glob("*.yaml"))
INVALID = sorted((SCENARIOS / "invalid").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenario(path: Path, scopecli: Scopecli) -> None:
    """Each shipped scenario runs, and its table is the expected one."""
    result = scopecli("run", path.relative_to(ROOT), "-f", "table")
    compare_with_file(ROOT / "tests" / "golden" / f"{path.stem}.table", result)
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_scenario(path: Path, scopecli: Scopecli) -> None:
    """Each valid scenario gives the expected lines and messages."""
    result = scopecli("run", path.relative_to(ROOT), "-f", "plain")
    compare_with_file(path.with_suffix(".out"), result)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_scenario(path: Path, scopecli: Scopecli) -> None:
    """Each invalid scenario is refused with the expected messages, and nothing else is printed."""
    result = scopecli("run", path.relative_to(ROOT))
    compare_with_file(path.with_suffix(".err"), result)
    assert (result.exit_code, result.stdout) == (2, "")


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
