"""A language model of LSTM cells, built for training and again, with its variables, for validation."""

import os

import tensorflow as tf

SLIP = "SLIP" in os.environ  # what a hasty hand would write


class Model:
    def __init__(self, words, is_training):
        embedding = tf.get_variable("embedding", [50, 16])
        inputs = tf.nn.embedding_lookup(embedding, words)
        if is_training:
            inputs = tf.nn.dropout(inputs, 0.5)
        cells = [tf.nn.rnn_cell.BasicLSTMCell(16) for _ in range(2)]
        outputs, self.state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell(cells), inputs, dtype=tf.float32)
        self.logits = tf.layers.dense(outputs, 50)


def scope(reuse):
    if SLIP:
        return tf.variable_scope(None, default_name="model")
    return tf.variable_scope("model", reuse=reuse)


tf.get_variable_scope().set_initializer(tf.random_uniform_initializer(-0.1, 0.1))
with tf.name_scope("train"), scope(False):
    train = Model(tf.placeholder(tf.int32, [4, 10]), is_training=True)
with tf.name_scope("valid"), scope(True):
    valid = Model(tf.placeholder(tf.int32, [4, 10]), is_training=False)
loss = tf.reduce_mean(train.logits)
step = tf.train.get_or_create_global_step()
gradients = tf.gradients(loss, tf.trainable_variables())
update = tf.train.GradientDescentOptimizer(1.0).minimize(loss, global_step=step)
