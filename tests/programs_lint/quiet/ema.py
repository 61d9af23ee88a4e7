"""Averages in the place of variables, by a custom getter."""

import tensorflow as tf


def layer():
    with tf.variable_scope("fc"):
        return tf.get_variable("w", [2], initializer=tf.zeros_initializer())


with tf.variable_scope("m"):
    w = layer()
ema = tf.train.ExponentialMovingAverage(0.9)
ema.apply([w])


def getter(getter, *args, **kwargs):
    return ema.average(getter(*args, **kwargs))


with tf.variable_scope("m", custom_getter=getter, reuse=True):
    layer()
