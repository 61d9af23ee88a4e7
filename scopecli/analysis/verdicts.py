"""What `scopecli test` found of each scenario: that it runs, and each of its expectations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.report.model import Report
from scopecli.report.values import Plain


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that was judged.

    Attributes:
        name: the expectation, or `runs`.
        problem: what is wrong; None where nothing is.
        expected: for an expectation, what is expected, as JSON has it.
        found: for an expectation, what was found.
    """

    name: str
    location: Location
    problem: Diagnostic | None = None
    expected: Plain = None
    found: Plain = None


@dataclass(frozen=True, slots=True)
class Tested:
    """A scenario and what was found of it.

    Attributes:
        path: the file.
        verdicts: in the file's order, first that it runs.
        problems: why it could not be run at all.
        seconds: how long it took.
    """

    path: str
    verdicts: tuple[Verdict, ...]
    problems: tuple[Diagnostic, ...]
    seconds: float

    @property
    def failed(self) -> list[Verdict]:
        """What is not as it should be."""
        return [verdict for verdict in self.verdicts if verdict.problem]


def verdicts_of(report: Report) -> Iterator[Verdict]:
    """Yield whether a scenario ran, and what became of its expectations."""
    error = report.error
    whole = Location(report.source.path)
    if error:
        yield Verdict("runs", error.location, error)
        return
    yield Verdict("runs", whole)
    for expectation in report.expectations:
        difference = f": {expectation.difference}" if expectation.difference else ""
        message = f"`{expectation.name}` is not as expected{difference}"
        wrong = None if expectation.ok else Diagnostic("SC501", message, expectation.location)
        yield Verdict(expectation.name, expectation.location, wrong, expectation.expected, expectation.found)


@dataclass(frozen=True, slots=True)
class Count:
    """How many verdicts there are of each kind; a scenario that could not be run is an error."""

    failed: int
    passed: int
    errors: int


def count(tested: Sequence[Tested]) -> Count:
    """Return the sums over some scenarios."""
    failed = sum(len(scenario.failed) for scenario in tested)
    every = sum(len(scenario.verdicts) for scenario in tested)
    return Count(failed, every - failed, sum(bool(scenario.problems) for scenario in tested))
