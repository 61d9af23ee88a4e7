"""Layers without names, shared under AUTO_REUSE."""

import tensorflow as tf


def net(x):
    with tf.variable_scope("D", reuse=tf.AUTO_REUSE):
        h = tf.layers.dense(x, 8)
        return tf.layers.dense(h, 1)


a = net(tf.placeholder(tf.float32, [4, 8]))
b = net(tf.placeholder(tf.float32, [4, 8]))
