"""A variational autoencoder with raw variables, its weights made by helpers; the decoder is used twice."""

import os

import tensorflow as tf

SLIP = "SLIP" in os.environ  # what a hasty hand would write


def weight(shape):
    return tf.Variable(tf.truncated_normal(shape, stddev=0.1), name="weights")


def bias(size):
    return tf.Variable(tf.zeros([size]), name="biases")


def fully_connected(x, inputs, outputs):
    with tf.name_scope("fc"):
        return tf.matmul(x, weight([inputs, outputs])) + bias(outputs)


def decoder_variables():
    return weight([2, 16]), bias(16), weight([16, 32]), bias(32)


def decode(z, made=None):
    w1, b1, w2, b2 = made or decoder_variables()
    return tf.matmul(tf.nn.relu(tf.matmul(z, w1) + b1), w2) + b2


x = tf.placeholder(tf.float32, [None, 32])
hidden = tf.nn.relu(fully_connected(x, 32, 16))
hidden = tf.nn.relu(fully_connected(hidden, 16, 16))
hidden = tf.nn.relu(fully_connected(hidden, 16, 16))
mean = fully_connected(hidden, 16, 2)
log_variance = fully_connected(hidden, 16, 2)
z = mean + tf.exp(log_variance / 2) * tf.random_normal(tf.shape(mean))
made = None if SLIP else decoder_variables()
reconstruction = decode(z, made)
sample = decode(tf.placeholder(tf.float32, [None, 2]), made)
loss = tf.reduce_sum(tf.square(reconstruction - x)) + tf.reduce_sum(tf.square(mean) + tf.exp(log_variance))
train = tf.train.RMSPropOptimizer(0.001).minimize(loss)
