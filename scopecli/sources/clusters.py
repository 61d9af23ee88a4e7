"""Reads files that say which servers there are."""

from scopecli.ground.clusters import Cluster
from scopecli.ground.errors import source_error
from scopecli.scenario.cluster import CLUSTER, CLUSTER_KEY
from scopecli.scenario.document import read_document
from scopecli.scenario.nodes import Mapping
from scopecli.scenario.problems import Problems


def read_cluster(path: str) -> Cluster:
    """Read the cluster that a file has: a mapping of jobs, or one below the key `cluster`.

    So a scenario may be named, or a file with the JSON of TF_CONFIG.

    Raises:
        InvalidSourceError: with every problem of the file.
    """
    problems = Problems()
    root = read_document(path, problems)
    inner = root.entries.get(CLUSTER_KEY) if isinstance(root, Mapping) else None
    cluster = CLUSTER.read(inner.value if inner else root, problems)
    problems.raise_if_any()
    if cluster is None:
        raise source_error("SC013", "there is no cluster in it", root.location)
    return cluster
