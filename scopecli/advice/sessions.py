"""Messages about variables in a session: without a value, or with one of another shape."""

import re
from typing import Final

from scopecli.advice.known import NAME, Fix, Known, Situation, wording


def _without_value(match: re.Match[str], situation: Situation) -> str:
    del match
    if situation.in_session:
        return "put an entry `initialize`, or `initialize: [$handle]`, before this one"
    return "start from `{initialized_value: $handle}` of that variable, and keep it in GLOBAL_VARIABLES"


_UNINITIALIZED: Final = Known(
    key="uninitialized",
    pattern=wording(
        r"(?:Attempting to use uninitialized value|Error while reading resource variable"
        rf"|Could not find variable|Could not find resource: \w+/) {NAME}"
        r"(?:[^\n]{0,300}? \(Could not find resource: [^()\s]{1,300}\))?"
    ),
    example="Attempting to use uninitialized value layer/kernel",
    meaning="The graph has %name, but in this session it has no value yet. A value belongs to a session: it "
    "comes from the initializer, from a checkpoint or from an assignment, which has to run in that session "
    "first.",
    causes=(
        "`tf.global_variables_initializer()` was never run; or it was made, but not passed to `run()`.",
        (
            "It was made before this variable was. It initialises what there was when it was made: an "
            "optimizer's `Adam` variables are missing if the optimizer comes later."
        ),
        "It ran in another session. Each session has values of its own.",
        "The variable is a local one, as metrics and input queues make them, or in no collection at all.",
        "The initial value reads another variable, and nothing makes that one come first.",
        "A Keras layer's weights are initialised in Keras's own session, and not in this one.",
    ),
    fixes=(
        Fix(
            "Build all of the graph first, then run the initializers in the session that uses it.",
            code="""
                with tf.Session() as sess:
                    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
                    sess.run(train)
                """,
        ),
        Fix(
            "See what has no value yet.",
            code="print(sess.run(tf.report_uninitialized_variables()))",
        ),
        Fix(
            "Where one variable starts from another, initialize that one first. (A plain one has "
            "`initialized_value()` for this; one in parts has none, nor has a resource variable in "
            "TensorFlow 2.16 and later.)",
            code="""
                first = tf.get_variable("first", [2])
                second = tf.get_variable("second", initializer=tf.convert_to_tensor(first))
                with tf.Session() as sess:
                    sess.run(tf.variables_initializer(tf.global_variables(scope="first")))
                    sess.run(tf.variables_initializer(tf.global_variables(scope="second")))
                """,
            scenario="""
                - {get_variable: first, shape: [2], as: first}
                - {get_variable: second, initializer: {initialized_value: $first}}
                """,
        ),
    ),
    hint=_without_value,
)

_OTHER_SHAPE: Final = Known(
    key="assigned-other-shape",
    pattern=wording(
        r"Assign requires shapes of both tensors to match\. lhs shape= ?\[[\d,]*\] rhs shape= ?\[[\d,]*\]"
        rf"|Cannot assign (?:value )?to variable '? ?{NAME}"
        r"|(?:Dimension \d+ in both shapes must be equal|Shapes? must be (?:equal )?rank)[^\n]{0,200}?"
        r"(?:= Assign|op: 'Assign')(?:[^\n]{0,200}?\[[\d,]*\], \[[\d,]*\])?"
        r"|tensor_name = [^\s;]{1,300}; shape in shape_and_slice spec \[[\d,]*\] does not match the shape "
        r"stored in checkpoint: \[[\d,]*\]"
        r"|Shape of variable \S{1,300} \([^\n]{0,100}?\) doesn't match with shape of tensor \S{1,300}"
    ),
    example="Assign requires shapes of both tensors to match. lhs shape= [10] rhs shape= [1000]",
    meaning="A value was to be put into a variable of another shape. Of two shapes in the message the first "
    "(`lhs`) is the variable's, as the graph has it, and the second (`rhs`) the value's, mostly of the same "
    "name in a checkpoint.",
    causes=(
        (
            "The checkpoint is of a model of another size: another number of classes, a larger vocabulary, "
            "more units."
        ),
        (
            "Names moved on by one: with default names such as `dense_1`, a layer more or less gives the "
            "next layers the weights of others."
        ),
        "In `tf.assign`, the value was not brought to the shape of the variable.",
    ),
    fixes=(
        Fix(
            "Compare the names and shapes of both sides.",
            code="""
                saved = dict(tf.train.list_variables(path))
                for each in tf.global_variables():
                    if each.op.name in saved and saved[each.op.name] != each.shape.as_list():
                        print(each.op.name, each.shape, saved[each.op.name])
                """,
        ),
        Fix(
            "Restore what fits, and let the rest begin anew: a new last layer, for instance.",
            code="""
                variables = tf.global_variables()
                kept = [each for each in variables if not each.op.name.startswith("logits/")]
                sess.run(tf.global_variables_initializer())
                tf.train.Saver(kept).restore(sess, path)
                """,
        ),
        Fix(
            "A variable that is to take any shape is made with `validate_shape=False`, and assigned so.",
            code="""
                value = tf.placeholder_with_default([1.0, 2.0], None)
                variable = tf.Variable(value, validate_shape=False, use_resource=False)
                change = tf.assign(variable, [1.0, 2.0, 3.0], validate_shape=False)
                """,
        ),
    ),
    hint="assign or restore a value of the variable's own shape, or create it with `validate_shape: false`",
)

_NO_SESSION: Final = Known(
    key="no-session",
    pattern=wording(
        r"Cannot (?:evaluate tensor|execute operation) using `?(?:eval|run)\(\)`?: "
        r"No default session is registered"
        r"|Attempted to use a closed Session"
    ),
    example="Cannot evaluate tensor using `eval()`: No default session is registered. Use `with "
    "sess.as_default()` or pass an explicit session to `eval(session=sess)`",
    meaning="The value of a variable is kept by a session, and here there is none to ask: none is the "
    "default one, or it was closed.",
    causes=(
        "The call stands after the `with tf.Session() as sess:` block, which closes the session at its end.",
        "The session was made without `with`, so that it is nobody's default, or in another thread.",
    ),
    fixes=(
        Fix(
            "Ask inside of the block, or name the session.",
            code="""
                kernel = tf.get_variable("kernel", ...)
                with tf.Session() as sess:
                    sess.run(tf.global_variables_initializer())
                    print(sess.run(tf.convert_to_tensor(kernel)))  # one in parts too
                """,
        ),
    ),
)

_NOT_READY: Final = Known(
    key="not-ready",
    pattern=wording(
        r"(?:Init operations did not make model ready[^\n]{0,400}?)?"
        r"Variables not initialized: (?P<variable>[^\s,\n]{1,300})"
    ),
    example="Init operations did not make model ready. Init op: init, init fn: None, local_init_op: None, "
    "error: "
    "Variables not initialized: layer/kernel",
    meaning="A `Supervisor` or a `MonitoredSession` initializes the variables and then asks which have no "
    "value; "
    "%name has none: it was made after the initializer, or is in none of its collections.",
    causes=(
        "`global_variables_initializer()` was called before the last variables were made.",
        "The variable is local, and no `local_init_op` was given.",
    ),
    fixes=(
        Fix(
            "Build all of the graph first, and make the initializers after it.",
            code="""
                kernel = tf.get_variable("kernel", ...)
                scaffold = tf.train.Scaffold(
                    init_op=tf.global_variables_initializer(),
                    local_init_op=tf.group(tf.local_variables_initializer(), tf.tables_initializer()),
                )
                """,
        ),
    ),
)

_TABLE: Final = Known(
    key="table-not-initialized",
    pattern=wording(r"Table not initialized\b\.?"),
    example="Table not initialized.",
    meaning="A lookup table has no entries yet in this session: tables have an initializer of their own, "
    "which "
    "`global_variables_initializer` does not run.",
    causes=("`tf.tables_initializer()` was not run, or was made before the table.",),
    fixes=(
        Fix(
            "Run the tables' initializer in the session.",
            code="""
                with tf.Session() as sess:
                    sess.run([tf.global_variables_initializer(), tf.tables_initializer()])
                """,
        ),
    ),
)

_METRIC: Final = Known(
    key="metric-uninitialized",
    pattern=wording(
        r"(?:Attempting to use uninitialized value|Could not find variable|Error while reading resource "
        r"variable)"
        r" ['\"]?(?P<variable>[^\s'\":]{0,300}/(?:total|count|total_confusion_matrix|(?:true|false)_"
        r"(?:positives|negatives)(?:/count)?))(?:_\d+)?\b['\"]?"
    ),
    example="Attempting to use uninitialized value accuracy/count",
    meaning="`%variable` is what a metric of `tf.metrics` counts in: a local variable, which "
    "`global_variables_initializer` does not initialize.",
    causes=("`tf.local_variables_initializer()` was not run in this session.",),
    fixes=(
        Fix(
            "Run both initializers.",
            code="""
                with tf.Session() as sess:
                    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
                """,
        ),
        Fix(
            "To begin to count anew, run the local initializer again: it sets the counts to zero.",
        ),
    ),
)

_NO_DEVICE: Final = Known(
    key="no-such-device",
    pattern=wording(r"Cannot assign a device for operation (?P<variable>[^\s:]{1,300}):[^\n]{0,300}"),
    example="Cannot assign a device for operation w: Operation was explicitly assigned to /device:GPU:0 but "
    "available devices are [ /job:localhost/replica:0/task:0/device:CPU:0 ].",
    meaning="The graph puts `%variable` on a device that this machine has not, or that has no kernel for it.",
    causes=(
        "The graph was built, or saved, for a machine with a GPU: `tf.device('/gpu:0')`.",
        "The operation has no kernel there: integers and strings have few on GPUs.",
    ),
    fixes=(
        Fix(
            "Let TensorFlow choose another device where it must.",
            code="""
                config = tf.ConfigProto(allow_soft_placement=True)
                with tf.Session(config=config) as sess:
                    sess.run(tf.global_variables_initializer())
                """,
        ),
        Fix("Of a saved graph, drop the devices: `tf.train.import_meta_graph(path, clear_devices=True)`."),
    ),
)

KNOWN: Final = (_METRIC, _UNINITIALIZED, _OTHER_SHAPE, _NO_SESSION, _NOT_READY, _TABLE, _NO_DEVICE)
