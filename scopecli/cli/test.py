"""`scopecli test`."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from scopecli.cli.clusters import server_options
from scopecli.cli.common import engine_options, scenarios_argument
from scopecli.cli.formats import Formats
from scopecli.cli.messages import lines_of
from scopecli.cli.output import Output, output_options, write_lines
from scopecli.cli.run import session_options
from scopecli.cli.watch import watch_option

if TYPE_CHECKING:
    from scopecli.analysis.verdicts import Tested
    from scopecli.commands.engine import Engine
    from scopecli.commands.on_servers import ServerChoice
    from scopecli.interpret import SessionOptions

_MANY = 10


FORMATS: Final = Formats()


@FORMATS.add("text")
def _text(tested: "list[Tested]", output: Output, *, quiet: bool) -> Iterator[str]:
    from scopecli.render.verdicts import (  # noqa: PLC0415 - not for `--help`
        closing_line,
        summary_lines,
        verdict_lines,
    )

    lines = verdict_lines(tested, lines_of, output.columns, every=output.verbose, failed_alone=quiet)
    return output.styled_lines([*lines, *summary_lines(tested), closing_line(tested)])


@FORMATS.add("plain")
def _plain(tested: "list[Tested]", _: Output, *, quiet: bool) -> Iterator[str]:
    from scopecli.render.verdicts import verdicts_plain  # noqa: PLC0415 - not for `--help`

    return verdicts_plain(_only_failed(tested) if quiet else tested)


@FORMATS.add("json")
def _json(tested: "list[Tested]", _: Output, *, quiet: bool) -> Iterator[str]:
    from scopecli.render.verdicts import verdicts_json  # noqa: PLC0415 - not for `--help`

    return verdicts_json(_only_failed(tested) if quiet else tested)


@FORMATS.add("markdown")
def _markdown(tested: "list[Tested]", _: Output, *, quiet: bool) -> Iterator[str]:
    from scopecli.render.verdicts import verdicts_markdown  # noqa: PLC0415 - not for `--help`

    return verdicts_markdown(_only_failed(tested) if quiet else tested)


@FORMATS.add("github")
def _github(tested: "list[Tested]", _: Output, *, quiet: bool) -> Iterator[str]:
    from scopecli.render.findings import findings_github  # noqa: PLC0415 - not for `--help`
    from scopecli.render.verdicts import problems_of  # noqa: PLC0415 - likewise

    del quiet  # what is as expected has no annotation
    return findings_github(problems_of(tested))


def _only_failed(tested: "list[Tested]") -> "list[Tested]":
    return [scenario for scenario in tested if scenario.failed or scenario.problems]


@click.command(
    short_help="Run scenarios and judge what they expect.",
    epilog="""\b
    Examples:
      scopecli test scenarios
      scopecli test 'scenarios/*.yaml' --junit-xml report.xml

    Exit status: 0 all is as expected, 1 something is not, 2 a scenario could not be run at all.
    """,
)
@scenarios_argument("scenarios")
@click.option("--junit-xml", type=click.Path(readable=False), metavar="FILE", help="Also write JUnit's XML.")
@click.option(
    "-k", "part", metavar="TEXT", help="Only scenarios whose path has TEXT in it, whatever its case."
)
@click.option("-x", "--exitfirst", "stops", is_flag=True, help="Stop after the first scenario that fails.")
@click.option("-q", "--quiet", is_flag=True, help="Show nothing of scenarios that are as expected.")
@output_options(*FORMATS.names)
@session_options
@server_options
@engine_options
@watch_option("scenarios")
def test(  # noqa: PLR0913 - an option each
    *,
    scenarios: tuple[str, ...],
    junit_xml: str | None,
    part: str | None,
    stops: bool,
    quiet: bool,
    seed: int | None,
    session: "SessionOptions",
    servers: "ServerChoice",
    engine: "Engine",
    output: Output,
) -> None:
    """Run each SCENARIO and judge its `expect`; a directory stands for every scenario in it.

    That a scenario runs is judged too. With -v, what is as expected is listed as well.
    """
    from scopecli.analysis.verdicts import count  # noqa: PLC0415 - likewise
    from scopecli.commands.test import chosen_scenarios, test_scenarios  # noqa: PLC0415 - leads to the YAML parser

    progress = partial(_progress, stops=stops)
    files = chosen_scenarios(scenarios, part)
    tested = test_scenarios(files, engine, seed=seed, session=session, servers=servers, progress=progress)
    output.write(FORMATS.render(output, tested, quiet=quiet))
    if junit_xml:
        from scopecli.render.verdicts import junit_xml as rendered  # noqa: PLC0415 - not for `--help`

        write_lines(junit_xml, rendered(tested))
    sums = count(tested)
    click.get_current_context().exit(2 if sums.errors else int(sums.failed > 0))


def _progress(steps: "Sequence[Callable[[], Tested]]", *, stops: bool) -> "list[Tested]":
    """Take the steps, perhaps until one fails; where there are many, with a bar on a terminal."""
    if len(steps) < _MANY or not sys.stderr.isatty():
        return _take(steps, stops=stops)
    with click.progressbar(steps, label="testing", file=sys.stderr) as bar:
        return _take(bar, stops=stops)


def _take(steps: "Iterable[Callable[[], Tested]]", *, stops: bool) -> "list[Tested]":
    tested: list[Tested] = []
    for step in steps:
        tested.append(step())
        if stops and _only_failed(tested):
            break
    return tested
