"""How the commands use TensorFlow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from scopecli.ground.clusters import Cluster

SESSION_BYTES: Final = 2 * 1024**3
"""The most that the variables of a session take, where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Engine:
    """How TensorFlow is used.

    Attributes:
        own_process: whether the process is scopecli's own, so that TensorFlow may be loaded the fast way.
        verbose: whether TensorFlow's log lines are let through.
        parameters: values for the scenarios' parameters, as YAML.
        allow_python: whether scenarios may run the user's own code.
        cluster: where device setters place variables, in place of the scenarios' own cluster.
    """

    own_process: bool = False
    verbose: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    allow_python: bool = False
    cluster: Cluster | None = None
