"""Names that test modules share."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import click.testing

ROOT = Path(__file__).parent.parent
SCENARIOS = ROOT / "tests" / "scenarios"

Scopecli = Callable[..., click.testing.Result]
Process = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str], Path]
