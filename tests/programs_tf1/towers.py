"""Training on two towers: shared weights, a partitioned embedding, slots and moving averages."""

import hashlib

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def tower(words):
    embedding = tf.get_variable(
        "embedding", [10, 4], partitioner=tf.fixed_size_partitioner(2), initializer=tf.ones_initializer()
    )
    x = tf.nn.embedding_lookup(embedding, words)
    with tf.variable_scope("conv1") as scope:
        kernel = tf.get_variable("weights", [4, 3], regularizer=lambda w: 0.1 * tf.nn.l2_loss(w))
        biases = tf.get_variable("biases", [3], initializer=tf.constant_initializer(0.1))
        return tf.nn.relu(tf.tensordot(x, kernel, 1) + biases, name=scope.name)


words = tf.placeholder(tf.int32, [2, 5])
step = tf.get_variable("global_step", [], initializer=tf.constant_initializer(0), trainable=False)
seen = tf.get_local_variable("seen", [], initializer=tf.zeros_initializer())
optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
gradients = []
with tf.variable_scope(tf.get_variable_scope()):
    for number in range(2):
        with tf.device(f"/cpu:{number}"), tf.name_scope(f"tower_{number}"):
            loss = tf.reduce_mean(tower(words))
            tf.get_variable_scope().reuse_variables()
            gradients.append(optimizer.compute_gradients(loss))
with tf.variable_scope(tf.get_variable_scope(), reuse=False):
    train = optimizer.apply_gradients(gradients[0])
average = tf.train.ExponentialMovingAverage(0.99)
averages = average.apply(tf.trainable_variables())
definition = tf.get_default_graph().as_graph_def().SerializeToString(deterministic=True)
print(hashlib.sha256(definition).hexdigest(), len(tf.global_variables()))
