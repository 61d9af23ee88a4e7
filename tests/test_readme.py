"""The README: its commands do what it says, its tables name what is there."""

import doctest
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from reference import language_reference
from support import ROOT, Scopecli

from scopecli.ground.codes import CODES

README = (ROOT / "README.md").read_text(encoding="utf-8")
FILES = re.findall(r"<!-- file: (\S+) -->\n```(?:yaml|python)\n(.*?)```", README, re.DOTALL)
SHOWN = re.findall(r"<!-- shown: (\S+) -->\n```yaml\n(.*?)```", README, re.DOTALL)
SESSIONS = re.findall(r"```console\n\$ scopecli (.*?)\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```pycon\n(.*?)```", README, re.DOTALL)

_SECONDS = re.compile(r"\d+\.\d\ds")


def _on_a_terminal(arguments: str, folder: Path) -> str:
    """Return what the program writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONPATH": str(ROOT)}
    command = f"{sys.executable} -m scopecli {arguments}"
    with subprocess.Popen(
        ["/bin/sh", "-c", command], stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environment
    ):
        os.close(theirs)
        written = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return written.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side is closed
        return b""


@pytest.mark.parametrize(("arguments", "output"), SESSIONS, ids=[arguments for arguments, _ in SESSIONS])
def test_shown_output_is_real(arguments: str, output: str, tmp_path: Path) -> None:
    """Each command in the README prints on a terminal what the README shows."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    for name, text in FILES:
        (tmp_path / name).write_text(text, encoding="utf-8")
    if "model.ckpt" in arguments:
        _on_a_terminal("run trained.yaml", tmp_path)  # which saves it
    written = _on_a_terminal(arguments, tmp_path)
    assert _SECONDS.sub("0.00s", written.expandtabs()) == _SECONDS.sub("0.00s", output.expandtabs())


@pytest.mark.parametrize("session", PYTHON)
def test_shown_python_is_real(session: str) -> None:
    """Each Python session in the README prints what the README shows."""
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    said: list[str] = []
    result = doctest.DocTestRunner().run(test, out=said.append)
    assert (result.failed, said) == (0, [])
    assert result.attempted


def test_shown_files_are_real() -> None:
    """Each file that the README shows is as shown, and there is one."""
    assert SHOWN
    for path, text in SHOWN:
        assert (ROOT / path).read_text(encoding="utf-8") == text


def _section(title: str) -> str:
    return README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_reference_is_that_of_the_definition() -> None:
    """The README's reference of the language is made of the definition that scenarios are read by."""
    before, _, rest = README.partition("<!-- reference -->\n")
    told, _, after = rest.partition("<!-- end of reference -->")
    made = language_reference()
    if os.environ.get("SCOPECLI_RENEW"):
        text = f"{before}<!-- reference -->\n{made}<!-- end of reference -->{after}"
        (ROOT / "README.md").write_text(text, encoding="utf-8")
    assert told == made


def test_every_code_is_registered() -> None:
    """The register has every code that scopecli can give, in order, and no other."""
    others = ("codes.py", "version_1.py")
    paths = [path for path in (ROOT / "scopecli").rglob("*.py") if path.name not in others]
    given = {code for path in paths for code in re.findall(r'"(SC\d{3})"', path.read_text("utf-8"))}
    assert given == set(CODES)
    assert [*CODES] == sorted(CODES)


def test_the_table_of_codes_is_that_of_the_register() -> None:
    """The README's table of codes is made of the register."""
    section = _section("Messages")
    before, _, rest = section.partition("|---|---|\n")
    told, _, after = rest.partition("\n\n")
    made = "\n".join(f"| {code} | {says} |" for code, says in CODES.items())
    if os.environ.get("SCOPECLI_RENEW"):
        text = README.replace(section, f"{before}|---|---|\n{made}\n{after}")
        (ROOT / "README.md").write_text(text, encoding="utf-8")
    assert told.strip() == made


def test_every_format_is_told(scopecli: Scopecli) -> None:
    """The README's table of formats has those of `run` and of `list`."""
    rows = re.findall(r"^\| (`table`|`[a-z]+`(?:, `[a-z]+`)*) \|", _section("Commands"), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([a-z]+)`", row)}
    for command in ("run", "list"):
        choices = re.search(r"--format \[([a-z|]+)\]", scopecli(command, "--help").stdout)
        assert choices
        assert set(choices[1].split("|")) - {"auto"} <= told


def test_every_command_is_told(scopecli: Scopecli) -> None:
    """The README's table has every command of `--help`, and each of these has examples."""
    told = set(re.findall(r"^\| `scopecli (\w+)", README, re.MULTILINE))
    commands = scopecli("--help").stdout.partition("Commands:\n")[2]
    assert told == set(re.findall(r"^  (\w+)  ", commands, re.MULTILINE))
    for command in told:
        assert "Examples:" in scopecli(command, "--help").stdout
