"""Judges scenarios without TensorFlow."""

from collections.abc import Mapping, Sequence

from scopecli.analysis.suppressions import Suppressions
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.scenario.expansion import Program
from scopecli.scenario.predictions import doubts
from scopecli.sources.opened import Unread
from scopecli.sources.paths import scenario_files
from scopecli.sources.scenarios import read_scenarios, unknown_parameters


def check_scenarios(
    paths: Sequence[str], parameters: Mapping[str, str], suppressions: Suppressions
) -> tuple[int, list[Diagnostic]]:
    """Judge scenarios without TensorFlow.

    Args:
        paths: files, directories or patterns.
        parameters: values for their parameters, as YAML.
        suppressions: the comments that keep warnings from being told.

    Returns:
        How many files were judged, and every problem and warning, by file, in each file's order.
    """
    programs = read_scenarios(scenario_files(paths), parameters, allow_python=True)  # none of it is run
    found: list[Diagnostic] = []
    for program in programs:
        found += program.problems if isinstance(program, Unread) else _warnings(program)
    found = suppressions.filter(found)
    found += unknown_parameters(programs, parameters)
    return len(programs), found


def _warnings(program: Program) -> list[Diagnostic]:
    warnings: dict[Location, Diagnostic] = {}
    for diagnostic in [*program.unused, *doubts(program)]:  # of a loop or a function, the first
        warnings.setdefault(diagnostic.location, diagnostic)
    return sorted(warnings.values(), key=lambda warning: warning.location)
