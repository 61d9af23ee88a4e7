"""A network of several layers of one kind."""

import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 4])
h = tf.layers.dense(x, 8, activation=tf.nn.relu)
h = tf.layers.dropout(h, 0.5)
h = tf.layers.dense(h, 8, activation=tf.nn.relu)
h = tf.layers.dropout(h, 0.5)
y = tf.layers.dense(h, 1)
