"""Every message that is known: one table for help inside a scenario and for explanations."""

from typing import Final

from scopecli.advice import (
    automatic,
    cells,
    checkpoints,
    creation,
    freezing,
    graphs,
    partitions,
    scopes,
    sessions,
    sharing,
    versions,
)

KNOWN: Final = (
    *automatic.KNOWN,  # special cases of what `sharing` has
    *sharing.KNOWN,
    *partitions.KNOWN,
    *creation.KNOWN,
    *scopes.KNOWN,
    *versions.KNOWN,
    *sessions.KNOWN,
    *cells.KNOWN,
    *freezing.KNOWN,
    *checkpoints.KNOWN,
    *graphs.KNOWN,
)
"""TensorFlow's messages, as TF1 and 2.16 to 2.21 word them; where two fit, the first one counts."""
