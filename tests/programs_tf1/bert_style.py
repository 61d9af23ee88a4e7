"""A BERT-style encoder: tied embeddings, and an optimizer that makes its slots by `get_variable`."""

import hashlib

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()

WIDTH, LAYERS, WORDS, LENGTH = 8, 2, 30, 6


def initializer():
    return tf.truncated_normal_initializer(stddev=0.02)


def dense(x, size, name):
    with tf.variable_scope(name):
        kernel = tf.get_variable("kernel", [x.shape[-1], size], initializer=initializer())
        bias = tf.get_variable("bias", [size], initializer=tf.zeros_initializer())
        return tf.tensordot(x, kernel, 1) + bias


def layer_norm(x):
    with tf.variable_scope(None, default_name="LayerNorm"):
        gamma = tf.get_variable("gamma", [x.shape[-1]], initializer=tf.ones_initializer())
        beta = tf.get_variable("beta", [x.shape[-1]], initializer=tf.zeros_initializer())
        return x * gamma + beta


class BertModel:
    def __init__(self, words, scope=None):
        with tf.variable_scope(scope, default_name="bert"):
            with tf.variable_scope("embeddings"):
                self.table = tf.get_variable("word_embeddings", [WORDS, WIDTH], initializer=initializer())
                kinds = tf.get_variable("token_type_embeddings", [2, WIDTH], initializer=initializer())
                x = layer_norm(tf.nn.embedding_lookup(self.table, words) + kinds[0])
            with tf.variable_scope("encoder"):
                for number in range(LAYERS):
                    with tf.variable_scope(f"layer_{number}"):
                        x = self.layer(x)
            with tf.variable_scope("pooler"):
                self.pooled = tf.tanh(dense(x[:, 0], WIDTH, "dense"))
            self.output = x

    def layer(self, x):
        with tf.variable_scope("attention"):
            with tf.variable_scope("self"):
                q, k, v = (dense(x, WIDTH, name) for name in ("query", "key", "value"))
                attended = tf.matmul(tf.nn.softmax(tf.matmul(q, k, transpose_b=True)), v)
            with tf.variable_scope("output"):
                x = layer_norm(x + dense(attended, WIDTH, "dense"))
        with tf.variable_scope("intermediate"):
            wide = tf.nn.relu(dense(x, 4 * WIDTH, "dense"))
        with tf.variable_scope("output"):
            return layer_norm(x + dense(wide, WIDTH, "dense"))


class AdamWeightDecay:
    def apply(self, gradients, step):
        updates = [step.assign_add(1)]
        for gradient, parameter in gradients:
            name = parameter.op.name
            m = tf.get_variable(
                name=f"{name}/adam_m",
                shape=parameter.shape.as_list(),
                trainable=False,
                initializer=tf.zeros_initializer(),
            )
            v = tf.get_variable(
                name=f"{name}/adam_v",
                shape=parameter.shape.as_list(),
                trainable=False,
                initializer=tf.zeros_initializer(),
            )
            updates += [m.assign(0.9 * m + 0.1 * gradient), v.assign(0.999 * v)]
        return tf.group(*updates)


bert = BertModel(tf.placeholder(tf.int32, [2, LENGTH]))
with tf.variable_scope("cls/predictions"):
    with tf.variable_scope("transform"):
        hidden = layer_norm(dense(bert.output, WIDTH, "dense"))
    bias = tf.get_variable("output_bias", [WORDS], initializer=tf.zeros_initializer())
    logits = tf.tensordot(hidden, tf.transpose(bert.table), 1) + bias
loss = tf.reduce_mean(logits) + tf.reduce_mean(bert.pooled)
variables = tf.trainable_variables()
pairs = zip(tf.gradients(loss, variables), variables)
AdamWeightDecay().apply(
    [(tf.convert_to_tensor(g), v) for g, v in pairs if g is not None], tf.train.get_or_create_global_step()
)
definition = tf.get_default_graph().as_graph_def().SerializeToString(deterministic=True)
print(hashlib.sha256(definition).hexdigest(), len(tf.global_variables()))
