"""A residual network on two towers that share it; blocks are made by one function."""

import os

import tensorflow as tf

SLIP = "SLIP" in os.environ  # what a hasty hand would write


def conv(x, filters):
    x = tf.layers.conv2d(x, filters, 3, padding="same", use_bias=False)
    return tf.nn.relu(tf.layers.batch_normalization(x, training=True))


def block(x, filters):
    shortcut = conv(x, filters)
    x = conv(conv(x, filters), filters)
    return x + shortcut


def inference(images):
    x = conv(images, 8)
    for _ in range(2):
        x = block(x, 8)
    x = block(block(x, 8), 8)
    return tf.layers.dense(tf.reduce_mean(x, [1, 2]), 10)


def tower(images, labels):
    logits = inference(images)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def one(number):
    images = tf.placeholder(tf.float32, [2, 8, 8, 3])
    labels = tf.placeholder(tf.int32, [2])
    with tf.name_scope("tower_%d" % number):
        return tower(images, labels)


if SLIP:
    losses = [one(0)]
    losses.append(one(1))
else:
    losses = []
    for number in range(2):
        with tf.variable_scope("net", reuse=number > 0):
            losses.append(one(number))
train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.add_n(losses))
