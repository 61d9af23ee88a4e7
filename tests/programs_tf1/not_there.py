"""A misspelt name under reuse."""

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()

with tf.variable_scope("layer"):
    tf.get_variable("kernel", [2, 2])
with tf.variable_scope("layer") as scope:
    scope.reuse_variables()
    tf.get_variable("kernal")
