"""What a variable is there for, told by its name: TensorFlow's optimizers and layers name theirs alike."""

import re
from typing import Final, Literal, TypeAlias

Role: TypeAlias = Literal["weight", "slot", "average", "statistic", "step", "bookkeeping"]

_SLOTS: Final = (
    "Adadelta|Adagrad|AdagradDA|Adam|AdamAsync|AdaMax|FtrlOptimizer|Ftrl|LAMB|LARS|Momentum|RMSProp"
)
# What optimizers are called in object-based checkpoints: by the attribute that holds them, or by Keras.
_OPTIMIZER: Final = r"(.*/)?(\w*optimizer\w*|opt|Adadelta|Adagrad|Adam|Adamax|Ftrl|Nadam|RMSprop|SGD)(_\d+)?"
_SLOT: Final = rf"(.*/)?({_SLOTS})(_\d+)?|.*/\.OPTIMIZER_SLOT/.*|{_OPTIMIZER}/_variables/.*"
_AVERAGE: Final = r".*/ExponentialMovingAverage(_\d+)?"
_STATISTIC: Final = (
    r"(.*/)?(moving_(mean|variance)|renorm_(mean|stddev)(_weight)?)(_\d+)?(/(biased|local_step))?"
)
_STEP: Final = r"(.*/)?(global_step|iter|_?iterations)"
_COUNTER: Final = re.compile(r"(.*/)?step")  # of integers: TensorFlow's guide has `Checkpoint(step=…)`
_BOOKKEEPING: Final = (
    r"(.*/)?(beta[12]_power(_\d+)?|save_counter|_CHECKPOINTABLE_OBJECT_GRAPH)"
    r"|(.*/)?(keras_api/)?metrics/\d+/.*"
    rf"|{_OPTIMIZER}/(_?learning_rate|beta_[12]|decay|momentum|rho)"
)

_PATTERNS: Final[tuple[tuple[Role, re.Pattern[str]], ...]] = (
    ("slot", re.compile(_SLOT)),
    ("average", re.compile(_AVERAGE)),
    ("statistic", re.compile(_STATISTIC)),
    ("step", re.compile(_STEP)),
    ("bookkeeping", re.compile(_BOOKKEEPING)),
)
_VALUE_KEY: Final = "/.ATTRIBUTES/VARIABLE_VALUE"  # how a key of an object-based checkpoint ends

ROLES: Final[tuple[Role, ...]] = ("weight", *(role for role, _ in _PATTERNS))


def role_of(name: str, dtype: str) -> Role:
    """Return the role of a variable of this full name, or of this key in an object-based checkpoint.

    - `slot`: what an optimizer keeps for a weight (`w/Adam`, `w/Momentum`, `…/.OPTIMIZER_SLOT/…`).
    - `average`: a moving average of one (`w/ExponentialMovingAverage`).
    - `statistic`: what batch normalization keeps (`moving_mean`, `moving_variance`).
    - `step`: a count of steps (`global_step`).
    - `bookkeeping`: what else is no weight (`beta1_power`, `save_counter`, the object graph, strings).
    """
    if dtype == "string":
        return "bookkeeping"
    path = name.removesuffix(_VALUE_KEY)
    if dtype.startswith("int") and _COUNTER.fullmatch(path):
        return "step"
    return next((role for role, pattern in _PATTERNS if pattern.fullmatch(path)), "weight")
