"""The BERT that Google released, for training and once more to be evaluated."""

import hashlib

import tensorflow as tf
from bert import modeling, optimization

config = modeling.BertConfig(
    vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64
)
words = tf.placeholder(tf.int32, [2, 8])
model = modeling.BertModel(config=config, is_training=True, input_ids=words, scope="bert")
with tf.variable_scope(tf.get_variable_scope(), reuse=True):
    again = modeling.BertModel(config=config, is_training=False, input_ids=words, scope="bert")
with tf.variable_scope("classifier"):
    weights = tf.get_variable("output_weights", [3, 32], initializer=tf.zeros_initializer())
loss = tf.reduce_mean(tf.matmul(model.get_pooled_output(), weights, transpose_b=True))
tf.train.get_or_create_global_step()
train = optimization.create_optimizer(loss, 1e-4, num_train_steps=100, num_warmup_steps=10, use_tpu=False)
definition = tf.get_default_graph().as_graph_def().SerializeToString(deterministic=True)
print(hashlib.sha256(definition).hexdigest(), len(tf.global_variables()))
