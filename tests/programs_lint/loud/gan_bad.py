"""A discriminator whose scope is made unique."""

import tensorflow as tf


def disc(x):
    with tf.variable_scope(None, "D"):
        return tf.layers.dense(x, 1)


real = disc(tf.placeholder(tf.float32, [4, 8]))
fake = disc(tf.placeholder(tf.float32, [4, 8]))  # another discriminator, D_1
