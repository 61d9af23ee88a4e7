"""A global network and a worker's own, of one class; the worker copies what the global one learns."""

import os

import tensorflow as tf

SLIP = "SLIP" in os.environ  # what a hasty hand would write


class Network:
    def __init__(self, scope):
        with tf.variable_scope(scope):
            self.state = tf.placeholder(tf.float32, [None, 6])
            if SLIP and scope == "worker":
                tf.get_variable_scope().reuse_variables()
            hidden = self.layer(self.state, "hidden", 6, 12)
            self.policy = tf.nn.softmax(self.layer(hidden, "policy", 12, 3))
            self.value = self.layer(hidden, "value", 12, 1)
        self.weights = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope)

    def layer(self, x, name, inputs, outputs):
        with tf.variable_scope(name):
            if SLIP:
                w = tf.Variable(tf.random_normal([inputs, outputs]), name="w")
            else:
                w = tf.get_variable("w", [inputs, outputs])
            return tf.matmul(x, w)


shared = Network("global")
worker = Network("worker")
pull = [own.assign(common) for own, common in zip(worker.weights, shared.weights)]
optimizer = tf.train.RMSPropOptimizer(0.01)
loss = tf.reduce_mean(worker.value) - tf.reduce_mean(worker.policy)
gradients = tf.gradients(loss, worker.weights)
push = optimizer.apply_gradients(zip(gradients, shared.weights))
