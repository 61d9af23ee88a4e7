"""A scenario as a whole, read and checked."""

from dataclasses import dataclass
from typing import Final

from scopecli.diagnostics import Location
from scopecli.scenario.document import read_document
from scopecli.scenario.handles import check_handles
from scopecli.scenario.nodes import Mapping
from scopecli.scenario.problems import Problems
from scopecli.scenario.records import key, read_record
from scopecli.scenario.specs import BOOLEAN, INTEGER, PLAIN_TEXT, Nullable, mismatch
from scopecli.scenario.steps import Step, StepsSpec

_TITLE: Final = Nullable(PLAIN_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a TF1 program would do with variable scopes, step by step."""

    path: str
    title: str | None = key(_TITLE, "shown with the report", default=None)
    description: str | None = key(_TITLE, "shown with the report", default=None)
    seed: int | None = key(Nullable(INTEGER), "the graph's seed, `tf.set_random_seed`", default=None)
    use_resource: bool | None = key(BOOLEAN, "the default kind of variable", default=False)
    steps: tuple[Step, ...] | None = key(StepsSpec(), "the program")

    @property
    def location(self) -> Location:
        """The file as a whole."""
        return Location(self.path)


def load_scenario(path: str) -> Scenario:
    """Read the scenario at `path`; `-` is standard input.

    Raises:
        InvalidSourceError: with every problem of the file, in the file's order.
    """
    root = read_document(path)
    problems = Problems()
    scenario = None
    if isinstance(root, Mapping):
        scenario = read_record(Scenario, root, problems, path=path)
    else:
        mismatch("a mapping with the key `steps`", root, problems)
    if scenario and scenario.steps:
        check_handles(scenario.steps, problems)
    problems.raise_if_any()
    if scenario is None:
        raise AssertionError("a scenario that could not be read has a problem")
    return scenario
