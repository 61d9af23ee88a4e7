"""Functions that make a layer, a gate or a member of an ensemble, called for each."""

import tensorflow as tf
import tf_slim as slim


def weight_variable(shape):
    return tf.Variable(tf.truncated_normal(shape, stddev=0.1))


def bias_variable(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, strides=[1, 1, 1, 1], padding="SAME")


def conv_layer(x, n):
    W = weight_variable([3, 3, int(x.shape[-1]), n])
    b = bias_variable([n])
    tf.add_to_collection("reg", tf.nn.l2_loss(W))
    return tf.nn.relu(conv2d(x, W) + b)


x = tf.placeholder(tf.float32, [None, 16, 16, 8])
h = conv_layer(x, 8)
h = conv_layer(h, 8)
skip = conv_layer(h, 8)
h = conv_layer(h, 8)
h = conv_layer(h, 8) + skip
u = tf.concat([conv_layer(h, 8), conv_layer(conv_layer(h, 8), 8)], 3)


# hand written LSTM gates
def gate(inp, hid):
    return (
        tf.matmul(inp, weight_variable([8, 8])) + tf.matmul(hid, weight_variable([8, 8])) + bias_variable([8])
    )


xi = tf.placeholder(tf.float32, [None, 8])
hi = tf.zeros([4, 8])
i, f, o = tf.sigmoid(gate(xi, hi)), tf.sigmoid(gate(xi, hi)), tf.sigmoid(gate(xi, hi))
c = f * hi + i * tf.tanh(gate(xi, hi))


# stacked rnn by helper
def rnn(x):
    with tf.variable_scope(None, default_name="layer"):
        return tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(8), x, dtype=tf.float32)[0]


seq = tf.placeholder(tf.float32, [None, 5, 8])
out = rnn(rnn(rnn(seq)))


# ensemble
def net(x):
    return slim.fully_connected(slim.fully_connected(x, 8), 1)


members = []
for k in range(3):
    with tf.variable_scope("member_%d" % k):
        members.append(net(xi))
with tf.variable_scope("a"):
    pa = net(xi)
with tf.variable_scope("b"):
    pb = net(hi)


# actor critic, default names, trained apart
def mlp(s):
    return tf.layers.dense(tf.layers.dense(s, 8, tf.nn.relu), 1)


actor = mlp(xi)
critic = mlp(xi)
t1 = tf.train.AdamOptimizer().minimize(tf.reduce_mean(actor))
t2 = tf.train.AdamOptimizer().minimize(tf.reduce_mean(tf.square(critic)))
m1 = tf.metrics.mean(actor)
m2 = tf.metrics.mean(critic)


class Dense(object):
    def __init__(self, n, m):
        self.w = tf.Variable(tf.random_normal([n, m]), name="w")

    def __call__(self, x):
        return tf.matmul(x, self.w)


l1, l2, l3 = Dense(8, 8), Dense(8, 8), Dense(8, 8)
y = l3(l2(l1(xi)))
