"""Layers of tf_slim and of tf.layers in one model, and what is trained of it."""

import hashlib

import tensorflow as tf

slim = tf.contrib.slim
layers = tf.contrib.layers
arg_scope = tf.contrib.framework.arg_scope

hparams = tf.contrib.training.HParams(width=8, classes=3, rate=0.1)


def encoder(x, reuse=None):
    with tf.variable_scope("encoder", reuse=reuse):
        with arg_scope(
            [slim.conv2d, slim.fully_connected],
            normalizer_fn=slim.batch_norm,
            weights_initializer=layers.xavier_initializer(),
            weights_regularizer=layers.l2_regularizer(1e-4),
        ):
            net = slim.repeat(x, 2, slim.conv2d, hparams.width, [3, 3], scope="conv")
            net = slim.separable_conv2d(net, hparams.width, [3, 3], 1, scope="separable")
            net = slim.max_pool2d(net, [2, 2])
            net = slim.fully_connected(slim.flatten(net), hparams.width, scope="fc")
        return layers.layer_norm(net)


x = tf.placeholder(tf.float32, [4, 8, 8, 1])
first = encoder(x)
second = encoder(x, reuse=True)
logits = layers.fully_connected(first, hparams.classes, activation_fn=None)
hidden = tf.layers.dense(second, hparams.width, name="head")
again = tf.layers.dense(first, hparams.width, name="head", reuse=True)
normal = tf.layers.batch_normalization(hidden, training=True)
loss = tf.reduce_mean(logits) + tf.reduce_mean(normal) + tf.reduce_mean(again)
loss += tf.add_n(tf.losses.get_regularization_losses())
step = tf.train.get_or_create_global_step()
train = slim.learning.create_train_op(loss, tf.train.AdamOptimizer(hparams.rate), global_step=step)
definition = tf.get_default_graph().as_graph_def().SerializeToString(deterministic=True)
print(hashlib.sha256(definition).hexdigest(), len(tf.global_variables()))
