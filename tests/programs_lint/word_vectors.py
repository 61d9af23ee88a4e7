"""Word vectors with sampled losses, an average of the weights, metrics, and an evaluation beside."""

import os

import tensorflow as tf

SLIP = "SLIP" in os.environ  # what a hasty hand would write


def vectors(words, reuse):
    with tf.variable_scope("vectors", reuse=reuse):
        extra = {"trainable": False} if SLIP and reuse else {}
        table = tf.get_variable("table", [100, 8], **extra)
        return tf.nn.embedding_lookup(table, words), table


def rate(name, values):
    return tf.metrics.mean(values, name=name)


words = tf.placeholder(tf.int32, [16])
labels = tf.placeholder(tf.int64, [16, 1])
inputs, table = vectors(words, None)
nce_weights = tf.get_variable("nce_weights", [100, 8])
nce_biases = tf.get_variable("nce_biases", [100], initializer=tf.zeros_initializer())
loss = tf.reduce_mean(tf.nn.nce_loss(nce_weights, nce_biases, labels, inputs, 4, 100))
average = tf.train.ExponentialMovingAverage(0.99)
step = tf.train.AdagradOptimizer(1.0).minimize(loss)
with tf.control_dependencies([step]):
    train = average.apply(tf.trainable_variables())
found, _ = vectors(tf.placeholder(tf.int32, [4]), True)
rate("precision", loss)
rate("recall", loss)


def averaged(getter, *args, **kwargs):
    return average.average(getter(*args, **kwargs))


with tf.variable_scope("vectors", reuse=True, custom_getter=averaged):
    smooth = tf.get_variable("table", [100, 8])
