"""A recurrent network in a scope."""

import tensorflow as tf

with tf.variable_scope("encoder"):
    x = tf.placeholder(tf.float32, [5, 2, 3])
    cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(4)])
    tf.nn.dynamic_rnn(cell, x, dtype=tf.float32, time_major=True)
