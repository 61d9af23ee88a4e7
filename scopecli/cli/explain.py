"""`scopecli explain`."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from scopecli.cli.common import FILE_WITH_CALLS, engine_options, finish
from scopecli.cli.completing import calls as complete_calls
from scopecli.cli.errors import unless_error
from scopecli.cli.formats import Formats
from scopecli.cli.output import Output, output_options

if TYPE_CHECKING:
    from scopecli.analysis.explain import Explanation
    from scopecli.commands.engine import Engine


FORMATS: Final = Formats()
_CODE: Final = re.compile(r"SC\d{3}", re.IGNORECASE)


@FORMATS.add("text")
def _text(explanations: "Sequence[Explanation]", output: Output) -> Iterator[str]:
    from scopecli.render.explain import explain_text  # noqa: PLC0415 - not for `--help`

    return output.styled_lines(explain_text(explanations, output.columns))


@FORMATS.add("json")
def _json(explanations: "Sequence[Explanation]", _: Output) -> Iterator[str]:
    from scopecli.render.explain import explain_json  # noqa: PLC0415 - not for `--help`

    return explain_json(explanations)


@click.command(
    short_help="Explain each call, or an error of TensorFlow's.",
    epilog="""\b
    Examples:
      scopecli explain scenarios/reuse_true.yaml
      scopecli explain scenarios/reuse_true.yaml w3
      scopecli explain report.json generator/kernel
      scopecli explain SC405
      scopecli explain scenarios/beginners.yaml -f json | jq '.[].fix'
      scopecli explain --error 'Variable layer/kernel already exists, disallowed.'
      python train.py 2>&1 | scopecli explain --error -
    """,
)
@click.argument("source", type=FILE_WITH_CALLS, required=False)
@click.argument("handles", nargs=-1, metavar="[HANDLE]...", shell_complete=complete_calls)
@click.option(
    "--error", metavar="TEXT", help="Explain this error instead: a message, a log; - is standard input."
)
@output_options(*FORMATS.names)
@unless_error
@engine_options
def explain(*, source: str, handles: tuple[str, ...], engine: "Engine", output: Output) -> None:
    """Explain the calls of a SOURCE, or those that yield a HANDLE.

    For each: the scopes around it and who opened them, the reuse mode in force and what set it, the full
    name and how it came about, and whether the variable was made here, found, or refused, with what would
    help. A SOURCE is a scenario, whose graph is built without a session, or a report that `run -f json` or
    `trace -f json` saved. A call may also be named by its number (#0 is the first) or by its variable.

    A code such as SC405 in the place of a SOURCE is explained by itself.

    With --error, say instead what an error means, what usually causes it and what to do about it. TEXT may be
    as you found it, with other lines around: of several errors the last one is explained, of a very long log
    the last 4 MiB are read. TensorFlow is not loaded.
    """
    if _CODE.fullmatch(source) and not Path(source).exists():
        _explain_code(source.upper(), output)
        return
    from scopecli.commands.explain import explain_calls  # noqa: PLC0415 - leads to the YAML parser

    reports, explanations = explain_calls(source, engine)
    chosen = _explanations_by_name(explanations, handles)
    output.write(FORMATS.render(output, chosen))
    finish(reports, output)


def _explain_code(code: str, output: Output) -> None:
    from scopecli.cli.help import show_markdown  # noqa: PLC0415 - seldom asked for
    from scopecli.ground.codes import CODES  # noqa: PLC0415 - likewise
    from scopecli.render.topics import code_lines  # noqa: PLC0415 - likewise

    if code not in CODES:
        raise click.UsageError(f"no message has the code {code}; `scopecli help messages` lists them")
    show_markdown(code_lines(code), output)


def _explanations_by_name(
    explanations: "Sequence[Explanation]", handles: tuple[str, ...]
) -> "list[Explanation]":
    """Return the explanations of the calls that go by these names, in the order of the calls."""
    from scopecli.analysis.explain import names_of  # noqa: PLC0415 - not for `--help`
    from scopecli.ground.words import closest  # noqa: PLC0415 - not for `--help`

    names = [names_of(explanation.call) for explanation in explanations]
    known = set[str]().union(*names)
    for handle in handles:
        if handle not in known:
            near = closest(handle, known)
            own = sorted(explanation.call.handle for explanation in explanations if explanation.call.handle)
            listed = f"the handles are {', '.join(own)}" if own else "none has a handle; #0 is the first call"
            hint = f"did you mean {near!r}?" if near else listed
            raise click.UsageError(f"no call yields {handle!r}; {hint}")
    chosen = zip(explanations, names, strict=True)
    return [explanation for explanation, its in chosen if not handles or not its.isdisjoint(handles)]
