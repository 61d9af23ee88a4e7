"""`--watch`: a command runs again whenever a file that it reads changes."""

import os
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.exceptions import Exit

from scopecli.cli.answers import INTERRUPTED, answer_errors
from scopecli.cli.messages import lines_of, say
from scopecli.cli.output import Output

if TYPE_CHECKING:
    from watchfiles import Change

_SUFFIXES: Final = (".yaml", ".yml", ".py")
_PAUSE: Final = 50  # milliseconds between two looks at what the system has heard


def watch_option(sources: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add `--watch` to a command, whose argument `sources` has the files to watch.

    It stands next to the command itself, which runs again as it was called, with what the options made.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_watch(*, watch: bool, output: Output, **options: Any) -> Any:
            if not watch:
                return command(output=output, **options)
            if "-" in options[sources]:
                raise click.UsageError(
                    "--watch reads a file again and again, and standard input is read once"
                )
            return _watch(command, options[sources], output=replace(output, pager=False), **options)

        option = click.option(
            "--watch", is_flag=True, help="Run again whenever a file changes, until Ctrl-C ends it."
        )
        option(with_watch)
        return with_watch

    return decorate


def _watch(command: Callable[..., Any], paths: Collection[str], *, output: Output, **options: Any) -> None:
    """Run the command now and after each change; its last status is the program's."""
    loaded = set(sys.modules)
    status = 0
    try:
        for changed in _changes(paths):
            if output.on_terminal:
                click.clear()
            lines_of.cache_clear()
            if any(path.endswith(".py") for path in changed):
                _forget_modules(loaded)
            status = _status_of(command, output=output, **options)
            if status == INTERRUPTED:
                break
            say("waiting for a file to change; Ctrl-C ends it")
    except KeyboardInterrupt:
        pass
    click.get_current_context().exit(status)


def _changes(paths: Collection[str]) -> Iterator[Collection[str]]:
    """Yield nothing at first, once changes are heard of, and then the files that changed each time."""
    from watchfiles import watch  # noqa: PLC0415 - seldom asked for

    named = {os.path.realpath(path) for path in paths}
    folders = {_folder(path) for path in paths}
    below = any(os.path.isdir(path) or "**" in path for path in paths)  # noqa: PTH112 - a path of any kind

    def is_read(_change: "Change", path: str) -> bool:
        return path.endswith(_SUFFIXES) or os.path.realpath(path) in named

    heard = watch(*folders, watch_filter=is_read, recursive=below, rust_timeout=_PAUSE, yield_on_timeout=True)
    yield {path for _, path in next(heard)}
    yield from ({path for _, path in changes} for changes in heard if changes)


def _folder(path: str) -> Path:
    """Return the nearest folder that is there: a path itself, or what it is or may come to be in.

    An editor puts another file in the place of the one that it saves, so that a file alone can't be watched.
    """
    here = Path(os.path.realpath(path))
    return next(folder for folder in (here, *here.parents) if folder.is_dir())


def _status_of(command: Callable[..., Any], **options: Any) -> int:
    """Return the status that a command ends with."""
    try:
        with answer_errors():
            command(**options)
    except Exit as leaving:
        return leaving.exit_code
    return 0


def _forget_modules(loaded: Collection[str]) -> None:
    """Have the user's own modules, which a scenario names, be read again."""
    here = os.path.join(os.path.realpath("."), "")  # noqa: PTH118 - to begin a path with
    for name in [name for name in sys.modules if name not in loaded]:
        file = os.path.realpath(getattr(sys.modules[name], "__file__", None) or "")
        if file.startswith(here) and "site-packages" not in Path(file).parts:
            del sys.modules[name]
