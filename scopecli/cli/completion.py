"""`scopecli completion`."""

import os
from pathlib import Path
from typing import Final, NamedTuple

import click

from scopecli.cli.completing import Bash, Fish, Zsh
from scopecli.cli.messages import say
from scopecli.cli.output import unwritable, write_lines
from scopecli.cli.program import COMPLETE_VARIABLE, cli
from scopecli.ground.errors import OutputError
from scopecli.ground.escapes import safe

_SHELLS: Final = {shell.name: shell for shell in (Bash, Zsh, Fish)}


class _Home(NamedTuple):
    """Where a shell has its completion.

    Attributes:
        script: the file of what completes scopecli.
        start: the file that the shell reads when it starts, which is to read the script; None if it does.
    """

    script: Path
    start: Path | None


def _home_of(shell: str) -> _Home:
    """Return where a shell looks, by its own manual and the XDG base directories."""
    home = Path.home()
    if shell == "fish":
        config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
        return _Home(config / "fish" / "completions" / "scopecli.fish", None)
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    script = data / "scopecli" / f"completion.{shell}"
    if shell == "zsh":
        return _Home(script, Path(os.environ.get("ZDOTDIR") or home) / ".zshrc")
    return _Home(script, home / ".bashrc")


@click.command(
    short_help="Complete commands, files and names in your shell.",
    epilog="""\b
    Examples:
      scopecli completion install
      scopecli completion install zsh
      scopecli completion show fish
    """,
)
@click.argument("action", type=click.Choice(["install", "show"]))
@click.argument("shell", type=click.Choice(list(_SHELLS)), required=False)
def completion(*, action: str, shell: str | None) -> None:
    """Set up completion for SHELL, which is the one that you log in with if none is given.

    `install` writes the script to a file of its own and has the shell read it when it starts: in bash and
    zsh by a line in its start-up file, which is added once. `show` prints the script, and writes nothing.
    """
    shell = shell or Path(os.environ.get("SHELL", "")).name
    if shell not in _SHELLS:
        told = f"there is no completion for {shell}" if shell else "SHELL does not say which shell is yours"
        raise click.UsageError(f"{told}; give one of {', '.join(_SHELLS)}")
    script = _SHELLS[shell](cli, {}, "scopecli", COMPLETE_VARIABLE).source()
    if action == "show":
        write_lines(None, script.rstrip().splitlines())
        return
    place = _home_of(shell)
    try:
        place.script.parent.mkdir(parents=True, exist_ok=True)
        write_lines(str(place.script), script.rstrip().splitlines())
        say(f"wrote {safe(str(place.script))}")
        if place.start:
            _read_at_start(place.script, place.start)
    except OSError as error:
        raise OutputError([unwritable(error.filename, error)]) from None
    say(f"a new {shell} completes scopecli")


def _read_at_start(script: Path, start: Path) -> None:
    """Have a shell read a script when it starts, by a line that is added if it is not there."""
    line = f"[ -r '{script}' ] && . '{script}'"
    text = start.read_text(encoding="utf-8") if start.exists() else ""
    if line in text.splitlines():
        return
    with start.open("a", encoding="utf-8") as stream:
        stream.write(f"{'' if text.endswith(chr(10)) or not text else chr(10)}{line}\n")
    say(f"added a line to {safe(str(start))}")
