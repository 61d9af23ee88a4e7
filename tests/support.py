"""Names that test modules share."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click.testing

ROOT = Path(__file__).parent.parent
SCENARIOS = ROOT / "tests" / "scenarios"

Scopecli = Callable[..., click.testing.Result]
Process = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str], Path]


def compare_with_file(expected: Path, result: click.testing.Result) -> None:
    """Hold what was printed against a file; `SCOPECLI_RENEW=1` writes the file anew."""
    said = f"{result.stdout}--- standard error, exit {result.exit_code}\n{result.stderr}"
    if os.environ.get("SCOPECLI_RENEW"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Enter a block in which no file gets larger, as where the disk is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
