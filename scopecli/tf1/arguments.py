"""Turns a scenario's values into what the TF1 functions take."""

import importlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial, reduce
from math import prod
from typing import Any, Final, TypeAlias

from scopecli.ground.clusters import Cluster
from scopecli.ground.errors import InvalidSourceError, PythonObjectError, TooManyPartsError
from scopecli.ground.limits import MAX_PARTS
from scopecli.scenario.initializers import Literal
from scopecli.scenario.objects import PythonObject, ReplicaDeviceSetter, TensorFlowObject
from scopecli.scenario.specs import AUTO_REUSE
from scopecli.scenario.vocabulary import INITIALIZER_SUFFIX
from scopecli.tf1.placement import Greedy
from scopecli.tf1.startup import TensorFlow, lazy

Arguments: TypeAlias = dict[str, Any]


def keyword_arguments(
    tf: TensorFlow, given: Mapping[str, object], *, allow_python: bool, of_scope: bool = False
) -> Arguments:
    """Return the keyword arguments for TensorFlow.

    A literal initializer of a variable adds its constant to the graph. One of a scope is left as it is: it is
    TensorFlow that makes a constant of it, for each variable, and takes no notice of the scope's dtype.

    Raises:
        InvalidSourceError: if an object of the user's own is among them, and `allow_python` is not said.
        PythonObjectError: if it can't be loaded.
    """
    arguments = {
        name: _load_user_code(value, allow_python=allow_python)
        if isinstance(value, PythonObject)
        else _CONVERSIONS.get(name, _object)(tf, value)
        for name, value in given.items()
    }
    if isinstance(given.get("initializer"), Literal) and not of_scope:
        arguments["initializer"] = tf.constant(arguments["initializer"], dtype=arguments.get("dtype"))
    return arguments


def device(given: object, cluster: Cluster | None = None) -> Any:
    """Return what `tf.device` takes; a setter that is not told how many tasks there are has the cluster's."""
    if not isinstance(given, ReplicaDeviceSetter):
        return given
    arguments: Arguments = dict(given.for_cluster(cluster).arguments)
    if given.strategy == "greedy":
        arguments["ps_strategy"] = Greedy(int(arguments.get("ps_tasks", 0)))
    return lazy.replica_device_setter(**arguments)


def _dtype(tf: TensorFlow, value: Any) -> Any:
    return tf.as_dtype(value)


def _reuse(tf: TensorFlow, value: Any) -> Any:
    return tf.AUTO_REUSE if value == AUTO_REUSE else value


def _collections(tf: TensorFlow, value: Iterable[str]) -> list[str]:
    """Return the collections' keys: a name of `tf.GraphKeys` stands for its key, any other for itself."""
    return [getattr(tf.GraphKeys, name, name) if name.isupper() else name for name in value]


def _enumeration_member(enumeration: str, tf: TensorFlow, value: str) -> Any:
    return getattr(getattr(tf, enumeration), value)


def _object(tf: TensorFlow, value: Any) -> Any:
    """Return the object that a name and its arguments stand for; anything else is what it is."""
    match value:
        case TensorFlowObject():
            return _MAKERS[value.family](tf, value.name, value.arguments)
        case Literal():
            return value.value
        case _:
            return value


def _initializer(tf: TensorFlow, name: str, arguments: Arguments) -> Any:
    public = getattr(tf.init_ops, name + INITIALIZER_SUFFIX, None)
    return (public or getattr(tf.init_ops, name))(**arguments)


def _regularizer(tf: TensorFlow, name: str, arguments: Arguments) -> Any:
    if name == "no_regularizer":
        return tf.no_regularizer
    if name.endswith("_regularizer"):
        return partial(_contrib_loss, tf, name, arguments)
    return partial(_loss, tf, arguments.get("l1"), arguments.get("l2"))


def _contrib_loss(tf: TensorFlow, name: str, scales: Arguments, weights: Any) -> Any:
    """Return s·Σ|w|, s·Σw²/2 or their sum, in the operations and by the names of `tf.contrib.layers`."""
    if name == "l1_l2_regularizer":
        with tf.name_scope(None, name, [weights]) as scope:
            parts = [
                _contrib_loss(tf, single, {"scale": scales.get(scale, 1.0)}, weights)
                for single, scale in (("l1_regularizer", "scale_l1"), ("l2_regularizer", "scale_l2"))
            ]
            terms = [part for part in parts if part is not None]
            return tf.math_ops.add_n(terms, name=scope) if terms else None
    if not scales["scale"]:
        return None
    with tf.name_scope(None, name, [weights]) as scope:
        scale = tf.constant(float(scales["scale"]), dtype=weights.dtype.base_dtype, name="scale")
        if name == "l1_regularizer":
            sums = tf.math_ops.reduce_sum(tf.math_ops.abs(weights))
        else:
            sums = lazy.l2_loss(weights)
        return tf.math_ops.multiply(scale, sums, name=scope)


def _loss(tf: TensorFlow, l1: float | None, l2: float | None, weights: Any) -> Any:
    """Return l1·Σ|w| + l2·Σw²."""
    terms = []
    if l1 is not None:
        terms.append(l1 * tf.math_ops.reduce_sum(tf.math_ops.abs(weights)))
    if l2 is not None:
        terms.append(l2 * tf.math_ops.reduce_sum(tf.math_ops.square(weights)))
    return reduce(tf.math_ops.add, terms) if terms else None


def _partitioner(tf: TensorFlow, name: str, arguments: Arguments) -> Any:
    """Return TensorFlow's partitioner, which may not cut into more parts than are made in a few seconds."""
    del tf
    cut = getattr(lazy.partitioned_variables, f"{name}_partitioner")(**arguments)

    def cut_into_some(shape: Any, dtype: Any) -> Any:
        parts = cut(shape=shape, dtype=dtype)
        if prod(parts) > MAX_PARTS:
            raise TooManyPartsError(prod(parts), MAX_PARTS)
        return parts

    return cut_into_some


def _constraint(tf: TensorFlow, name: str, arguments: Arguments) -> Any:
    del tf
    return getattr(lazy.constraints, name)(**arguments)


def _load_user_code(named: PythonObject, *, allow_python: bool) -> Any:
    """Return an object of the user's own code: the one place where a scenario has code run."""
    if not allow_python:
        raise InvalidSourceError([named.refusal])
    try:
        module = importlib.import_module(named.module)
        return reduce(getattr, named.attribute.split("."), module)
    except Exception as error:
        message = f"`{named.module}:{named.attribute}` can't be loaded: {type(error).__name__}: {error}"
        raise PythonObjectError(message, named.location) from error


_MAKERS: Final[dict[str, Callable[[TensorFlow, str, Arguments], Any]]] = {
    "initializer": _initializer,
    "regularizer": _regularizer,
    "partitioner": _partitioner,
    "constraint": _constraint,
}

_CONVERSIONS: Final[dict[str, Callable[[TensorFlow, Any], Any]]] = {
    "dtype": _dtype,
    "reuse": _reuse,
    "collections": _collections,
    "synchronization": partial(_enumeration_member, "VariableSynchronization"),
    "aggregation": partial(_enumeration_member, "VariableAggregation"),
}
