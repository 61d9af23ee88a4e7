"""Messages about a variable scope: its name, and its reuse mode."""

from typing import Final

from scopecli.advice.known import Fix, Known, wording

_SCOPE_NAME: Final = Known(
    key="invalid-scope-name",
    pattern=wording(r"'(?P<given>[^'%{}]{0,300})' is not a valid (?:root )?scope name"),
    example="'my layer' is not a valid root scope name. A root scope name has to match the following "
    r"pattern: ^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$",
    meaning="`%given` can't be the name of a scope, nor of a variable, which opens one for its operations. "
    "Letters, digits and `_ . - / >` may be in a name, and outside of every scope it begins with a letter, "
    "a digit or a dot.",
    causes=(
        (
            "It has a space or a colon, or another character that is not allowed, as in a file's name or a "
            "title."
        ),
        "It is a tensor's name: those end in `:0`, which is no part of a variable's.",
        "It begins with an underscore.",
    ),
    fixes=(
        Fix(
            "Replace what is not allowed.",
            code=r"""
                import re
                with tf.variable_scope(re.sub(r"[^A-Za-z0-9_.\-/]", "_", "my layer")):
                    kernel = tf.get_variable("kernel", ...)
                """,
            scenario="""
                - variable_scope: my_layer
                  steps:
                    - {get_variable: kernel, shape: [2]}
                """,
        ),
    ),
    hint="use letters, digits and _ . - / in names, and begin the first with a letter, a digit or a dot",
)

_NO_SCOPE_NAME: Final = Known(
    key="no-scope-name",
    pattern=wording(r"If default_name is None then name_or_scope is required"),
    example="If default_name is None then name_or_scope is required",
    meaning="`tf.variable_scope` was given neither a name, nor a scope, nor a `default_name`.",
    causes=("The name comes from an argument that is None, such as a layer's `scope=None` or `name=None`.",),
    fixes=(
        Fix(
            "Give a `default_name` for that case; TensorFlow makes it unique.",
            code="""
                with tf.variable_scope(None, default_name="layer"):
                    kernel = tf.get_variable("kernel", ...)
                """,
            scenario="""
                - variable_scope: null
                  default_name: layer
                  steps:
                    - {get_variable: kernel, shape: [2]}
                """,
        ),
    ),
    hint="give the scope a name, or null with a `default_name` to be made unique",
)

_REUSE_WITHOUT_NAME: Final = Known(
    key="reuse-without-name",
    pattern=wording(r"reuse=True cannot be used without a name_or_scope"),
    example="reuse=True cannot be used without a name_or_scope",
    meaning="With a `default_name` alone, TensorFlow makes the name of the scope unique, so that it is a "
    "new one each time. In a new scope there is nothing to reuse.",
    causes=("A layer is to be reused, but was not given the name of its scope.",),
    fixes=(
        Fix(
            "Name the scope, or keep the scope object and open it again.",
            code="""
                with tf.variable_scope(None, default_name="layer") as scope:
                    first = tf.get_variable("kernel", ...)
                with tf.variable_scope(scope, reuse=True):
                    second = tf.get_variable("kernel", ...)
                """,
            scenario="""
                - variable_scope: null
                  default_name: layer
                  as: scope
                  steps:
                    - {get_variable: kernel, shape: [2]}
                - variable_scope: $scope
                  reuse: true
                  steps:
                    - {get_variable: kernel}
                """,
        ),
    ),
    hint="name the scope to reuse: a `default_name` is always made unique, so nothing could be shared",
)

_REUSE_VALUE: Final = Known(
    key="wrong-reuse-value",
    pattern=wording(r"The reuse parameter must be True or False or None"),
    example="The reuse parameter must be True or False or None.",
    meaning="`reuse` is True, False, None or `tf.AUTO_REUSE`, and was something else.",
    causes=(
        'It is a string, such as "AUTO_REUSE" or "True" from a settings file, or a tensor, or the number 1.',
    ),
    fixes=(
        Fix(
            "Give `True`, `False`, `None` or `tf.AUTO_REUSE` itself.",
            code="""
                with tf.variable_scope("layer", reuse=tf.AUTO_REUSE):
                    kernel = tf.get_variable("kernel", ...)
                """,
            scenario="""
                - variable_scope: layer
                  reuse: AUTO_REUSE
                  steps:
                    - {get_variable: kernel, shape: [2]}
                """,
        ),
    ),
    hint="write true, false, null or AUTO_REUSE",
)

KNOWN: Final = (_SCOPE_NAME, _NO_SCOPE_NAME, _REUSE_WITHOUT_NAME, _REUSE_VALUE)
