"""The names that a scenario may use for TensorFlow's own objects, known without loading TensorFlow."""

from dataclasses import dataclass
from typing import Final, Literal

ArgumentKind = Literal["number", "integer", "text", "tensor", "boolean"]

# tensorflow/python/framework/dtypes.py, less the reference types: TensorFlow makes those itself.
DTYPES: Final = frozenset(
    """
    bfloat16 bool complex64 complex128 double float float16 float32 float64 float8_e4m3b11fnuz float8_e4m3fn
    float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float4_e2m1fn half int2 int4 int8 int16 int32 int64 qint8
    qint16 qint32 quint8 quint16 resource string uint2 uint4 uint8 uint16 uint32 uint64 variant
    """.split(),
)

DTYPE_ALIASES: Final = {"half": "float16", "float": "float32", "double": "float64"}
"""Other names of a dtype; TensorFlow tells it by its own."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The arguments of an object; `main` is the one that may be given alone: `{constant: 0.5}`."""

    arguments: dict[str, ArgumentKind]
    main: str | None = None
    required: tuple[str, ...] = ()


_SEEDED = Signature({"seed": "integer"})

# tensorflow/python/ops/init_ops.py, as `tf.compat.v1.initializers` exports it.
INITIALIZERS: Final[dict[str, Signature]] = {
    "zeros": Signature({}),
    "ones": Signature({}),
    "constant": Signature({"value": "tensor"}, main="value"),
    "random_uniform": Signature({"minval": "number", "maxval": "number", "seed": "integer"}),
    "random_normal": Signature({"mean": "number", "stddev": "number", "seed": "integer"}),
    "truncated_normal": Signature({"mean": "number", "stddev": "number", "seed": "integer"}),
    "uniform_unit_scaling": Signature({"factor": "number", "seed": "integer"}, main="factor"),
    "variance_scaling": Signature(
        {"scale": "number", "mode": "text", "distribution": "text", "seed": "integer"}, main="scale"
    ),
    "orthogonal": Signature({"gain": "number", "seed": "integer"}, main="gain"),
    "identity": Signature({"gain": "number"}, main="gain"),
    "glorot_uniform": _SEEDED,
    "glorot_normal": _SEEDED,
    "he_uniform": _SEEDED,
    "he_normal": _SEEDED,
    "lecun_uniform": _SEEDED,
    "lecun_normal": _SEEDED,
}
INITIALIZER_SUFFIX: Final = "_initializer"

# Keras's are s·Σ|w| and s·Σw². TF1's own have half the sum of squares: they are those of tf.contrib.layers
# (tensorflow/contrib/layers/python/layers/regularizers.py).
REGULARIZERS: Final[dict[str, Signature]] = {
    "l1": Signature({"l1": "number"}, main="l1", required=("l1",)),
    "l2": Signature({"l2": "number"}, main="l2", required=("l2",)),
    "l1_l2": Signature({"l1": "number", "l2": "number"}),
    "l1_regularizer": Signature({"scale": "number"}, main="scale", required=("scale",)),
    "l2_regularizer": Signature({"scale": "number"}, main="scale", required=("scale",)),
    "l1_l2_regularizer": Signature({"scale_l1": "number", "scale_l2": "number"}),
    "no_regularizer": Signature({}),
}

# tensorflow/python/ops/partitioned_variables.py
PARTITIONERS: Final[dict[str, Signature]] = {
    "fixed_size": Signature(
        {"num_shards": "integer", "axis": "integer"}, main="num_shards", required=("num_shards",)
    ),
    "variable_axis_size": Signature(
        {
            "max_shard_bytes": "integer",
            "axis": "integer",
            "bytes_per_string_element": "integer",
            "max_shards": "integer",
        },
        main="max_shard_bytes",
        required=("max_shard_bytes",),
    ),
    "min_max_variable": Signature(
        {
            "max_partitions": "integer",
            "axis": "integer",
            "min_slice_size": "integer",
            "bytes_per_string_element": "integer",
        },
        main="max_partitions",
    ),
}

# tensorflow/python/keras/constraints.py
CONSTRAINTS: Final[dict[str, Signature]] = {
    "non_neg": Signature({}),
    "unit_norm": Signature({"axis": "integer"}),
    "max_norm": Signature({"max_value": "number", "axis": "integer"}, main="max_value"),
    "min_max_norm": Signature(
        {"min_value": "number", "max_value": "number", "rate": "number", "axis": "integer"}
    ),
}

# tensorflow/python/ops/variables.py
SYNCHRONIZATIONS: Final = frozenset({"AUTO", "NONE", "ON_WRITE", "ON_READ"})
AGGREGATIONS: Final = frozenset({"NONE", "SUM", "MEAN", "ONLY_FIRST_REPLICA"})

# tensorflow/python/framework/ops.py, class GraphKeys
GRAPH_KEYS: Final[dict[str, str]] = {
    "GLOBAL_VARIABLES": "variables",
    "LOCAL_VARIABLES": "local_variables",
    "METRIC_VARIABLES": "metric_variables",
    "MODEL_VARIABLES": "model_variables",
    "TRAINABLE_VARIABLES": "trainable_variables",
    "SUMMARIES": "summaries",
    "QUEUE_RUNNERS": "queue_runners",
    "TABLE_INITIALIZERS": "table_initializer",
    "ASSET_FILEPATHS": "asset_filepaths",
    "MOVING_AVERAGE_VARIABLES": "moving_average_variables",
    "REGULARIZATION_LOSSES": "regularization_losses",
    "CONCATENATED_VARIABLES": "concatenated_variables",
    "SAVERS": "savers",
    "WEIGHTS": "weights",
    "BIASES": "biases",
    "ACTIVATIONS": "activations",
    "UPDATE_OPS": "update_ops",
    "LOSSES": "losses",
    "SAVEABLE_OBJECTS": "saveable_objects",
    "RESOURCES": "resources",
    "LOCAL_RESOURCES": "local_resources",
    "TRAINABLE_RESOURCE_VARIABLES": "trainable_resource_variables",
    "INIT_OP": "init_op",
    "LOCAL_INIT_OP": "local_init_op",
    "READY_OP": "ready_op",
    "READY_FOR_LOCAL_INIT_OP": "ready_for_local_init_op",
    "SUMMARY_OP": "summary_op",
    "GLOBAL_STEP": "global_step",
    "EVAL_STEP": "eval_step",
    "TRAIN_OP": "train_op",
    "COND_CONTEXT": "cond_context",
    "WHILE_CONTEXT": "while_context",
}
