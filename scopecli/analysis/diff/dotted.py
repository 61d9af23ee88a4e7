"""Names in the manner of PyTorch, `encoder.layer.0.dense.weight`, as TensorFlow's programs have them.

They are compared under these, `encoder/layer_0/dense/kernel`, so that one search finds what is alike.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from scopecli.report.model import Variable

_WORDS: Final = {"weight": "kernel", "running_mean": "moving_mean", "running_var": "moving_variance"}
_WORDS_OF_NORM: Final = {**_WORDS, "weight": "gamma", "bias": "beta"}
_EMBEDDING: Final = "embed"  # in the name of a layer whose `weight` is a table


def are_dotted(rows: Sequence[Variable]) -> bool:
    """Tell whether the names of a source are parted by dots, as those of PyTorch's modules are."""
    dotted = sum("." in row.name for row in rows)
    return 2 * dotted > len(rows) and not any("/" in row.name for row in rows)


def slashed_names(rows: Iterable[Variable]) -> dict[str, str]:
    """Return what TensorFlow's programs would call variables with names of dots, by these names."""
    rows = list(rows)
    norms = {
        scope
        for row in rows
        for scope, _, word in [row.name.rpartition(".")]
        if word == "running_mean" or (word == "weight" and len(row.shape or ()) == 1)
    }
    return {row.name: _slashed_name(row.name, norms) for row in rows}


def _slashed_name(name: str, norms: set[str]) -> str:
    scope, _, word = name.rpartition(".")
    parts: list[str] = []
    for part in filter(None, scope.split(".")):
        if part.isdecimal() and parts:
            parts[-1] += f"_{part}"  # of a list of layers
        else:
            parts.append(part)
    if word == "weight" and scope not in norms and parts and _EMBEDDING in parts[-1].lower():
        return "/".join(parts)
    words = _WORDS_OF_NORM if scope in norms else _WORDS
    return "/".join([*parts, words.get(word, word)])
