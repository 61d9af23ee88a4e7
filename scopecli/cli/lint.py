"""`scopecli lint`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scopecli.analysis.lint import ON_BY_DEFAULT, RULES
from scopecli.cli.common import (
    FILE_WITH_CALLS,
    WITH_UNREAD,
    engine_options,
    finish,
    refuse_unread,
    scenarios_argument,
)
from scopecli.cli.completing import codes_of
from scopecli.cli.findings import FINDING_FORMATS
from scopecli.cli.messages import say
from scopecli.cli.output import Output, output_options, unwritable
from scopecli.cli.watch import watch_option
from scopecli.ground.codes import CODES
from scopecli.ground.errors import OutputError
from scopecli.ground.escapes import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scopecli.commands.engine import Engine
    from scopecli.commands.lint import Linted
    from scopecli.ground.diagnostics import Diagnostic


def _codes(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes that are named, in full or by how they begin."""
    named = [name.strip() for value in values for name in value.split(",")]
    for name in named:
        if not name or not any(code.startswith(name) for code in RULES):
            known = ", ".join(RULES)
            raise click.BadParameter(f"there is no code {name!r}; the codes are {known}", ctx, param)
    return tuple(code for code in RULES if any(code.startswith(name) for name in named))


@click.command(
    short_help="Warn of sharing that is probably not meant.",
    epilog="""\b
    Codes:
{codes}
      * only if selected

    \b
    Examples:
      scopecli lint scenarios
      scopecli lint model.yaml --ignore SC405,SC407
      scopecli lint scenarios -f github
      scopecli lint report.json
    """.format(
        codes="\n".join(f"      {code}{' ' if RULES[code].is_on else '*'} {CODES[code]}" for code in RULES)
    ),
)
@scenarios_argument("sources", "SOURCE", FILE_WITH_CALLS)
@click.option(
    "--select",
    multiple=True,
    callback=_codes,
    shell_complete=codes_of(RULES),
    metavar="CODES",
    help=f"Only these codes, such as SC401.  [default: {', '.join(ON_BY_DEFAULT)}]",
)
@click.option(
    "--ignore",
    multiple=True,
    callback=_codes,
    shell_complete=codes_of(RULES),
    metavar="CODES",
    help="All codes but these.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each code instead.")
@click.option(
    "--fix", "fixes", is_flag=True, help="Write scenarios anew where there is one right answer: SC401, SC403."
)
@output_options(*FINDING_FORMATS.names)
@engine_options
@watch_option("sources")
def lint(  # noqa: PLR0913 - an option each
    *,
    sources: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    statistics: bool,
    fixes: bool,
    engine: "Engine",
    output: Output,
) -> None:
    """Warn of what is legal in each SOURCE and probably not meant.

    A SOURCE is a scenario, whose graph is built without a session, or a report that `run -f json` saved. A
    directory stands for every scenario in it. There is a code for each kind of finding, and status 1 if
    there is a finding, 2 if a source can't be read. With --fix, what was put right is no finding any more.
    """
    from scopecli.commands.lint import lint_sources  # noqa: PLC0415 - leads to the YAML parser

    codes = [code for code in select or ON_BY_DEFAULT if code not in ignore]
    linted = lint_sources(sources, engine, codes)
    while fixes and _fix(linted):  # what is right now can show what else is not
        linted = lint_sources(sources, engine, codes)
    reports = [one.report for one in linted]
    refuse_unread(reports, output)
    found = [finding for one in linted for finding in (_problems(one, output) or one.found)]
    output.write(_counts(found, output) if statistics else FINDING_FORMATS.render(output, found))
    finish(reports, output, status=int(any(one.found for one in linted)))


def _fix(found: "Sequence[Linted]") -> bool:
    """Write scenarios without what can be put right; tell whether there was any."""
    from scopecli.commands.lint import fixed_scenarios  # noqa: PLC0415 - leads to the YAML parser
    from scopecli.ground.whole_files import replace_text  # noqa: PLC0415 - seldom asked for
    from scopecli.render.text import count_noun  # noqa: PLC0415 - not for `--help`

    fixed = fixed_scenarios(found)
    for path, (text, number) in fixed.items():
        try:
            replace_text(Path(path), text)
        except OSError as error:
            raise OutputError([unwritable(path, error)]) from None
        say(f"{safe(path)}: {count_noun(number, 'finding')} fixed")
    return bool(fixed)


def _counts(found: "Sequence[Diagnostic]", output: Output) -> "Iterator[str]":
    from scopecli.render.findings import counts_json, counts_text  # noqa: PLC0415 - not for `--help`

    return (counts_json if output.chosen_format == "json" else counts_text)(found)


def _problems(linted: "Linted", output: Output) -> "Sequence[Diagnostic]":
    """Return why a source could not be read, where that has a place in what programs read."""
    from scopecli.sources.opened import Unread  # noqa: PLC0415 - not for `--help`

    if isinstance(linted.report, Unread) and output.chosen_format in WITH_UNREAD:
        return linted.report.problems
    return ()
