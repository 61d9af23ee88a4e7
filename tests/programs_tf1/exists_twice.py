"""The usual first error: a function that makes a layer is called twice."""

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def layer(x):
    with tf.variable_scope("layer"):
        kernel = tf.get_variable("kernel", [2, 2])
        return tf.matmul(x, kernel)


first = layer(tf.zeros([1, 2]))
print("the first is there")
second = layer(first)
