"""Messages about partitioned variables."""

from typing import Final

from scopecli.advice.known import NAME, Fix, Known, wording

_SAME_PARTITIONER: Final = Fix(
    "To share it, give both scopes the same partitioner.",
    code="""
        partitioner = tf.fixed_size_partitioner(num_shards=2)
        with tf.variable_scope(%opened, partitioner=partitioner):
            first = tf.get_variable("%leaf", [4])
        with tf.variable_scope(%opened, partitioner=partitioner, reuse=True):
            second = tf.get_variable("%leaf", [4])
        """,
    scenario="""
        - variable_scope: %steps_of
          partitioner: {fixed_size: {num_shards: 2}}
          steps:
            - {get_variable: %leaf, shape: [4]}
        - variable_scope: %steps_of
          partitioner: {fixed_size: {num_shards: 2}}
          reuse: true
          steps:
            - {get_variable: %leaf, shape: [4]}
        """,
)
_NO_PARTITIONER: Final = Fix(
    "Or reuse it with `reuse=True` and no partitioner: TensorFlow then takes the parts as they are. With "
    "`tf.AUTO_REUSE` the partitioner has to be there each time.",
    code="""
        partitioner = tf.fixed_size_partitioner(num_shards=2)
        with tf.variable_scope(%opened, partitioner=partitioner):
            first = tf.get_variable("%leaf", [4])
        with tf.variable_scope(%opened, reuse=True):
            second = tf.get_variable("%leaf", [4])
        """,
    scenario="""
        - variable_scope: %steps_of
          partitioner: {fixed_size: {num_shards: 2}}
          steps:
            - {get_variable: %leaf, shape: [4]}
        - variable_scope: %steps_of
          reuse: true
          steps:
            - {get_variable: %leaf}
        """,
)
_ITS_PARTITIONER: Final = "give the scope the `partitioner` that the variable was created with"

_OTHER_PARTITIONS: Final = Known(
    key="other-partitions",
    pattern=wording(
        rf"Trying to reuse partitioned variable {NAME}, but specified partitions "
        r"(?P<given>\[[^\[\]]*\]) and found partitions (?P<found>\[[^\[\]]*\])"
    ),
    example="Trying to reuse partitioned variable layer/kernel, but specified partitions [4] and found "
    "partitions [2].",
    meaning="%name is kept in parts, %found along its axes, and the partitioner of this call would cut it "
    "into %given. A variable that is shared keeps its parts.",
    causes=(
        "The two scopes have different partitioners.",
        (
            "The partitioner counts the parameter servers, or the bytes, and these differ between the two "
            "programs or calls."
        ),
    ),
    fixes=(_SAME_PARTITIONER, _NO_PARTITIONER),
    hint=f"{_ITS_PARTITIONER}, or with `reuse: true` none at all",
)

_PARTITIONED_BEFORE: Final = Known(
    key="partitioned-before",
    pattern=wording(
        r"No partitioner was provided, but a partitioned version of the variable was found: "
        rf"{NAME}/part_0"
    ),
    example="No partitioner was provided, but a partitioned version of the variable was found: "
    "layer/kernel/part_0. Perhaps a variable of the same name was already created with partitioning?",
    meaning="The graph has %name in parts, `part_0` and so on, and this call would make or share one "
    "variable of that name in one piece.",
    causes=(
        "The scope of the first call has a partitioner, and the scope of this one has not.",
        (
            "The scope of this call has `tf.AUTO_REUSE`: only `reuse=True` finds the parts without a "
            "partitioner."
        ),
        "The layer is built a second time, without reuse.",
    ),
    fixes=(
        _SAME_PARTITIONER,
        _NO_PARTITIONER,
        Fix("For a variable of its own, choose another name or scope."),
    ),
    hint=f"to share it, {_ITS_PARTITIONER}, or open it with `reuse: true`; otherwise choose another name",
)

_WHOLE_BEFORE: Final = Known(
    key="unpartitioned-before",
    pattern=wording(
        rf"A partitioner was provided, but an unpartitioned version of the variable was found: {NAME}"
    ),
    example="A partitioner was provided, but an unpartitioned version of the variable was found: "
    "layer/kernel.  Perhaps a variable of the same name was already created without partitioning?",
    meaning="The graph has %name in one piece, and this call would cut it into parts.",
    causes=(
        "The scope of this call has a partitioner, or inherits one, and the scope of the first call has not.",
        "A scalar: TensorFlow never cuts one, but looks for parts where the shape is not said.",
    ),
    fixes=(
        _SAME_PARTITIONER,
        Fix(
            "Or share it without one. An inherited partitioner is switched off inside of its scope.",
            code="""
                with tf.variable_scope(%opened):
                    first = tf.get_variable("%leaf", ...)
                with tf.variable_scope(%opened, reuse=True) as scope:
                    scope.set_partitioner(None)
                    second = tf.get_variable("%leaf", ...)
                """,
        ),
    ),
    hint="share it from a scope without a `partitioner`, or create it in one that has the same",
)

_OTHER_SHARDS: Final = Known(
    key="other-shards-before",
    pattern=wording(
        r"Partitioner returned a different partitioning than what was already found\. Partitioner returned "
        rf"(?P<given>\d+) shards, and shard {NAME}/part_0"
    ),
    example="Partitioner returned a different partitioning than what was already found.  Partitioner "
    "returned 2 shards, and shard layer/kernel/part_0 was found, but layer/kernel/part_1 was not.",
    meaning="The partitioner cuts %name into %given parts, and the graph already has variables that are "
    "called like its parts, in another number.",
    causes=(
        (
            "The parts were made one by one, with `tf.get_variable` under the names `part_0`, `part_1` and "
            "so on."
        ),
        "The partitioner differs from the one that made them.",
    ),
    fixes=(Fix("Make the parts with a partitioner alone, none by hand."), _SAME_PARTITIONER),
    hint=f"{_ITS_PARTITIONER}, and name no variable `part_N` yourself",
)

_PARTITION_LIST: Final = Known(
    key="wrong-partition-list",
    pattern=wording(
        r"Partitioner returned a partition list that does not match"
        r"(?: the Variable's rank: \[[\d,\s]*\] vs\. \([^()]*\))?"
        r"|Partitioner returned zero partitions for some axes"
        r"|Partitioner must return a sequence, but saw"
        r"|Can only slice a variable along one dimension"
    ),
    example="Partitioner returned a partition list that does not match the Variable's rank: [2] vs. (4, 4)",
    meaning="A partitioner is asked with `shape` and `dtype`, and answers with a list of numbers: for each "
    "axis, into how many parts it is cut. Each is 1 or more, and one of them at most is more than 1.",
    causes=(
        "The list has one number, but the variable has several axes; or the other way round.",
        "A scope's partitioner meets every variable inside of it, also a bias, which has fewer axes.",
        "Two axes are to be cut at once, which TensorFlow can't do.",
    ),
    fixes=(
        Fix(
            "Make the list from the shape that the partitioner is given.",
            code="""
                def two_parts(shape, dtype):
                    return [2] + [1] * (shape.rank - 1)  # along the first axis

                with tf.variable_scope("layer", partitioner=two_parts):
                    kernel = tf.get_variable("kernel", [4, 4])
                """,
        ),
        Fix(
            "Or take one of TensorFlow's own.",
            code="""
                partitioner = tf.fixed_size_partitioner(num_shards=2, axis=0)
                with tf.variable_scope("layer", partitioner=partitioner):
                    kernel = tf.get_variable("kernel", [4, 4])
                """,
            scenario="""
                - variable_scope: layer
                  partitioner: {fixed_size: {num_shards: 2, axis: 0}}
                  steps:
                    - {get_variable: kernel, shape: [4, 4]}
                """,
        ),
    ),
    hint="a partitioner returns a number for each axis, 1 or more, and cuts along one axis at most",
)

_PARTITIONED_SHAPE: Final = Known(
    key="shape-cannot-be-partitioned",
    pattern=wording(
        r"Shape of a new partitioned variable must be fully defined, but instead was"
        r"|A partitioned Variable must have rank at least 1"
    ),
    example="Shape of a new partitioned variable must be fully defined, but instead was (None, 2).",
    meaning="To cut a variable into parts, TensorFlow has to know its whole shape, and needs an axis to cut "
    "along.",
    causes=(
        "A dimension comes from the batch, which is None until it is fed.",
        "There is no `shape`, and the scope has a partitioner.",
        "The scope has a partitioner, and a scalar is made inside of it.",
    ),
    fixes=(
        Fix(
            "Give a whole shape: that of a weight depends on the number of features, not on the batch.",
            code="""
                partitioner = tf.fixed_size_partitioner(num_shards=2)
                with tf.variable_scope("layer", partitioner=partitioner):
                    kernel = tf.get_variable("kernel", [4, 2])
                """,
            scenario="""
                - variable_scope: layer
                  partitioner: {fixed_size: {num_shards: 2}}
                  steps:
                    - {get_variable: kernel, shape: [4, 2]}
                """,
        ),
        Fix(
            "Make a scalar where the scope has no partitioner.",
            code="""
                partitioner = tf.fixed_size_partitioner(num_shards=2)
                with tf.variable_scope("layer", partitioner=partitioner):
                    with tf.variable_scope("whole") as scope:
                        scope.set_partitioner(None)
                        step = tf.get_variable("step", [])
                """,
        ),
    ),
    hint="give a `shape` of one axis or more without unknown dimensions, or leave the `partitioner` out",
)

KNOWN: Final = (
    _OTHER_PARTITIONS,
    _PARTITIONED_BEFORE,
    _WHOLE_BEFORE,
    _OTHER_SHARDS,
    _PARTITION_LIST,
    _PARTITIONED_SHAPE,
)
