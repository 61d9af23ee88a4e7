"""A GAN: the discriminator sees what is real and what was generated."""

import os

import tensorflow as tf

SLIP = "SLIP" in os.environ  # what a hasty hand would write


def generator(z):
    with tf.variable_scope("generator"):
        h = tf.layers.dense(z, 16, activation=tf.nn.relu)
        h = tf.layers.batch_normalization(h, training=True)
        return tf.layers.dense(h, 8, activation=tf.nn.tanh)


def discriminator(x, reuse=None):
    with tf.variable_scope("discriminator", reuse=reuse) if not SLIP else tf.name_scope("discriminator"):
        h = tf.layers.dense(x, 16, activation=tf.nn.leaky_relu)
        return tf.layers.dense(h, 1)


x = tf.placeholder(tf.float32, [None, 8])
z = tf.random_normal([32, 4])
real = discriminator(x)
fake = discriminator(generator(z), reuse=True)
loss = tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))
names = tf.trainable_variables()
train_d = tf.train.AdamOptimizer(1e-3).minimize(
    loss, var_list=[v for v in names if "generator" not in v.name]
)
train_g = tf.train.AdamOptimizer(1e-3).minimize(-loss, var_list=[v for v in names if "generator" in v.name])
