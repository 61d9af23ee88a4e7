"""A batch normalisation of a library, in a scope of its own."""

import tensorflow as tf

with tf.variable_scope("g"):
    tf.contrib.layers.batch_norm(tf.placeholder(tf.float32, [2, 5]), scope="bn")
