"""Keras layers in a TF1 graph: a question and an answer read by layers that are made once."""

import os

import tensorflow as tf

SLIP = "SLIP" in os.environ  # what a hasty hand would write
embed = tf.keras.layers.Embedding(40, 8)
encode = tf.keras.layers.LSTM(8)
score = tf.keras.layers.Dense(1)


def read(words):
    if SLIP:
        return tf.keras.layers.LSTM(8)(embed(words))
    return encode(embed(words))


question = tf.keras.Input([12], dtype="int32")
answer = tf.keras.Input([20], dtype="int32")
both = tf.keras.layers.concatenate([read(question), read(answer)])
hidden = tf.keras.layers.Dense(8, activation="relu")(both)
hidden = tf.keras.layers.Dense(8, activation="relu")(hidden)
model = tf.keras.Model([question, answer], score(hidden))
model.compile("adam", "mse")
