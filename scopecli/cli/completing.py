"""What a shell completes: sources, calls, scopes, parameters, codes; silent on bad files."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
    add_completion_class,
)

SCENARIOS: Final = (".yaml", ".yml")
WITH_CALLS: Final = (*SCENARIOS, ".json", ".jsonl")
ANY_SOURCE: Final = (
    *(*WITH_CALLS, ".meta", ".pb", ".pbtxt", ".index"),
    *(".safetensors", ".npz", ".keras", ".h5", ".hdf5"),
)
_PREFIX_OF: Final = ".index"  # the file beside a checkpoint's data, which its prefix is the name of
_SCOPED: Final = ("sources", "scenarios", "source")


@add_completion_class
class Bash(BashComplete):
    """Bash as it is: it takes `=` for the end of a word, and adds a space unless it is told not to."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)",
        'COMPREPLY+=("$value")\n                [[ $value == *[=/] ]] && compopt -o nospace',
    ).replace("read type value", "read -r type value")

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
        """Return what bash puts in place of its own last word: what follows the `=`, and no comment."""
        value = item.value.partition("=")[2] or item.value
        return f"{item.type},{re.sub('^#', chr(92) + '#', value)}"


@add_completion_class
class Zsh(ZshComplete):
    """Zsh as it is: it completes nothing before `compinit` ran, and adds a space unless it is told not to."""

    source_template = ZshComplete.source_template.replace(
        "#compdef %(prog_name)s\n",
        "#compdef %(prog_name)s\n(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }\n",
    ).replace(
        'completions+=("$key")',
        'if [[ "$key" == *[=/] ]]; then compadd -U -V unsorted -S "" -- "$key"\n'
        '                else completions+=("$key"); fi',
    )


@add_completion_class
class Fish(FishComplete):
    """Fish as it is: what follows a comma belongs to the same value or its help."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')


class SourceFile(click.Path):
    """A source, or `-`; folders lead to others.

    Args:
        suffixes: how the names of files end that are completed; of `.index` the checkpoint's prefix is.
    """

    def __init__(self, *suffixes: str) -> None:
        super().__init__(allow_dash=True, readable=False)  # the reader says why it can't be read
        self._suffixes = suffixes

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the sources and folders that begin so."""
        del ctx, param
        return _files(incomplete, self._suffixes)


def program_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the Python files, notebooks and folders that begin so."""
    del ctx, param
    return _files(incomplete, (".py", ".ipynb"))


def _files(incomplete: str, suffixes: tuple[str, ...]) -> list[CompletionItem]:
    """Return the files of some suffixes, and the folders, that begin so."""
    folder = Path(incomplete) if incomplete.endswith("/") else Path(incomplete).parent
    try:
        found = sorted(path for path in folder.iterdir() if path.is_dir() or path.suffix in suffixes)
    except OSError:
        return []
    shown = incomplete.startswith("./")
    names = (f"{'./' if shown else ''}{_typed_name(path)}" for path in found)
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _typed_name(path: Path) -> str:
    return f"{path}/" if path.is_dir() else str(path).removesuffix(_PREFIX_OF)


def codes_of(known: Iterable[str]) -> Callable[..., list[CompletionItem]]:
    """Return what completes some of these codes, separated by commas, each with what it says."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from scopecli.ground.codes import CODES  # noqa: PLC0415 - only to complete

        del ctx, param
        written, comma, begun = incomplete.rpartition(",")
        return [
            CompletionItem(f"{written}{comma}{code}", help=CODES[code])
            for code in known
            if code.startswith(begun)
        ]

    return complete


def calls(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return what the calls of the source on the command line go by: handles, and else numbers and variables.

    A scenario's handles are read; what else there is only TensorFlow tells.
    """
    del param
    source = ctx.params.get("source")
    found = {step.handle for step in _steps(source) if step.yields == "a variable" and step.handle}
    if not any(name.startswith(incomplete) for name in found):
        from scopecli.analysis.explain import names_of  # noqa: PLC0415 - only to complete

        found = {
            name for report in _reports([source], ctx) for call in report.calls for name in names_of(call)
        }
    return sorted((name for name in found if name.startswith(incomplete)), key=_by_number)


def _by_number(name: str) -> tuple[int, str]:
    return (int(name[1:]) if re.fullmatch(r"#\d+", name) else 0), name


def scopes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the scopes that the variables of the sources on the command line are in."""
    del param
    names = {variable.name for report in _reports(_sources_named(ctx), ctx) for variable in report.variables}
    found = {name[: match.start()] for name in names for match in re.finditer("/", name)}
    return sorted(scope for scope in found if scope.startswith(incomplete))


def _sources_named(ctx: click.Context) -> list[str]:
    """Return the sources on the command line, as far as it is written."""
    given = next((ctx.params[name] for name in _SCOPED if ctx.params.get(name)), ())
    return [*([given] if isinstance(given, str) else given), *ctx.args]


def _reports(paths: Iterable[str | None], ctx: click.Context) -> Iterator[Any]:
    """Yield the reports of sources; scenarios are built, without a session and without code of the user's."""
    from scopecli.commands.engine import Engine  # noqa: PLC0415 - only to complete
    from scopecli.commands.sources import open_sources  # noqa: PLC0415 - likewise
    from scopecli.ground.errors import ScopecliError  # noqa: PLC0415 - likewise
    from scopecli.sources.opened import read_ones  # noqa: PLC0415 - likewise

    engine = Engine(bool(ctx.find_root().obj))
    try:
        yield from (one.report for one in read_ones(open_sources([path for path in paths if path], engine)))
    except ScopecliError:  # it can't be told from here; the command will tell
        return


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
    for program in _programs(_sources_named(ctx)):
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
