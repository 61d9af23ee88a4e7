"""Writes a scenario as a plain program of `tf.compat.v1`."""

from collections.abc import Iterator

from scopecli.exporting.statements import Statements
from scopecli.scenario.program import Program

_HEADER = '''\
"""{title}

The graph of {path}, by tf.compat.v1 alone.
"""
'''


def python_lines(program: Program) -> Iterator[str]:
    """Yield the lines of a Python program that builds the graph of a scenario, with functions written out.

    Raises:
        InvalidSourceError: if there is no plain way to write a step.
    """
    scenario = program.scenario
    statements = Statements()
    body = list(statements.of(program.actions, ""))
    title = _in_docstring(scenario.title or "A program with variable scopes.")
    yield from _HEADER.format(title=title, path=_in_docstring(scenario.path)).splitlines()
    yield ""
    yield from sorted(f"import {module}" for module in statements.modules)
    yield "import tensorflow.compat.v1 as tf"
    yield ""
    yield "tf.disable_v2_behavior()"
    if scenario.seed is not None:
        yield f"tf.set_random_seed({scenario.seed})"
    if scenario.use_resource:
        yield "tf.get_variable_scope().set_use_resource(True)"
    if statements.regularizes:
        yield from ["", "", *_REGULARIZER, ""]
    yield ""
    yield from body


def _in_docstring(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


_REGULARIZER = '''\
def regularizer(l1=None, l2=None):
    """Return what makes l1·Σ|w| + l2·Σw² of a variable."""

    def loss(weights):
        terms = []
        if l1 is not None:
            terms.append(l1 * tf.reduce_sum(tf.abs(weights)))
        if l2 is not None:
            terms.append(l2 * tf.reduce_sum(tf.square(weights)))
        return terms[0] + terms[1] if len(terms) > 1 else terms[0]

    return loss
'''.splitlines()
