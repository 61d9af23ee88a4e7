"""What a shell completes: scenario files, handles, parameters; without TensorFlow, silent on bad files."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

_SUFFIXES = (".yaml", ".yml")


@add_completion_class
class Bash(BashComplete):
    """Bash as it is: it takes `=` for the end of a word, and adds a space unless it is told not to."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)",
        "COMPREPLY+=($value)\n                [[ $value == *[=/] ]] && compopt -o nospace",
    )

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one to be completed, and that one, with what is around each `=`."""
        args, incomplete = super().get_completion_args()
        words = [""]
        for word in (*args, incomplete):
            if word == "=" or words[-1].endswith("="):
                words[-1] += word
            else:
                words.append(word)
        return words[1:-1], words[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """Return what bash puts in place of its own last word: what follows the `=`."""
        return f"{item.type},{item.value.partition('=')[2] or item.value}"


def program_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the Python files and folders that begin so."""
    del ctx, param
    return _files(incomplete, (".py",))


def _files(incomplete: str, suffixes: tuple[str, ...]) -> list[CompletionItem]:
    """Return the files of some suffixes, and the folders, that begin so."""
    folder = Path(incomplete) if incomplete.endswith("/") else Path(incomplete).parent
    try:
        found = sorted(path for path in folder.iterdir() if path.is_dir() or path.suffix in suffixes)
    except OSError:
        return []
    shown = incomplete.startswith("./")
    names = (f"{'./' if shown else ''}{word}{'/' if word.is_dir() else ''}" for word in found)
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


class ScenarioFile(click.Path):
    """A scenario file, or `-`; folders lead to others."""

    def __init__(self) -> None:
        super().__init__(allow_dash=True, readable=False)  # the reader says why it can't be read

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the scenarios and folders that begin so."""
        del ctx, param
        return _files(incomplete, _SUFFIXES)


def handles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the handles of the scenario on the command line."""
    del param
    named = (step.handle for step in _steps(ctx.params.get("source")) if getattr(step, "handle", None))
    return sorted({name for name in named if name.startswith(incomplete)})


def parameters(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return `NAME=` for each parameter of the scenarios named, and after it an initializer's names."""
    del param
    name, given, value = incomplete.partition("=")
    declared = _parameters(ctx)
    if not given:
        return [f"{parameter}=" for parameter in declared if parameter.startswith(incomplete)]
    from scopecli.scenario.vocabulary import INITIALIZERS  # noqa: PLC0415 - only to complete

    known = INITIALIZERS if _is_initializer(declared.get(name)) else ()
    return [f"{name}={word}" for word in known if word.startswith(value)]


def _parameters(ctx: click.Context) -> dict[str, Any]:
    found: dict[str, Any] = {}
    named = ctx.params.get("scenarios") or ctx.params.get("sources") or ()
    named = [ctx.params["source"]] if ctx.params.get("source") else named
    for program in _programs([*named, *ctx.args]):
        found.update(program.scenario.parameters or {})
    return found


def _is_initializer(argument: Any) -> bool:
    from scopecli.scenario.initializers import INITIALIZER  # noqa: PLC0415 - only to complete
    from scopecli.scenario.objects import TensorFlowObject  # noqa: PLC0415 - likewise
    from scopecli.scenario.problems import Problems  # noqa: PLC0415 - likewise

    return argument is not None and isinstance(INITIALIZER.read(argument.value, Problems()), TensorFlowObject)


def _steps(path: str | None) -> Iterator[Any]:
    for program in _programs([path] if path else []):
        yield from _inside(program.actions)


def _inside(actions: Iterable[Any]) -> Iterator[Any]:
    for action in actions:
        yield action.step
        yield from _inside(action.actions)


def _programs(paths: Iterable[str]) -> Iterator[Any]:
    from scopecli.ground.errors import InvalidSourceError  # noqa: PLC0415 - only to complete
    from scopecli.scenario.expansion import load_program  # noqa: PLC0415 - likewise

    for path in paths:
        try:
            yield load_program(path)
        except InvalidSourceError:  # it can't be told from here; the command will tell
            continue
