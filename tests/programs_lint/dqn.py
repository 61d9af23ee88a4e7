"""A Q network and its target, copied now and then; twin critics look at one state."""

import os

import tensorflow as tf

SLIP = "SLIP" in os.environ  # what a hasty hand would write


def q_network(state, name):
    with tf.variable_scope(None if SLIP else name, default_name="q"):
        hidden = tf.layers.dense(state, 16, activation=tf.nn.relu)
        return tf.layers.dense(hidden, 4)


def head(features):
    return tf.layers.dense(features, 1)


state = tf.placeholder(tf.float32, [None, 8])
next_state = tf.placeholder(tf.float32, [None, 8])
online = q_network(state, "online")
target = q_network(next_state, "target")
weights = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, "online")
copies = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, "target")
update = [copy.assign(weight) for copy, weight in zip(copies, weights)]
with tf.variable_scope("critics"):
    critic = tf.minimum(head(state), head(state))
loss = tf.reduce_mean(tf.square(tf.reduce_max(target, 1) - tf.reduce_max(online, 1))) + tf.reduce_mean(critic)
train = tf.train.AdamOptimizer().minimize(loss)
