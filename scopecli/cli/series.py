"""`scopecli list --step all`: every checkpoint of a directory, from step to step."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click

from scopecli.cli.common import finish, refuse_unread
from scopecli.cli.formats import Formats
from scopecli.cli.output import Output
from scopecli.cli.progress import in_turn

if TYPE_CHECKING:
    from scopecli.analysis.selection import Selection
    from scopecli.analysis.series import Series
    from scopecli.report.model import Variable

_MUCH: Final = 1 << 27  # bytes of a checkpoint that take a while to read, with the others

FORMATS: Final = Formats()


@FORMATS.add("table")
def _table(found: "Sequence[Series]", output: Output) -> Iterator[str]:
    from scopecli.render.series import series_table  # noqa: PLC0415 - needs rich

    return series_table(found, output.canvas())


@FORMATS.add("plain")
def _plain(found: "Sequence[Series]", _: Output) -> Iterator[str]:
    from scopecli.render.series import series_plain  # noqa: PLC0415 - not for `--help`

    return series_plain(found)


@FORMATS.add("json")
def _json(found: "Sequence[Series]", _: Output) -> Iterator[str]:
    from scopecli.render.series import series_json  # noqa: PLC0415 - not for `--help`

    return series_json(found)


@FORMATS.add("jsonl")
def _jsonl(found: "Sequence[Series]", _: Output) -> Iterator[str]:
    from scopecli.render.series import series_jsonl  # noqa: PLC0415 - not for `--help`

    return series_jsonl(found)


@FORMATS.add("csv", "tsv")
def _delimited_lines(found: "Sequence[Series]", output: Output) -> Iterator[str]:
    from scopecli.render.series import series_delimited  # noqa: PLC0415 - not for `--help`

    return series_delimited(found, "," if output.format == "csv" else "\t")


@FORMATS.add("markdown")
def _markdown(found: "Sequence[Series]", _: Output) -> Iterator[str]:
    from scopecli.render.series import series_markdown  # noqa: PLC0415 - not for `--help`

    return series_markdown(found)


def show_series(directories: Sequence[str], selection: "Selection", output: Output) -> None:
    """Show the variables of directories from step to step, and say what is wrong with their files."""
    from scopecli.commands.series import Followed, follow_steps  # noqa: PLC0415 - not for `--help`
    from scopecli.ground.errors import InvalidSourceError  # noqa: PLC0415 - likewise
    from scopecli.sources.opened import Unread, read_ones, unread_ones  # noqa: PLC0415 - likewise

    if output.chosen_format not in FORMATS.names:
        raise click.UsageError(f"--step all has no meaning with the format {output.chosen_format}")
    found: list[Followed | Unread] = []
    for directory in directories:
        try:
            found.append(follow_steps(directory, selection, _progress))
        except InvalidSourceError as error:
            found.append(Unread(directory, error))
    refuse_unread(found, output)
    followed = read_ones(found)
    output.write(FORMATS.render(output, [one.series for one in followed]))
    problems = [problem for one in followed for problem in one.problems]
    unmatched = [told for one in followed for told in one.unmatched]
    finish(unread_ones(found), output, problems, unmatched if len(unmatched) == len(followed) else ())


def _progress(variables: "Sequence[Variable]") -> "Iterator[Variable]":
    return in_turn(variables, "reading", amount=lambda variable: variable.bytes or 0, much=_MUCH)
