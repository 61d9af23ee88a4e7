"""The README and the topics of help: their commands do what they say, their tables name what is there."""

import doctest
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, Scopecli

from scopecli.ground.codes import CODES
from scopecli.render.reference import words
from scopecli.report.writing import report_schema
from scopecli.topics import topic, topic_names

README = (ROOT / "README.md").read_text(encoding="utf-8")
TOPICS = {name: topic(name) for name in topic_names()}
DOCUMENTS = "\n".join([README, *TOPICS.values()])
FILES = re.findall(r"<!-- file: (\S+) -->\n```(?:yaml|python)\n(.*?)```", DOCUMENTS, re.DOTALL)
SHOWN = re.findall(r"<!-- shown: (\S+) -->\n```yaml\n(.*?)```", DOCUMENTS, re.DOTALL)
SESSIONS = sorted(set(re.findall(r"```console\n\$ scopecli (.*?)\n(.*?)```", DOCUMENTS, re.DOTALL)))
PYTHON = re.findall(r"```pycon\n(.*?)```", DOCUMENTS, re.DOTALL)
_OF_SERVERS = {"SC112", "SC113", "SC114", "SC116", "SC117", "SC119"}  # as in tests/test_cluster.py
NOT_SHOWN = {"SC802", *_OF_SERVERS}  # another TensorFlow is needed, and servers

_SECONDS = re.compile(r"\d+\.\d\ds")


def _on_a_terminal(arguments: str, folder: Path) -> str:
    """Return what the program writes to a terminal."""
    ours, theirs = pty.openpty()
    plain = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100"}
    environment = {**os.environ, **plain, "PYTHONPATH": str(ROOT)}
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


def _renew(output: str, written: str) -> None:
    """Write what a command prints in the place of what was shown of it."""
    for path in (ROOT / "README.md", *(ROOT / "scopecli" / "topics").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if output in text:
            path.write_text(text.replace(output, written), encoding="utf-8")


@pytest.mark.parametrize(("arguments", "output"), SESSIONS, ids=[arguments for arguments, _ in SESSIONS])
def test_shown_output_is_real(arguments: str, output: str, tmp_path: Path) -> None:
    """Each command that is shown prints on a terminal what is shown."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    for name, text in FILES:
        (tmp_path / name).write_text(text, encoding="utf-8")
    if "model.ckpt" in arguments:
        _on_a_terminal("run trained.yaml", tmp_path)  # which saves it
    if "logs/" in arguments:
        _on_a_terminal("run training.yaml", tmp_path)  # likewise
    if "module.npz" in arguments:
        subprocess.run([sys.executable, "export.py"], cwd=tmp_path, check=True)  # likewise
    written = _on_a_terminal(arguments, tmp_path)
    if os.environ.get("SCOPECLI_RENEW"):
        _renew(output, written)
    assert _SECONDS.sub("0.00s", written.expandtabs()) == _SECONDS.sub("0.00s", output.expandtabs())


@pytest.mark.parametrize("session", PYTHON)
def test_shown_python_is_real(session: str) -> None:
    """Each Python session in the README prints what the README shows."""
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    said: list[str] = []
    result = doctest.DocTestRunner().run(test, out=said.append)
    assert (result.failed, said) == (0, [])
    assert result.attempted


def test_the_picture_is_real(tmp_path: Path, scopecli: Scopecli) -> None:
    """The README begins with a drawing, and it is what the command beside it writes."""
    path = ROOT / ".github" / "gan.svg"
    assert f"]({path.relative_to(ROOT)})" in README.partition("\n## ")[0]
    (command,) = re.findall(r"drawn by `scopecli (.*?)`", README)
    *arguments, file = shlex.split(command)
    assert scopecli(*arguments, tmp_path / file).exit_code == 0
    if os.environ.get("SCOPECLI_RENEW"):
        path.write_bytes((tmp_path / file).read_bytes())
    assert (tmp_path / file).read_bytes() == path.read_bytes()


def test_shown_files_are_real() -> None:
    """Each file that the README shows is as shown, and there is one."""
    assert SHOWN
    for path, text in SHOWN:
        assert (ROOT / path).read_text(encoding="utf-8") == text


def test_the_readme_is_short() -> None:
    """What is longer is read in the shell, by topic."""
    assert len(README.splitlines()) <= 250


def test_every_topic_is_shown(scopecli: Scopecli) -> None:
    """Each topic that the list names is there, and each word of the language with its keys."""
    listed = re.findall(r"^- `(\w+)`: (.+)$", scopecli("help").stdout, re.MULTILINE)
    assert {name for name, _ in listed} >= {*TOPICS, "words", "initializers", "report", "session"}
    for name, title in listed:
        assert f"# {title}" in scopecli("help", name).stdout
    for word in words():
        assert f"| `{word}` |" in scopecli("help", word).stdout or word == "for"
    assert scopecli("help", "get_variable", "--width", "60").stdout != scopecli("help", "get_variable").stdout


def test_help_on_a_command_and_a_topic_of_one_name(scopecli: Scopecli) -> None:
    """Of a command its own help comes first, then the topic if there is one."""
    assert scopecli("run", "--help").stdout.partition("\n")[2] in scopecli("help", "run").stdout
    told = scopecli("help", "trace").stdout
    assert told.index("Usage: ") < told.index("# Programs")


def test_help_on_what_is_none(scopecli: Scopecli) -> None:
    """The nearest name is told."""
    result = scopecli("help", "initialisers")
    assert (result.exit_code, "did you mean 'initializers'?" in result.stderr) == (2, True)


def test_every_key_of_the_report_is_told(scopecli: Scopecli) -> None:
    """Each key of the JSON Schema is in the reference, with what it means."""
    told = scopecli("help", "report").stdout
    schema = report_schema()
    names = {*schema["properties"], *(key for one in schema["$defs"].values() for key in one["properties"])}
    for name in names:
        assert f"| `{name}` | " in told


@pytest.mark.parametrize("code", CODES)
def test_the_example_of_a_code(
    code: str, scopecli: Scopecli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What explains a code shows a file, or commands, and the last command says it."""
    told = scopecli("explain", code).stdout
    assert told == scopecli("help", code.lower()).stdout
    assert told.startswith(f"# {code}: {CODES[code]}\n")
    monkeypatch.chdir(tmp_path)
    for text in re.findall(r"```yaml\n(.*?)```", told, re.DOTALL):
        (tmp_path / "example.yaml").write_text(text, encoding="utf-8")
    if code not in NOT_SHOWN:
        assert f"[{code}]" in _said_last(told, scopecli)


def _said_last(told: str, scopecli: Scopecli) -> str:
    """Return what the last command of a page says; those before it are run too."""
    commands = re.findall(r"`(scopecli .* example\.yaml)`", told)
    commands = commands or re.findall(r"```sh\n(.*?)```", told, re.DOTALL)[0].strip().split("\nscopecli ")
    said = ""
    for number, command in enumerate(commands):
        words = command if number == 0 else f"scopecli {command}"
        if words.startswith("scopecli ") and "\n" not in words:
            result = scopecli(*shlex.split(words)[1:])
            said = result.stdout + result.stderr
        else:
            path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
            done = subprocess.run(
                ["/bin/sh", "-c", words],
                check=False,
                capture_output=True,
                text=True,
                env={**os.environ, "PATH": path},
            )
            said = done.stdout + done.stderr
    return said


def test_a_code_that_is_none(scopecli: Scopecli) -> None:
    """It is told, with where the codes are."""
    result = scopecli("explain", "SC999")
    assert (result.exit_code, "`scopecli help messages` lists them" in result.stderr) == (2, True)
    assert all(f"| {code} | {says} |" in scopecli("help", "messages").stdout for code, says in CODES.items())


def test_every_code_is_registered() -> None:
    """The register has every code that scopecli can give, in order, and no other."""
    others = ("codes.py", "version_1.py")
    paths = [path for path in (ROOT / "scopecli").rglob("*.py") if path.name not in others]
    given = {code for path in paths for code in re.findall(r'"(SC\d{3})"', path.read_text("utf-8"))}
    assert given == set(CODES)
    assert [*CODES] == sorted(CODES)


def test_every_format_is_told(scopecli: Scopecli) -> None:
    """The table of formats has those of `run` and of `list`."""
    rows = re.findall(r"^\| (`table`|`[a-z]+`(?:, `[a-z]+`)*) \|", TOPICS["output"], re.MULTILINE)
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


def test_help_on_a_command_goes_to_a_file(tmp_path: Path, scopecli: Scopecli) -> None:
    """With `-o`, the command's options and its topic are both in the file."""
    whole = scopecli("help", "trace").stdout
    assert scopecli("help", "trace", "-o", tmp_path / "trace.md").stdout == ""
    assert (tmp_path / "trace.md").read_text() == whole
    assert whole.startswith("Usage: ")
    assert "\n# " in whole
