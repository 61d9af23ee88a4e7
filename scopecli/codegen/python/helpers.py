"""What an exported program needs and TensorFlow has not, by the name that the program calls it."""

from typing import Final

_REGULARIZER: Final = '''\
def regularizer(l1=None, l2=None):
    """Return what makes l1·Σ|w| + l2·Σw² of a variable."""

    def loss(weights):
        terms = []
        if l1 is not None:
            terms.append(l1 * tf.reduce_sum(tf.abs(weights)))
        if l2 is not None:
            terms.append(l2 * tf.reduce_sum(tf.square(weights)))
        if len(terms) > 1:
            return tf.add(*terms)
        return terms[0] if terms else None

    return loss
'''

_GREEDY: Final = '''\
class Greedy:
    """Chooses the task with the fewest bytes, as tf.contrib.training's strategy did."""

    def __init__(self, tasks):
        self.loads = [0] * tasks

    def __call__(self, operation):
        task = self.loads.index(min(self.loads))
        size = operation.get_attr("dtype").size
        for dimension in operation.get_attr("shape").dim:
            size *= max(dimension.size, 1)
        self.loads[task] += size
        return task
'''

HELPERS: Final = {"Greedy": _GREEDY, "regularizer": _REGULARIZER}
