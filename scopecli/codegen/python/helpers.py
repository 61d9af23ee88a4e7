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

_CONTRIB_REGULARIZERS: Final = '''\
def l1_regularizer(scale):
    return _regularizer("l1_regularizer", scale, lambda weights: tf.reduce_sum(tf.abs(weights)))


def l2_regularizer(scale):
    return _regularizer("l2_regularizer", scale, tf.nn.l2_loss)


def l1_l2_regularizer(scale_l1=1.0, scale_l2=1.0):
    def loss(weights):
        with tf.name_scope("l1_l2_regularizer", values=[weights]) as scope:
            parts = [l1_regularizer(scale_l1)(weights), l2_regularizer(scale_l2)(weights)]
            terms = [part for part in parts if part is not None]
            return tf.add_n(terms, name=scope) if terms else None

    return loss


def _regularizer(name, scale, sums):
    """Return what tf.contrib.layers has by this name."""

    def loss(weights):
        if not scale:
            return None
        with tf.name_scope(name, values=[weights]) as scope:
            factor = tf.constant(float(scale), dtype=weights.dtype.base_dtype, name="scale")
            return tf.multiply(factor, sums(weights), name=scope)

    return loss
'''

HELPERS: Final = {
    "Greedy": _GREEDY,
    "contrib_regularizers": _CONTRIB_REGULARIZERS,
    "regularizer": _REGULARIZER,
}
