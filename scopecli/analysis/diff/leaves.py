"""What the last part of a variable's name says that it is: a bias is no kernel, and no offset of a norm."""

import re
from typing import Final, Literal, TypeAlias

Leaf: TypeAlias = Literal[
    "kernel", "recurrent kernel", "bias", "offset", "scale", "mean", "variance", "embedding"
]

# As `tf.layers`, `tf.contrib.layers`, slim, Keras and TF1's RNN cells call them.
_NAMES: Final[dict[Leaf, str]] = {
    "recurrent kernel": "recurrent_kernel",
    "kernel": r"(depthwise_|pointwise_)?(kernel|weights?|filters?|w|matrix)",
    "bias": "bias|biases|b",
    "offset": "beta|offset|shift",
    "scale": "gamma|scale",
    "mean": "(moving|renorm|running|pop|population)_mean",
    "variance": "(moving|running|pop|population)_var(iance)?|renorm_stddev",
    "embedding": "embeddings?|(embedding_)?table",
}
_LEAVES: Final = {leaf: re.compile(rf"({names})(_?\d+)?", re.IGNORECASE) for leaf, names in _NAMES.items()}


def leaf_of(name: str) -> Leaf | None:
    """Return what a variable of this name is; None where the name does not tell.

    What an optimizer keeps for a variable, `w/Adam`, is of the kind that the variable is.
    """
    for part in reversed(name.split("/")[-2:]):
        for leaf, pattern in _LEAVES.items():
            if pattern.fullmatch(part):
                return leaf
    return None
