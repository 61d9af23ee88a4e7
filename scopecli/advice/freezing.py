"""Messages about frozen and imported graphs."""

from typing import Final

from scopecli.advice.known import NAME, NAME_BEGINS, Fix, Known, wording

_REFERENCE: Final = Known(
    key="constant-for-variable",
    pattern=wording(
        r"(?:Input \d+ of node (?P<variable>\S+) was passed (?P<dtype>\w+) from (?P<source>\S+) )?"
        r"(?:incompatible with expected|Cannot convert a tensor of type \w+ to an input of type"
        r"|(?<!\w)\w{1,40} is incompatible with (?:[^\n]{0,80} )?)\s*\w+_ref\b"
    ),
    example="Input 0 of node bn/AssignMovingAvg was passed float from bn/moving_mean:0 incompatible "
    "with expected "
    "float_ref.",
    meaning="An operation wants a variable to change it, and gets a constant: the graph was frozen, and the "
    "operation that changes the variable was kept.",
    causes=(
        "The graph was frozen as it was built for training: batch normalization still moves its averages.",
        "An `Assign`, or an optimizer's step, is among what the output depends on.",
    ),
    fixes=(
        Fix(
            "Build the graph for inference (`training=False`), restore the checkpoint into it, and "
            "freeze that one."
        ),
        Fix(
            "Or turn what is left of training into reads before the graph is frozen.",
            code="""
                graph_def = tf.get_default_graph().as_graph_def()
                for node in graph_def.node:
                    if node.op == "RefSwitch":
                        node.op = "Switch"
                    elif node.op in ("Assign", "AssignSub", "AssignAdd"):
                        kind = {"Assign": "Identity", "AssignSub": "Sub", "AssignAdd": "Add"}
                        node.op = kind[node.op]
                        node.attr.pop("use_locking", None)
                        node.attr.pop("validate_shape", None)
                        if node.op == "Identity":
                            del node.input[0]
                """,
        ),
    ),
)

_NOT_IN_GRAPH: Final = Known(
    key="output-not-in-graph",
    pattern=wording(rf"{NAME_BEGINS}(?:AssertionError: )?(?:{NAME}) is not in graph\b"),
    example="softmax is not in graph",
    meaning="Freezing keeps what an output depends on, and there is no operation called %name in the graph.",
    causes=(
        "The name is that of a Python variable, or of a layer, and not of the operation.",
        "The name has `:0` at its end, which is the tensor's: the operation's has not.",
        "The operation is in a scope: `model/softmax`.",
    ),
    fixes=(
        Fix(
            "Look for it among the operations that there are.",
            code="""
                for operation in tf.get_default_graph().get_operations():
                    print(operation.name, operation.type)
                """,
        ),
        Fix('Give the output a name of its own where it is made: `tf.identity(logits, name="output")`.'),
    ),
)

_NO_VARIABLE: Final = Known(
    key="read-without-variable",
    pattern=wording(
        r"Cannot find the variable that is an input to the ReadVariableOp|Unexpected input type for "
        r"ReadVariableOp"
    ),
    example="Cannot find the variable that is an input to the ReadVariableOp.",
    meaning="Freezing a function of TF2's looks for the variable behind each read, and behind one there "
    "is none: "
    "it comes through a loop, a condition or another function.",
    causes=(
        "The function calls another SavedModel, or has control flow, and freezing does not look inside.",
    ),
    fixes=(
        Fix(
            "Let it lower control flow: `convert_variables_to_constants_v2(function, "
            "lower_control_flow=True)`.",
        ),
        Fix("Or keep the SavedModel as it is: it holds the variables, and need not be frozen."),
    ),
)

KNOWN: Final = (_REFERENCE, _NOT_IN_GRAPH, _NO_VARIABLE)
