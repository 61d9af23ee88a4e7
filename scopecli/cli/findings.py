"""How `check` and `lint` show what they found."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

from scopecli.cli.formats import Formats
from scopecli.cli.messages import lines_of
from scopecli.cli.output import Output

if TYPE_CHECKING:
    from scopecli.ground.diagnostics import Diagnostic

FINDING_FORMATS: Final = Formats()


@FINDING_FORMATS.add("text")
def _text(found: "Sequence[Diagnostic]", output: Output) -> Iterator[str]:
    from scopecli.render.diagnostics import diagnostic_lines  # noqa: PLC0415 - not for `--help`

    lines = (diagnostic_lines(diagnostic, lines_of, output.columns) for diagnostic in found)
    between = [""] if output.drawn_width else []  # for a person; what reads a pipe looks for the places
    apart = (line for number, told in enumerate(lines) for line in chain(between * bool(number), told))
    return output.styled_lines(apart)


@FINDING_FORMATS.add("json")
def _json(found: "Sequence[Diagnostic]", _: Output) -> Iterator[str]:
    from scopecli.render.findings import findings_json  # noqa: PLC0415 - not for `--help`

    return findings_json(found)


@FINDING_FORMATS.add("sarif")
def _sarif(found: "Sequence[Diagnostic]", _: Output) -> Iterator[str]:
    from scopecli.render.findings import findings_sarif  # noqa: PLC0415 - not for `--help`

    return findings_sarif(found)


@FINDING_FORMATS.add("github")
def _github(found: "Sequence[Diagnostic]", _: Output) -> Iterator[str]:
    from scopecli.render.findings import findings_github  # noqa: PLC0415 - not for `--help`

    return findings_github(found)
