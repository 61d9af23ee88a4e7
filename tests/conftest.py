"""What the tests share: the command line run in-process, and in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import click.testing
import pytest
from forked import ForkServer
from report_schema import hold_against_schema
from support import ROOT, Process, Scopecli, Write

from scopecli import tf1
from scopecli.cli.messages import lines_of
from scopecli.cli.program import cli
from scopecli.ground.files import quotable

pytest.register_assert_rewrite("both_ways")

_COLORS = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")

# A shell has what it runs in the background take no notice of interrupts, and what that starts neither.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _tensorflow() -> None:
    """Load TensorFlow before a test replaces standard error, which its loggers keep."""
    tf1.load()


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test where the README's commands are run."""
    monkeypatch.chdir(ROOT)
    for name in (
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "GITHUB_ACTIONS",
        "COLUMNS",
        "SCOPECLI_FULL_IMPORT",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def scopecli() -> Scopecli:
    """Return a function that runs the command line in this process."""

    def run(*arguments: str | Path, text: str | None = None) -> click.testing.Result:
        lines_of.cache_clear()  # a process of its own would begin without them
        quotable.forget()  # likewise
        runner = click.testing.CliRunner()
        result = runner.invoke(cli, [str(each) for each in arguments], input=text, prog_name="scopecli")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        hold_against_schema([str(each) for each in arguments], result.stdout)
        return result

    return run


@pytest.fixture(scope="session")
def fork_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """Yield what traced programs are forked from."""
    server = ForkServer(tmp_path_factory.mktemp("fork_server"))
    yield server
    server.close()


@pytest.fixture(scope="session", autouse=True)
def _programs_are_forked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have traced programs start fast, those of fixtures too."""
    start = request.getfixturevalue  # only where a program starts is there a server
    forked = SimpleNamespace(
        Popen=lambda *command, **options: start("fork_server").start(*command, **options),
        TimeoutExpired=subprocess.TimeoutExpired,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scopecli.tracing.subprocess", forked)
        yield


@pytest.fixture(autouse=True)
def _own_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the programs of a test that is marked so start as they do for users."""
    if request.node.get_closest_marker("own_process"):
        monkeypatch.setattr("scopecli.tracing.subprocess", subprocess)


@pytest.fixture
def scenario(tmp_path: Path) -> Write:
    """Return a function that writes a scenario file."""

    def write(text: str) -> Path:
        path = tmp_path / "scenario.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def process() -> Process:
    """Return a function that runs Python in a process of its own, as a user's shell would."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env={**os.environ, **environment},
            timeout=300,  # one that never ends is a failure, not the end of all tests
        )

    return run
