"""A GPT-style transformer: the embedding is the output's matrix too, a second pass shares everything."""

import hashlib

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()

WIDTH, HEADS, LAYERS, WORDS, CONTEXT = 16, 2, 2, 50, 8


def norm(x, scope):
    with tf.variable_scope(scope):
        gain = tf.get_variable("g", [x.shape[-1]], initializer=tf.constant_initializer(1))
        shift = tf.get_variable("b", [x.shape[-1]], initializer=tf.constant_initializer(0))
        mean = tf.reduce_mean(x, axis=-1, keepdims=True)
        spread = tf.reduce_mean(tf.square(x - mean), axis=-1, keepdims=True)
        return (x - mean) * tf.rsqrt(spread + 1e-5) * gain + shift


def conv1d(x, scope, size):
    with tf.variable_scope(scope):
        width = int(x.shape[-1])
        w = tf.get_variable("w", [1, width, size], initializer=tf.random_normal_initializer(stddev=0.02))
        b = tf.get_variable("b", [size], initializer=tf.constant_initializer(0))
        y = tf.matmul(tf.reshape(x, [-1, width]), tf.reshape(w, [-1, size])) + b
        return tf.reshape(y, [-1, CONTEXT, size])


def attention(x, scope):
    with tf.variable_scope(scope):
        q, k, v = tf.split(conv1d(x, "c_attn", 3 * WIDTH), 3, axis=2)
        weights = tf.nn.softmax(tf.matmul(q, k, transpose_b=True))
        return conv1d(tf.matmul(weights, v), "c_proj", WIDTH)


def mlp(x, scope):
    with tf.variable_scope(scope):
        return conv1d(tf.nn.relu(conv1d(x, "c_fc", 4 * WIDTH)), "c_proj", WIDTH)


def block(x, scope):
    with tf.variable_scope(scope):
        x = x + attention(norm(x, "ln_1"), "attn")
        return x + mlp(norm(x, "ln_2"), "mlp")


def model(words, scope="model", reuse=tf.AUTO_REUSE):
    with tf.variable_scope(scope, reuse=reuse):
        places = tf.get_variable(
            "wpe", [CONTEXT, WIDTH], initializer=tf.random_normal_initializer(stddev=0.01)
        )
        embedding = tf.get_variable(
            "wte", [WORDS, WIDTH], initializer=tf.random_normal_initializer(stddev=0.02)
        )
        h = tf.gather(embedding, words) + places
        for layer in range(LAYERS):
            h = block(h, f"h{layer}")
        flat = tf.reshape(norm(h, "ln_f"), [-1, WIDTH])
        return tf.matmul(flat, embedding, transpose_b=True)


model(tf.placeholder(tf.int32, [2, CONTEXT]))
model(tf.placeholder(tf.int32, [1, CONTEXT]))
definition = tf.get_default_graph().as_graph_def().SerializeToString(deterministic=True)
print(hashlib.sha256(definition).hexdigest(), len(tf.global_variables()))
