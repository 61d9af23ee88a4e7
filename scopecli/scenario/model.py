"""A scenario as its file has it: read, and each part judged by itself."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from scopecli.ground.clusters import Cluster
from scopecli.ground.diagnostics import Location
from scopecli.scenario.cluster import CLUSTER
from scopecli.scenario.config import CONFIG
from scopecli.scenario.expect import EXPECT, Expect
from scopecli.scenario.nodes import Mapping, Node
from scopecli.scenario.problems import Problems
from scopecli.scenario.records import Pending, key, read_record
from scopecli.scenario.schemas import NAME_PATTERN, Schema
from scopecli.scenario.session import SESSION
from scopecli.scenario.specs import BOOLEAN, INTEGER, NAME_OF_HANDLE, PLAIN_TEXT, Nullable, mismatch
from scopecli.scenario.steps import STEPS, Argument, Written
from scopecli.scenario.steps.flow import ARGUMENTS

_TITLE: Final = Nullable(PLAIN_TEXT)


class Function(NamedTuple):
    """A named list of steps, and the place of its name."""

    location: Location
    steps: tuple[Written, ...]


class FunctionsSpec:
    """A mapping of names to lists of steps."""

    def read(self, node: Node, problems: Problems) -> dict[str, Function] | None:
        """Return the functions by name."""
        if not isinstance(node, Mapping):
            mismatch("a mapping of names to lists of steps", node, problems)
            return None
        functions: dict[str, Function] = {}
        for name, entry in node.entries.items():
            NAME_OF_HANDLE.read(entry.key, problems)
            functions[name] = Function(entry.key.location, STEPS.read(entry.value, problems) or ())
        return functions

    def schema(self) -> Schema:
        """Return what may stand there."""
        names = {"pattern": NAME_PATTERN}
        return {"type": "object", "propertyNames": names, "additionalProperties": STEPS.schema()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a TF1 program would do with variable scopes, step by step."""

    path: str
    title: str | None = key(_TITLE, "shown with the report", default=None, literal=True)
    description: str | None = key(_TITLE, "shown with the report", default=None, literal=True)
    seed: int | None = key(Nullable(INTEGER), "the graph's seed, `tf.set_random_seed`", default=None)
    use_resource: bool | None = key(BOOLEAN, "the default kind of variable", default=False)
    config: dict[str, Any] | None = key(
        Nullable(CONFIG),
        "the session's options, the fields of `tf.ConfigProto`; without it, it runs on the CPU",
        default=None,
        literal=True,
    )
    cluster: Cluster | None = key(
        Nullable(CLUSTER),
        "jobs and the addresses of their tasks: the session runs on these servers of TensorFlow's",
        default=None,
        literal=True,
    )
    parameters: dict[str, Argument] | None = key(
        Nullable(ARGUMENTS),
        "names and their values; `-p name=value` gives another",
        default=None,
        literal=True,
    )
    functions: dict[str, Function] | None = key(
        Nullable(FunctionsSpec()), "names and their steps", default=None, literal=True
    )
    steps: tuple[Written, ...] | None = key(STEPS, "the program", literal=True)
    session: tuple[Written, ...] | None = key(
        Nullable(SESSION),
        "what the session does; without it, all is initialised and shown",
        default=None,
        literal=True,
    )
    expect: Expect | Pending[Expect] | None = key(
        Nullable(EXPECT), "what must be true, judged by `scopecli test`", default=None, literal=True
    )

    @property
    def location(self) -> Location:
        """The file as a whole."""
        return Location(self.path)


def read_scenario(root: Node, path: str, problems: Problems) -> Scenario | Pending[Scenario] | None:
    """Return the scenario that a document says."""
    if not isinstance(root, Mapping):
        mismatch("a mapping with the key `steps`", root, problems)
        return None
    return read_record(Scenario, root, problems, path=path)
