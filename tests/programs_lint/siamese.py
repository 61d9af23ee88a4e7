"""Two pictures go through one network, and are compared."""

import os

import tensorflow as tf

SLIP = "SLIP" in os.environ  # what a hasty hand would write
embed = tf.make_template("embed", lambda x: tf.layers.dense(tf.layers.dense(x, 32, tf.nn.relu), 8))


def encode(x):
    if SLIP:
        return tf.layers.dense(tf.layers.dense(x, 32, tf.nn.relu), 8)
    return embed(x)


left = tf.placeholder(tf.float32, [None, 64])
right = tf.placeholder(tf.float32, [None, 64])
distance = tf.reduce_sum(tf.square(encode(left) - encode(right)), 1)
same = tf.placeholder(tf.float32, [None])
loss = tf.reduce_mean(same * distance + (1 - same) * tf.nn.relu(1 - distance))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
