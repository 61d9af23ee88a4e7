"""Cells of both directions in one scope each."""

import tensorflow as tf

xs = tf.unstack(tf.placeholder(tf.float32, [2, 3, 4]), 3, 1)
cell = tf.nn.rnn_cell.BasicLSTMCell
tf.nn.static_bidirectional_rnn(cell(5), cell(5), xs, dtype=tf.float32)
