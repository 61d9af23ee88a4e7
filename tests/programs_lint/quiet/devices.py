"""A scope that is opened again in the name scope of a tower."""

import tensorflow as tf

with tf.variable_scope("model") as scope:
    tf.get_variable("a", [2])
with tf.name_scope("tower_1"), tf.variable_scope(scope):
    tf.get_variable("b", [2])
