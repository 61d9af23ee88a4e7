"""Writes a scenario as a plain program of `tf.compat.v1`."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scopecli.codegen.python.helpers import HELPERS
from scopecli.codegen.python.statements import Statements
from scopecli.ground.clusters import SCHEME, Cluster
from scopecli.render.text import safe_lines
from scopecli.scenario.expansion import Program

_HEADER = '''\
"""{title}

The graph of {path}, by tf.compat.v1 alone.
"""
'''


def python_lines(program: Program) -> Iterator[str]:
    """Yield the lines of a Python program that builds the graph of a scenario, with functions written out."""
    scenario = program.scenario
    statements = Statements(scenario.cluster)
    body = list(statements.of(program.actions, ""))
    title = _in_docstring(scenario.title or "A program with variable scopes.")
    yield from _HEADER.format(title=title, path=_in_docstring(scenario.path)).splitlines()
    yield ""
    yield from sorted(f"import {module}" for module in statements.modules)
    yield "import tensorflow.compat.v1 as tf"
    yield ""
    yield "tf.disable_v2_behavior()"
    if scenario.seed is not None:
        yield f"tf.set_random_seed({scenario.seed})"
    if scenario.use_resource:
        yield "tf.get_variable_scope().set_use_resource(True)"
    for name in sorted(statements.helpers):
        yield from ["", "", *HELPERS[name].splitlines(), ""]
    yield ""
    yield from body
    if scenario.cluster is not None:
        yield from ("", *_cluster_lines(scenario.cluster))
    if scenario.config is not None:
        yield from ("", "# tf.Session(config=config)", f"config = {_config_text(scenario.config)}")


def _cluster_lines(cluster: Cluster) -> Iterator[str]:
    yield f'# tf.Session("{SCHEME}{cluster.master.address}"), once each task runs a tf.train.Server of it'
    jobs = {job: list(addresses) for job, addresses in cluster.jobs.items()}
    yield f"cluster = tf.train.ClusterSpec({jobs!r})"


_CONSTRUCTORS: Final = {
    "gpu_options": "tf.GPUOptions",
    "graph_options": "tf.GraphOptions",
    "optimizer_options": "tf.OptimizerOptions",
}
"""The messages inside `tf.ConfigProto` that TF1's API has by name; the others are taken as mappings."""


def _config_text(fields: Mapping[str, Any], constructor: str = "tf.ConfigProto") -> str:
    given = (
        f"{name}={_config_text(value, _CONSTRUCTORS[name]) if name in _CONSTRUCTORS else repr(value)}"
        for name, value in fields.items()
    )
    return f"{constructor}({', '.join(given)})"


def _in_docstring(text: str) -> str:
    return safe_lines(text.replace("\\", "\\\\").replace('"', '\\"'))
