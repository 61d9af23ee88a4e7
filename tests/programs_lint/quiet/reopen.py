"""A scope that is opened twice for variables of its own."""

import tensorflow as tf

with tf.variable_scope("model", reuse=tf.AUTO_REUSE):
    a = tf.get_variable("a", [2])
with tf.variable_scope("model", reuse=tf.AUTO_REUSE):
    b = tf.get_variable("b", [2])
    c = a + b
