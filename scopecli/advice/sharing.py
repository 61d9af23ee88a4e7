"""Messages about sharing: variables that exist, that do not, and that are not what was asked for."""

import re
from itertools import islice
from typing import Final

from scopecli.advice.known import NAME, Fix, Known, Situation, wording
from scopecli.ground.words import closest

_COMPARED: Final = 1_000  # names that a mistyped one is held against: each costs some microseconds


def _made_by_variable(name: str, situation: Situation) -> bool:
    return name in situation.created and situation.created[name].step == "Variable"


def _does_not_exist(match: re.Match[str], situation: Situation) -> str:
    name = match["variable"]
    if _made_by_variable(name, situation):
        return f"`{name}` was made by `Variable`, which is never shared: make it with `get_variable`"
    near = closest(name, islice(situation.created, _COMPARED))
    meant = f"did you mean `{near}`? otherwise " if near else ""
    return f"{meant}create it before this step, or open the scope with `reuse: AUTO_REUSE` to create it here"


def _shared_otherwise(what: str, match: re.Match[str]) -> str:
    return f"leave `{what}` out, or give what the variable has: {match['found']}"


_TWO_VARIABLES: Final = Fix(
    "If two variables are meant, give each a name of its own; with `default_name`, TensorFlow makes the "
    "name of a scope unique.",
    code="""
        with tf.variable_scope(None, default_name="%base"):  # %base
            first = tf.get_variable("%leaf", ...)
        with tf.variable_scope(None, default_name="%base"):  # %{base}_1
            second = tf.get_variable("%leaf", ...)
        """,
    scenario="""
        - variable_scope: null
          default_name: %base
          steps:
            - {get_variable: %leaf, shape: [2]}
        - variable_scope: null
          default_name: %base
          steps:
            - {get_variable: %leaf, shape: [2]}
        """,
)

_ALREADY_EXISTS: Final = Known(
    key="already-exists",
    pattern=wording(rf"(?:Partitioned variable with name|Variable) {NAME} already exists(?:, disallowed)?"),
    example="Variable layer/kernel already exists, disallowed. Did you mean to set reuse=True or "
    "reuse=tf.AUTO_REUSE in VarScope?",
    meaning="`tf.get_variable` was to create %name, but the graph has a variable of this full name already, "
    "and the scope around the call does not reuse. TensorFlow refuses, so that nothing is shared by mistake.",
    causes=(
        (
            "The code that builds the layer ran twice in one graph: a function was called for a second "
            "input, or the layer stands in a loop."
        ),
        "What answers a request, or does a step, builds the model each time instead of running it.",
        "A notebook cell or a test ran again: the default graph keeps what the first run made.",
        "Two different layers of one scope were given the same name.",
    ),
    fixes=(
        Fix(
            "To share it, open the scope with `tf.AUTO_REUSE`, which creates at first and shares "
            "afterwards; or open it with `reuse=True` for the second call alone.",
            code="""
                with tf.variable_scope(%opened, reuse=tf.AUTO_REUSE):
                    first = tf.get_variable("%leaf", ...)
                with tf.variable_scope(%opened, reuse=tf.AUTO_REUSE):
                    second = tf.get_variable("%leaf", ...)  # the same variable
                """,
            scenario="""
                - variable_scope: %steps_of
                  reuse: AUTO_REUSE
                  steps:
                    - {get_variable: %leaf, shape: [2]}
                    - {get_variable: %leaf, shape: [2]}
                """,
        ),
        _TWO_VARIABLES,
        Fix(
            "In a loop, or where requests are served, build once, before it, and only run inside. There "
            "`AUTO_REUSE` is no help: each round would share the variable, and add its operations to the "
            "graph anew.",
            code="""
                inputs = tf.placeholder(tf.float32, [2])
                outputs = model(inputs)
                sess.run(tf.global_variables_initializer())
                for batch in [[1.0, 2.0], [3.0, 4.0]]:
                    sess.run(outputs, {inputs: batch})
                """,
        ),
        Fix(
            "In a notebook or a test, begin with an empty graph.",
            code="tf.reset_default_graph()",
        ),
    ),
    hint="to share it, open the scope around this call with `reuse: true` or `reuse: AUTO_REUSE`, or put "
    "`reuse_variables` before the call; for a variable of its own, choose another name or scope",
)

_DOES_NOT_EXIST: Final = Known(
    key="does-not-exist",
    pattern=wording(rf"Variable {NAME} does not exist(?:, or was not created with tf\.get_variable\(\))?"),
    example="Variable layer/kernel does not exist, or was not created with tf.get_variable(). Did you mean "
    "to set reuse=tf.AUTO_REUSE in VarScope?",
    meaning="The scope around the call reuses, so `tf.get_variable` may find variables and not create them; "
    "and `tf.get_variable` has not made %name in this graph.",
    causes=(
        "Nothing has created it yet: the first use of a scope has to come without `reuse=True`.",
        "It was created under another full name: a letter, or a scope more or less around that call.",
        "`tf.Variable` made it, and what `tf.Variable` makes is never shared.",
        "A scope further out reuses: the mode is inherited, and `reuse=False` inside does not switch it off.",
    ),
    fixes=(
        Fix(
            "Create it first, and reuse it under the same full name.",
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
            "Where either call may come first, open the scope with `tf.AUTO_REUSE`.",
            code="""
                with tf.variable_scope(%opened, reuse=tf.AUTO_REUSE):
                    %identifier = tf.get_variable("%leaf", ...)
                """,
            scenario="""
                - variable_scope: %steps_of
                  reuse: AUTO_REUSE
                  steps:
                    - {get_variable: %leaf, shape: [2]}
                """,
        ),
        Fix(
            "See which names there are.",
            code="print([each.name for each in tf.global_variables()])",
        ),
    ),
    hint=_does_not_exist,
)

_OTHER_SHAPE: Final = Known(
    key="shared-with-other-shape",
    pattern=wording(
        rf"Trying to (?:share|reuse partitioned) variable {NAME}, but specified shape "
        r"(?P<given>\([^()]*\)|<unknown>) and found shape (?P<found>\([^()]*\)|<unknown>)"
    ),
    example="Trying to share variable layer/kernel, but specified shape (3,) and found shape (2,).",
    meaning="The call would share %name, which was created with the shape %found, but it asks for the shape "
    "%given. A variable that is shared keeps its shape.",
    causes=(
        "The two inputs differ in size, and the layer works the shape of its weights out from its input.",
        "Two different layers came to one full name.",
        (
            "One RNN cell object stands for several layers, as in `[cell] * 2`: the second layer's input has "
            "another size."
        ),
    ),
    fixes=(
        Fix(
            "To share it, give the call the shape %found or none: a layer needs inputs of one size.",
            code="""
                with tf.variable_scope(%opened):
                    first = tf.get_variable("%leaf", ...)
                with tf.variable_scope(%opened, reuse=True):
                    second = tf.get_variable("%leaf", ...)
                """,
            scenario="""
                - variable_scope: %steps_of
                  steps:
                    - {get_variable: %leaf, shape: %found_list}
                - variable_scope: %steps_of
                  reuse: true
                  steps:
                    - {get_variable: %leaf}
                """,
        ),
        _TWO_VARIABLES,
        Fix("For layers of an RNN, make a new cell object for each."),
    ),
    hint=lambda match, _: _shared_otherwise("shape", match),
)

_OTHER_DTYPE: Final = Known(
    key="shared-with-other-dtype",
    pattern=wording(
        rf"Trying to (?:share|reuse partitioned) variable {NAME}, but specified dtype "
        r"(?P<given>\w+?)(?:_ref)?\b and found dtype (?P<found>\w+?)(?:_ref)?\b"
    ),
    example="Trying to share variable layer/kernel, but specified dtype int32 and found dtype float32_ref.",
    meaning="The call would share %name, which holds %found, but it asks for %given. A variable that is "
    "shared keeps its type; `_ref` only says that it is one of TF1's ref variables.",
    causes=(
        (
            "The call, or the scope around it, has another `dtype` than the one that created the variable: "
            "without one it is float32."
        ),
        "A custom getter that casts, as for mixed precision, was there for one of the two calls only.",
        "Two different variables came to one full name.",
    ),
    fixes=(
        Fix(
            "Ask for the type that it has, and cast what you get.",
            code="""
                with tf.variable_scope(%opened):
                    first = tf.get_variable("%leaf", ..., dtype=tf.%found)
                with tf.variable_scope(%opened, reuse=True):
                    second = tf.cast(tf.get_variable("%leaf", ..., dtype=tf.%found), tf.%given)
                """,
            scenario="""
                - variable_scope: %steps_of
                  steps:
                    - {get_variable: %leaf, shape: [2], dtype: %found}
                - variable_scope: %steps_of
                  reuse: true
                  steps:
                    - {get_variable: %leaf, dtype: %found}
                """,
        ),
        _TWO_VARIABLES,
    ),
    hint=lambda match, _: _shared_otherwise("dtype", match),
)

KNOWN: Final = (_ALREADY_EXISTS, _DOES_NOT_EXIST, _OTHER_SHAPE, _OTHER_DTYPE)
