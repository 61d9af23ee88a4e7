"""A DCGAN: the discriminator is shared by real and generated images, the sampler by the generator."""

import hashlib

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def conv2d(image, channels, name):
    with tf.variable_scope(name):
        w = tf.get_variable(
            "w",
            [5, 5, image.get_shape()[-1], channels],
            initializer=tf.truncated_normal_initializer(stddev=0.02),
        )
        biases = tf.get_variable("biases", [channels], initializer=tf.constant_initializer(0.0))
        return tf.nn.bias_add(tf.nn.conv2d(image, w, strides=[1, 2, 2, 1], padding="SAME"), biases)


def deconv2d(image, shape, name):
    with tf.variable_scope(name):
        w = tf.get_variable(
            "w",
            [5, 5, shape[-1], image.get_shape()[-1]],
            initializer=tf.random_normal_initializer(stddev=0.02),
        )
        biases = tf.get_variable("biases", [shape[-1]], initializer=tf.constant_initializer(0.0))
        image = tf.nn.conv2d_transpose(image, w, output_shape=shape, strides=[1, 2, 2, 1])
        return tf.nn.bias_add(image, biases)


def linear(flat, size, scope):
    with tf.variable_scope(scope):
        matrix = tf.get_variable("Matrix", [flat.get_shape()[1], size], tf.float32)
        bias = tf.get_variable("bias", [size], initializer=tf.constant_initializer(0.0))
        return tf.matmul(flat, matrix) + bias


class DCGAN:
    def __init__(self, batch=4):
        self.batch = batch
        images = tf.placeholder(tf.float32, [batch, 16, 16, 1], name="real_images")
        z = tf.placeholder(tf.float32, [None, 10], name="z")
        self.generated = self.generator(z)
        self.real, real_logits = self.discriminator(images, reuse=False)
        self.samples = self.sampler(z)
        self.fake, fake_logits = self.discriminator(self.generated, reuse=True)
        self.d_loss = tf.reduce_mean(real_logits) - tf.reduce_mean(fake_logits)
        self.g_loss = tf.reduce_mean(fake_logits)
        trainable = tf.trainable_variables()
        d_vars = [each for each in trainable if "d_" in each.name]
        g_vars = [each for each in trainable if "g_" in each.name]
        tf.train.AdamOptimizer(0.0002, beta1=0.5).minimize(self.d_loss, var_list=d_vars)
        tf.train.AdamOptimizer(0.0002, beta1=0.5).minimize(self.g_loss, var_list=g_vars)

    def discriminator(self, image, reuse=False):
        with tf.variable_scope("discriminator") as scope:
            if reuse:
                scope.reuse_variables()
            h0 = tf.nn.leaky_relu(conv2d(image, 4, "d_h0_conv"))
            h1 = tf.nn.leaky_relu(conv2d(h0, 8, "d_h1_conv"))
            logits = linear(tf.reshape(h1, [self.batch, -1]), 1, "d_h2_lin")
            return tf.nn.sigmoid(logits), logits

    def generator(self, z):
        with tf.variable_scope("generator"):
            return self.upwards(z)

    def sampler(self, z):
        with tf.variable_scope("generator") as scope:
            scope.reuse_variables()
            return self.upwards(z)

    def upwards(self, z):
        h0 = tf.nn.relu(tf.reshape(linear(z, 4 * 4 * 8, "g_h0_lin"), [-1, 4, 4, 8]))
        h1 = tf.nn.relu(deconv2d(h0, [self.batch, 8, 8, 4], "g_h1"))
        return tf.nn.tanh(deconv2d(h1, [self.batch, 16, 16, 1], "g_h2"))


if __name__ == "__main__":
    DCGAN()
    tf.Variable(0, name="counter", trainable=False)
    graph = tf.get_default_graph().as_graph_def().SerializeToString(deterministic=True)
    print(hashlib.sha256(graph).hexdigest(), len(tf.global_variables()))
