"""Reads sources: each becomes what the commands work on."""

from collections.abc import Iterable

from scopecli.diagnostics import Diagnostic
from scopecli.errors import InvalidSourceError
from scopecli.scenario.model import Scenario, load_scenario


def load_scenarios(paths: Iterable[str]) -> list[Scenario]:
    """Read several scenarios.

    Raises:
        InvalidSourceError: with every problem of every file.
    """
    scenarios: list[Scenario] = []
    problems: list[Diagnostic] = []
    for path in paths:
        try:
            scenarios.append(load_scenario(path))
        except InvalidSourceError as error:
            problems += error.diagnostics
    if problems:
        raise InvalidSourceError(problems)
    return scenarios
