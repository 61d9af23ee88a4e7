"""Messages about what a new variable is made from: its shape, its type, its initial value."""

from typing import Final

from scopecli.advice.known import NAME, Fix, Known, wording

_CONSTANT_WITH_SHAPE: Final = Known(
    key="constant-with-shape",
    pattern=wording(r"If initializer is a constant, do not specify shape"),
    example="If initializer is a constant, do not specify shape.",
    meaning="The `initializer` is a tensor, a list or a number: this has a shape of its own, so there is "
    "nothing for `shape` to say.",
    causes=(
        "A list or an array is given together with its shape.",
        (
            "A number was meant to fill the shape, as `initializer=0.1` would do if it were an initializer "
            "object."
        ),
    ),
    fixes=(
        Fix(
            "Leave `shape` out.",
            code="""kernel = tf.get_variable("kernel", initializer=tf.constant([1.0, 2.0]))""",
            scenario="- {get_variable: kernel, initializer: [1.0, 2.0]}",
        ),
        Fix(
            "Or fill the shape with an initializer object.",
            code="""kernel = tf.get_variable("kernel", [3], initializer=tf.constant_initializer(0.1))""",
            scenario="- {get_variable: kernel, shape: [3], initializer: {constant: 0.1}}",
        ),
    ),
    hint="leave `shape` out, since the tensor has its own; or fill a shape with `{constant: value}`",
)

_INITIALIZER_DTYPE: Final = Known(
    key="initializer-with-other-dtype",
    pattern=wording(
        r"Initializer type '(?:<dtype: ')?(?P<given>\w+)[^\n]{1,3} "
        r"and explicit dtype '(?:<dtype: ')?(?P<wanted>\w+)(?:[^\n]{1,3} don't match)?"
    ),
    example="Initializer type '<dtype: 'int32'>' and explicit dtype '<dtype: 'float32'>' don't match.",
    meaning="The `initializer` is a tensor of type %given, and the call says `dtype` %wanted. TensorFlow "
    "does not cast by itself.",
    causes=(
        "Python's numbers were written without a point: `[1, 2]` is int32, and `[1.0, 2.0]` is float32.",
        "A numpy array has float64 unless it is told otherwise.",
    ),
    fixes=(
        Fix(
            "Leave `dtype` out, and the variable takes the tensor's.",
            code="""kernel = tf.get_variable("kernel", initializer=tf.constant([1.0, 2.0]))""",
            scenario="- {get_variable: kernel, initializer: [1.0, 2.0]}",
        ),
        Fix(
            "Or cast the tensor.",
            code="""
                value = tf.cast([1, 2], tf.%wanted)
                kernel = tf.get_variable("kernel", initializer=value, dtype=tf.%wanted)
                """,
        ),
    ),
    hint="leave `dtype` out, or write the tensor's elements in that type",
)

_UNKNOWN_SHAPE: Final = Known(
    key="shape-not-fully-defined",
    pattern=wording(
        rf"Shape of a new variable \({NAME}\) must be fully defined, but instead was"
        r"(?: (?:\([^()\n]{0,100}\)|<unknown>))?"
        r"|The initializer passed is not valid"
        r"|You can only pass an initializer function that expects no arguments"
    ),
    example="The initializer passed is not valid. It should be a callable with no arguments and the shape "
    "should not be provided or an instance of `tf.keras.initializers.*' and `shape` should be fully defined.",
    meaning="To make %name, TensorFlow has to call its initializer with a whole shape, and can't. TF1 says "
    "that the shape must be fully defined; TensorFlow 2 says that the initializer is not valid, mostly for "
    "the same reason.",
    causes=(
        "A dimension is None: it was taken from a placeholder, whose batch is not known until it is fed.",
        "There is an initializer object, such as `tf.zeros_initializer()`, and no `shape`.",
        (
            "The layer before lost its shape: `tf.reshape`, `tf.py_func` or a dataset may give one that is "
            "unknown."
        ),
        "The initializer is a function that takes other arguments than `shape` and `dtype`.",
    ),
    fixes=(
        Fix(
            "Give a whole shape: that of a weight depends on the number of features, not on the batch.",
            code="""
                inputs = tf.placeholder(tf.float32, [None, 4])
                kernel = tf.get_variable("kernel", [inputs.shape[-1], 2])
                """,
            scenario="- {get_variable: kernel, shape: [4, 2], initializer: zeros}",
        ),
        Fix(
            "Where a tensor's shape is lost and you know it, set it.",
            code="inputs.set_shape([None, 4])",
        ),
    ),
    hint="give a `shape` without unknown dimensions, or a tensor as `initializer`",
)

_NO_SHAPE: Final = Known(
    key="no-shape",
    pattern=wording(
        rf"Variable {NAME} did not get an initializer, so its `?shape`? argument must be specified"
    ),
    example="Variable layer/kernel did not get an initializer, so its `shape` argument must be specified.",
    meaning="%name does not exist yet, so this call would create it, but it has neither a `shape` nor a "
    "tensor to take one from.",
    causes=(
        "The call was meant to share a variable, but its scope does not reuse, or its full name is another.",
        "The shape was forgotten.",
    ),
    fixes=(
        Fix(
            "To share it, open its scope with `reuse=True`; to create it, give it a shape.",
            code="""
                with tf.variable_scope(%opened):
                    first = tf.get_variable("%leaf", ...)
                with tf.variable_scope(%opened, reuse=True):
                    second = tf.get_variable("%leaf", ...)
                """,
            scenario="""
                - variable_scope: %steps_of
                  steps:
                    - {get_variable: %leaf, shape: [2]}
                - variable_scope: %steps_of
                  reuse: true
                  steps:
                    - {get_variable: %leaf}
                """,
        ),
        Fix(
            "Where nothing is to be shared, the shape is enough.",
            code="""
                with tf.variable_scope(%opened):
                    %identifier = tf.get_variable("%leaf", [2])
                """,
            scenario="""
                - variable_scope: %steps_of
                  steps:
                    - {get_variable: %leaf, shape: [2]}
                """,
        ),
    ),
    hint="give it a `shape`, or a tensor as `initializer`",
)

_NO_INITIALIZER: Final = Known(
    key="no-initializer",
    pattern=wording(rf"An initializer for variable {NAME} of (?P<given>\S+(?: '\w+')?>?) is required"),
    example="An initializer for variable layer/kernel of <dtype: 'qint8'> is required",
    meaning="Floating types get the Glorot initializer by default, and integers, booleans and strings get "
    "zeros. For this type TensorFlow has no default, so %name needs an initializer.",
    causes=("The type is complex or quantised; for older versions of TF1, also a string.",),
    fixes=(
        Fix(
            "Give an initializer: for this type there is none by default.",
            code="""
                zeros = tf.zeros_initializer()
                kernel = tf.get_variable("kernel", [2], tf.complex64, initializer=zeros)
                """,
            scenario="- {get_variable: kernel, shape: [2], dtype: complex64, initializer: zeros}",
        ),
    ),
    hint="give it an `initializer`, such as zeros",
)

_NO_INITIAL_VALUE: Final = Known(
    key="no-initial-value",
    pattern=wording(r"initial_value must (?:be specified|have a shape specified)"),
    example="initial_value must be specified.",
    meaning="`tf.Variable` takes its shape and its type from `initial_value`, so there has to be one, of a "
    "shape that is known.",
    causes=(
        "`tf.Variable` was written where `tf.get_variable` was meant, with `shape` and `initializer`.",
        "The value comes from a placeholder, whose shape is not known until it is fed.",
    ),
    fixes=(
        Fix(
            "Give a value, or use `tf.get_variable`.",
            code="""
                counter = tf.Variable(tf.zeros([2]), name="counter")
                kernel = tf.get_variable("kernel", [2], initializer=tf.zeros_initializer())
                """,
            scenario="""
                - {Variable: counter, initial_value: [0.0, 0.0]}
                - {get_variable: kernel, shape: [2], initializer: zeros}
                """,
        ),
        Fix(
            "Or let the variable have any shape.",
            code="""
                value = tf.placeholder(tf.float32, [None, 4])
                counter = tf.Variable(value, validate_shape=False)
                """,
        ),
    ),
    hint="give the variable an `initial_value`",
)

_NEGATIVE: Final = Known(
    key="negative-dimension",
    pattern=wording(r"Dimension -\d+ must be >= 0"),
    example="Dimension -1 must be >= 0",
    meaning="A shape has a negative dimension. In `tf.reshape`, -1 stands for whatever is left; the "
    "dimensions of a variable are 0 or more.",
    causes=(
        "A shape for `tf.reshape` was used for a variable.",
        "The dimension is a difference, and came out below 0.",
    ),
    fixes=(
        Fix(
            "Write the dimension out.",
            code="""kernel = tf.get_variable("kernel", [4, 2])""",
            scenario="- {get_variable: kernel, shape: [4, 2]}",
        ),
    ),
    hint="write dimensions of 0 or more, or null for an unknown one",
)

_MINVAL: Final = Known(
    key="minval-above-maxval",
    pattern=wording(r"Need minval < maxval"),
    example="Need minval < maxval, got 5 >= 1",
    meaning="`random_uniform_initializer` draws integers from `minval` up to, but not including, `maxval`, "
    "and here there are none.",
    causes=("The bounds are in the wrong order, or `maxval` was left out for integers.",),
    fixes=(
        Fix(
            "Give a `maxval` above `minval`.",
            code="""
                start = tf.random_uniform_initializer(minval=0, maxval=10)
                index = tf.get_variable("index", [2], tf.int32, initializer=start)
                """,
            scenario="""
                - get_variable: index
                  shape: [2]
                  dtype: int32
                  initializer: {random_uniform: {minval: 0, maxval: 10}}
                """,
        ),
    ),
    hint="give `random_uniform` a `maxval` above its `minval`",
)

_TENSOR: Final = Known(
    key="no-variable-but-tensor",
    pattern=wording(
        r"'(?:Symbolic|Eager)?Tensor' object has no attribute '(?P<attribute>initializer|assign)'"
    ),
    example="'Tensor' object has no attribute 'initializer'",
    meaning="A variable is wanted, and this is a tensor: the value of a variable, or what was computed "
    "from one.",
    causes=(
        "The list of variables has `variable.read_value()`, `variable + 0` or an average's value in it.",
        "A custom getter returns what it computed from the variable: the scope yields tensors then.",
        "The name was bound anew: `w = w * 2` makes `w` a tensor.",
    ),
    fixes=(
        Fix(
            "Take the variables from the graph.",
            code="""
                initializer = tf.variables_initializer(tf.global_variables())
                """,
        ),
    ),
)

KNOWN: Final = (
    _CONSTANT_WITH_SHAPE,
    _INITIALIZER_DTYPE,
    _UNKNOWN_SHAPE,
    _NO_SHAPE,
    _NO_INITIALIZER,
    _NO_INITIAL_VALUE,
    _NEGATIVE,
    _MINVAL,
    _TENSOR,
)
