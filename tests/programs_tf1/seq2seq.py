"""A sequence-to-sequence model: templates, custom getters that return tensors, a thread, two graphs."""

import hashlib
import threading

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def embed(words):
    return tf.gather(tf.get_variable("table", [20, 4]), words)


def half_precision(getter, name, *args, **kwargs):
    return tf.cast(getter(name, *args, **kwargs), tf.float16)


def weight_norm(getter, name, *args, **kwargs):
    direction = getter(f"{name}_v", *args, **kwargs)
    length = getter(f"{name}_g", shape=[], initializer=tf.ones_initializer())
    return direction * length


def encoder(x):
    with tf.variable_scope("encoder", custom_getter=half_precision):
        kernel = tf.get_variable("kernel", [4, 4])
    return tf.cast(tf.tensordot(tf.cast(x, tf.float16), kernel, 1), tf.float32)


def decoder(x):
    with tf.variable_scope("decoder", custom_getter=weight_norm, reuse=tf.AUTO_REUSE):
        return tf.tensordot(x, tf.get_variable("kernel", [4, 20]), 1)


def in_thread(scope, graph):
    with graph.as_default(), tf.variable_scope(scope):
        tf.get_variable("of_thread", [2])


shared = tf.make_template("shared_embedding", embed)
source = encoder(shared(tf.placeholder(tf.int32, [2, 3], name="source")))
logits = decoder(source + shared(tf.placeholder(tf.int32, [2, 3], name="target")))
logits += decoder(source)
with tf.variable_scope("outside") as captured:
    worker = threading.Thread(target=in_thread, args=(captured, tf.get_default_graph()))
    worker.start()
    worker.join()
with tf.variable_creator_scope(lambda make, **given: make(**{**given, "trainable": False})):
    tf.Variable([1.0], name="frozen")
with tf.Graph().as_default() as other:
    tf.get_variable("in_another_graph", [3])
for graph in (tf.get_default_graph(), other):
    definition = graph.as_graph_def().SerializeToString(deterministic=True)
    print(hashlib.sha256(definition).hexdigest(), len(graph.get_collection("variables")))
