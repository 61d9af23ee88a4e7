"""Two inputs of other sizes, one layer; and a failure that the program itself deals with."""

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def dense(x):
    with tf.variable_scope("dense", reuse=tf.AUTO_REUSE):
        return tf.matmul(x, tf.get_variable("kernel", [x.shape[1], 2]))


dense(tf.zeros([1, 2]))
try:
    tf.get_variable("dense/kernel", dtype=tf.int32)
except ValueError as error:
    print("dealt with:", type(error).__name__)
dense(tf.zeros([1, 3]))
