"""What lint offers for a function that was called twice: its scopes share."""

import tensorflow as tf


def net(x):
    return tf.layers.dense(x, 1)


with tf.variable_scope("net"):
    a = net(tf.placeholder(tf.float32, [None, 4]))
with tf.variable_scope("net", reuse=True):
    b = net(tf.placeholder(tf.float32, [None, 4]))
assert [variable.op.name for variable in tf.trainable_variables()] == ["net/dense/kernel", "net/dense/bias"]
