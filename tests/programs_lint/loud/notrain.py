"""A Variable under reuse."""

import tensorflow as tf


def net(x):
    w = tf.Variable(tf.zeros([8, 1]), name="w")
    return tf.matmul(x, w)


with tf.variable_scope("D"):
    a = net(tf.placeholder(tf.float32, [4, 8]))
with tf.variable_scope("D", reuse=True):
    b = net(tf.placeholder(tf.float32, [4, 8]))
