"""Messages that TF1 code meets under TensorFlow 2."""

from typing import Final

from scopecli.advice.known import Fix, Known, wording

TF1_NAMES: Final = tuple(
    """
    AUTO_REUSE ConfigProto GraphKeys InteractiveSession Session VariableScope add_to_collection
    all_variables app assign assign_add assign_sub fixed_size_partitioner flags get_collection
    get_default_graph get_default_session get_local_variable get_variable get_variable_scope
    global_variables global_variables_initializer initialize_all_variables is_variable_initialized layers
    local_variables local_variables_initializer make_template min_max_variable_partitioner placeholder
    report_uninitialized_variables reset_default_graph set_random_seed trainable_variables
    variable_axis_size_partitioner variable_scope variables_initializer
    """.split()
)
"""What `tf` has in TF1, and `tf.compat.v1` in TensorFlow 2."""

TF1_TRAIN_NAMES: Final = tuple(
    """
    AdagradOptimizer AdamOptimizer GradientDescentOptimizer MomentumOptimizer MonitoredTrainingSession
    Optimizer RMSPropOptimizer Saver Supervisor exponential_decay get_global_step
    get_or_create_global_step init_from_checkpoint
    """.split()
)
"""What `tf.train` has in TF1, and `tf.compat.v1.train` in TensorFlow 2."""

_TF1_IN_TF2: Final = """
    import tensorflow.compat.v1 as tf
    tf.disable_v2_behavior()
    """

_MISSING: Final = Known(
    key="missing-in-tensorflow-2",
    pattern=wording(
        r"module '?tensorflow(?P<module>\.[\w.]+)?'? has no attribute "
        rf"'?(?P<attribute>{'|'.join((*TF1_NAMES, *TF1_TRAIN_NAMES))})\b'?"
    ),
    example="module 'tensorflow' has no attribute 'get_variable'",
    meaning="The code is TF1's, and the TensorFlow that is installed is 2. There `%attribute` is part of "
    "`tf.compat.v1`, with all else of TF1 but `tf.contrib`.",
    causes=(
        "The program was written for TF1, and `pip install tensorflow` installs TensorFlow 2.",
        "A file or a folder of yours is called `tensorflow`, and Python imports that one.",
    ),
    fixes=(
        Fix(
            "Import TF1's part, and switch TensorFlow 2's behaviour off before anything is built.",
            code=_TF1_IN_TF2,
        ),
        Fix(
            "For a large program, TensorFlow's own converter adds `compat.v1` where it is needed: "
            "`tf_upgrade_v2 --intree FOLDER --outtree NEW_FOLDER`.",
        ),
    ),
)

_CONTRIB: Final = Known(
    key="contrib-is-gone",
    pattern=wording(
        r"module '?tensorflow[\w.]*'? has no attribute '?contrib\b'?"
        r"|No module named '?tensorflow\.contrib\b'?"
    ),
    example="module 'tensorflow' has no attribute 'contrib'",
    meaning="`tf.contrib` was part of TF1 alone. TensorFlow 2 has it nowhere, not in `tf.compat.v1` either.",
    causes=("The program was written for TF1, and TensorFlow 2 is installed.",),
    fixes=(
        Fix(
            "Some of it has moved. For variables, the initializers and regularizers are the ones most used.",
            code="""
                import tensorflow.compat.v1 as tf
                xavier = tf.glorot_uniform_initializer()  # xavier_initializer()
                l2 = lambda kernel: 0.01 * tf.nn.l2_loss(kernel)  # l2_regularizer(0.01)
                kernel = tf.get_variable("kernel", [4, 2], initializer=xavier, regularizer=l2)
                """,
        ),
        Fix(
            "`tf.contrib.slim` is a package of its own: `pip install tf_slim`, then `import tf_slim as slim`."
        ),
    ),
)

_EAGER: Final = Known(
    key="eager-execution",
    pattern=wording(
        r"tf\.placeholder\(\) is not compatible with eager execution"
        r"|When eager execution is enabled, `var_list` must specify"
        r"|`loss`? passed to Optimizer\.compute_gradients should be a function when eager execution"
        r"|tf\.\w{1,50}(?:\(\))? (?:is )?not supported when eager execution is enabled"
        r"|When eager execution is enabled variable reuse is only supported when an EagerVariableStore"
        r"|When Eager Execution is enabled, variable collections are not supported"
        r"|When eager execution is enabled, use_resource cannot be set to false"
        r"|Attempting to capture an EagerTensor without building a function"
        r"|meta graphs is not supported when eager execution is enabled"
    ),
    example="tf.placeholder() is not compatible with eager execution.",
    meaning="The code builds a graph, as TF1 does, while TensorFlow 2 runs each operation at once. Nothing "
    "is collected or shared then: `tf.compat.v1.get_variable` makes a new variable at every call, whatever "
    "`reuse` says, and without a word.",
    causes=(
        "`import tensorflow.compat.v1 as tf` alone changes the names, not the behaviour.",
        "`tf.disable_v2_behavior()` is called too late: after a tensor or a variable was made.",
    ),
    fixes=(
        Fix("Switch TensorFlow 2's behaviour off at the beginning of the program.", code=_TF1_IN_TF2),
        Fix(
            "Or build in a graph of your own, which is never eager.",
            code="""
                import tensorflow.compat.v1 as tf
                with tf.Graph().as_default():
                    kernel = tf.get_variable("kernel", ...)
                """,
        ),
    ),
)

_SINGLETON: Final = Known(
    key="variable-made-in-function",
    pattern=wording(
        r"tf\.function(?:-decorated function tried to create variables on (?:non-first|second) call"
        r"| only supports singleton tf\.Variables(?: created on the first call)?)[^\n]{0,200}"
    ),
    example="tf.function only supports singleton tf.Variables created on the first call. Make sure the "
    "tf.Variable is only created once or created outside tf.function.",
    meaning="TensorFlow runs the Python of a `tf.function` only to trace it, and would make the "
    "variable again "
    "each time that it traces: variables have to be made once.",
    causes=(
        "`tf.Variable`, or a Keras layer, is made in the body of a `tf.function`.",
        "TF1 code that makes its variables where it uses them is wrapped into a `tf.function`.",
    ),
    fixes=(
        Fix("Make the variable, or the layer, outside of the function, and use it inside."),
        Fix(
            "Code of TF1's that calls `get_variable` runs in a graph of its own, without `tf.function`.",
            code="""
                with tf.Graph().as_default():
                    kernel = tf.get_variable("kernel", ...)
                """,
        ),
    ),
)

_UNHASHABLE: Final = Known(
    key="variable-is-unhashable",
    pattern=wording(r"(?:Variable|Tensor) is unhashable\b[^\n]{0,120}"),
    example="Variable is unhashable. Instead, use variable.ref() as the key.",
    meaning="Since TensorFlow 2, `==` of variables compares their values, so that they can't be keys of a "
    "dictionary or members of a set.",
    causes=("Code of TF1's has variables as keys, `{variable: ...}`, or in a set.",),
    fixes=(
        Fix("Use `variable.ref()` as the key, and `key.deref()` to get the variable back."),
        Fix("Or switch TensorFlow 2's behaviour off at the beginning of the program.", code=_TF1_IN_TF2),
    ),
)

_COLOCATE: Final = Known(
    key="colocated-outside-of-strategy",
    pattern=wording(r"`?colocate_vars_with`? must (?:only be passed a variable|not be None)[^\n]{0,160}"),
    example="`colocate_vars_with` must only be passed a variable created in this "
    "tf.distribute.Strategy.scope(), "
    "not: <tf.Variable 'w:0'>",
    meaning="An optimizer puts its slots beside the variable that they are for, and the variable was "
    "not made in "
    "the scope of the strategy that is in force.",
    causes=(
        "The model is built outside of `strategy.scope()`, and the optimizer is used inside.",
        "A variable comes from another strategy, or from an imported graph.",
    ),
    fixes=(Fix("Build the model and make the optimizer in one `with strategy.scope():`."),),
)

_ANONYMOUS: Final = Known(
    key="variable-of-another-world",
    pattern=wording(
        r"(?:Error while reading resource variable|Could not find variable) (?P<variable>_AnonymousVar\d+)"
        r"[^\n]{0,160}"
    ),
    example="Error while reading resource variable _AnonymousVar42 from Container: localhost. This "
    "could mean that "
    "the variable was uninitialized.",
    meaning="`%variable` is what TensorFlow 2 calls a variable that was made outside of a graph. A "
    "session of TF1 "
    "has no value of it: it lives in no session.",
    causes=(
        "A Keras model or layer was made in eager mode, and its output is used in a TF1 session.",
        "`tf.disable_v2_behavior()` comes after the model was made.",
    ),
    fixes=(
        Fix("Switch TensorFlow 2's behaviour off before anything is made.", code=_TF1_IN_TF2),
        Fix(
            "With Keras, use its own session, `tf.keras.backend.get_session()`: it initializes its variables."
        ),
    ),
)

KNOWN: Final = (_MISSING, _CONTRIB, _EAGER, _SINGLETON, _UNHASHABLE, _COLOCATE, _ANONYMOUS)
