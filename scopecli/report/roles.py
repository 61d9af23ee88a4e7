"""What a variable is there for, told by its name, its shape, and the other variables of its source.

TensorFlow's optimizers name what they keep after the variable that it is for: `w/Adam` in TF1
(`tf.compat.v1.train.Optimizer`, by `slot_creator`), `training/Adam/w/m` in graphs of `tf.keras`
(`OptimizerV2.add_slot`), `w/.OPTIMIZER_SLOT/optimizer/m` in object-based checkpoints.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

Role: TypeAlias = Literal["weight", "slot", "average", "statistic", "step", "bookkeeping"]
Extent: TypeAlias = tuple[int | None, ...] | None

_TF1_OPTIMIZERS: Final = (
    "Adadelta|Adagrad|AdagradDA|Adam|AdamAsync|AdaMax|FtrlOptimizer|Ftrl|LAMB|LARS|Momentum|RMSProp"
)
_KERAS_OPTIMIZERS: Final = (
    "Adadelta|AdadeltaOptimizer|Adagrad|Adam|AdamW|Adamax|Adafactor|Ftrl|Lion|Nadam|RMSprop|SGD|LAMB|LARS"
)
# What optimizers are called in object-based checkpoints: by the attribute that holds them, or by Keras.
_OPTIMIZER: Final = r"(.*/)?(\w*optimizer\w*|opt|Adadelta|Adagrad|Adam|Adamax|Ftrl|Nadam|RMSprop|SGD)(_\d+)?"

_SLOT_KEY: Final = re.compile(rf".*/\.OPTIMIZER_SLOT/.*|{_OPTIMIZER}/_variables/.*")
_TF1_SLOT: Final = re.compile(rf"({_TF1_OPTIMIZERS})(_\d+)?")
_KERAS_SLOT: Final = re.compile(
    r"(accum_grad|accum_var|accumulator|acc|linear|m|mg|momentum|momentums?|ms|rms|v|vhat|velocity)(_\d+)?"
)
_KERAS_OPTIMIZER: Final = re.compile(rf"({_KERAS_OPTIMIZERS})(_\d+)?")
_KERAS1_SLOT: Final = re.compile(rf"(.*/)?({_KERAS_OPTIMIZERS})(_\d+)?/Variable(_\d+)?")
_AVERAGE: Final = re.compile(r".*/ExponentialMovingAverage(_\d+)?")
_OWN_AVERAGE: Final = re.compile(r"\w*(average|avg|ema|shadow|smooth|polyak)\w*", re.IGNORECASE)
_STATISTIC: Final = re.compile(
    r"(.*[/.])?(moving_(mean|variance)|(pop|population|running)_(mean|var(iance)?)"
    r"|renorm_(mean|stddev)(_weight)?)(_\d+)?"
    r"|(.*/)?\w*quant\w*/(min|max)(_\d+)?"
)
_DEBIASING: Final = re.compile(r"(biased|local_step)(_\d+)?")  # what `zero_debias` keeps for an average
_STEP: Final = re.compile(r"(.*/)?(global_step|iter|_?iterations)(_\d+)?")
_COUNTER: Final = re.compile(r"(.*/)?step")  # of integers: TensorFlow's guide has `Checkpoint(step=…)`
_BOOKKEEPING: Final = re.compile(
    r"(.*/)?(save_counter|_CHECKPOINTABLE_OBJECT_GRAPH)|(.*\.)?num_batches_tracked"
    r"|(.*/)?(keras_api/)?metrics/\d+/.*"
    rf"|{_OPTIMIZER}/(_?learning_rate|beta_[12]|decay|momentum|rho)"
)
_NUMBER_OF_OPTIMIZER: Final = re.compile(
    r"(.*/)?beta[12]_power(_\d+)?"
    rf"|(.*/)?({_KERAS_OPTIMIZERS})(_\d+)?/(beta(_[12])?|decay|epsilon|initial_accumulator_value"
    r"|l[12](_shrinkage)?_regularization_strength|learning_rate(_power)?|lr|momentum|m_schedule|momentum_cache"
    r"|rho)(_\d+)?"
)
_METRIC: Final = re.compile(r"(?P<of>(.*/)?)(?P<word>total|count)(_\d+)?")
_IN_KERAS_FILE: Final = re.compile(r"optimizer/vars/\d+|optimizer_weights/.*")  # what optimizers have in one
_VALUE_KEY: Final = "/.ATTRIBUTES/VARIABLE_VALUE"  # how a key of an object-based checkpoint ends

ROLES: Final[tuple[Role, ...]] = ("weight", "slot", "average", "statistic", "step", "bookkeeping")


def role_of(
    name: str,
    dtype: str,
    shape: Extent = None,
    others: Mapping[str, Extent] | None = None,
    *,
    trainable: bool | None = None,
) -> Role:
    """Return the role of a variable.

    - `slot`: what an optimizer keeps for a weight (`w/Adam`, `training/Adam/w/m`, `…/.OPTIMIZER_SLOT/…`).
    - `average`: a moving average of one (`w/ExponentialMovingAverage`).
    - `statistic`: what batch normalization and quantization keep (`moving_mean`, `act_quant/max`), and what
      debiases an average.
    - `step`: a count of steps (`global_step`).
    - `bookkeeping`: what else is no weight (`beta1_power`, a metric's `total`, `save_counter`, strings).

    Args:
        name: its full name, or its key in an object-based checkpoint.
        dtype: TensorFlow's name of it.
        shape: its dimensions; None where they are not known.
        others: the shapes of all variables of the source, by name; None judges by the name alone.
        trainable: whether it is in `tf.trainable_variables()`: then it is a weight; None where that is not
            known.
    """
    if dtype == "string":
        return "bookkeeping"
    if trainable:
        return "weight"
    path = name.removesuffix(_VALUE_KEY)
    if dtype.startswith("int") and _COUNTER.fullmatch(path):
        return "step"
    if _IN_KERAS_FILE.fullmatch(path):
        return "slot" if shape else "step" if dtype.startswith("int") else "bookkeeping"
    return _by_name(path, shape) or _by_others(path, shape, others) or "weight"


def _by_name(path: str, shape: Extent) -> Role | None:
    """Return the role that a name tells for itself; numbers are only told by a name where they are such."""
    if _SLOT_KEY.fullmatch(path) or _KERAS1_SLOT.fullmatch(path):
        return "slot"
    if _AVERAGE.fullmatch(path):
        return "average"
    if _STATISTIC.fullmatch(path):
        return "statistic"
    if not shape and _STEP.fullmatch(path):
        return "step"
    is_number = not shape and _NUMBER_OF_OPTIMIZER.fullmatch(path)
    return "bookkeeping" if is_number or _BOOKKEEPING.fullmatch(path) else None


def _by_others(path: str, shape: Extent, others: Mapping[str, Extent] | None) -> Role | None:
    """Return the role that a name has beside the variable that it is for."""
    before, _, word = path.rpartition("/")
    if _TF1_SLOT.fullmatch(word):
        is_slot = bool(before) if others is None else _kept_for(before, shape, others)
        return "slot" if is_slot else None
    if others is None:
        return None
    if _KERAS_SLOT.fullmatch(word) and _optimizer_before(before, shape, others):
        return "slot"
    if _OWN_AVERAGE.fullmatch(word) and before in others and others[before] == shape:
        return "average"
    if _DEBIASING.fullmatch(word) and (before in others or _is_statistic(before)):
        return "statistic"
    return _of_metric(path, others)


def _kept_for(before: str, shape: Extent, others: Mapping[str, Extent]) -> bool:
    """Tell whether a name has that of a variable of this shape in it.

    It begins with the scopes that the optimizer was called in; where it was, and the variable has parts,
    TensorFlow's `slot_creator` also leaves a rest of `part_0` behind it.
    """
    parts = before.split("/") if before else []
    starts = range(len(parts))
    names = ("/".join(parts[start:end]) for start in starts for end in range(start + 1, len(parts) + 1))
    return any(others.get(name, ...) == shape for name in names)


def _optimizer_before(before: str, shape: Extent, others: Mapping[str, Extent]) -> bool:
    """Tell whether a name is an optimizer's, and then that of a variable of this shape."""
    parts = before.split("/")
    return any(
        _KERAS_OPTIMIZER.fullmatch(part) and others.get("/".join(parts[place + 1 :]), ...) == shape
        for place, part in enumerate(parts)
    )


def _is_statistic(path: str) -> bool:
    return _STATISTIC.fullmatch(path) is not None or _AVERAGE.fullmatch(path) is not None


def _of_metric(path: str, others: Mapping[str, Extent]) -> Role | None:
    """Return the role of the two numbers that a metric divides: there are both, and nothing beside them."""
    match = _METRIC.fullmatch(path)
    if not match or not match["of"]:
        return None
    other = match["of"] + ("count" if match["word"] == "total" else "total")
    return "bookkeeping" if others.get(path) == others.get(other, ...) else None


def shapes_by_name(rows: Iterable[tuple[str, Extent]]) -> dict[str, Extent]:
    """Return the shapes of variables by their names, of several of one name the first."""
    found: dict[str, Extent] = {}
    for name, shape in rows:
        found.setdefault(name, shape)
    return found
