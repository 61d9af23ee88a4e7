"""The servers that a session runs on: jobs, and the addresses of their tasks."""

import re
from typing import Final

from scopecli.ground.clusters import JOB_PATTERN, Cluster
from scopecli.ground.diagnostics import Note
from scopecli.ground.words import quote_text, shorten
from scopecli.scenario.nodes import Mapping, Node, Scalar, Sequence
from scopecli.scenario.problems import Problems
from scopecli.scenario.schemas import Schema, definition_reference
from scopecli.scenario.specs import PLAIN_TEXT, mismatch

_ADDRESS: Final = re.compile(r"(?:[^\s:/\[\]]+|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})")
_LAST_PORT: Final = 65535
_EXAMPLE: Final = "write one such as 127.0.0.1:2222"
CLUSTER_KEY: Final = "cluster"
"""Of a scenario, and of TF_CONFIG."""


class ClusterSpec:
    """A mapping of jobs to lists of addresses, as `tf.train.ClusterSpec` takes it."""

    def read(self, node: Node, problems: Problems) -> Cluster | None:
        """Return the cluster; one without a task is refused, and so is an address of two tasks."""
        if not isinstance(node, Mapping):
            mismatch(
                "a mapping of jobs to lists of addresses",
                node,
                problems,
                "write it as `{ps: [127.0.0.1:2222], worker: [127.0.0.1:2223]}`",
            )
            return None
        first: dict[str, Scalar] = {}
        jobs = {
            job: _addresses(job, entry.key, entry.value, first, problems)
            for job, entry in node.entries.items()
        }
        if not jobs:
            mismatch("a job at least", node, problems, "write it as `{ps: [127.0.0.1:2222]}`")
        return Cluster(jobs) if jobs and all(jobs.values()) else None

    def schema(self) -> Schema:
        """Return what may stand there."""
        return definition_reference(CLUSTER_KEY)

    def definitions(self) -> dict[str, Schema]:
        """Return what `schema` refers to."""
        address = {
            "type": "string",
            "pattern": r":[0-9]{1,5}$",
            "description": "where a task listens: `host:port`",
            "examples": ["127.0.0.1:2222"],
        }
        return {
            CLUSTER_KEY: {
                "type": "object",
                "title": "cluster",
                "description": "jobs and the addresses of their tasks, `tf.train.ClusterSpec`",
                "propertyNames": {"pattern": f"^{JOB_PATTERN}$"},
                "additionalProperties": {"type": "array", "items": address, "minItems": 1},
                "minProperties": 1,
                "examples": [{"ps": ["127.0.0.1:2222", "127.0.0.1:2223"], "worker": ["127.0.0.1:2224"]}],
            }
        }


CLUSTER: Final = ClusterSpec()


def _addresses(
    job: str, key: Scalar, node: Node, first: dict[str, Scalar], problems: Problems
) -> tuple[str, ...]:
    """Return the addresses of a job's tasks; `first` has where each was given first."""
    if not re.fullmatch(JOB_PATTERN, job):
        hint = "letters, digits and underscores, a letter first"
        problems.add("SC015", f"{quote_text(job)} is no name of a job", key.location, hint)
    if not isinstance(node, Sequence) or not node.items:
        mismatch(f"a list of the addresses of the tasks of `{shorten(job)}`", node, problems, _EXAMPLE)
        return ()
    read = (_address(item, first, problems) for item in node.items)
    return tuple(address for address in read if address is not None)


def _address(node: Node, first: dict[str, Scalar], problems: Problems) -> str | None:
    address = PLAIN_TEXT.read(node, problems)
    if address is None or not isinstance(node, Scalar):
        return None
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match["port"]) <= _LAST_PORT:
        message = f"{quote_text(address)} is no address of a task, a host and a port"
        problems.add("SC015", message, node.location, _EXAMPLE)
    elif address in first:
        before = Note("first given here", first[address].location)
        message = f"two tasks have the address {address}"
        problems.add("SC017", message, node.location, "give each its own", before)
    else:
        first[address] = node
        return address
    return None
