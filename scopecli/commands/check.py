"""Judges scenarios without TensorFlow."""

from collections.abc import Mapping, Sequence

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import InvalidSourceError
from scopecli.scenario.expansion import Program
from scopecli.scenario.predictions import doubts
from scopecli.sources.paths import scenario_files
from scopecli.sources.scenarios import read_scenario, unknown_parameters


def check_scenarios(
    paths: Sequence[str], parameters: Mapping[str, str]
) -> tuple[list[str], list[Diagnostic]]:
    """Judge scenarios without TensorFlow.

    Returns:
        The files that were judged, and every problem and warning, by file, in each file's order.

    Raises:
        InvalidSourceError: if there is no file to judge.
    """
    files = scenario_files(paths)
    programs: list[Program] = []
    found: list[Diagnostic] = []
    for path in files:
        try:
            program = read_scenario(path, parameters)
        except InvalidSourceError as error:
            found += error.diagnostics
        else:
            programs.append(program)
            warnings: dict[Location, Diagnostic] = {}
            for diagnostic in [*program.unused, *doubts(program)]:  # of a loop or a function, the first
                warnings.setdefault(diagnostic.location, diagnostic)
            found += sorted(warnings.values(), key=lambda warning: warning.location)
    if len(programs) == len(files):  # one that can't be read may have the parameter
        found += unknown_parameters(programs, parameters)
    return files, found
