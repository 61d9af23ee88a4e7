"""A session that runs what was not initialised."""

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()

weight = tf.get_variable("weight", [2])
doubled = weight * 2
with tf.Session() as session:
    session.run(doubled)
