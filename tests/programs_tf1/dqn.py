"""A double DQN: its session is there before its networks are, and the target network is a copy."""

import hashlib
import sys

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


class DoubleDQN:
    def __init__(self, session, actions=3, features=4):
        self.session = session
        self.state = tf.placeholder(tf.float32, [None, features], name="s")
        self.next_state = tf.placeholder(tf.float32, [None, features], name="s_")
        self.target = tf.placeholder(tf.float32, [None, actions], name="Q_target")
        self.eval = self.network(self.state, "eval_net", actions)
        self.next = self.network(self.next_state, "target_net", actions)
        with tf.variable_scope("loss"):
            self.loss = tf.reduce_mean(tf.squared_difference(self.target, self.eval))
        with tf.variable_scope("train"):
            self.train = tf.train.RMSPropOptimizer(0.01).minimize(self.loss)
        ours = tf.get_collection("eval_net_params")
        theirs = tf.get_collection("target_net_params")
        self.copy = [t.assign(e) for t, e in zip(theirs, ours)]
        session.run(tf.global_variables_initializer())

    def network(self, state, scope, actions):
        with tf.variable_scope(scope):
            names = [f"{scope}_params", tf.GraphKeys.GLOBAL_VARIABLES]
            trainable = scope == "eval_net"
            if trainable:
                names.append(tf.GraphKeys.TRAINABLE_VARIABLES)
            with tf.variable_scope("l1"):
                w1 = tf.get_variable("w1", [state.shape[1], 10], collections=names, trainable=trainable)
                b1 = tf.get_variable("b1", [1, 10], collections=names, trainable=trainable)
                hidden = tf.nn.relu(tf.matmul(state, w1) + b1)
            with tf.variable_scope("l2"):
                w2 = tf.get_variable("w2", [10, actions], collections=names, trainable=trainable)
                b2 = tf.get_variable("b2", [1, actions], collections=names, trainable=trainable)
                return tf.matmul(hidden, w2) + b2


agent = DoubleDQN(tf.Session())
agent.session.run(agent.copy)
print("copied", file=sys.stderr)
definition = tf.get_default_graph().as_graph_def().SerializeToString(deterministic=True)
print(hashlib.sha256(definition).hexdigest(), len(tf.global_variables()))
