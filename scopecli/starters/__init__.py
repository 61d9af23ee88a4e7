"""Commented scenarios to begin with: `scopecli new` writes them."""

from importlib.resources import files
from typing import Final

STARTERS: Final = {
    "auto_reuse": "one scope that finds what is there and makes what is not",
    "reuse_true": "a scope opened twice, the second time to reuse",
    "reuse_variables": "a scope that begins to reuse half-way",
    "gan": "a discriminator called twice, and trained apart from the generator",
    "towers": "one set of weights for several devices",
    "partitioned_embedding": "a table cut into parts, on several parameter servers",
}
"""The name of each starter, and what it shows."""


def starter(name: str) -> str:
    """Return the text of a starter."""
    return files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
