"""The `scopecli` command group: which commands there are, and what they are started with."""

import os
import shlex
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Final

import click

from scopecli import __version__
from scopecli.cli.answers import answer_errors
from scopecli.cli.config import project_defaults
from scopecli.cli.messages import say
from scopecli.cli.progress import show_work
from scopecli.ground.announcements import listen

_MEANT: Final = {"ls": "list", "show": "list", "compare": "diff", "build": "run", "validate": "check"}
_TAKE: Final = {(".py", ".ipynb"): "trace", (".yaml", ".yml"): "run"}  # files, by how their names end
COMPLETE_VARIABLE: Final = "_SCOPECLI_COMPLETE"
"""The environment variable by which a shell asks for what completes a word; click's own name for it."""


# Each is a module of this package, which is loaded when the command is named.
_COMMANDS: Final = (
    "run",
    "list",
    "tree",
    "draw",
    "page",
    "diff",
    "convert",
    "explain",
    "check",
    "schema",
    "new",
    "lint",
    "test",
    "trace",
    "serve",
    "export",
    "help",
    "completion",
)


class CommandGroup(click.Group):
    """A group of commands that ends every error in one message and the right exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command: no other is loaded, so that none is slow because of another."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"scopecli.cli.{cmd_name}")
        # A command that is called as one of Python's own functions is has an underscore more.
        command: click.Command = getattr(module, f"{cmd_name}_", None) or getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; of none, say which was probably meant."""
        name = args[0] if args else ""
        if name in _COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)
        raise click.UsageError(_no_command(name), ctx)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the group's own options, of which `--help` and `--version` write too."""
        with answer_errors():
            context = super().make_context(*arguments, **options)
            if not context.resilient_parsing:
                context.default_map = dict.fromkeys(_COMMANDS, project_defaults())
            return context

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        listen(say, show_work)
        with answer_errors():
            super().invoke(ctx)
            sys.stdout.flush()


def _no_command(name: str) -> str:
    """Return that there is no such command, and what was probably meant."""
    from scopecli.ground.words import closest  # noqa: PLC0415 - seldom needed

    meant = _MEANT.get(name.lower()) or closest(name, _COMMANDS)
    if os.path.exists(name):  # noqa: PTH110 - of a path that can't be, such as a very long one, this is False
        command = next((command for endings, command in _TAKE.items() if name.endswith(endings)), "list")
        return f"{name} is no command but a file; `scopecli {command} {shlex.quote(name)}` takes it"
    return f"there is no command {name!r}" + (f"; did you mean {meant!r}?" if meant else "")


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
    Examples:
      scopecli run scenarios/reuse_true.yaml
      scopecli list scenarios/gan.yaml --scope generator
      scopecli run scenarios/*.yaml -f json | jq '.[].totals'

    Exit status: 0 done, 1 it ran and the answer is no, 2 it could not run, 130 interrupted.
    """,
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def cli() -> None:
    """Inspect TF1 variables: which exist, who made them, who shares them, and why a call failed."""


def start(*, own_process: bool) -> None:
    """Run the command line on the process's arguments; it ends in `SystemExit`."""
    for stream in (sys.stdout, sys.stderr):
        # A character that the stream's encoding lacks is written as an escape, not a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if os.environ.get(COMPLETE_VARIABLE):
        import_module("scopecli.cli.completing")  # has what a shell needs beyond click's own
    cli.main(prog_name="scopecli", obj=own_process)
