"""A network built twice."""

import tensorflow as tf


def net(x):
    return tf.layers.dense(x, 1)


a = net(tf.placeholder(tf.float32, [None, 4]))
b = net(tf.placeholder(tf.float32, [None, 4]))  # meant to share
