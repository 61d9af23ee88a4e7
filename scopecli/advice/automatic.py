"""Messages about variables that something makes for itself: optimizers, moving averages, templates."""

from typing import Final

from scopecli.advice.known import NAME, Fix, Known, wording

_OPTIMIZERS: Final = "Adam|Momentum|RMSProp|Adagrad|AdagradDA|Adadelta|Ftrl|ProximalAdagrad"

_REUSED_TO_THE_END: Final = (
    "`tf.get_variable_scope().reuse_variables()` was called outside of every scope, to build a model a "
    "second time. It lasts to the end of the scope that it is called on: here, of the program."
)
_BLOCK_OF_ITS_OWN: Final = "Give the second use of the model a block of its own, which ends before {}."

_AVERAGE_UNDER_REUSE: Final = Known(
    key="average-under-reuse",
    pattern=wording(
        rf"Variable {NAME}/(?P<slot>ExponentialMovingAverage(?:_\d+)?"
        r"|(?i:\w*(?:average|avg|ema|shadow)\w*)(?=/)|biased|local_step)/? does not exist"
    ),
    example="Variable layer/kernel/ExponentialMovingAverage/ does not exist, or was not created with "
    "tf.get_variable(). Did you mean to set reuse=tf.AUTO_REUSE in VarScope?",
    meaning="`ExponentialMovingAverage.apply()` keeps the average of %name in a variable of its own. It "
    "makes this with `tf.get_variable` in the scope that is open around the call; but that scope reuses, so "
    "it may find variables and not create them.",
    causes=(
        _REUSED_TO_THE_END,
        (
            "`apply()` is called inside of `with tf.variable_scope(..., reuse=True)`, as in the second use "
            "of a layer with batch normalisation."
        ),
    ),
    fixes=(
        Fix(
            _BLOCK_OF_ITS_OWN.format("`apply()` is called"),
            code="""
                first = model(x)
                with tf.variable_scope(tf.get_variable_scope(), reuse=True):  # not reuse_variables()
                    second = model(x)
                average = tf.train.ExponentialMovingAverage(0.99)
                update = average.apply(tf.trainable_variables())
                """,
        ),
        Fix(
            "Or let this call create what is missing.",
            code="""
                average = tf.train.ExponentialMovingAverage(0.99)
                with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
                    update = average.apply(tf.trainable_variables())
                """,
        ),
    ),
)

_SLOT_UNDER_REUSE: Final = Known(
    key="slot-under-reuse",
    pattern=wording(
        rf"Variable {NAME}/(?P<slot>(?:{_OPTIMIZERS})(?:Optimizer)?(?:_\d+)?|[\w.-]+(?=/))/? does not exist"
    ),
    example="Variable layer/kernel/Adam/ does not exist, or was not created with tf.get_variable(). Did you "
    "mean to set reuse=tf.AUTO_REUSE in VarScope?",
    meaning="The weights are not what is missing. An optimizer keeps variables of its own beside each "
    "weight, here `%slot` for %name. It makes them with `tf.get_variable` in the scope that is open around "
    "`minimize()`; but that scope reuses, so it may find variables and not create them.",
    causes=(
        _REUSED_TO_THE_END,
        "`minimize()` or `apply_gradients()` is called inside of `with tf.variable_scope(..., reuse=True)`.",
    ),
    fixes=(
        Fix(
            _BLOCK_OF_ITS_OWN.format("the optimizer is called"),
            code="""
                first = model(x)
                with tf.variable_scope(tf.get_variable_scope(), reuse=True):  # not reuse_variables()
                    second = model(x)
                train = tf.train.AdamOptimizer().minimize(loss)
                """,
        ),
        Fix(
            "Or let the optimizer create what is missing. `reuse=False` is not enough: it does not switch "
            "off what it inherits.",
            code="""
                with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
                    train = tf.train.AdamOptimizer().minimize(loss)
                """,
        ),
    ),
)

# A template puts this under what its function raises; with a capital it is `get_variable`'s own.
_IN_TEMPLATE: Final = r"(?:(?!Variable)[^\n]){0,300}? originally defined at:"

_NEW_IN_TEMPLATE: Final = Known(
    key="new-variable-in-template",
    pattern=wording(
        r"Trainable variable created when calling a template after the first time"
        rf"|Variable {NAME} does not exist{_IN_TEMPLATE}"
    ),
    example="Trainable variable created when calling a template after the first time, perhaps you used "
    "tf.Variable when you meant tf.get_variable: [<tf.Variable 'layer_1/Variable:0' shape=() "
    "dtype=float32_ref>]",
    meaning="A function that `tf.make_template` wraps creates its variables in its first call, and every "
    "later call shares them. A later call came to a variable that the first had not made.",
    causes=(
        "The function uses `tf.Variable`, which makes a new one each time.",
        "A name in the function changes from call to call: a counter, or an argument that is part of it.",
        "The first call took another branch, and did not come past this variable.",
    ),
    fixes=(
        Fix(
            "Make the variables of a template with `tf.get_variable`, under names that stay the same.",
            code="""
                def layer(x):
                    kernel = tf.get_variable("kernel", ...)
                    return x * kernel

                shared = tf.make_template("layer", layer)
                first, second = shared(x), shared(x)
                """,
        ),
        Fix("For variables that are not to be shared, make a template for each, or call the plain function."),
    ),
    hint="a template's later calls share what its first made: use `get_variable` in its function, under "
    "names that stay the same",
)

_TWICE_IN_TEMPLATE: Final = Known(
    key="same-name-in-template",
    pattern=wording(rf"Variable {NAME} already exists{_IN_TEMPLATE}"),
    example="Variable layer/kernel already exists, disallowed. Did you mean to set reuse=True or "
    "reuse=tf.AUTO_REUSE in VarScope? originally defined at:",
    meaning="The first call of a template creates its variables, and %name is there already: within one "
    "call, a template shares nothing.",
    causes=(
        "The function asks twice for one name in the same call.",
        "Two templates were given one `unique_name_`.",
    ),
    fixes=(
        Fix(
            "Give each variable of the function a name of its own.",
            code="""
                def layer(x):
                    with tf.variable_scope("inner"):
                        x = x * tf.get_variable("kernel", ...)
                    with tf.variable_scope("outer"):
                        return x * tf.get_variable("kernel", ...)

                shared = tf.make_template("layer", layer)
                first, second = shared(x), shared(x)
                """,
        ),
        Fix("Leave `unique_name_` out, and TensorFlow makes the names of templates unique."),
    ),
    hint="give each variable of the template's function a name of its own, and each template a name of its "
    "own",
)

KNOWN: Final = (_AVERAGE_UNDER_REUSE, _SLOT_UNDER_REUSE, _NEW_IN_TEMPLATE, _TWICE_IN_TEMPLATE)
