"""`scopecli test`."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click

from scopecli.cli.common import engine_options, scenarios_argument
from scopecli.cli.formats import Formats
from scopecli.cli.messages import lines_of
from scopecli.cli.output import Output, output_options, write_lines
from scopecli.cli.run import session_options

if TYPE_CHECKING:
    from scopecli.analysis.verdicts import Tested
    from scopecli.commands.engine import Engine
    from scopecli.interpret import SessionOptions

_MANY = 10


FORMATS: Final = Formats()


@FORMATS.add("text")
def _text(tested: "list[Tested]", output: Output) -> Iterator[str]:
    from scopecli.render.verdicts import closing_line, verdict_lines  # noqa: PLC0415 - not for `--help`

    lines = verdict_lines(tested, lines_of, output.columns, every=output.verbose)
    return output.styled_lines([*lines, closing_line(tested)])


@FORMATS.add("plain")
def _plain(tested: "list[Tested]", _: Output) -> Iterator[str]:
    from scopecli.render.verdicts import verdicts_plain  # noqa: PLC0415 - not for `--help`

    return verdicts_plain(tested)


@FORMATS.add("json")
def _json(tested: "list[Tested]", _: Output) -> Iterator[str]:
    from scopecli.render.verdicts import verdicts_json  # noqa: PLC0415 - not for `--help`

    return verdicts_json(tested)


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
@output_options(*FORMATS.names)
@session_options
@engine_options
def test(  # noqa: PLR0913 - an option each
    *,
    scenarios: tuple[str, ...],
    junit_xml: str | None,
    seed: int | None,
    session: "SessionOptions",
    engine: "Engine",
    output: Output,
) -> None:
    """Run each SCENARIO and judge its `expect`; a directory stands for every scenario in it.

    That a scenario runs is judged too. With -v, what is as expected is listed as well.
    """
    from scopecli.analysis.verdicts import count  # noqa: PLC0415 - likewise
    from scopecli.commands.test import test_scenarios  # noqa: PLC0415 - leads to the YAML parser

    tested = test_scenarios(scenarios, engine, seed=seed, session=session, progress=_progress)
    output.write(FORMATS.render(output, tested))
    if junit_xml:
        from scopecli.render.verdicts import junit_xml as rendered  # noqa: PLC0415 - not for `--help`

        write_lines(junit_xml, rendered(tested))
    sums = count(tested)
    click.get_current_context().exit(2 if sums.errors else int(sums.failed > 0))


def _progress(steps: "Sequence[Callable[[], Tested]]") -> "list[Tested]":
    """Take the steps; where there are many, with a bar on a terminal."""
    if len(steps) < _MANY or not sys.stderr.isatty():
        return [step() for step in steps]
    with click.progressbar(steps, label="testing", file=sys.stderr) as bar:
        return [step() for step in bar]
