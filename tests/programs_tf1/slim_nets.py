"""The networks that come with tf_slim, each built for training and once more to be evaluated."""

import hashlib

import tensorflow as tf
from tensorflow.contrib import slim
from tensorflow.contrib.slim.nets import alexnet, inception, overfeat, resnet_v2, vgg

NETS = (
    (alexnet.alexnet_v2, alexnet.alexnet_v2_arg_scope, 224),
    (inception.inception_v1, inception.inception_v3_arg_scope, 224),
    (overfeat.overfeat, overfeat.overfeat_arg_scope, 231),
    (resnet_v2.resnet_v2_50, resnet_v2.resnet_arg_scope, 64),
    (vgg.vgg_a, vgg.vgg_arg_scope, 224),
)

for build, scope, size in NETS:
    tf.reset_default_graph()
    images = tf.placeholder(tf.float32, [2, size, size, 3])
    with slim.arg_scope(scope()):
        build(images, num_classes=10)
    with slim.arg_scope(scope()), tf.variable_scope(tf.get_variable_scope(), reuse=True):
        build(images, num_classes=10, is_training=False)
    definition = tf.get_default_graph().as_graph_def().SerializeToString(deterministic=True)
    print(hashlib.sha256(definition).hexdigest(), len(tf.global_variables()))
