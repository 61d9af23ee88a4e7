"""Two graphs: in one, a variable is used again by its object, and another by its name."""

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
v = tf.Variable(tf.zeros([3]), name="v")
a = v + 1
b = v * 2
with tf.variable_scope("encoder"):
    w = tf.get_variable("w", [2, 2])
with tf.variable_scope("encoder", reuse=True):
    tf.get_variable("w", [2, 2])
tf.reset_default_graph()
with tf.variable_scope("table"):
    for number in range(40):
        tf.get_variable(f"w{number}", [2])
