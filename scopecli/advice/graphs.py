"""Messages about the graph: another one, a finished one, a part of it that can't be reached."""

from typing import Final

from scopecli.advice.known import NAME, Fix, Known, wording

_ONE_GRAPH: Final = """
    graph = tf.Graph()
    with graph.as_default():
        kernel = tf.get_variable("kernel", ...)
        double = 2 * kernel
        start = tf.global_variables_initializer()
    with tf.Session(graph=graph) as sess:
        sess.run(start)
        print(sess.run(double))
    """

_OTHER_GRAPH: Final = Known(
    key="other-graph",
    pattern=wording(
        r"Tensor\(\"[^\"\n]{1,300}\"[^\"\n]{0,200}? must be from the same graph as"
        r"(?: Tensor\(\"[^\"\n]{1,300}\"(?:[^\"\n]{0,200}?dtype=\w{1,30}\))?)?"
        r"|must be from the same graph as"
        r"|Cannot use the (?:default|given) session to (?:evaluate tensor|execute operation): the "
        r"(?:tensor|operation)'s graph is different from the session's graph"
    ),
    example='Tensor("Const:0", shape=(), dtype=float32) must be from the same graph as Tensor("kernel:0", '
    "shape=(2,), dtype=float32_ref).",
    meaning="One operation, or one session, was to work with two graphs. What is built goes into the graph "
    "that is the default one at that moment, and nothing crosses from one graph to another.",
    causes=(
        (
            "`tf.reset_default_graph()` ran, or a notebook cell made a new graph, after the first tensor was "
            "built; the Python name still holds the old one."
        ),
        "One part is built inside of `with graph.as_default():`, and the other outside.",
        (
            "A layer or a model object that has variables already is called in another graph, or in "
            "`tf.data`'s `map`."
        ),
    ),
    fixes=(
        Fix("Build all that belongs together in one graph.", code=_ONE_GRAPH),
        Fix("In a notebook, reset the graph first, and run every cell after it again."),
        Fix(
            "Take only a value across: fetch it in the one graph, feed it into the other.",
        ),
    ),
)

_NOT_IN_GRAPH: Final = Known(
    key="not-in-this-graph",
    pattern=wording(
        r"Tensor Tensor\(\"[^\"\n]{1,300}\"[^\"\n]{0,200}? is not an element of this graph"
        r"|is not an element of this graph"
        r"|The name '[^'\n]{1,300}' refers to (?:a Tensor which does not exist|an Operation not in the graph)"
        r"|The Session graph is empty"
    ),
    example='Tensor Tensor("kernel:0", shape=(2,), dtype=float32_ref) is not an element of this graph.',
    meaning="The session was asked for something that its graph does not have. A session belongs to one "
    "graph: the one given as `graph=`, or the default one at the moment when the session was made.",
    causes=(
        "The session was made before the graph was reset, or outside of `with graph.as_default():`.",
        (
            "The model is used in another thread, as in a web server: each thread has a default graph of its "
            "own."
        ),
        (
            "It is asked for by name, and the name is another: a tensor's ends in `:0`, an operation's does "
            "not; scopes come first; a name that was taken got `_1`."
        ),
        "TensorFlow 2 runs eagerly, so that nothing went into the session's graph.",
    ),
    fixes=(
        Fix("Make the session for the graph that was built.", code=_ONE_GRAPH),
        Fix(
            "See which names the graph has.",
            code="print([each.name for each in tf.get_default_graph().get_operations()])",
        ),
    ),
)

_INITIALIZER_IN_LOOP: Final = Known(
    key="initializer-inside-control-flow",
    pattern=wording(rf"Initializer for variable {NAME} is from inside a control-flow construct"),
    example="Initializer for variable layer/kernel/ is from inside a control-flow construct, such as a loop "
    "or conditional. When creating a variable inside a loop or conditional, use a lambda as the initializer.",
    meaning="%name is created inside of `tf.while_loop` or `tf.cond`, and its initial value is a tensor of "
    "that loop or branch. An initializer runs outside of it, where this tensor has no value.",
    causes=(
        "`tf.Variable(tensor)` or `get_variable(initializer=tensor)` stands in the body of the loop.",
        "A layer is built in the body, and its initializer is a tensor.",
    ),
    fixes=(
        Fix("Create the variable before the loop or the condition, and use it inside."),
        Fix(
            "Or give a function, which TensorFlow calls outside.",
            code="""
                def body(step):
                    kernel = tf.Variable(lambda: tf.random_normal([2]))
                    return step + tf.cast(tf.reduce_sum(kernel) * 0, tf.int32) + 1

                steps = tf.while_loop(lambda step: step < 3, body, [0])
                """,
        ),
    ),
)

_LEFT_LOOP: Final = Known(
    key="used-outside-control-flow",
    pattern=wording(
        r"Cannot use '(?P<given>[^'%{}\n]{1,300})' as input to '[^'%{}\n]{1,300}' because"
        r"(?: '[^'%{}\n]{1,300}' is in a while loop| they are in different while loops)?"
        r"|has been marked as not fetchable"
    ),
    example="Cannot use 'while/add' as input to 'add' because 'while/add' is in a while loop. See info log "
    "for more details.",
    meaning="A tensor that was made inside of `tf.while_loop` or `tf.cond` is used outside of it. Inside of "
    "a loop it has another value in each turn, so that outside there is none.",
    causes=(
        "The body puts a tensor into a Python variable or a list, and it is used after the loop.",
        (
            "A layer was built first in a loop, and cached a tensor that its second use takes up: a "
            "regularization loss, or a variable's cast."
        ),
        "`tf.global_variables_initializer()` is called inside of the body.",
    ),
    fixes=(
        Fix(
            "Take it out of the loop as one of the loop's values.",
            code="""
                def body(step, total):
                    return step + 1, total + step

                _, total = tf.while_loop(lambda step, total: step < 3, body, [0, 0])
                double = 2 * total
                """,
        ),
        Fix("Build layers, variables and initializers before the loop, and use them inside."),
    ),
)

_FINALIZED: Final = Known(
    key="graph-finalized",
    pattern=wording(r"Graph is finalized and cannot be modified"),
    example="Graph is finalized and cannot be modified.",
    meaning="The graph was closed with `finalize()`, and something would add an operation to it.",
    causes=(
        (
            "`tf.train.MonitoredSession`, `MonitoredTrainingSession`, `Supervisor` and `Estimator` close it "
            "when their session begins, and the call comes later."
        ),
        (
            "What only seems to compute something adds operations: `tf.assign`, `x + 1`, `tf.train.Saver()`, "
            "`tf.global_variables_initializer()`, each time it is called."
        ),
    ),
    fixes=(
        Fix(
            "Build everything before the session, and only run it inside.",
            code="""
                counter = tf.get_variable("counter", [], initializer=tf.zeros_initializer())
                increase = tf.assign_add(counter, 1.0)
                with tf.train.MonitoredSession() as sess:
                    sess.run(increase)
                """,
        ),
        Fix("Where a new model is needed, give it a graph of its own: `with tf.Graph().as_default():`."),
    ),
)

_DUPLICATE: Final = Known(
    key="duplicate-node-name",
    pattern=wording(
        rf"Duplicate node name in graph: '?{NAME}"
        r"|Node name '[^'%{}\n]{1,300}' already exists in the Graph"
    ),
    example="Duplicate node name in graph: 'layer/kernel'",
    meaning="An operation was to get exactly this name, and the graph has one of that name. TensorFlow "
    "makes names unique, except where a name ends in a slash, which asks for exactly this one.",
    causes=(
        "A name was given with a slash at its end, twice.",
        'A graph or a meta graph was imported with `name=""` into a graph that has operations already.',
    ),
    fixes=(
        Fix(
            "Leave the slash at the end out.",
            code="""
                with tf.name_scope("part"):
                    first = tf.constant(1, name="x")  # part/x
                    second = tf.constant(2, name="x")  # part/x_1
                """,
        ),
        Fix('Import into an empty graph, or under a name: `import_scope="saved"`.'),
    ),
    hint="leave out the slash at the end: it asks for exactly this name, which an operation has already",
)

_NO_GRADIENTS: Final = Known(
    key="no-gradients",
    pattern=wording(r"No gradients provided for any variable|No variables to optimize"),
    example="No gradients provided for any variable, check your graph for ops that do not support "
    "gradients, between variables [\"<tf.Variable 'kernel:0' shape=(2,) dtype=float32_ref>\"] and loss "
    'Tensor("Const:0", shape=(), dtype=float32).',
    meaning="The optimizer found no variable to change: there are no trainable ones, or the loss depends on "
    "none of those that it was given.",
    causes=(
        "The loss was worked out without the variables: from a constant, a placeholder or a fetched value.",
        (
            "An operation in between has no gradient: `tf.argmax`, `tf.cast` to integers, `tf.round`, a "
            "comparison."
        ),
        (
            '`var_list` comes from the wrong scope: `tf.get_collection(..., scope="gen")` finds by the '
            "beginning of the full name."
        ),
        "The variables were made a second time instead of shared, and the loss uses the others.",
        "They were made with `trainable=False`.",
    ),
    fixes=(
        Fix(
            "See which variables the loss depends on: where the gradient is None, it does not.",
            code="""
                variables = tf.trainable_variables()
                for variable, gradient in zip(variables, tf.gradients(loss, variables)):
                    print(variable.op.name, gradient)
                """,
        ),
    ),
)

KNOWN: Final = (
    _OTHER_GRAPH,
    _NOT_IN_GRAPH,
    _INITIALIZER_IN_LOOP,
    _LEFT_LOOP,
    _FINALIZED,
    _DUPLICATE,
    _NO_GRADIENTS,
)
