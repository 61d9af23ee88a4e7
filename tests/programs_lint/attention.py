"""A transformer with partitioned embeddings that source and target share, tied to the output."""

import os

import tensorflow as tf

SLIP = "SLIP" in os.environ  # what a hasty hand would write
D = 16


def embed(words):
    with tf.variable_scope("embedding", reuse=tf.AUTO_REUSE):
        table = tf.get_variable("tabel" if SLIP and words is target else "table", [60, D])
        return tf.nn.embedding_lookup(table, words) * D**0.5, table


def normalized(x):
    with tf.variable_scope(None, default_name="norm"):
        scale = tf.get_variable("scale", [D], initializer=tf.ones_initializer())
        shift = tf.get_variable("shift", [D], initializer=tf.zeros_initializer())
        mean, variance = tf.nn.moments(x, [-1], keep_dims=True)
        return (x - mean) / tf.sqrt(variance + 1e-6) * scale + shift


def attention(queries, memory):
    with tf.variable_scope(None, default_name="attention"):
        q = tf.layers.dense(queries, D, use_bias=False, name="q")
        k = tf.layers.dense(memory, D, use_bias=False, name="k")
        v = tf.layers.dense(memory, D, use_bias=False, name="v")
        weights = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) / D**0.5)
        return normalized(queries + tf.matmul(weights, v))


def feed_forward(x):
    return normalized(x + tf.layers.dense(tf.layers.dense(x, 4 * D, tf.nn.relu), D))


source = tf.placeholder(tf.int32, [2, 7])
target = tf.placeholder(tf.int32, [2, 5])
with tf.variable_scope("transformer", partitioner=tf.fixed_size_partitioner(2)):
    memory, _ = embed(source)
    for layer in range(2):
        with tf.variable_scope("encoder_%d" % layer):
            memory = feed_forward(attention(memory, memory))
    x, table = embed(target)
    for layer in range(2):
        with tf.variable_scope("decoder_%d" % layer):
            x = attention(x, x)
            x = attention(x, memory)
            x = feed_forward(x)
    logits = tf.tensordot(x, tf.convert_to_tensor(table), [[2], [1]])
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logits))
train = tf.train.AdamOptimizer().minimize(loss)
